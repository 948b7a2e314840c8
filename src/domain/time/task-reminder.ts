import { latest } from './instant.js';
import { minuteMs } from './local-date.js';
import type { Instant, TimeZone } from './types.js';
import { instantAt, localDateAt } from './zone.js';

/**
 * When the assignee of a task that is made at `createdAt` is reminded of it by mail (TSK-05, TSK-06): at `minute` of that day
 * in the enrollment's zone, 0–1439, or at once when that minute has passed. Where the clock skips the minute it is as much
 * later as was skipped: on the next day when the last hour of the day is skipped, as in Nuuk in spring. Throws a RangeError
 * for an invalid zone, instant or minute.
 */
export function taskReminderAt(createdAt: Instant, minute: number, timeZone: TimeZone): Instant {
  const wanted = instantAt(localDateAt(createdAt, timeZone), minute * minuteMs, timeZone);
  return latest(createdAt, wanted);
}
