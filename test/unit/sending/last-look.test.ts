import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { lookLast } from '../../../src/activities/sending/last-look.js';

const freshMs = 20;
const never = (): boolean => false;

/** Looks that take so long, one after the other, and then none at all. */
function looks(...takeMs: readonly number[]) {
  let asked = 0;
  return {
    asked: () => asked,
    look: async (): Promise<'go'> => {
      await delay(takeMs[asked] ?? 0);
      asked += 1;
      return 'go';
    },
  };
}

describe('the last look before a body', () => {
  it('holds when its answer was quick', async () => {
    const { look, asked } = looks();
    expect(await lookLast(look, never, 1_000)).toBe('go');
    expect(asked()).toBe(1);
  });

  it('ENR-20: is taken again when its answer was slow', async () => {
    const { look, asked } = looks(2 * freshMs, 2 * freshMs);
    expect(await lookLast(look, never, freshMs)).toBe('go');
    expect(asked()).toBe(3);
  });

  it('sends nothing when all answers are slow', async () => {
    const { look, asked } = looks(...Array.from({ length: 9 }, () => 2 * freshMs));
    await expect(lookLast(look, never, freshMs)).rejects.toThrow('put off');
    expect(asked()).toBe(5);
  });

  it('ends with a stop, and with a cancellation', async () => {
    expect(await lookLast(() => Promise.resolve('stop'), never)).toBe('stop');
    const { look, asked } = looks(2 * freshMs);
    expect(await lookLast(look, () => asked() > 0, freshMs)).toBe('stop');
    expect(asked()).toBe(1);
  });
});
