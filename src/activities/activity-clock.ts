import { Context } from '@temporalio/activity';
import type { Instant } from '../domain/time/types.js';

/**
 * The workflow's time inside an activity: the workflow's `at`, plus what the server says has passed until this attempt,
 * plus what has passed in it. So an attempt that comes hours late knows that it does, and skipped time is not undone.
 */
export function activityClock(at: Instant): () => Instant {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  const waitedMs = Math.max(0, currentAttemptScheduledTimestampMs - scheduledTimestampMs);
  const begun = performance.now();
  return () =>
    new Date(Date.parse(at) + waitedMs + Math.floor(performance.now() - begun)).toISOString();
}
