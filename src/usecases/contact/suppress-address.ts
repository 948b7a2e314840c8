import { liveIds } from '../../db/queries/enrollments/live.js';
import { suppress, type Suppression } from '../../db/queries/suppressions.js';
import type { EventEffect } from '../../domain/enrollment/log.js';
import { end } from '../../domain/enrollment/progress.js';
import { endingOf, type SuppressionReason } from '../../domain/enrollment/suppression.js';
import type { Act } from '../act.js';
import { changeMany } from '../enrollment/change-many.js';
import { onlyKnown } from '../enrollment/only-known.js';
import { noteSuppression } from './note-suppression.js';

/** What is to be noted, about an address or a domain. */
interface SuppressionRequest {
  readonly address: string;
  readonly reason: SuppressionReason;
  readonly note?: string | undefined;
}

export interface Suppressed {
  readonly suppression: Suppression;
  readonly made: boolean;
  /** What it did to enrollments that the acting user may know of. */
  readonly effects: readonly EventEffect[];
}

/**
 * Notes that an address must not be written to, and ends the enrollments of its contacts, in the act's transaction:
 * from the commit on none of them sends. A domain may cover any number of enrollments. Each of those ends when its next
 * mail is claimed, which is before that mail is sent.
 */
export async function stopBySuppression(
  act: Act,
  { address, reason, note }: SuppressionRequest,
): Promise<Suppressed> {
  const { tx, accountId, actor, now } = act;
  const ids = reason === 'blocked_domain' ? [] : await liveIds(tx, accountId, { address });
  const outcome = endingOf(reason);
  const ended = await changeMany(act, ids, {
    tell: 'unenroll',
    decide: (current, happening) => end(current, outcome, happening, { suppression: reason }),
  });
  // Locked after the enrollments, the order in which a send that bounces locks them too.
  const wanted = { address, reason, note, createdBy: actor, createdAt: now };
  const { suppression, made } = await suppress(tx, accountId, wanted);
  if (made) await noteSuppression(act, suppression);
  const known = await onlyKnown(act, ended, (id) => id);
  const effects = known.map((enrollmentId) => ({ enrollmentId, ...outcome }));
  return { suppression, made, effects };
}
