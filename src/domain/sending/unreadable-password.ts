import { later, toEpochMs } from '../time/instant.js';
import type { Instant } from '../time/types.js';
import { afterRest } from './mail-server.js';

const minuteMs = 60_000;
const longestMs = 30 * minuteMs;

/**
 * When a mail whose mailbox's password cannot be opened is looked at again: after a minute, and then after as long as it has
 * waited `since` the first look, at most half an hour; spread by its id like those that wait for a mail server.
 */
export function nextLook(since: Instant, now: Instant, id: string): Instant {
  const waitedMs = toEpochMs(now) - toEpochMs(since);
  return afterRest(later(now, Math.min(longestMs, Math.max(minuteMs, waitedMs))), id);
}
