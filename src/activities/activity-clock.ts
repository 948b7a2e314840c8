import { Context } from '@temporalio/activity';
import type { DatabaseClock } from '../db/clock.js';
import type { Instant } from '../domain/time/types.js';

/** A workflow's `at` is from when its task began, which may be a while before its activity was scheduled; more is a story's time. */
const longestTaskMs = 120_000;

/** What the time is for one attempt of an activity. */
export interface ActivityClock {
  /**
   * Never before the workflow's `at`. It counts everything that has passed since, the wait in the task queue included, by
   * Postgres' clock.
   */
  readonly now: () => Instant;
  /** The minute that send limits count in: by Postgres' clock even where Temporal's is ahead of it. */
  readonly limitsNow: () => Instant;
}

/**
 * The time inside an activity. For a workflow whose time was skipped it is its own time plus what this attempt has taken; its
 * server tells nothing of the wait then.
 */
export function activityClock(
  {
    clock,
    clocksApartMs,
  }: {
    readonly clock: DatabaseClock;
    /** How far Temporal's clock may be ahead of Postgres': a workflow that is further ahead has had its time skipped. */
    readonly clocksApartMs: number;
  },
  at: Instant,
): ActivityClock {
  const { scheduledTimestampMs, currentAttemptScheduledTimestampMs } = Context.current().info;
  const begun = performance.now();
  const atMs = Date.parse(at);
  const gapMs = Math.max(0, currentAttemptScheduledTimestampMs - scheduledTimestampMs);
  const toldMs = (): number => atMs + gapMs + Math.floor(performance.now() - begun);
  const isSkipped = scheduledTimestampMs - clock.nowMs() > clocksApartMs;
  if (isSkipped) return { now: () => instant(toldMs()), limitsNow: () => instant(toldMs()) };
  const apartMs = atMs - scheduledTimestampMs;
  const storyMs = Math.abs(apartMs) > longestTaskMs ? apartMs : 0;
  const countedMs = (): number => clock.nowMs() + storyMs;
  return {
    now: () => instant(Math.max(countedMs(), toldMs())),
    limitsNow: () => instant(countedMs()),
  };
}

function instant(ms: number): Instant {
  return new Date(ms).toISOString();
}
