import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startGuarded, type GuardedProcess } from '../../src/local/guarded-process.js';
import { containerEnvironment, type Site } from './cluster.js';
import { serviceOf } from './compose.js';
import type { Image } from './image.js';
import { runToEnd } from './run-to-end.js';

/** A site where the image is at hand. */
export interface ProgramSite extends Site {
  readonly image: Image;
  /** The image's working directory. */
  readonly app: string;
}

export interface Program {
  readonly name: string;
  readonly process: GuardedProcess;
}

const readyTimeoutMs = 60_000;
const pollMs = 100;

/** Runs a service's command to its end; `args` stand in place of those that docker-compose.yml gives. */
export function runProgram(
  site: ProgramSite,
  name: string,
  args?: readonly string[],
): Promise<string> {
  const [program = '', ...ownArgs] = serviceOf(site.compose, name).command ?? [];
  const { command, args: words } = site.confine([program, ...(args ?? ownArgs)]);
  return runToEnd(command, words, { cwd: site.app, env: environmentIn(site, name) });
}

/** Starts one replica of a service. */
export function startProgram(site: ProgramSite, name: string, replica: number): Program {
  const process = startGuarded({
    ...site.confine(serviceOf(site.compose, name).command ?? []),
    cwd: site.app,
    env: environmentIn(site, name),
    stopSignal: 'TERM',
    logFile: join(site.directory, `${name}-${replica}.log`),
  });
  return { name: `${name} ${replica}`, process };
}

/** Nothing of this machine's environment but the way to node. */
function environmentIn(site: ProgramSite, name: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    ...site.image.environment,
    ...containerEnvironment(site, name),
  };
}

/** Waits until the API says that it is ready, by the image's own health check too, and returns its address. */
export async function awaitReady(site: ProgramSite, api: Program): Promise<string> {
  const place = site.places.find(({ service }) => service === 'api');
  const url = `http://127.0.0.1:${place?.localPort ?? 0}`;
  const deadline = performance.now() + readyTimeoutMs;
  for (;;) {
    const ready = await fetch(`${url}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) {
      const [command = '', ...args] = site.image.healthcheck;
      await runToEnd(command, args, { cwd: site.app, env: environmentIn(site, 'api') });
      return url;
    }
    if (api.process.hasEnded() || performance.now() > deadline) {
      throw new Error(`the API does not get ready:\n${api.process.lastLines()}`);
    }
    await delay(pollMs);
  }
}

/** Sends SIGTERM, and throws unless the program then ends by itself and with status 0. */
export async function stopCleanly({ name, process }: Program): Promise<void> {
  if (process.hasEnded()) throw new Error(`${name} had ended before:\n${process.lastLines()}`);
  await process.stop();
  const status = await process.ended;
  if (status !== 0) {
    throw new Error(`${name} ended with ${status ?? 'SIGKILL'}:\n${process.lastLines()}`);
  }
}
