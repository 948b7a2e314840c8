import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { startGuarded, type GuardedProcess } from '../../../src/local/guarded-process.js';
import { messageOf } from '../../../src/bin/shared/run-main.js';
import {
  createNamespaceQuestion,
  openTemporalClient,
  openWorkerConnection,
} from '../../../src/temporal/connect.js';
import { createAuthority } from '../../support/certificates.js';
import { createTestDatabase } from '../../support/database.js';
import { eventually } from '../../support/eventually.js';
import { startGuardedTemporal, type GuardedTemporal } from '../../support/guarded-temporal.js';

const tsx = import.meta.resolve('tsx');
const programs = fileURLToPath(new URL('../../../src/bin/', import.meta.url));
const patienceMs = 30_000;

const authority = createAuthority('the cluster');
const server = authority.issue('temporal');
const client = authority.issue('cadenza');
const stranger = createAuthority('somebody else').issue('cadenza');
const apiKey = 'the key of the tests';

let directory: string;
let database: Awaited<ReturnType<typeof createTestDatabase>>;
let withCertificate: GuardedTemporal;
let withKey: GuardedTemporal;
let running: GuardedProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cadenza-tls-'));
  database = await createTestDatabase();
  const target = inject('temporalAddress');
  withCertificate = await startGuardedTemporal(target, {
    ...server,
    clientAuthority: authority.cert,
  });
  withKey = await startGuardedTemporal(target, { ...server, apiKey });
  const files = {
    'ca.pem': authority.cert,
    'client.pem': client.cert,
    'client.key': client.key,
    'stranger.pem': stranger.cert,
    'stranger.key': stranger.key,
    'temporal.toml': [
      '[profile.cluster]',
      `address = "${withCertificate.address}"`,
      `namespace = "${inject('temporalNamespace')}"`,
      '[profile.cluster.tls]',
      `server_ca_cert_path = "${join(directory, 'ca.pem')}"`,
      `client_cert_path = "${join(directory, 'client.pem')}"`,
      `client_key_path = "${join(directory, 'client.key')}"`,
      'server_name = "localhost"',
    ].join('\n'),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
});
afterEach(async () => {
  await Promise.all(running.map((each) => each.stop()));
  running = [];
});
afterAll(async () => {
  await Promise.all([withCertificate.stop(), withKey.stop()]);
  await database.drop();
  await rm(directory, { recursive: true, force: true });
});

/** Starts a program as production does, with nothing in its environment but what it is told. */
function start(program: 'api' | 'worker', temporal: Readonly<Record<string, string>>) {
  const { PATH = '' } = process.env;
  const child = startGuarded({
    command: process.execPath,
    args: ['--import', tsx, join(programs, `${program}.ts`)],
    cwd: directory,
    env: {
      PATH,
      TEMPORAL_NAMESPACE: inject('temporalNamespace'),
      TEMPORAL_TLS_SERVER_NAME: 'localhost',
      ...temporal,
      DATABASE_URL: database.url,
      CADENZA_HTTP_PORT: '0',
      CADENZA_MESSAGE_ID_SECRET: 'x'.repeat(32),
      CADENZA_ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
    },
    stopSignal: 'TERM',
  });
  running.push(child);
  return child;
}

const said = (child: GuardedProcess, what: RegExp): Promise<string> =>
  eventually(
    () => {
      const lines = child.lastLines();
      if (child.hasEnded() && !what.test(lines)) throw new Error(`it ended: ${lines}`);
      return Promise.resolve(lines);
    },
    (lines) => what.test(lines),
    patienceMs,
  );

async function readiness(api: GuardedProcess): Promise<number> {
  const [, url = ''] = /"url":"([^"]+)"/.exec(await said(api, /the API is ready/)) ?? [];
  return (await fetch(`${url}/readyz`)).status;
}

