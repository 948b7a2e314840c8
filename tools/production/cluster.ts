import { copyFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { startGuarded, type GuardedProcess } from '../../src/local/guarded-process.js';
import { environmentOf, hostPath, neighboursOf, root, serviceOf, type Compose } from './compose.js';
import type { Confine } from './confined.js';
import { freeLowPort, localised, type Place } from './places.js';
import { runToEnd } from './run-to-end.js';

/** What the steps below share. */
export interface Site {
  readonly compose: Compose;
  /** The environment that `docker compose` would be called in. */
  readonly shell: Readonly<Record<string, string>>;
  readonly places: readonly Place[];
  /** Holds logs, programs and the image's files. */
  readonly directory: string;
  /** Has a server run as docker-compose.yml has it: without rights, and writing nowhere. */
  readonly confine: Confine;
}

/** Where `temporal` and `temporal-sql-tool` are, as in the image of Temporal's admin tools. */
export function programsOf(site: Site): string {
  return join(site.directory, 'bin');
}

/** Builds what is missing, and puts Temporal's programs where the steps find them. */
export async function providePrograms(site: Site): Promise<string> {
  const provision = join(root, 'tools/temporal/provision.mjs');
  const lastLine = async (args: readonly string[]): Promise<string> => {
    const output = await runToEnd(process.execPath, [provision, ...args], { cwd: root });
    return (
      output
        .trim()
        .split('\n')
        .find((line) => line.startsWith('/')) ?? ''
    );
  };
  const production = await lastLine(['--production']);
  const temporal = await lastLine([]);
  const bin = programsOf(site);
  await symlink(join(production, 'temporal-sql-tool'), join(bin, 'temporal-sql-tool'));
  // Without a path it is the one that everybody finds.
  if (temporal !== '') await symlink(temporal, join(bin, 'temporal'));
  // Where it was built, only who built it may look.
  await copyFile(join(production, 'server'), join(bin, 'temporal-server'));
  return join(bin, 'temporal-server');
}

/** What stands in place of what docker-compose.yml says, as with `docker compose run`. */
export interface Instead {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
}

/** Runs a service that does its work and ends, as Compose would. */
export async function runOneShot(site: Site, name: string, instead: Instead = {}): Promise<string> {
  const service = serviceOf(site.compose, name);
  const given = instead.command ?? service.command ?? [];
  const [command = '', ...args] = [...(service.entrypoint ?? []), ...given];
  const isMounted = (word: string): boolean => word.startsWith('/') && !word.startsWith('/bin/');
  return runToEnd(
    command,
    args.map((word) => (isMounted(word) ? hostPath(service, word) : word)),
    {
      cwd: site.directory,
      env: {
        ...toolEnvironment(site),
        ...containerEnvironment(site, name),
        ...instead.environment,
      },
    },
  );
}

/** A service's environment, with this machine's addresses of those that it shares a network with. */
export function containerEnvironment(site: Site, name: string): Readonly<Record<string, string>> {
  const known = [name, ...neighboursOf(site.compose, name)];
  const places = site.places.filter(({ service }) => known.includes(service));
  return localised(environmentOf(serviceOf(site.compose, name), site.shell), places);
}

function toolEnvironment(site: Site): Readonly<Record<string, string>> {
  const path = process.env['PATH'] ?? '';
  return { PATH: `${programsOf(site)}:${path}`, HOME: site.directory };
}

/** Starts the production server by what docker-compose.yml says of it, as the image's entry point does. */
export async function startTemporal(site: Site, server: string): Promise<GuardedProcess> {
  const service = serviceOf(site.compose, 'temporal');
  const environment = containerEnvironment(site, 'temporal');
  const dynamicConfig = join(site.directory, 'dynamic-config.yaml');
  await copyFile(
    hostPath(service, environment['DYNAMIC_CONFIG_FILE_PATH'] ?? ''),
    // The repository may be where its user may not look.
    dynamicConfig,
  );
  await requireValidConfig(server, dynamicConfig);
  return startGuarded({
    ...site.confine([server, 'start']),
    cwd: site.directory,
    env: {
      ...environment,
      ...(await ownPorts(site)),
      DYNAMIC_CONFIG_FILE_PATH: dynamicConfig,
      BIND_ON_IP: '127.0.0.1',
    },
    stopSignal: 'TERM',
    logFile: join(site.directory, 'temporal.log'),
  });
}

/** The server only logs a setting that it does not know. */
async function requireValidConfig(server: string, file: string): Promise<void> {
  const output = await runToEnd(server, ['validate-dynamic-config', file], { cwd: root });
  if (/error:|warning:/.test(output)) throw new Error(output);
}

/** In a container, the server has these ports to itself. */
async function ownPorts(site: Site): Promise<Readonly<Record<string, string>>> {
  const names = ['FRONTEND', 'MATCHING', 'HISTORY', 'WORKER'].flatMap((service) =>
    ['GRPC', 'MEMBERSHIP'].map((kind) => `${service}_${kind}_PORT`),
  );
  const entries: [string, string][] = [];
  for (const name of [...names, 'FRONTEND_HTTP_PORT']) {
    entries.push([name, String(await freeLowPort())]);
  }
  const frontend = site.places.find((place) => place.service === 'temporal')?.localPort ?? 0;
  return { ...Object.fromEntries(entries), FRONTEND_GRPC_PORT: String(frontend) };
}

/** Throws unless the cluster is what docker-compose.yml asks for. */
export async function inspectCluster(site: Site): Promise<string> {
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '' } =
    containerEnvironment(site, 'worker');
  const wantedShards = Number(containerEnvironment(site, 'temporal')['NUM_HISTORY_SHARDS']);
  const connection = await Connection.connect({ address });
  try {
    const info = await connection.workflowService.getClusterInfo({});
    if (info.historyShardCount !== wantedShards) {
      throw new Error(`the cluster has ${info.historyShardCount} shards, not ${wantedShards}`);
    }
    const wanted = Object.values(searchAttributes).map((attribute) => attribute.name);
    const listed = await connection.operatorService.listSearchAttributes({ namespace });
    const missing = wanted.filter((name) => !(name in listed.customAttributes));
    if (missing.length > 0) throw new Error(`no search attribute ${missing.join(', ')}`);
    const { serverVersion, persistenceStore, visibilityStore } = info;
    return `server ${serverVersion} on ${persistenceStore} and ${visibilityStore}, ${wantedShards} shards, namespace ${namespace} with ${wanted.length} search attributes`;
  } finally {
    await connection.close();
  }
}

const pollersTimeoutMs = 20_000;
const pollMs = 200;

/** Waits until so many workers ask for tasks, and returns their identities. */
export async function awaitPollers(
  site: Site,
  taskQueue: string,
  wanted: number,
): Promise<readonly string[]> {
  const { TEMPORAL_ADDRESS: address = '', TEMPORAL_NAMESPACE: namespace = '' } =
    containerEnvironment(site, 'worker');
  const connection = await Connection.connect({ address });
  const deadline = performance.now() + pollersTimeoutMs;
  try {
    for (;;) {
      const { pollers } = await connection.workflowService.describeTaskQueue({
        namespace,
        taskQueue: { name: taskQueue },
      });
      const names = [...new Set(pollers.map((poller) => poller.identity ?? ''))];
      if (names.length >= wanted) return names;
      if (performance.now() > deadline)
        throw new Error(`only ${names.length} workers ask for tasks`);
      await delay(pollMs);
    }
  } finally {
    await connection.close();
  }
}
