import { Context } from '@temporalio/activity';
import type { Instant } from '../domain/time/types.js';

/**
 * The workflow's time inside an activity: the workflow's `at`, plus the time that passed until this attempt by the server's
 * clock, plus the time since. So an attempt that comes hours late knows that it is late, and time that a test skipped stays
 * skipped.
 */
export function activityClock(at: Instant): () => Instant {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  const waitedMs = Math.max(0, currentAttemptScheduledTimestampMs - scheduledTimestampMs);
  const begun = performance.now();
  return () =>
    new Date(Date.parse(at) + waitedMs + Math.floor(performance.now() - begun)).toISOString();
}