const file = (name: string): string => join(directory, name);
const tls = (certificate?: string): Readonly<Record<string, string>> => ({
  TEMPORAL_ADDRESS: withCertificate.address,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca.pem'),
  ...(certificate === undefined
    ? {}
    : {
        TEMPORAL_TLS_CLIENT_CERT_PATH: file(`${certificate}.pem`),
        TEMPORAL_TLS_CLIENT_KEY_PATH: file(`${certificate}.key`),
      }),
});
const key = (given?: string): Readonly<Record<string, string>> => ({
  TEMPORAL_ADDRESS: withKey.address,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: file('ca.pem'),
  ...(given === undefined ? {} : { TEMPORAL_API_KEY: given }),
});

const servedBy = (): number => withCertificate.served() + withKey.served();

/** Does a thing with these variables, which nobody else sees. What it reads of them it reads at once. */
function withEnvironment<T>(given: Readonly<Record<string, string>>, work: () => T): T {
  const own = {
    TEMPORAL_NAMESPACE: inject('temporalNamespace'),
    TEMPORAL_TLS_SERVER_NAME: 'localhost',
    ...given,
  };
  Object.assign(process.env, own);
  try {
    return work();
  } finally {
    for (const name of Object.keys(own)) Reflect.deleteProperty(process.env, name);
  }
}

/** Connects as API and worker do; the reason for which it cannot be done. */
async function connectWith(environment: Readonly<Record<string, string>>): Promise<string> {
  const [client, worker, question] = withEnvironment(environment, () => [
    openTemporalClient(),
    openWorkerConnection().then(({ connection }) => connection.close(), messageOf),
    createNamespaceQuestion()(5_000).catch(messageOf),
  ]);
  const isHealthy = await client.healthy();
  await client.stop();
  const failed = (await Promise.all([worker, question])).filter((reason) => reason !== undefined);
  expect(failed).toHaveLength(isHealthy ? 0 : 2);
  return failed.at(-1) ?? 'served';
}

describe('a Temporal server that asks who they are', () => {
  it.each([
    ['the right certificate', () => tls('client')],
    [
      'the right certificate, in a profile of temporal.toml',
      () => ({ TEMPORAL_CONFIG_FILE: file('temporal.toml'), TEMPORAL_PROFILE: 'cluster' }),
    ],
    ['the right API key', () => key(apiKey)],
  ])('serves client and worker with %s', async (_what, environment) => {
    const before = servedBy();
    expect(await connectWith(environment())).toBe('served');
    expect(servedBy()).toBeGreaterThan(before);
  });

  it.each([
    ['no certificate', () => tls(), /certificate/i],
    // A server of Node breaks the connection off without a word.
    ['a certificate of somebody else', () => tls('stranger'), /certificate|no connection/i],
    ['no API key', () => key(), /unauthori[sz]ed/i],
    ['another API key', () => key('another'), /unauthori[sz]ed/i],
    [
      'no trust in the server',
      () => ({ TEMPORAL_ADDRESS: withKey.address, TEMPORAL_API_KEY: apiKey }),
      /certificate|issuer/i,
    ],
  ])('serves neither with %s, and the reason is told', async (_what, environment, reason) => {
    const before = servedBy();
    expect(await connectWith(environment())).toMatch(reason);
    expect(servedBy()).toBe(before);
  });

  it('is used by API and worker as they start in production', async () => {
    const [api, worker] = [start('api', tls('client')), start('worker', tls('client'))];
    expect(await readiness(api)).toBe(200);
    await said(worker, /the worker is ready/);
  });

  it('serves neither API nor worker without a certificate, and both logs say why', async () => {
    const before = servedBy();
    const [api, worker] = [start('api', tls()), start('worker', tls())];
    expect(await readiness(api)).toBe(503);
    for (const program of [api, worker]) {
      await said(program, /certificate.*Temporal does not answer yet/);
    }
    expect(servedBy()).toBe(before);
  });

  it('a certificate without its key, which the SDK would leave out, is refused at the start', () => {
    const half = { ...tls(), TEMPORAL_TLS_CLIENT_CERT_PATH: file('client.pem') };
    withEnvironment(half, () => {
      for (const begin of [openTemporalClient, createNamespaceQuestion]) {
        expect(() => begin()).toThrow('TEMPORAL_TLS_CLIENT_KEY_PATH');
      }
    });
  });
});
