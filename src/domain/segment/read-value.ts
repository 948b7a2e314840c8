import { isCalendarDate } from '../property/property.js';
import { isInReckonedYears } from '../time/reckoned-years.js';
import type { Instant } from '../time/types.js';

const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const instantForm = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** An id in small letters, or undefined for what is no UUID. */
export function readId(json: unknown): string | undefined {
  return typeof json === 'string' && uuidForm.test(json) ? json.toLowerCase() : undefined;
}

/** An ISO-8601 instant with an offset, within the years 1900–9998, in UTC with milliseconds; undefined for anything else. */
export function readInstant(json: unknown): Instant | undefined {
  if (typeof json !== 'string' || !instantForm.test(json)) return undefined;
  const day = json.slice(0, 10);
  if (!isCalendarDate(day) || !isInReckonedYears(day)) return undefined;
  const epochMs = Date.parse(json);
  return Number.isNaN(epochMs) ? undefined : new Date(epochMs).toISOString();
}
