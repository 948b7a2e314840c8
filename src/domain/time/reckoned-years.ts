/**
 * Whether a date, or an instant in UTC, lies in the years 1900–9998. Beyond them there is no room left to reckon with zones and
 * delays, and databases do not agree on what year 0 is.
 */
export function isInReckonedYears(text: string): boolean {
  return text >= '1900' && text < '9999' && /^\d/.test(text);
}
