import { IANAZone } from 'luxon';

import { fromEpochMs, toEpochMs } from './instant.js';
import { dateToWallMs, dayMs, minuteMs, wallMsToDate } from './local-date.js';
import type { Instant, LocalDate, TimeZone } from './types.js';

/** What a calendar and a clock on the wall show in one zone. */
export interface LocalTime {
  readonly date: LocalDate;
  /** Milliseconds that the clock shows past 00:00: 0–86,399,999. 09:00 is 32,400,000 on every day. */
  readonly clockMs: number;
}

/** A wall-clock time turned into an instant. */
export interface Resolved {
  readonly at: Instant;
  /** True when the wanted time does not exist: the clock jumps over it, and `at` replaces it. */
  readonly moved: boolean;
}

const part = '[A-Z][A-Za-z]*(?:[-_][A-Za-z]+)*';
const regionAndCity = new RegExp(`^${part}(?:/${part})+$`);

/**
 * Whether `name` is a time zone by which people's days can be planned: `UTC`, or an IANA name of
 * region and city (`Europe/Berlin`, `America/Argentina/Buenos_Aires`; aliases such as
 * `Asia/Calcutta` count), capitals as in the IANA list.
 *
 * Offsets (`+02:00`, `UTC+3`), their disguises (`Etc/GMT+3`, whose sign is reversed) and
 * abbreviations (`EST`, `CET`) are refused: they know nothing of a place's clock changes.
 */
export function isTimeZone(name: string): boolean {
  return name === 'UTC' || (regionAndCity.test(name) && IANAZone.isValidZone(name));
}

function zoneOf(name: TimeZone): IANAZone {
  // `create` caches every name, so it is only called for names that look like zones.
  if (name === 'UTC' || regionAndCity.test(name)) {
    const zone = IANAZone.create(name);
    if (zone.isValid) {
      return zone;
    }
  }
  throw new RangeError(`Not a time zone: ${name}`);
}

function askOffsetMs(epochMs: number, zone: IANAZone): number {
  return Math.round(zone.offset(epochMs) * minuteMs);
}

/** By zone and UTC day: the day's offset, or null for a day on which it changes. */
const offsetsByDay = new Map<string, Map<number, number | null>>();
const mostDays = 4096;

/** No zone changes its offset twice within one UTC day, so a day that begins and ends with one offset has only that. */
function offsetOfDay(day: number, zone: IANAZone): number | null {
  const known = offsetsByDay.get(zone.name);
  const days = known ?? new Map<number, number | null>();
  if (known === undefined) offsetsByDay.set(zone.name, days);
  let offset = days.get(day);
  if (offset === undefined) {
    const first = askOffsetMs(day * dayMs, zone);
    offset = first === askOffsetMs((day + 1) * dayMs, zone) ? first : null;
    if (days.size >= mostDays) days.clear();
    days.set(day, offset);
  }
  return offset;
}

// Asking the zone is most of what planning costs, and plans lie close together.
function offsetMsAt(epochMs: number, zone: IANAZone): number {
  return offsetOfDay(Math.floor(epochMs / dayMs), zone) ?? askOffsetMs(epochMs, zone);
}

/** What calendar and clock show at an instant. An invalid zone or instant is a RangeError. */
export function localTimeAt(instant: Instant, timeZone: TimeZone): LocalTime {
  const epochMs = toEpochMs(instant);
  const wallMs = epochMs + offsetMsAt(epochMs, zoneOf(timeZone));
  const date = wallMsToDate(wallMs);
  return { date, clockMs: wallMs - dateToWallMs(date) };
}

/** The local date of an instant. An invalid zone or instant is a RangeError. */
export function localDateAt(instant: Instant, timeZone: TimeZone): LocalDate {
  return localTimeAt(instant, timeZone).date;
}

/** The minute of the local day, 0–1439, that the clock shows at an instant. */
export function localMinuteAt(instant: Instant, timeZone: TimeZone): number {
  return Math.floor(localTimeAt(instant, timeZone).clockMs / minuteMs);
}

/** The first instant after `fromMs`, up to `toMs`, at which the zone has another offset. */
function offsetChangeBetween(fromMs: number, toMs: number, zone: IANAZone): number {
  const offsetMs = offsetMsAt(fromMs, zone);
  let before = fromMs;
  let after = toMs;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (offsetMsAt(middle, zone) === offsetMs) {
      before = middle;
    } else {
      after = middle;
    }
  }
  return after;
}

/**
 * Turns a wall-clock time on a date into an instant, once, by these rules:
 *
 * - it exists once: that instant;
 * - it exists twice, the clock being put back: the earlier instant;
 * - it does not exist, the clock being put forward: moved forward by as much as the clock
 *   (02:30 becomes 03:30), and `moved` is set;
 * - 00:00 does not exist: the first instant of that date that does, or, for a date that a zone
 *   left out as a whole, of the next one; `moved` is set.
 *
 * `clockMs` is 0–86,400,000; the last is 24:00, the next date's 00:00.
 * An invalid zone, date or clock is a RangeError that names it.
 */
export function resolveLocal({ date, clockMs }: LocalTime, timeZone: TimeZone): Resolved {
  const zone = zoneOf(timeZone);
  if (!Number.isInteger(clockMs) || clockMs < 0 || clockMs > dayMs) {
    throw new RangeError(`Not a time of day in milliseconds, 0–86400000: ${clockMs}`);
  }
  const wallMs = dateToWallMs(date) + clockMs;
  // No zone is more than a day from UTC, so these instants lie before and after any nearby change.
  const withEarlierOffset = wallMs - offsetMsAt(wallMs - dayMs, zone);
  const withLaterOffset = wallMs - offsetMsAt(wallMs + dayMs, zone);
  if (withEarlierOffset === withLaterOffset) {
    return { at: fromEpochMs(withEarlierOffset), moved: false };
  }
  const real = [withEarlierOffset, withLaterOffset].filter(
    (epochMs) => epochMs + offsetMsAt(epochMs, zone) === wallMs,
  );
  if (real.length > 0) {
    return { at: fromEpochMs(Math.min(...real)), moved: false };
  }
  const movedMs =
    clockMs % dayMs === 0
      ? offsetChangeBetween(withLaterOffset, withEarlierOffset, zone)
      : withEarlierOffset;
  return { at: fromEpochMs(movedMs), moved: true };
}

/** The instant of a wall-clock time on a date, by the rules of `resolveLocal`. */
export function instantAt(date: LocalDate, clockMs: number, timeZone: TimeZone): Instant {
  return resolveLocal({ date, clockMs }, timeZone).at;
}

/** Whether a date occurs in a zone. Samoa had no 2011-12-30: it crossed the date line that night. */
export function dateExists(date: LocalDate, timeZone: TimeZone): boolean {
  const zone = zoneOf(timeZone);
  const wallMs = dateToWallMs(date);
  const laterOffsetMs = offsetMsAt(wallMs + 2 * dayMs, zone);
  // A place that leaves out a day moves to the western side of the date line, at UTC+12 or beyond.
  if (laterOffsetMs < dayMs / 2 || laterOffsetMs - offsetMsAt(wallMs - dayMs, zone) < dayMs) {
    return true;
  }
  return localDateAt(instantAt(date, dayMs / 2, timeZone), timeZone) === date;
}
