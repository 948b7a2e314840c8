import { describe, expect, it } from 'vitest';
import { readId, readInstant } from '../../../src/domain/segment/read-value.js';

const id = '0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';

describe('a value of a filter', () => {
  it('SEQ-25: is an id in whatever letters, and nothing around it', () => {
    expect(readId(id)).toBe(id);
    expect(readId(id.toUpperCase())).toBe(id);
    for (const none of [` ${id}`, `${id}0`, id.replaceAll('-', ''), 7, null]) {
      expect(readId(none)).toBeUndefined();
    }
  });

  it.each([
    ['2026-11-26T17:00Z', '2026-11-26T17:00:00.000Z'],
    ['2026-11-26T17:00:05Z', '2026-11-26T17:00:05.000Z'],
    ['2026-11-26T17:00:05.5-05:00', '2026-11-26T22:00:05.500Z'],
    ['1900-01-01T00:00Z', '1900-01-01T00:00:00.000Z'],
    ['9998-12-31T23:59Z', '9998-12-31T23:59:00.000Z'],
  ])('SEQ-25: is an instant such as %s', (text, instant) => {
    expect(readInstant(text)).toBe(instant);
  });

  it.each([
    '2026-11-26',
    '2026-11-26T17:00',
    '2026-02-30T00:00Z',
    '2026-11-26T25:00Z',
    '1899-12-31T23:59Z',
    '9999-01-01T00:00Z',
    'x2026-11-26T17:00Z',
    '2026-11-26T17:00Zx',
    7,
    null,
  ])('SEQ-25: is no instant as %j', (text) => {
    expect(readInstant(text)).toBeUndefined();
  });
});
