import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { afterCancelMs } from '../../../src/activities/sending/until-written.js';
import { graceMs as apiGraceMs } from '../../../src/assembly/start-api.js';
import { searchAttributes } from '../../../src/contract/search-attributes.js';
import { databaseBounds } from '../../../src/db/bounds.js';
import { closeMs } from '../../../src/db/client.js';
import { parseConfig } from '../../../src/config/config.js';
import {
  environmentOf,
  hostPath,
  newSecrets,
  readCompose,
  root,
  serviceOf,
} from '../../../tools/production/compose.js';
import { readImage } from '../../../tools/production/image.js';

const compose = await readCompose();
const image = await readImage();
const services = Object.entries(compose.services);
const ours = services.filter(([, service]) => service.build !== undefined);
const secrets = newSecrets();

/** What Temporal's command line calls a type. */
const cliTypes: Readonly<Record<string, string>> = {
  KEYWORD: 'Keyword',
  INT: 'Int',
  DATETIME: 'Datetime',
};

describe('docker-compose.yml', () => {
  test('starts only after what is there, and in an order that has an end', () => {
    const started = new Set<string>();
    const waiting = new Map(services.map(([name, service]) => [name, service.depends_on]));
    while (waiting.size > 0) {
      const next = [...waiting].filter(([, on]) => Object.keys(on).every((id) => started.has(id)));
      expect(next, `nobody starts first of ${[...waiting.keys()].join(', ')}`).not.toHaveLength(0);
      for (const [name] of next) {
        waiting.delete(name);
        started.add(name);
      }
    }
  });

  test('waits for what ends by its end, and for health where there is a check of it', () => {
    for (const [name, { depends_on: on }] of services) {
      for (const [other, { condition }] of Object.entries(on)) {
        const target = serviceOf(compose, other);
        const ends = target.restart === undefined;
        const isHealthy = target.healthcheck !== undefined && 'test' in target.healthcheck;
        expect(condition, `${name} on ${other}`).toBe(
          ends ? 'service_completed_successfully' : 'service_healthy',
        );
        expect(ends || isHealthy, `${other} says how it is`).toBe(true);
      }
    }
  });

  test('names a version of every image that is not built here', () => {
    for (const [name, { image: reference, build }] of services) {
      if (build === undefined) expect(reference, name).toMatch(/^[\w/-]+:v?\d+\.\d+(\.\d+)?$/);
    }
    const ofTemporal = services.flatMap(([, { image: reference }]) =>
      /^temporalio\/(?:server|admin-tools):(.*)$/.test(reference) ? [reference.split(':')[1]] : [],
    );
    expect(new Set(ofTemporal)).toEqual(new Set(['1.32.2']));
  });

  test('declares every named volume', () => {
    const used = services.flatMap(([, { volumes }]) => volumes.map((each) => each.split(':')[0]));
    const named = used.filter((source) => source?.startsWith('.') === false);
    expect(new Set(named)).toEqual(new Set(Object.keys(compose.volumes)));
  });

  test('opens ports to this machine only', () => {
    for (const [name, { ports }] of services) {
      for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:/);
    }
  });

  test.each(['POSTGRES_PASSWORD', 'CADENZA_MESSAGE_ID_SECRET', 'CADENZA_ENCRYPTION_KEY'])(
    'says how to make %s when it is missing',
    (name) => {
      const shell = { ...secrets, [name]: '' };
      expect(() => services.map(([, service]) => environmentOf(service, shell))).toThrow(
        `${name} is not set: make one with openssl rand`,
      );
    },
  );

  test('needs nothing else from the shell', () => {
    for (const [, service] of services) environmentOf(service, secrets);
  });

  test('builds the image for the API, the workers and the migrations', () => {
    expect(ours.map(([name]) => name).sort()).toEqual(['api', 'migrate', 'worker']);
    expect(new Set(ours.map(([, service]) => service.image)).size).toBe(1);
  });

  test.each(['api', 'worker'])('gives %s an environment that the configuration takes', (name) => {
    const environment = environmentOf(serviceOf(compose, name), secrets);
    const config = parseConfig({ ...image.environment, ...environment });
    const { POSTGRES_PASSWORD: password = '', ...rest } = secrets;
    expect(config.database.url.reveal()).toContain(`:${password}@postgres:5432/`);
    const { TEMPORAL_NAMESPACE: namespace } = serviceOf(compose, 'temporal-namespace').environment;
    expect(environment).toMatchObject({
      ...rest,
      TEMPORAL_ADDRESS: 'temporal:7233',
      TEMPORAL_NAMESPACE: namespace,
    });
  });

  test('migrates the database that the others use, and tells it no other secret', () => {
    const { DATABASE_URL: url } = environmentOf(serviceOf(compose, 'api'), secrets);
    const environment = environmentOf(serviceOf(compose, 'migrate'), secrets);
    expect(environment).toEqual({ DATABASE_URL: url });
  });

  test('lets the API be reached from outside its container', () => {
    const { http } = parseConfig(environmentOf(serviceOf(compose, 'api'), secrets));
    expect(http.host).toBe('0.0.0.0');
    expect(serviceOf(compose, 'api').ports).toEqual([`127.0.0.1:\${API_PORT:-3000}:${http.port}`]);
  });

  test.each(['api', 'worker'])(
    'gives %s more time to stop than its whole shutdown takes',
    (name) => {
      const service = serviceOf(compose, name);
      const { worker, mail } = parseConfig(environmentOf(service, secrets));
      // A body that has begun is waited for.
      const longestMs = Math.max(worker.shutdownGraceMs + afterCancelMs, mail.acceptTimeoutMs);
      const graces = { api: apiGraceMs, worker: longestMs };
      const { connectMs, short } = databaseBounds;
      const lastWriteMs = connectMs + short.statementMs;
      const wholeMs = graces[name === 'api' ? 'api' : 'worker'] + lastWriteMs + closeMs;
      const seconds = Number(service.stop_grace_period?.replace(/s$/, ''));
      expect(seconds * 1000).toBeGreaterThan(wholeMs);
    },
  );

  test.each(['api', 'worker'])(
    'lets %s reach the mail catcher, and nothing else inside',
    (name) => {
      const { mail } = parseConfig(environmentOf(serviceOf(compose, name), secrets));
      expect(compose.services).toHaveProperty('mail');
      expect(mail.outgoing.allowedHosts).toEqual(['mail:1025']);
    },
  );

  test('runs two workers', () => {
    expect(serviceOf(compose, 'worker').deploy?.replicas).toBe(2);
  });

  test("registers the contract's search attributes", () => {
    const { environment } = serviceOf(compose, 'temporal-namespace');
    const registered = environment['SEARCH_ATTRIBUTES']?.split(' ');
    const wanted = Object.values(searchAttributes).map(
      ({ name, type }) => `${name}=${cliTypes[type] ?? `unknown ${type}`}`,
    );
    expect(registered).toEqual(wanted);
  });

  test('tells the Temporal server to be punctual and fair, and never to skip time', async () => {
    const temporal = serviceOf(compose, 'temporal');
    const { DYNAMIC_CONFIG_FILE_PATH: path = '' } = temporal.environment;
    const settings: unknown = parse(await readFile(hostPath(temporal, path), 'utf8'));
    expect(settings).toEqual({
      'history.timerProcessorMaxTimeShift': [{ value: '10ms' }],
      'matching.enableFairness': [{ value: true }],
    });
  });

  test('makes a cluster of 512 shards on Postgres', () => {
    expect(serviceOf(compose, 'temporal').environment).toMatchObject({
      NUM_HISTORY_SHARDS: '512',
      DB: 'postgres12',
    });
  });
});

describe('Dockerfile', () => {
  test('runs the API unless told otherwise', () => {
    expect(image.command).toEqual(serviceOf(compose, 'api').command);
  });

  test('is healthy while its process lives, also while Temporal is away', () => {
    expect(image.healthcheck.join(' ')).toContain('/healthz');
    expect(image.healthcheck.join(' ')).not.toContain('/readyz');
  });

  test('builds and runs on one Node, of those that the demo is played on', async () => {
    const text = await readFile(`${root}/Dockerfile`, 'utf8');
    const majors = [...text.matchAll(/^FROM node:(\d+)-/gm)].map(([, major]) => Number(major));
    expect(new Set(majors).size).toBe(1);
    expect([24, 26]).toContain(majors[0]);
  });

  test('runs in UTC', () => {
    expect(image.environment).toMatchObject({ TZ: 'UTC' });
  });
});
