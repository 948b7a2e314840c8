import { fullDay, minuteMs, minuteOf, type FullSpan } from './full-spans.js';
import type { SendLimits } from './limits.js';

/** The end of what is taken, in milliseconds since 1970; null where there is not so much. */
export interface Latest {
  readonly lastMs: number | null;
  /** The first of the latest so many as a day may have. */
  readonly firstOfDayMs: number | null;
}

export interface LatestTaken {
  readonly mailbox: Latest;
  readonly user: Latest;
  /** How many emails the mailbox has in the clock minute of the start. */
  readonly inMinute: number;
}

/**
 * What is full from `startMs` on, told from the end of what is taken alone; undefined when emails wait beyond the start's
 * minute, and while the mailbox is warmed up, since then all around must be looked at.
 */
export function fullAfter(
  startMs: number,
  { mailbox, user, inMinute }: LatestTaken,
  limits: SendLimits,
): readonly FullSpan[] | undefined {
  if (limits.ramp !== undefined) return undefined;
  const fromMs = minuteOf(startMs);
  const untilMs = fromMs + minuteMs;
  if ((mailbox.lastMs ?? 0) >= untilMs || (user.lastMs ?? 0) >= untilMs) return undefined;
  const limit = 'mailbox_minute';
  return [
    ...(inMinute >= limits.mailboxPerMinute ? [{ fromMs, untilMs, limit } as const] : []),
    ...ofDay(mailbox, 'mailbox_day'),
    ...ofDay(user, 'user_day'),
  ];
}

function ofDay(
  { firstOfDayMs, lastMs }: Latest,
  limit: 'mailbox_day' | 'user_day',
): readonly FullSpan[] {
  return firstOfDayMs === null || lastMs === null ? [] : fullDay(firstOfDayMs, lastMs, limit);
}
