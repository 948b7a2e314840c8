import { lockSequence } from '../../db/queries/sequences.js';
import type { Sharing } from '../../domain/access/sharing.js';
import { requireAccess, requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { refusalOf, type RowCode } from '../row-refusal.js';
import { shareSequence } from './share-sequence.js';

/** A sequence to be shared, and the version of its sharing that the change is based on, if that matters. */
export interface ShareItem {
  readonly id: string;
  readonly version?: number | undefined;
}

type Outcome =
  | { readonly status: 'changed' | 'unchanged'; readonly version: number }
  | { readonly status: 'refused'; readonly code: RowCode; readonly detail: string };

/** What became of one of them; the index is its place among those that were given. */
export type ShareResult = { readonly index: number; readonly sequenceId: string } & Outcome;

/**
 * Gives each sequence this sharing in place of its own (SHR-04), with a result for each in the order given. One that is
 * refused hurts no other; users and teams that do not exist are refused for all, like an acting user without the permission.
 */
export async function shareMany(
  act: Act,
  sequences: readonly ShareItem[],
  sharing: Sharing,
): Promise<readonly ShareResult[]> {
  requirePermission(act, 'sequences');
  const ordered = sequences
    .map((item, index) => ({ item, index }))
    .sort((a, b) => (a.item.id.toLowerCase() < b.item.id.toLowerCase() ? -1 : 1));
  const results: ShareResult[] = [];
  // One after the other in the order of their ids, in which everybody locks.
  for (const { item, index } of ordered) {
    results[index] = { index, sequenceId: item.id, ...(await shareOne(act, item, sharing)) };
  }
  return results;
}

async function shareOne(act: Act, { id, version }: ShareItem, sharing: Sharing): Promise<Outcome> {
  const found = await lockSequence(act.tx, act.accountId, id, 'edit');
  try {
    const sequence = requireAccess(act, found, 'edit');
    const { sharingVersion } = sequence;
    if (version !== undefined && version !== sharingVersion) return stale(sharingVersion);
    const shared = await shareSequence(act, sequence, sharing, '/sharing');
    const status = shared.sharingVersion === sharingVersion ? 'unchanged' : 'changed';
    return { status, version: shared.sharingVersion };
  } catch (error) {
    return asOutcome(error);
  }
}

function stale(current: number): Outcome {
  return {
    status: 'refused',
    code: 'PRECONDITION_FAILED',
    detail: `Version ${current} of the sharing is current by now; read it and decide anew.`,
  };
}

/** What was refused of one sequence; users and teams that do not exist are wrong for all of them. */
function asOutcome(error: unknown): Outcome {
  const why = refusalOf(error);
  if (why === undefined || why.errors !== undefined) throw error;
  return { status: 'refused', code: why.code, detail: why.detail };
}
