import { expect, it } from 'vitest';
import { keptFor } from '../../../src/observability/health.js';

function start() {
  const clock = { ms: 0 };
  const asked: { answer: (value: number) => void }[] = [];
  const ask = keptFor(
    1000,
    () =>
      new Promise<number>((resolve) => {
        asked.push({ answer: resolve });
      }),
    () => clock.ms,
  );
  return { clock, asked, ask };
}

it('gives everybody within a second one answer, and asks anew after it', async () => {
  const { clock, asked, ask } = start();
  const early = [ask(), ask()];
  asked[0]?.answer(1);
  expect(await Promise.all(early)).toEqual([1, 1]);
  clock.ms = 999;
  expect(await ask()).toBe(1);
  clock.ms = 1000;
  const late = ask();
  asked[1]?.answer(2);
  expect([await late, asked.length]).toEqual([2, 2]);
});

it('asks nothing while an answer is still to come', async () => {
  const { clock, asked, ask } = start();
  const first = ask();
  clock.ms = 5000;
  const second = ask();
  asked[0]?.answer(1);
  expect([await first, await second, asked.length]).toEqual([1, 1, 1]);
});
