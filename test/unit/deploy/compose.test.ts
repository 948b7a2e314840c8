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
  neighboursOf,
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

/** A whole version, such as 16.15, and the digest of what it stood for. */
const pinned = /^[\w/-]+:v?\d+\.\d+(\.\d+)?(-[\w-]+)?@sha256:[0-9a-f]{64}$/;

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

  test('names a whole version and the digest of every image that is not built here', () => {
    for (const [name, { image: reference, build }] of services) {
      if (build === undefined) expect(reference, name).toMatch(pinned);
    }
    const ofTemporal = services.flatMap(
      ([, { image: reference }]) =>
        /^temporalio\/(?:server|admin-tools):([\d.]+)/.exec(reference)?.[1] ?? [],
    );
    expect(new Set(ofTemporal)).toEqual(new Set(['1.32.0']));
  });

  test('gives nobody a right of root, and nobody a place to write but volumes and memory', () => {
    for (const [name, service] of services) {
      const { cap_drop, cap_add, security_opt, read_only } = service;
      expect({ cap_drop, cap_add, security_opt, read_only }, name).toEqual({
        cap_drop: ['ALL'],
        cap_add: [],
        security_opt: ['no-new-privileges:true'],
        read_only: true,
      });
      const writable = service.volumes.filter((volume) => !volume.endsWith(':ro'));
      expect(writable, name).toEqual(
        name === 'postgres' ? ['postgres-data:/var/lib/postgresql/data'] : [],
      );
    }
    const inMemory = services.filter(([, { tmpfs }]) => tmpfs.length > 0);
    expect(inMemory.map(([name, { tmpfs }]) => [name, ...tmpfs])).toEqual([
      ['postgres', '/var/run/postgresql', '/tmp'],
      ['mail', '/tmp'],
    ]);
  });

  test('runs as root nothing whose image would', () => {
    const user = (image: string): readonly (string | undefined)[] =>
      services.filter(([, each]) => each.image.startsWith(image)).map(([, each]) => each.user);
    expect(user('postgres:')).toEqual(['postgres', 'postgres']);
    expect(user('axllent/')).toEqual(['65534:65534']);
  });

  test('bounds the memory of every service', () => {
    for (const [name, service] of services) expect(service.mem_limit, name).toBeDefined();
  });

  test('lets nobody reach Temporal but our processes, its UI and what sets it up', () => {
    expect(new Set(neighboursOf(compose, 'temporal'))).toEqual(
      new Set([
        ...['api', 'worker', 'temporal-ui'],
        ...['postgres', 'temporal-schema', 'temporal-namespace'],
      ]),
    );
    expect(new Set(neighboursOf(compose, 'mail'))).toEqual(new Set(['api', 'worker']));
    for (const name of ['postgres', 'temporal']) {
      const { ports, networks } = serviceOf(compose, name);
      expect(ports, name).toEqual([]);
      const outward = networks.filter((each) => compose.networks[each]?.internal !== true);
      expect(outward, name).toEqual([]);
    }
  });

  test('declares every network, and joins each service to those whom it waits for', () => {
    const used = services.flatMap(([, { networks }]) => networks);
    expect(new Set(used)).toEqual(new Set(Object.keys(compose.networks)));
    const known: Readonly<Record<string, string>> = {
      DATABASE_URL: 'postgres',
      PGHOST: 'postgres',
      SQL_HOST: 'postgres',
      POSTGRES_SEEDS: 'postgres',
      TEMPORAL_ADDRESS: 'temporal',
    };
    for (const [name, { environment }] of services) {
      for (const [variable, other] of Object.entries(known)) {
        if (variable in environment) {
          expect(neighboursOf(compose, name), `${name} to ${other}`).toContain(other);
        }
      }
    }
  });

  test('tells each of the three passwords of Postgres to those alone who need it', () => {
    const told = (secret: string): readonly string[] =>
      services
        .filter(([, service]) =>
          Object.values(environmentOf(service, secrets))
            .join()
            .includes(secrets[secret] ?? ''),
        )
        .map(([name]) => name);
    expect(told('POSTGRES_PASSWORD')).toEqual(['postgres', 'databases']);
    expect(told('POSTGRES_TEMPORAL_PASSWORD')).toEqual([
      'databases',
      'temporal-schema',
      'temporal',
    ]);
    expect(told('POSTGRES_CADENZA_PASSWORD')).toEqual(['databases', 'migrate', 'api', 'worker']);
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

  test.each(Object.keys(secrets))('says how to make %s when it is missing', (name) => {
    const shell = { ...secrets, [name]: '' };
    expect(() => services.map(([, service]) => environmentOf(service, shell))).toThrow(
      `${name} is not set: make one with openssl rand`,
    );
  });

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
    const { POSTGRES_CADENZA_PASSWORD: password = '' } = secrets;
    expect(config.database.url.reveal()).toContain(`//cadenza:${password}@postgres:5432/`);
    const { TEMPORAL_NAMESPACE: namespace } = serviceOf(compose, 'temporal-namespace').environment;
    expect(environment).toMatchObject({
      CADENZA_MESSAGE_ID_SECRET: secrets['CADENZA_MESSAGE_ID_SECRET'],
      CADENZA_ENCRYPTION_KEY: secrets['CADENZA_ENCRYPTION_KEY'],
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
    const images = [...text.matchAll(/^FROM (\S+:\S+)/gm)].map(([, name = '']) => name);
    expect(new Set(images).size).toBe(1);
    expect(images[0]).toMatch(pinned);
    expect(images[0]).toMatch(/^node:(24|26)\./);
  });

  test('runs as a user without rights', async () => {
    const text = await readFile(`${root}/Dockerfile`, 'utf8');
    expect(text.slice(text.lastIndexOf('\nFROM '))).toMatch(/^USER node$/m);
  });

  test('runs in UTC', () => {
    expect(image.environment).toMatchObject({ TZ: 'UTC' });
  });
});
