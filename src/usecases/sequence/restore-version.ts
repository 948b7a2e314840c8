import { findAccount } from '../../db/queries/accounts.js';
import { findVersion } from '../../db/queries/sequence-versions.js';
import type { User } from '../../db/queries/users.js';
import { draftOf } from '../../domain/sequence/edit.js';
import { validateSequence } from '../../domain/sequence/validate.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';
import { editSequence, type Edit, type EditedSequence } from './edit-sequence.js';

/** Which version of which sequence is restored, and whether those that run are moved to the result. */
interface Restoring extends Pick<Edit, 'sequenceId' | 'applyTo'> {
  readonly version: number;
}

/**
 * Makes a new version with the steps and settings of an earlier one, unless the current one has them; the name stays. Refuses
 * an unknown version, what `editSequence` refuses, and steps that the account may not have any more.
 */
export async function restoreVersion(
  act: Act,
  editor: User,
  { sequenceId, version, applyTo }: Restoring,
): Promise<EditedSequence> {
  const { tx, accountId } = act;
  return editSequence(act, {
    sequenceId,
    editor,
    applyTo,
    make: async ({ name }) => {
      const earlier = await findVersion(tx, accountId, sequenceId, version);
      if (earlier === undefined) return refuseUnknown('version');
      const { definition } = earlier;
      const account = (await findAccount(tx, accountId)) ?? { capabilities: [] };
      const verdict = validateSequence(draftOf({ name, definition }), account);
      if (verdict.ok) return { ...verdict, definition };
      const problems = verdict.problems.map((problem) => ({ ...problem, pointer: '/version' }));
      return { ok: false, problems };
    },
    place: 'path',
    restores: true,
    point: () => '/version',
  });
}
