import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common';
import type { Instant } from '../../domain/time/types.js';

/**
 * Fails an attempt whose slot has come by Temporal's clock and not yet by Postgres', which limits count by. Nothing was taken;
 * it is made again when the slot has come by both.
 */
export function claimedEarly(slotAt: Instant, now: Instant): ApplicationFailure {
  return ApplicationFailure.create({
    type: 'ClaimedEarly',
    message: `the send slot at ${slotAt} has not come by the clock of Postgres`,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay: Math.max(1, Date.parse(slotAt) - Date.parse(now)),
  });
}
