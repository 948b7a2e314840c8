import { startEventLoopGauge } from '../observability/event-loop.js';
import { runChecks, type HealthReport, type ServiceStanding } from '../observability/health.js';
import type { Service } from '../observability/service.js';

/** `front`: takes new work, such as a server, a worker or a reader. `back`: what is needed to finish it. */
export type Tier = 'front' | 'back';

/** What a process has started so far. */
export interface Services {
  /** Starts a service, and keeps it to be stopped later. */
  readonly start: <S extends Service>(tier: Tier, service: S) => Promise<S>;
  /** The state of each service, and for how long the process could do nothing else; it is ready when all are `ok`. */
  readonly health: () => Promise<HealthReport>;
  /**
   * Shuts down in two tiers. First all services at the front take no more work and finish what they have begun; only
   * then do those at the back stop, the last started first. A failing service does not keep the others from stopping,
   * and makes this reject at the end. A second call waits for the first.
   */
  readonly stop: () => Promise<void>;
}

interface Kept {
  readonly tier: Tier;
  readonly service: Service;
  standing: Exclude<ServiceStanding, 'failed'>;
}

const healthLimitMs = 2_000;

/**
 * Starts services that need one another. When one of them fails to start, those already started are stopped, and
 * nothing is left running.
 */
export async function startServices<T>(start: (services: Services) => Promise<T>): Promise<T> {
  const services = createServices();
  try {
    return await start(services);
  } catch (error) {
    await services.stop();
    throw error;
  }
}

function createServices(): Services {
  const all: Kept[] = [];
  const eventLoop = startEventLoopGauge();
  let stopping: Promise<void> | undefined;
  return {
    start: async (tier, service) => {
      const kept: Kept = { tier, service, standing: 'starting' };
      all.push(kept);
      await service.start();
      kept.standing = 'ok';
      return service;
    },
    health: async () => ({ ...(await healthOf(all)), eventLoopDelayMs: eventLoop.read() }),
    stop: () =>
      (stopping ??= shutDown(all).finally(() => {
        eventLoop.stop();
      })),
  };
}

async function healthOf(all: readonly Kept[]): Promise<HealthReport> {
  const running = all.filter(({ standing }) => standing === 'ok');
  const { checks } = await runChecks(
    Object.fromEntries(running.map(({ service }) => [service.name, () => service.healthy()])),
    healthLimitMs,
  );
  const standings = all.map(
    ({ service: { name }, standing }) => [name, checks[name] ?? standing] as const,
  );
  return {
    ready: standings.every(([, standing]) => standing === 'ok'),
    checks: Object.fromEntries(standings),
  };
}

async function shutDown(all: readonly Kept[]): Promise<void> {
  const failures: unknown[] = [];
  const attempt = async (act: () => void | Promise<void>): Promise<void> => {
    try {
      await act();
    } catch (error) {
      failures.push(error);
    }
  };
  const drain = (kept: Kept): Promise<void> => {
    kept.standing = 'draining';
    return attempt(() => {
      kept.service.drain();
    });
  };
  const stop = async (kept: Kept): Promise<void> => {
    await attempt(() => kept.service.stop());
    kept.standing = 'stopped';
  };
  const front = all.filter(({ tier }) => tier === 'front');
  await Promise.all(front.map(drain));
  await Promise.all(front.map(stop));
  for (const kept of all.filter(({ tier }) => tier === 'back').reverse()) {
    await drain(kept);
    await stop(kept);
  }
  if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'));
}
