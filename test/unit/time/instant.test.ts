import { describe, expect, it } from 'vitest';
import { fromEpochMs, later, latest, toEpochMs } from '../../../src/domain/time/instant.js';

const instant = '2026-11-26T22:00:00.000Z';

describe('an instant', () => {
  it('is milliseconds since 1970 and back', () => {
    expect(toEpochMs('1970-01-01T00:00:01.000Z')).toBe(1000);
    expect(fromEpochMs(toEpochMs(instant))).toBe(instant);
  });

  it.each([
    '2026-11-26T22:00:00Z',
    '2026-11-26T22:00:00.000+00:00',
    '2026-02-30T00:00:00.000Z',
    '2026-13-01T00:00:00.000Z',
    ` ${instant}`,
    `${instant} `,
    '+002026-11-26T22:00:00.000Z',
    '2026-11-26T24:00:00.000Z',
    '',
  ])('has one spelling, which is not "%s"', (text) => {
    expect(() => toEpochMs(text)).toThrow(RangeError);
    expect(() => toEpochMs(text)).toThrow(`: ${text}`);
  });

  it('is moved by milliseconds, to and fro', () => {
    expect(later(instant, 61_001.9)).toBe('2026-11-26T22:01:01.001Z');
    expect(later(instant, -1)).toBe('2026-11-26T21:59:59.999Z');
  });

  it('is the later of two', () => {
    const after = '2026-11-26T22:00:00.001Z';
    expect(latest(instant, after)).toBe(after);
    expect(latest(after, instant)).toBe(after);
  });
});
