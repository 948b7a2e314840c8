import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { startEventLoopGauge } from '../../../src/observability/event-loop.js';

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('tells for how long nothing else could be done, and forgets it after the window', async () => {
  const gauge = startEventLoopGauge(300);
  try {
    expect(gauge.read()).toEqual({ p50: 0, p99: 0, max: 0 });
    await sleep(50);
    block(200);
    await sleep(50);
    const { p50, p99, max } = gauge.read();
    expect(max).toBeGreaterThan(150);
    expect(p99).toBeLessThanOrEqual(max);
    // One long halt is no halt in every other sample.
    expect(p50).toBeLessThan(100);
    await expect.poll(() => gauge.read().max < max, { timeout: 10_000, interval: 50 }).toBe(true);
  } finally {
    gauge.stop();
  }
});
