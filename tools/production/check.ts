// npm run production:check: what docker-compose.yml does, without Docker.
//
// The commands, the environments and the mounted files are read out of docker-compose.yml and the Dockerfile. Postgres is
// the embedded one, the Temporal server and its schema tool are built from tools/temporal, the mail catcher is ours.

import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultTaskQueue } from '../../src/contract/task-queues.js';
import { startMailCatcher } from '../../src/local/mail-catcher.js';
import { startPostgres } from '../../src/local/postgres.js';
import {
  awaitPollers,
  inspectCluster,
  providePrograms,
  runOneShot,
  startTemporal,
  type Site,
} from './cluster.js';
import { newSecrets, readCompose, serviceOf } from './compose.js';
import { findConfinement } from './confined.js';
import { inspectUsers, takeOverEarlierVolume } from './database-users.js';
import { fillLikeImage, readImage } from './image.js';
import { newPlace } from './places.js';
import { playHalf } from './play.js';
import { awaitReady, runProgram, startProgram, stopCleanly, type ProgramSite } from './programs.js';

const started: { stop(): Promise<unknown> }[] = [];

async function check(directory: string): Promise<void> {
  const site = await step('Postgres', () => startDatabase(directory));
  note(site.confined);
  const server = await step('Temporal server and schema tool are built', () =>
    providePrograms(site),
  );
  await step('Users and databases are made; a second time changes nothing', async () => {
    await runOneShot(site, 'databases');
    await runOneShot(site, 'databases');
  });
  await step('Temporal schema is set up; a second time changes nothing', async () => {
    await runOneShot(site, 'temporal-schema');
    await runOneShot(site, 'temporal-schema');
  });
  const cluster = await step('Temporal serves; its namespace is set up, twice', async () => {
    const temporal = await startTemporal(site, server);
    started.push(temporal);
    const crashed = temporal.ended.then(() => {
      throw new Error(`Temporal ended by itself:\n${temporal.lastLines()}`);
    });
    const setUp = async (): Promise<string> => {
      await runOneShot(site, 'temporal-namespace');
      await runOneShot(site, 'temporal-namespace');
      return inspectCluster(site);
    };
    return Promise.race([setUp(), crashed]);
  });
  note(cluster);
  const image = await readImage();
  const programs: ProgramSite = { ...site, image, app: join(directory, 'app') };
  await step('What the image holds is built, without packages of development', () =>
    fillLikeImage(image, programs.app),
  );
  await step('The database is migrated', () => runProgram(programs, 'migrate'));
  note(await step("No user of Postgres enters what is another's", () => inspectUsers(site)));
  const earlier = join(directory, 'earlier-postgres');
  note(
    await step('A volume with one user for all is taken over', () =>
      takeOverEarlierVolume(site, earlier),
    ),
  );
  await checkService(programs);
}

async function startDatabase(directory: string): Promise<Site & { readonly confined: string }> {
  const compose = await readCompose();
  const places = [
    await newPlace('postgres', '5432'),
    await newPlace('temporal', '7233'),
    await newPlace('api', '3000'),
    await newPlace('mail', '1025'),
  ] as const;
  const postgres = await startPostgres({
    directory: join(directory, 'postgres'),
    port: places[0].localPort,
    superuser: 'postgres',
    persistent: false,
    durable: false,
  });
  started.push(postgres);
  const { password } = new URL(postgres.url('postgres'));
  const { confine, reason } = await findConfinement(directory);
  const confined =
    reason === undefined
      ? 'servers run without rights and write nowhere'
      : `servers are NOT confined here: ${reason}`;
  const shell = { ...newSecrets(), POSTGRES_PASSWORD: password };
  return { compose, places, directory, shell, confine, confined };
}

async function checkService(site: ProgramSite): Promise<void> {
  const replicas = serviceOf(site.compose, 'worker').deploy?.replicas ?? 1;
  const api = startProgram(site, 'api', 1);
  const workers = Array.from({ length: replicas }, (_, index) =>
    startProgram(site, 'worker', index + 1),
  );
  started.push(...[api, ...workers].map((program) => program.process));
  const url = await step('The API is ready', () => awaitReady(site, api));
  const identities = await step(`${replicas} workers ask for tasks`, () =>
    awaitPollers(site, defaultTaskQueue, replicas),
  );
  note(identities.join(', '));
  const token = await step('The first account is made', async () => {
    const output = await runProgram(site, 'api', createAccount);
    const key = /\bcad_\w+/.exec(output)?.[0];
    if (key === undefined) throw new Error(`no key was shown:\n${output}`);
    return key;
  });
  const port = site.places.find(({ service }) => service === 'mail')?.localPort ?? 0;
  const mail = await startMailCatcher({ port });
  started.push(mail);
  const half = await step('An enrollment has sent its mail and waits for a call', () =>
    playHalf(url, token, mail),
  );
  const [first, ...others] = workers;
  await step('One worker stops on SIGTERM with status 0', async () => {
    if (first) await stopCleanly(first);
  });
  const types = await step('Another one takes the enrollment to its end', () => half.finish());
  note(types.join(', '));
  await step('All others stop on SIGTERM with status 0', () =>
    Promise.all([api, ...others].map(stopCleanly)),
  );
}

const createAccount = ['dist/bin/admin.js', 'create-account', '--name', 'Check'];

/** Does a part of the check, and says how it went and how long it took. */
async function step<T>(what: string, work: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  const print = (mark: string): void => {
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    process.stdout.write(`${mark} ${what} (${seconds} s)\n`);
  };
  try {
    const result = await work();
    print('✓');
    return result;
  } catch (error) {
    print('✗');
    throw error;
  }
}

function note(text: string): void {
  process.stdout.write(`    ${text}\n`);
}

async function stopAll(): Promise<void> {
  for (const part of started.splice(0).reverse()) await part.stop();
}

const directory = await mkdtemp(join(tmpdir(), 'cadenza-production-'));
// Whoever owns nothing here reads the programs in it.
await chmod(directory, 0o755);
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.once(name, () => {
    // The check then fails at what it was about to do.
    void stopAll();
  });
}
try {
  for (const name of ['bin', 'app']) await mkdir(join(directory, name));
  await check(directory);
  await stopAll();
  await rm(directory, { recursive: true, force: true });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  await stopAll();
  process.stderr.write(`Logs are kept in ${directory}\n`);
  process.exitCode = 1;
}
