import { weekdays, type LocalDate, type Weekday } from './types.js';

/** Milliseconds of wall-clock time in a calendar day, whatever the clock does on it. */
export const dayMs = 86_400_000;

/** Milliseconds of wall-clock time in a minute. */
export const minuteMs = 60_000;

const shape = /^\d{4}-\d{2}-\d{2}$/;

/** A cache of dates, both ways: plans lie close together, and converting dates to text and back is most of the work. */
const datesByDay = new Map<number, LocalDate>();
const daysByDate = new Map<LocalDate, number>();
const mostDays = 4096;

function dateOfDay(day: number): LocalDate {
  const known = datesByDay.get(day);
  if (known !== undefined) return known;
  const date = new Date(day * dayMs).toISOString().slice(0, 10);
  if (datesByDay.size >= mostDays) {
    datesByDay.clear();
    daysByDate.clear();
  }
  datesByDay.set(day, date);
  daysByDate.set(date, day);
  return date;
}

function dayOfDate(date: LocalDate): number {
  const known = daysByDate.get(date);
  if (known !== undefined) return known;
  const wallMs = shape.test(date) ? Date.parse(`${date}T00:00:00.000Z`) : Number.NaN;
  if (Number.isNaN(wallMs) || dateOfDay(wallMs / dayMs) !== date) {
    throw new RangeError(`Not a calendar date (want 2026-11-26): ${date}`);
  }
  return wallMs / dayMs;
}

/**
 * Wall-clock milliseconds from 1970-01-01 00:00 to 00:00 of a date, on a clock that is never
 * changed. Such a figure orders and subtracts local times; it is no instant.
 * A string that is no calendar date is a RangeError that names it.
 */
export function dateToWallMs(date: LocalDate): number {
  return dayOfDate(date) * dayMs;
}

/** The date in which a wall-clock figure of `dateToWallMs` lies. */
export function wallMsToDate(wallMs: number): LocalDate {
  return dateOfDay(Math.floor(wallMs / dayMs));
}

/** The date `days` calendar days after `date`; `days` is a whole number and may be negative. */
export function addDays(date: LocalDate, days: number): LocalDate {
  return wallMsToDate(dateToWallMs(date) + days * dayMs);
}

/** The day of the week, 0 (Sunday) to 6 (Saturday). */
export function weekday(date: LocalDate): number {
  const thursday = 4;
  return (((dayOfDate(date) + thursday) % 7) + 7) % 7;
}

/** The day of the week by its name. */
export function weekdayOf(date: LocalDate): Weekday {
  return weekdays[weekday(date) - 1] ?? 'sunday';
}
