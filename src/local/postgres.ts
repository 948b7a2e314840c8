import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { createDatabase, dropDatabase, withDatabase } from './databases.js';
import { freePort, requireFreePort } from './free-port.js';
import { startGuarded, type GuardedProcess } from './guarded-process.js';
import { openDirectory, postgresPrograms, postgresUser, type User } from './postgres-programs.js';

export interface PostgresOptions {
  /** Holds the data, the password and the log. */
  readonly directory: string;
  /** A free one by default. */
  readonly port?: number;
  /** Whether the directory is kept when the server stops. */
  readonly persistent: boolean;
  /** The name of the superuser that the cluster is made with; `cadenza` by default. */
  readonly superuser?: string;
  /** False trades safety against a crash for speed: for tests only. True by default. */
  readonly durable?: boolean;
}

export interface LocalPostgres {
  readonly port: number;
  /** Where the files are: `options.directory`, or another place if root's Postgres could not reach that one. */
  readonly directory: string;
  /** Resolves if the server ends without having been asked to; the error's message has its last lines. */
  readonly crashed: Promise<Error>;
  url(database: string): string;
  createDatabase(name: string, template?: string): Promise<void>;
  dropDatabase(name: string): Promise<void>;
  stop(): Promise<void>;
}

const usualSuperuser = 'cadenza';
const predecessorTimeoutMs = 5_000;
const startTimeoutMs = 60_000;
const pollMs = 30;
const run = promisify(execFile);

/** Makes tests fast: when a statement returns, nothing is guaranteed to be on disk. */
const volatileSettings = ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'];
const commonSettings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'timezone=UTC',
  'log_timezone=UTC',
];

/**
 * Starts our own Postgres on 127.0.0.1, both as root and as an ordinary user. A directory of an earlier run is used
 * again, even after a crash. A directory that another server still uses is refused.
 */
export async function startPostgres(options: PostgresOptions): Promise<LocalPostgres> {
  const runAs = await postgresUser();
  const { initdb, postgres } = await postgresPrograms(runAs);
  const directory = await openDirectory(options.directory, runAs);
  const { durable = true, superuser = usualSuperuser } = options;
  const cluster = { directory, data: join(directory, 'data'), runAs, durable, superuser };
  const password = await ensureCluster(initdb, cluster);
  const port = options.port ?? (await freePort());
  await requireFreePort(port, 'Postgres');
  const serverUrl = `postgres://${superuser}:${password}@127.0.0.1:${port}/postgres`;
  const server = await startServer(postgres, { ...cluster, port, serverUrl });
  let stopping = false;
  return {
    port,
    directory,
    crashed: new Promise((resolve) => {
      void server.ended.then(() => {
        if (!stopping) resolve(new Error(`Postgres ended by itself:\n${server.lastLines()}`));
      });
    }),
    url: (database) => withDatabase(serverUrl, database),
    createDatabase: (name, template) => createDatabase(serverUrl, name, template),
    dropDatabase: (name) => dropDatabase(serverUrl, name),
    stop: async () => {
      stopping = true;
      await server.stop();
      if (options.persistent) return;
      for (const place of [directory, options.directory]) {
        await rm(place, { recursive: true, force: true });
      }
    },
  };
}

interface Cluster {
  readonly directory: string;
  readonly data: string;
  readonly runAs: User | undefined;
  readonly durable: boolean;
  readonly superuser: string;
}

/** Makes the cluster if there is none yet, and returns its password. An incomplete cluster never has the final name. */
async function ensureCluster(initdb: string, cluster: Cluster): Promise<string> {
  const passwordFile = join(cluster.directory, 'password');
  if (existsSync(cluster.data)) return readFile(passwordFile, 'utf8');
  const password = randomBytes(16).toString('hex');
  await writeFile(passwordFile, password, { mode: 0o600 });
  if (cluster.runAs) await chown(passwordFile, cluster.runAs.uid, cluster.runAs.gid);
  const unfinished = `${cluster.data}.new`;
  await rm(unfinished, { recursive: true, force: true });
  await initialise(initdb, unfinished, cluster);
  await rename(unfinished, cluster.data);
  return password;
}

