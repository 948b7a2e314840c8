import { countItemsOf, moveItems } from '../../db/queries/bulk-enrollment-items.js';
import { confirmBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import { requireActingUser, type Act } from '../act.js';
import { note } from '../log.js';
import {
  counted,
  lockDraft,
  requireOpenSequence,
  requireSomebody,
  type CountedBulk,
} from './draft.js';

/** A locked draft that may be confirmed, and by whom and with what. */
interface ReadyDraft {
  readonly draft: BulkRow;
  readonly sequenceVersion: number;
  readonly confirmedById: string;
}

/** Locks a draft that the acting user may confirm as they have seen it; refuses one that leaves nobody to enroll. */
export async function lockReadyDraft(act: Act, id: string): Promise<ReadyDraft> {
  const confirmedById = requireActingUser(act).id;
  const draft = await lockDraft(act, id);
  act.requireVersion(draft.version);
  const { version: sequenceVersion } = await requireOpenSequence(act, draft.sequenceId);
  requireSomebody(await countItemsOf(act.tx, draft));
  return { draft, sequenceVersion, confirmedById };
}

/**
 * Lets a draft run: its contacts are enrolled one after the other, in the version of the sequence that is current now. Those
 * that were refused one by one are tried again.
 */
export async function confirmDraft(act: Act, id: string): Promise<CountedBulk> {
  const { tx, accountId, now, ports } = act;
  const { draft, sequenceVersion, confirmedById } = await lockReadyDraft(act, id);
  const open = { state: 'pending', refusal: null, settledAt: null } as const;
  await moveItems(tx, draft, ['refused'], open);
  const { counts } = await counted(act, draft);
  const bulk = await confirmBulk(tx, draft, { sequenceVersion, confirmedById, at: now });
  const data = { sequenceVersion, contacts: counts.pending ?? 0 };
  await note(act, { subject: 'bulk', id: bulk.id, type: 'confirmed', data });
  act.afterCommit(async () => {
    await ports.workflows.deliver({ kind: 'bulk', accountId, id: bulk.id });
    return undefined;
  });
  return { bulk, counts };
}
