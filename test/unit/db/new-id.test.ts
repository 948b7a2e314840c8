import { expect, it } from 'vitest';
import { newId } from '../../../src/db/new-id.js';

const at = '2026-11-23T10:00:00.000Z';

it('gives ids in the order of their creation, within one millisecond too', () => {
  const ids = Array.from({ length: 1000 }, () => newId(at));
  expect(ids).toEqual([...ids].sort());
  expect(new Set(ids).size).toBe(1000);
  expect(newId('2026-11-23T10:00:00.001Z') > (ids.at(-1) ?? '')).toBe(true);
});

it('gives ids of the clock that it was told, also when that goes back', () => {
  const later = newId('2026-11-24T10:00:00.000Z');
  expect(newId(at) < later).toBe(true);
});