async function initialise(initdb: string, data: string, cluster: Cluster): Promise<void> {
  const args = [
    `--pgdata=${data}`,
    `--username=${cluster.superuser}`,
    `--pwfile=${join(cluster.directory, 'password')}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--no-instructions',
    ...(cluster.durable ? [] : ['--no-sync']),
  ];
  const locales = ['C.UTF-8', 'en_US.UTF-8', 'C'];
  for (const locale of locales) {
    try {
      const env = { ...process.env, LC_ALL: 'C' };
      const options = { cwd: cluster.directory, env, ...cluster.runAs };
      await run(initdb, [...args, `--locale=${locale}`], options);
      return;
    } catch (error) {
      const isMissingLocale = error instanceof Error && error.message.includes('locale');
      if (!isMissingLocale || locale === locales.at(-1)) throw error;
    }
  }
}

interface ServerOptions extends Cluster {
  readonly port: number;
  readonly serverUrl: string;
}

async function startServer(postgres: string, options: ServerOptions): Promise<GuardedProcess> {
  const settings = [...commonSettings, ...(options.durable ? [] : volatileSettings)];
  const deadline = performance.now() + predecessorTimeoutMs;
  for (;;) {
    await awaitPredecessor(options.data, deadline);
    const server = startGuarded({
      command: postgres,
      args: ['-D', options.data, '-p', String(options.port), ...settings.flatMap((s) => ['-c', s])],
      cwd: options.directory,
      env: { ...process.env, LC_ALL: 'C' },
      stopSignal: 'INT',
      logFile: join(options.directory, 'postgres.log'),
      ...(options.runAs ? { user: options.runAs } : {}),
    });
    if (await isReady(server, options.serverUrl)) return server;
    // The child processes of a killed server need a moment to notice that it is gone.
    const isHeld = /shared memory block|lock file/.test(server.lastLines());
    if (!isHeld || performance.now() > deadline) {
      throw new Error(`Postgres did not start:\n${server.lastLines()}`);
    }
    await delay(pollMs);
  }
}

/** False if the server ended instead. */
async function isReady(server: GuardedProcess, serverUrl: string): Promise<boolean> {
  const deadline = performance.now() + startTimeoutMs;
  while (!server.hasEnded()) {
    const client = new pg.Client({ connectionString: serverUrl });
    try {
      await client.connect();
      return true;
    } catch (error) {
      if (performance.now() > deadline) {
        await server.stop();
        throw new Error(`Postgres is not ready:\n${server.lastLines()}`, { cause: error });
      }
    } finally {
      await client.end().catch(() => undefined);
    }
    await delay(pollMs);
  }
  return false;
}

/**
 * The data directory names the process that uses it. That process may be ending just now, because its parent ended. Or
 * it has ended without removing the file, and another program may have its number, which Postgres cannot tell.
 */
async function awaitPredecessor(data: string, deadline: number): Promise<void> {
  const file = join(data, 'postmaster.pid');
  for (;;) {
    const [firstLine] = (await readFile(file, 'utf8').catch(() => '')).split('\n');
    const pid = Number(firstLine);
    if (!firstLine || !Number.isInteger(pid)) return;
    const program = await programOf(pid);
    if (program === undefined) return;
    if (!program.includes('postgres')) {
      await rm(file, { force: true });
      return;
    }
    if (performance.now() > deadline) {
      throw new Error(`Another Postgres, process ${pid}, uses ${data}. Stop it first.`);
    }
    await delay(pollMs);
  }
}

async function programOf(pid: number): Promise<string | undefined> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${pid}/comm`, 'utf8').catch(() => undefined);
  }
  const answer = await run('ps', ['-o', 'comm=', '-p', String(pid)]).catch(() => undefined);
  return answer?.stdout;
}
