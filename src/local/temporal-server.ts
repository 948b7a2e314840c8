import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Connection } from '@temporalio/client';
import type { SearchAttributeType } from '@temporalio/common';
import { freePort, requireFreePort } from './free-port.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';

export interface TemporalServerOptions {
  /** A free one by default. */
  readonly port?: number;
  /** The port of the UI. If left out there is no UI; 0 takes a free port. */
  readonly uiPort?: number;
  /** Keeps everything in this file. If left out, all is gone when the server stops. */
  readonly dbFile?: string;
  /** Lets individual workflows be moved through time from outside: in tests and in the demo only. */
  readonly timeSkipping: boolean;
  readonly searchAttributes: readonly SearchAttribute[];
  /** After this many events a workflow is told to go on in a fresh history; by default some thousands. */
  readonly suggestContinueAsNew?: number;
  /** `default` by default. */
  readonly namespace?: string;
  readonly logFile?: string;
}

export interface SearchAttribute {
  readonly name: string;
  readonly type: SearchAttributeType;
}

export interface LocalTemporal {
  readonly address: string;
  readonly namespace: string;
  /** Without a slash at its end; present if `uiPort` was given. */
  readonly uiUrl?: string;
  /** Resolves if the server ends without having been asked to; the error's message has its last lines. */
  readonly crashed: Promise<Error>;
  stop(): Promise<void>;
}

const provisionScript = fileURLToPath(
  new URL('../../tools/temporal/provision.mjs', import.meta.url),
);
const startTimeoutMs = 30_000;
const connectTimeoutMs = 1_000;
const pollMs = 50;

/** The command line's name for a type, and its number in the API. */
const attributeTypes = {
  TEXT: { flag: 'Text', number: 1 },
  KEYWORD: { flag: 'Keyword', number: 2 },
  INT: { flag: 'Int', number: 3 },
  DOUBLE: { flag: 'Double', number: 4 },
  BOOL: { flag: 'Bool', number: 5 },
  DATETIME: { flag: 'Datetime', number: 6 },
  KEYWORD_LIST: { flag: 'KeywordList', number: 7 },
} as const;

const dynamicConfig = [
  // The default lets every timer be up to a second late, and every skip of time cost a second.
  'history.timerProcessorMaxTimeShift="10ms"',
  // Tasks of one fairness key must not hold up those of another.
  'matching.enableFairness=true',
  // A shard reads each of its queues at most 20 times a second, which a cluster with its many shards never notices.
  // This server has a single shard: skipping through a story of forty waits takes 8 s with the default, and 1 s with
  // this.
  'history.timerProcessorMaxPollRPS=1000',
  'history.transferProcessorMaxPollRPS=1000',
];

/** The switch has one name up to server 1.32 and another from 1.33; a server ignores the name it does not know. */
const timeSkippingConfig = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  'system.workflowTimeSkippingEnabled=true',
];

/** Starts a development server on 127.0.0.1, and resolves when its namespace takes workflows. */
export async function startTemporalServer(options: TemporalServerOptions): Promise<LocalTemporal> {
  const command = await findProgram();
  const port = await choosePort(options.port ?? 0, 'Temporal');
  const uiPort =
    options.uiPort === undefined ? undefined : await choosePort(options.uiPort, 'the Temporal UI');
  const namespace = options.namespace ?? 'default';
  if (options.dbFile !== undefined)
    await mkdir(dirname(resolve(options.dbFile)), { recursive: true });
  const server = startGuarded({
    command,
    args: serverArguments(options, { port, uiPort, namespace }),
    cwd: process.cwd(),
    env: environment(),
    stopSignal: 'TERM',
    ...(options.logFile === undefined ? {} : { logFile: options.logFile }),
  });
  const address = `127.0.0.1:${port}`;
  await makeReady(server, address, namespace, options.searchAttributes);
  let stopping = false;
  return {
    address,
    namespace,
    ...(uiPort === undefined ? {} : { uiUrl: `http://127.0.0.1:${uiPort}` }),
    crashed: new Promise((settle) => {
      void server.ended.then(() => {
        if (!stopping) settle(new Error(`Temporal ended by itself:\n${server.lastLines()}`));
      });
    }),
    stop: () => {
      stopping = true;
      return server.stop();
    },
  };
}

async function choosePort(port: number, purpose: string): Promise<number> {
  if (port === 0) return freePort();
  await requireFreePort(port, purpose);
  return port;
}

/** The first time, this builds the server, and says so on stderr. */
function findProgram(): Promise<string> {
  return new Promise((settle, reject) => {
    const child = execFile(process.execPath, [provisionScript], (error, stdout, stderr) => {
      const path = stdout.trim().split('\n').at(-1);
      if (error === null && path) settle(path);
      else reject(new Error(stderr.trim() || 'no Temporal server was found', { cause: error }));
    });
    child.stderr?.pipe(process.stderr, { end: false });
  });
}

interface Place {
  readonly port: number;
  readonly uiPort: number | undefined;
  readonly namespace: string;
}

function serverArguments(options: TemporalServerOptions, place: Place): readonly string[] {
  const { suggestContinueAsNew: events } = options;
  const config = [
    ...dynamicConfig,
    ...(options.timeSkipping ? timeSkippingConfig : []),
    ...(events === undefined ? [] : [`limit.historyCount.suggestContinueAsNew=${events}`]),
  ];
  const ui =
    place.uiPort === undefined
      ? ['--headless']
      : ['--ui-ip', '127.0.0.1', '--ui-port', String(place.uiPort), '--ui-disable-news-fetch'];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(place.port)],
    ...['--namespace', place.namespace, '--log-level', 'error'],
    ...ui,
    ...(options.dbFile === undefined ? [] : ['--db-filename', resolve(options.dbFile)]),
    ...config.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...options.searchAttributes.flatMap(({ name, type }) => [
      '--search-attribute',
      `${name}=${attributeTypes[type].flag}`,
    ]),
  ];
}

/** The client's settings, which the same program reads, do not concern the server. */
function environment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('TEMPORAL_')),
  );
}

async function makeReady(
  server: GuardedProcess,
  address: string,
  namespace: string,
  searchAttributes: readonly SearchAttribute[],
): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  for (;;) {
    try {
      await addSearchAttributes(address, namespace, searchAttributes);
      return;
    } catch (error) {
      if (!server.hasEnded() && performance.now() < deadline) {
        await delay(pollMs);
        continue;
      }
      await server.stop();
      throw new Error(`Temporal did not start:\n${server.lastLines()}`, { cause: error });
    }
  }
}

/** A server with its own file takes the attributes from the command line only when it creates the file. */
async function addSearchAttributes(
  address: string,
  namespace: string,
  wanted: readonly SearchAttribute[],
): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: connectTimeoutMs });
  try {
    await connection.workflowService.describeNamespace({ namespace });
    const { customAttributes } = await connection.operatorService.listSearchAttributes({
      namespace,
    });
    const missing = wanted.filter(({ name }) => !(name in customAttributes));
    if (missing.length === 0) return;
    await connection.operatorService.addSearchAttributes({
      namespace,
      searchAttributes: Object.fromEntries(
        missing.map(({ name, type }) => [name, attributeTypes[type].number]),
      ),
    });
  } finally {
    await connection.close();
  }
}
