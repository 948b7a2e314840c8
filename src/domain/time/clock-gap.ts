import { minuteMs } from './local-date.js';
import type { Why } from './types.js';
import type { LocalTime, Resolved } from './zone.js';

/** A time of day as `HH:mm`, rounded down to the minute; 24:00 stays 24:00. */
export function clockText(clockMs: number): string {
  const minutes = Math.floor(clockMs / minuteMs);
  const hour = String(Math.floor(minutes / 60)).padStart(2, '0');
  return `${hour}:${String(minutes % 60).padStart(2, '0')}`;
}

/** The entry that says that a wall-clock time does not exist and what replaced it; empty when it exists. */
export function whyClockGap(wanted: LocalTime, resolved: Resolved): readonly Why[] {
  return resolved.moved
    ? [
        {
          rule: 'clock_gap',
          wanted: `${wanted.date} ${clockText(wanted.clockMs)}`,
          movedTo: resolved.at,
        },
      ]
    : [];
}
