import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until the answer satisfies, and returns it; fails with the last answer after `limitMs`. */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  satisfies: (answer: T) => boolean,
  limitMs = 20_000,
): Promise<T> {
  const end = performance.now() + limitMs;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (performance.now() > end) {
      throw new Error(`not within ${limitMs} ms; the last answer was ${JSON.stringify(answer)}`);
    }
    await delay(25);
  }
}
