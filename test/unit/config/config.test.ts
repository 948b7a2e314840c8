import { readFileSync } from 'node:fs';
import { inspect } from 'node:util';
import { describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { ConfigError, parseConfig } from '../../../src/config/config.js';
import { Secret } from '../../../src/config/secret.js';
import { settings } from '../../../src/config/settings.js';

const key = Buffer.alloc(32, 7).toString('base64');
const minimal = {
  DATABASE_URL: 'postgres://ada:lovelace@localhost/cadenza',
  CADENZA_MESSAGE_ID_SECRET: 'x'.repeat(32),
  CADENZA_ENCRYPTION_KEY: key,
};

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    parseConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('parseConfig', () => {
  it('fills in what has a default, grouped and frozen', () => {
    const config = parseConfig(minimal);
    expect(config.http).toEqual({
      host: '127.0.0.1',
      port: 3000,
      trustedProxies: 0,
      limits: {
        rates: { keyPerSecond: 100, accountPerSecond: 200 },
        places: { caps: { calls: 5, heavy: 4 }, waitMs: 3000 },
      },
    });
    expect(config.temporal).toEqual({
      uiUrl: 'http://localhost:8233',
      searchAttributesEachStep: true,
      payloadCodec: undefined,
    });
    expect(config.worker).toEqual({
      maxCachedWorkflows: 1000,
      queues: ['main', 'send', 'bulk'],
      maxConcurrentActivities: 50,
      maxConcurrentSends: 100,
      maxConcurrentBulk: 5,
      shutdownGraceMs: 60_000,
      inactivePatches: [],
    });
    expect(config.database.url.reveal()).toBe(minimal.DATABASE_URL);
    expect(config.secrets.encryptionKeys.reveal()).toEqual([Buffer.alloc(32, 7)]);
    expect(config.mail.messageIdSecrets.reveal()).toEqual([minimal.CADENZA_MESSAGE_ID_SECRET]);
    expect(Object.isFrozen(config)).toBe(true);
    expect(Object.values(config).every((group) => Object.isFrozen(group))).toBe(true);
  });

  it('names all that is wrong at once, and none of the values', () => {
    const problems = problemsOf({
      DATABASE_URL: 'mysql://secret',
      CADENZA_HTTP_PORT: '80000',
      CADENZA_LOG_LEVEL: 'loud',
      CADENZA_HTTP_PROT: '1',
    });
    expect(problems.map((text) => text.split(' ')[0])).toEqual([
      'DATABASE_URL',
      'CADENZA_HTTP_PORT',
      'CADENZA_MESSAGE_ID_SECRET',
      'CADENZA_ENCRYPTION_KEY',
      'CADENZA_LOG_LEVEL',
      'CADENZA_HTTP_PROT',
    ]);
    expect(problems.join(' ')).not.toMatch(/secret\b.*mysql|mysql|80000|loud/);
  });

  test.each([
    ['CADENZA_HTTP_PORT', '3000x'],
    ['CADENZA_HTTP_PORT', '-1'],
    ['CADENZA_HTTP_PORT', '1e3'],
    ['CADENZA_HTTP_PORT', ' 3000'],
    ['CADENZA_HTTP_TRUSTED_PROXIES', 'true'],
    ['CADENZA_HTTP_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['CADENZA_HTTP_TRUSTED_PROXIES', '10.0.0.1,,::1'],
    ['CADENZA_SEARCH_ATTRIBUTES_EACH_STEP', 'yes'],
    ['CADENZA_SEARCH_ATTRIBUTES_EACH_STEP', 'TRUE'],
    ['CADENZA_DATABASE_MAX_CONNECTIONS', '0'],
    ['CADENZA_TEMPORAL_UI_URL', 'localhost:8233'],
    ['CADENZA_INACTIVE_PATCHES', 'show retry'],
    ['CADENZA_ENCRYPTION_KEY', Buffer.alloc(16).toString('base64')],
    ['CADENZA_ENCRYPTION_KEY', 'not base64'],
    ['CADENZA_MAIL_ALLOWED_HOSTS', '10.0.0.0/33'],
    ['CADENZA_MAIL_ALLOWED_HOSTS', 'mail:1025,'],
    ['CADENZA_MAIL_PORTS', '25,0'],
    ['CADENZA_MAIL_PORTS', 'smtp'],
    ['CADENZA_MESSAGE_ID_SECRET', 'short'],
    ['CADENZA_WORKER_QUEUES', 'main,mail'],
    ['CADENZA_WORKER_QUEUES', 'main,'],
  ])('refuses %s=%s instead of taking the default', (name, value) => {
    expect(problemsOf({ ...minimal, [name]: value })).toHaveLength(1);
  });

  test.each([
    ['2', 2],
    ['10.0.0.0/8, ::1', ['10.0.0.0/8', '::1']],
  ])('takes %s for the proxies that are trusted', (given, trusted) => {
    const { http } = parseConfig({ ...minimal, CADENZA_HTTP_TRUSTED_PROXIES: given });
    expect(http.trustedProxies).toEqual(trusted);
  });

  it('takes an empty value for none', () => {
    expect(parseConfig({ ...minimal, CADENZA_HTTP_PORT: '' }).http.port).toBe(3000);
    expect(problemsOf({ ...minimal, DATABASE_URL: '' })).toEqual(['DATABASE_URL is missing']);
  });

  it('lets mail go to the open internet alone unless told, and on the ports of submission', () => {
    const usual = { allowedHosts: [], ports: [25, 465, 587, 2525] };
    expect(parseConfig(minimal).mail.outgoing).toEqual(usual);
    const { mail } = parseConfig({
      ...minimal,
      CADENZA_MAIL_ALLOWED_HOSTS: 'mail:1025, 10.0.0.0/8',
      CADENZA_MAIL_PORTS: '587, 26',
    });
    expect(mail.outgoing).toEqual({ allowedHosts: ['mail:1025', '10.0.0.0/8'], ports: [587, 26] });
  });

  it('takes several patches', () => {
    const { worker } = parseConfig({ ...minimal, CADENZA_INACTIVE_PATCHES: 'show-retry,other' });
    expect(worker.inactivePatches).toEqual(['show-retry', 'other']);
  });

  it('takes several secrets, the newest first, with or without blanks between', () => {
    const other = Buffer.alloc(32, 8);
    const { secrets, mail } = parseConfig({
      ...minimal,
      CADENZA_ENCRYPTION_KEY: `${other.toString('base64')}, ${key}`,
      CADENZA_MESSAGE_ID_SECRET: `${'y'.repeat(32)},${'x'.repeat(32)}`,
    });
    expect(secrets.encryptionKeys.reveal()).toEqual([other, Buffer.alloc(32, 7)]);
    expect(mail.messageIdSecrets.reveal()).toEqual(['y'.repeat(32), 'x'.repeat(32)]);
  });

  it('says which of several secrets is wrong, and shows none of them', () => {
    const short = 'a short secret';
    const problems = problemsOf({
      ...minimal,
      CADENZA_ENCRYPTION_KEY: `${key},bad key one,${key},`,
      CADENZA_MESSAGE_ID_SECRET: `${'x'.repeat(32)},${short}`,
    });
    expect(problems).toEqual([
      'CADENZA_MESSAGE_ID_SECRET (number 2 of 2) must have at least 32 characters',
      'CADENZA_ENCRYPTION_KEY (number 2 of 4) must be 32 bytes in base64',
      'CADENZA_ENCRYPTION_KEY (number 4 of 4) must be 32 bytes in base64',
    ]);
  });

  it.each([
    ['one', `\n ${key}\n`],
    ['several', `\n ${key} ,\n${key}\r\n`],
  ])('takes %s encryption key without the blanks and line ends around it', (_many, text) => {
    const { secrets } = parseConfig({ ...minimal, CADENZA_ENCRYPTION_KEY: text });
    expect(new Set(secrets.encryptionKeys.reveal().map(String))).toEqual(
      new Set([String(Buffer.alloc(32, 7))]),
    );
  });

  it('takes a single Message-ID secret as it is written', () => {
    const spaced = ` ${'x'.repeat(31)} `;
    const { mail } = parseConfig({ ...minimal, CADENZA_MESSAGE_ID_SECRET: spaced });
    expect(mail.messageIdSecrets.reveal()).toEqual([spaced]);
  });

  it('refuses a grace that is shorter than a send', () => {
    const problems = problemsOf({ ...minimal, CADENZA_WORKER_SHUTDOWN_GRACE_MS: '30000' });
    expect(problems).toHaveLength(1);
  });

  it.each([
    ['1', { calls: 1, heavy: 1 }],
    ['4', { calls: 2, heavy: 1 }],
    ['20', { calls: 10, heavy: 9 }],
  ])(
    'leaves one of %s connections, where there are some, to other accounts',
    (connections, caps) => {
      const { http } = parseConfig({
        ...minimal,
        CADENZA_DATABASE_MAX_CONNECTIONS: connections,
        CADENZA_HTTP_HEAVY_CALLS: '500',
      });
      expect(http.limits.places.caps).toEqual(caps);
    },
  );

  it('has a worker do no more at once than its connections to Postgres are enough for', () => {
    const activities = (connections: string, most: string) =>
      parseConfig({
        ...minimal,
        CADENZA_DATABASE_MAX_CONNECTIONS: connections,
        CADENZA_WORKER_MAX_CONCURRENT_ACTIVITIES: most,
      }).worker.maxConcurrentActivities;
    expect(activities('4', '50')).toBe(20);
    expect(activities('4', '19')).toBe(19);
    expect(activities('40', '200')).toBe(200);
    const { worker } = parseConfig({ ...minimal, CADENZA_DATABASE_MAX_CONNECTIONS: '3' });
    expect(worker).toMatchObject({ maxConcurrentSends: 30, maxConcurrentBulk: 2 });
  });

  it('has a worker serve the queues that are named, in whatever order', () => {
    const { worker } = parseConfig({ ...minimal, CADENZA_WORKER_QUEUES: 'bulk, send' });
    expect(worker.queues).toEqual(['send', 'bulk']);
  });

  it('shows no secret, however it is printed', () => {
    const config = parseConfig(minimal);
    const printed = `${JSON.stringify(config)} ${inspect(config, { depth: 9 })} ${config.mail.messageIdSecrets.toString()}`;
    for (const secret of ['lovelace', 'x'.repeat(32), key]) expect(printed).not.toContain(secret);
    expect(String(new Secret('pw'))).toBe('[redacted]');
  });
});

describe('.env.example', () => {
  const lines = readFileSync(new URL('../../../.env.example', import.meta.url), 'utf8').split('\n');

  it('says the same names, values and descriptions as the schema, in the same order', () => {
    const expected = Object.entries(settings.shape).flatMap(([name, schema]) => {
      const { description, example } = z.globalRegistry.get(schema) ?? {};
      const withoutIt = z.safeParse(schema, undefined);
      const value = withoutIt.success ? String(withoutIt.data) : String(example);
      const assignment = `${name}=${value}`;
      return [`# ${String(description)}`, withoutIt.success ? `#${assignment}` : assignment, ''];
    });
    const start = lines.findIndex((line) => line.startsWith('# The Postgres'));
    expect(lines.slice(start).join('\n').trim()).toBe(expected.join('\n').trim());
  });

  it('is an environment that works as soon as its secrets are filled in', () => {
    const env = lines
      .map((line) => /^#?([A-Z][A-Z_]+)=(.*)$/.exec(line))
      .flatMap((match): [string, string][] => (match ? [[match[1] ?? '', match[2] ?? '']] : []));
    const secrets = env.filter(([, value]) => value === '').map(([name]) => [name, key] as const);
    expect(secrets.map(([name]) => name)).toEqual([
      'CADENZA_MESSAGE_ID_SECRET',
      'CADENZA_ENCRYPTION_KEY',
    ]);
    expect(() => parseConfig(Object.fromEntries([...env, ...secrets]))).not.toThrow();
  });
});
