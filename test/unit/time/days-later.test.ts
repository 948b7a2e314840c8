import { describe, expect, it } from 'vitest';
import { daysLater } from '../../../src/domain/time/days-later.js';
import { at, calendarIn, shown } from './fixtures.js';

const newYork = 'America/New_York';
const later = (local: string, days: number) =>
  shown(daysLater(at(local, newYork), days, calendarIn(newYork)), newYork);

describe('daysLater', () => {
  it('SET-04: counts business days and keeps the wall clock, across a clock change too', () => {
    expect(later('2026-11-26 17:00', 3)).toBe('Tue 2026-12-01 17:00');
    expect(later('2026-10-30 09:00', 1)).toBe('Mon 2026-11-02 09:00');
  });

  it('SEQ-16: is the very instant without days, on a Saturday too', () => {
    expect(later('2026-11-28 10:00', 0)).toBe('Sat 2026-11-28 10:00');
  });
});
