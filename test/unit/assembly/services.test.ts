import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { startServices, type Services } from '../../../src/assembly/services.js';
import type { Service } from '../../../src/observability/service.js';

/** Services that say in one list what becomes of them. */
function recorder() {
  const said: string[] = [];
  const service = (name: string, how: Partial<Service> = {}): Service => ({
    name,
    start: () => Promise.resolve(),
    drain: () => void said.push(`${name} drains`),
    stop: async () => {
      await delay(20);
      said.push(`${name} stopped`);
    },
    healthy: () => Promise.resolve(true),
    ...how,
  });
  return { said, service };
}

const run = (start: (services: Services) => Promise<unknown>): Promise<Services> =>
  startServices(async (services) => {
    await start(services);
    return services;
  });

describe('the services of a process', () => {
  it('shut down in two tiers: all at the front take no more work and finish it, then the back from the last on', async () => {
    const { said, service } = recorder();
    const services = await run(async ({ start }) => {
      await start('back', service('postgres'));
      await start('front', service('server'));
      await start('back', service('temporal'));
      await start('front', service('worker'));
    });
    const stopped = Promise.all([services.stop(), services.stop()]);
    await stopped;
    expect(said).toEqual([
      'server drains',
      'worker drains',
      'server stopped',
      'worker stopped',
      'temporal drains',
      'temporal stopped',
      'postgres drains',
      'postgres stopped',
    ]);
  });

  it('say how each of them stands, whatever its tier', async () => {
    const { service } = recorder();
    let finish = (): void => undefined;
    const working = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const broken = { healthy: () => Promise.reject(new Error('gone')) };
    const services = await run(async ({ start, health }) => {
      await start('back', service('postgres'));
      await start('back', service('temporal', broken));
      const whileStarting = async (): Promise<void> => {
        expect((await health()).checks['server']).toBe('starting');
      };
      await start('front', service('server', { start: whileStarting, stop: () => working }));
      await start('front', service('reader'));
    });
    expect(await services.health()).toMatchObject({
      ready: false,
      checks: { postgres: 'ok', temporal: 'failed', server: 'ok', reader: 'ok' },
    });
    const stopped = services.stop();
    await delay(60);
    const draining = { server: 'draining', reader: 'stopped', postgres: 'ok', temporal: 'failed' };
    expect(await services.health()).toMatchObject({ ready: false, checks: draining });
    finish();
    await stopped;
    const { checks } = await services.health();
    expect(new Set(Object.values(checks))).toEqual(new Set(['stopped']));
  });

  it('are all stopped though one of them fails to, which is said at the end', async () => {
    const { said, service } = recorder();
    const failing = { stop: () => Promise.reject(new Error('stuck')) };
    const services = await run(async ({ start }) => {
      await start('back', service('postgres'));
      await start('front', service('server', failing));
      await start('front', service('worker'));
    });
    await expect(services.stop()).rejects.toThrow('stuck');
    expect(said).toContain('worker stopped');
    expect(said).toContain('postgres stopped');
  });

  it('are stopped, the failing one too, when one of them cannot start', async () => {
    const { said, service } = recorder();
    const failing = { start: () => Promise.reject(new Error('the port is taken')) };
    const starting = run(async ({ start }) => {
      await start('back', service('postgres'));
      await start('front', service('server', failing));
    });
    await expect(starting).rejects.toThrow('the port is taken');
    expect(said).toEqual([
      'server drains',
      'server stopped',
      'postgres drains',
      'postgres stopped',
    ]);
  });
});
