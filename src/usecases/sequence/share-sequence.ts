import { lockTeams, saveSharing } from '../../db/queries/sharing.js';
import type { Sequence } from '../../db/queries/sequences.js';
import { usersAmong } from '../../db/queries/users.js';
import { isSameSharing, type Share, type Sharing } from '../../domain/access/sharing.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuse, refuseFields, type FieldError } from '../refusal.js';

/** Where a sharing stands in the body: '' or `/sharing`. */
type Place = '' | '/sharing';

/**
 * Shares a locked sequence with these and nobody else (SHR-04). It takes effect at once for whoever enrolls or looks from
 * now on; enrollments that run go on. Refuses users and teams that the account does not have, all at once.
 */
export async function shareSequence(
  act: Act,
  sequence: Sequence,
  sharing: Sharing,
  place: Place = '',
): Promise<Sequence> {
  const { tx, accountId } = act;
  const { users, teams } = sharing;
  const userIds = users.map(({ id }) => id);
  refuseTwice(userIds, place);
  const knownUsers = await usersAmong(tx, accountId, userIds);
  // Before the rows of the sharing, so that a team that is deleted meanwhile is waited for in one order.
  const knownTeams = await lockTeams(tx, accountId, teams);
  const unknown = [
    ...unknownAmong('user', users, knownUsers),
    ...unknownAmong('team', teams, knownTeams),
  ];
  if (unknown.length > 0) refuseUnknownShares(unknown, place);
  if (isSameSharing(sequence.sharing, sharing)) return sequence;
  const sharingVersion = await saveSharing(tx, accountId, sequence.id, sharing);
  const data = { sharingVersion, ...sharing };
  await note(act, { subject: 'sequence', id: sequence.id, type: 'shared', data });
  return { ...sequence, sharing, sharingVersion };
}

/** A user can be named in two ways. */
function refuseTwice(userIds: readonly string[], place: Place): void {
  const errors = userIds.flatMap((id, index): FieldError[] => {
    if (userIds.indexOf(id) === index) return [];
    const message = 'This user is named twice; name each once.';
    return [{ pointer: `${place}/users/${index}/id`, code: 'duplicate', message }];
  });
  if (errors.length > 0) refuseFields(errors);
}

interface UnknownShare {
  readonly noun: 'user' | 'team';
  readonly index: number;
}

function unknownAmong(
  noun: UnknownShare['noun'],
  shares: readonly Share[],
  known: ReadonlySet<string>,
): readonly UnknownShare[] {
  return shares.flatMap(({ id }, index) => (known.has(id) ? [] : [{ noun, index }]));
}

function refuseUnknownShares(unknown: readonly UnknownShare[], place: Place): never {
  const errors = unknown.map(({ noun, index }): FieldError => ({
    pointer: `${place}/${noun}s/${index}/id`,
    code: 'not_found',
    message: `There is no such ${noun}.`,
  }));
  refuse('NOT_FOUND', { detail: 'The account has no such users or teams; see errors.', errors });
}
