import { expect } from 'vitest';

const factor = 8;
/** What is quicker than this says nothing: a computer's own doings take as long. */
const noiseMs = 100;

/**
 * Expects that eight times the size takes less than 40 times the work; with quadratic growth it would be 64 times. Each time is
 * the best of several tries.
 */
export function expectLinear(
  act: (size: number) => unknown,
  { n, tries = 3 }: { readonly n: number; readonly tries?: number },
): void {
  const large = bestOf(tries, () => act(factor * n));
  if (large < noiseMs) return;
  const small = bestOf(tries, () => act(n));
  const told = `${small} ms became ${large} ms with ${factor} times as much`;
  expect(large / small, told).toBeLessThan(5 * factor);
}

/** The least processor time of several tries, in ms: unlike the time of day it leaves out what others do meanwhile. */
function bestOf(tries: number, act: () => unknown): number {
  let least = Infinity;
  for (let index = 0; index < tries && least >= noiseMs; index += 1) {
    const before = process.cpuUsage();
    act();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** Expects the same of something that is answered later, up to a size. */
export async function expectCheap(
  act: (size: number) => Promise<void>,
  size: number,
): Promise<void> {
  const least = async (given: number): Promise<number> => {
    let best = Infinity;
    for (let tries = 0; tries < 3 && best >= noiseMs; tries += 1) {
      const before = process.cpuUsage();
      await act(given);
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1000);
    }
    return best;
  };
  const large = await least(size);
  if (large < noiseMs) return;
  const small = await least(size / factor);
  const told = `${small} ms became ${large} ms with ${factor} times as much`;
  expect(large / small, told).toBeLessThan(5 * factor);
}
