import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import type { Operation } from '../../../src/api/http/endpoint.js';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import { send, startApi, type TestApi } from '../../support/api.js';

const logLine = z.record(z.string(), z.unknown());
let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
});

const ada = { email: 'ada@example.com', name: 'Ada', timeZone: 'Europe/London' };

describe('a problem', () => {
  it('is RFC 9457 with a code, a scope, retryable and the request id', async () => {
    const answer = await api.request('GET', '/v1/users/nobody', undefined, {
      'x-request-id': 'abc-123',
    });
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.headers.get('x-request-id')).toBe('abc-123');
    expect(answer.body).toMatchObject({
      type: '/docs/errors#NOT_FOUND',
      title: 'Nothing is known under this name',
      status: 404,
      code: 'NOT_FOUND',
      scope: 'request',
      retryable: false,
      requestId: 'abc-123',
    });
  });

  it('answers a path that does not exist, one that cannot be decoded, and a method that a path does not know', async () => {
    expect((await api.request('GET', '/v1/nothing')).code).toBe('NOT_FOUND');
    expect((await api.request('GET', '/v1/users/%E0')).code).toBe('NOT_FOUND');
    expect((await api.request('GET', '/v1/users/%00')).code).toBe('NOT_FOUND');
    const answer = await api.request('DELETE', '/v1/users');
    expect(answer.status).toBe(405);
    expect(answer.headers.get('allow')).toBe('POST, GET, PUT');
  });

  it('replaces a request id that is none', async () => {
    const answer = await api.request('GET', '/healthz', undefined, { 'x-request-id': 'a b<c>' });
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('a body', () => {
  const post = (body: unknown, headers?: Record<string, string>) =>
    api.request('POST', '/v1/users', body, headers);

  test.each([
    ['that breaks off', '{"email":', 400, 'MALFORMED_JSON'],
    ['of no JSON', 'nonsense', 400, 'MALFORMED_JSON'],
    ['that is a list', '[]', 422, 'VALIDATION_FAILED'],
    ['that is null', 'null', 422, 'VALIDATION_FAILED'],
    ['that is a text', '"text"', 422, 'VALIDATION_FAILED'],
    ['of endless depth', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, 422, 'VALIDATION_FAILED'],
    ['of more than a megabyte', `"${'x'.repeat(1024 * 1024)}"`, 413, 'PAYLOAD_TOO_LARGE'],
  ])('%s is refused', async (_, body, status, code) => {
    const answer = await post(body);
    expect(answer.status).toBe(status);
    expect(answer.code).toBe(code);
  });

  it('of another media type is refused', async () => {
    const answer = await post('a=b', { 'content-type': 'application/x-www-form-urlencoded' });
    expect(answer.status).toBe(415);
    expect(answer.code).toBe('UNSUPPORTED_MEDIA_TYPE');
    const charset = await post('{}', { 'content-type': 'application/json; charset=latin1' });
    expect(charset.code).toBe('UNSUPPORTED_MEDIA_TYPE');
  });

  it('is checked as a whole: every field is named by its pointer, unknown ones too', async () => {
    const answer = await post({ email: 'no', timeZone: 'Europe/Atlantis', nmae: 'Ada', a: 1 });
    expect(answer.status).toBe(422);
    expect(
      answer.errors.map((error: { pointer: string; code: string }) => [error.pointer, error.code]),
    ).toEqual([
      ['/email', 'not_an_address'],
      ['/name', 'required'],
      ['/timeZone', 'unknown_time_zone'],
      ['/nmae', 'unknown_field'],
      ['/a', 'unknown_field'],
    ]);
  });

  it('with text that cannot be stored is refused with its place', async () => {
    const answer = await post({ ...ada, name: 'A\u0000da', externalId: '\ud800' });
    expect(answer.status).toBe(422);
    expect(answer.pointers).toEqual(['/name', '/externalId']);
  });

  it('and a query with an unknown field are refused alike', async () => {
    const answer = await api.request('GET', '/v1/users?limit=101&colour=red');
    expect(answer.errors).toMatchObject([
      { in: 'query', pointer: '/limit' },
      { in: 'query', pointer: '/colour', code: 'unknown_field' },
    ]);
  });
});

describe('authentication', () => {
  test.each([
    ['nothing', ''],
    ['another scheme', 'Basic YTpi'],
    ['no key', 'Bearer '],
    ['a text that is no key', 'Bearer cad_x_y'],
    ['an unknown key', `Bearer cad_${'0'.repeat(22)}_${'a'.repeat(43)}`],
    ['a key beyond any id', `Bearer cad_${'z'.repeat(22)}_${'a'.repeat(43)}`],
  ])('refuses %s', async (_, authorization) => {
    const answer = await send(`${api.url}/v1/users`, 'GET', undefined, { authorization });
    expect(answer.status).toBe(401);
    expect(answer.code).toBe('UNAUTHENTICATED');
    expect(answer.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('refuses a known id with another secret, and a revoked key', async () => {
    const wrong = `${api.key.slice(0, -1)}${api.key.endsWith('a') ? 'b' : 'a'}`;
    const answer = await api.request('GET', '/v1/users', undefined, {
      authorization: `Bearer ${wrong}`,
    });
    expect(answer.status).toBe(401);
    const caller = await api.createCaller();
    expect((await caller.request('GET', '/v1/users')).status).toBe(200);
    await api.db.execute(
      sql`update api_keys set revoked_at = now() where account_id = ${caller.accountId}`,
    );
    expect((await caller.request('GET', '/v1/users')).status).toBe(401);
  });

  it('judges the key before it reads the body', async () => {
    const answer = await send(`${api.url}/v1/users`, 'POST', '{"email":');
    expect(answer.status).toBe(401);
  });

  it('keeps only a hash of the secret', async () => {
    const { rows } = await api.db.execute(sql`select secret_hash from api_keys`);
    const secret = api.key.split('_')[2] ?? '';
    expect(JSON.stringify(rows)).not.toContain(secret);
  });

  it('lets admin write and read, write read, and read only read', async () => {
    const { accountId } = await api.createCaller();
    const company = { name: 'Acme' };
    const statuses = async (scope: string) => {
      const caller = await api.createCaller({ accountId, scopes: [scope] });
      return Promise.all(
        [
          caller.request('GET', '/v1/companies'),
          caller.request('POST', '/v1/companies', company),
          caller.request('POST', '/v1/users', { ...ada, email: `${scope}@example.com` }),
        ].map(async (answer) => (await answer).status),
      );
    };
    expect(await statuses('read')).toEqual([200, 403, 403]);
    expect(await statuses('write')).toEqual([200, 201, 403]);
    expect(await statuses('admin')).toEqual([200, 201, 201]);
  });
});

describe('the acting user', () => {
  it('is named by id, externalId or email, and must be one of the account', async () => {
    const caller = await api.createCaller();
    const made = await caller.request('POST', '/v1/users', { ...ada, externalId: 'crm-1' });
    const foreign = await api.request('POST', '/v1/users', { ...ada, externalId: 'crm-2' });
    const sequence = { name: 'S', steps: [{ kind: 'call', title: 'Call' }] };
    const post = (user: string) =>
      caller.request('POST', '/v1/sequences', sequence, { 'cadenza-user': user });
    for (const name of [made.id, 'crm-1', 'ADA@example.com']) {
      const answer = await post(name);
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ ownerId: made.id });
    }
    expect((await post('')).code).toBe('ACTING_USER_REQUIRED');
    for (const name of [foreign.id, 'crm-2', 'nobody@example.com', "x' or true --"]) {
      const answer = await post(name);
      expect(answer.status).toBe(422);
      expect(answer.code).toBe('ACTING_USER_UNKNOWN');
    }
  });
});

describe('every endpoint', () => {
  const filled = (path: string) =>
    path.replace('{version}', '1').replaceAll(/\{\w+\}/g, '0192f0c1-0000-7000-8000-000000000000');
  const casesOf = (list: readonly Operation[]) =>
    list.map((operation) => [operation.method, operation.path, operation] as const);
  const cases = casesOf(endpoints);
  const all = casesOf([...endpoints, ...streamEndpoints]);
  // Endpoints with a path are walked with another account's ids in foreign-ids.test.ts.

  test.each(all)('%s %s is protected', async (method, path) => {
    const body = method === 'GET' ? undefined : {};
    const answer = await send(`${api.url}${filled(path)}`, method, body);
    expect(answer.status).toBe(401);
  });

  test.each(all)('%s %s asks for its scope, and says what for', async (method, path, endpoint) => {
    const scopes = {
      read: ['events'],
      write: ['read', 'events'],
      admin: ['write'],
      events: ['read'],
    }[endpoint.scope];
    const caller = await api.createCaller({ accountId: api.accountId, scopes });
    const body = method === 'GET' ? undefined : {};
    const answer = await caller.request(method, filled(path), body);
    expect(answer.status).toBe(403);
    expect(answer.body).toMatchObject({
      ...{ code: 'FORBIDDEN_SCOPE', requiredScope: endpoint.scope },
      detail: `${endpoint.summary}: This needs a key with the scope "${endpoint.scope}".`,
    });
  });

  test.each(cases)(
    '%s %s refuses an unknown field, in its query and in its body',
    async (method, path) => {
      const query = await api.request(
        method,
        `${filled(path)}?colour=red`,
        method === 'GET' ? undefined : {},
      );
      expect(query.status).toBe(422);
      expect(query.errors).toContainEqual(
        expect.objectContaining({ in: 'query', pointer: '/colour', code: 'unknown_field' }),
      );
      if (method === 'GET') return;
      const kind = path === '/v1/events' ? { type: 'reply' } : {};
      const body = await api.request(method, filled(path), { ...kind, colour: 'red' });
      expect(body.status).toBe(422);
      expect(JSON.stringify(body.errors)).toContain('colour');
    },
  );
});

describe('every streaming endpoint', () => {
  test.each(streamEndpoints.map(({ path }) => path))(
    'POST %s refuses an unknown field, in its query and in a row',
    async (path) => {
      const ask = (query: string) =>
        api.request('POST', `${path}${query}`, '{"colour":"red"}', {
          'content-type': 'application/x-ndjson',
        });
      expect((await ask('?colour=red')).errors).toContainEqual(
        expect.objectContaining({ in: 'query', pointer: '/colour', code: 'unknown_field' }),
      );
      const response = await fetch(`${api.url}${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${api.key}`, 'content-type': 'application/x-ndjson' },
        body: '{"colour":"red"}',
      });
      const [line] = (await response.text()).split('\n');
      const result = z
        .object({ status: z.literal('refused'), errors: z.array(z.unknown()) })
        .parse(JSON.parse(line ?? ''));
      expect(result.errors).toContainEqual(
        expect.objectContaining({ pointer: '/colour', code: 'unknown_field' }),
      );
    },
  );
});

describe('the log', () => {
  it('has one line a request without any personal data, and refusals at info', async () => {
    const from = api.logLines.length;
    await api.request('GET', '/v1/contacts?email=grace@example.com');
    await api.request('GET', '/v1/contacts/grace@example.com');
    await api.request('POST', '/v1/users', { ...ada, email: 'twice@example.com' });
    await api.request('POST', '/v1/users', { ...ada, email: 'twice@example.com' });
    const lines = api.logLines.slice(from).map((line) => logLine.parse(JSON.parse(line)));
    expect(lines.filter((line) => line['msg'] === 'request')).toHaveLength(4);
    expect(lines.every((line) => line['level'] === 'info')).toBe(true);
    expect(lines).toContainEqual(
      expect.objectContaining({ route: '/v1/contacts/:id', status: 404 }),
    );
    expect(lines.at(-1)).toMatchObject({
      ...{ method: 'POST', route: '/v1/users', status: 409 },
      refusal: { code: 'CONFLICT', errors: [{ pointer: '/email', code: 'taken' }] },
    });
    for (const { time } of lines) expect(time).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    expect(JSON.stringify(lines)).not.toMatch(/grace|twice/);
  });
});

describe('health', () => {
  it('is live without anything, and ready when its services are', async () => {
    expect((await send(`${api.url}/healthz`, 'GET')).body).toEqual({ live: true });
    const ready = await send(`${api.url}/readyz`, 'GET');
    expect(ready.status).toBe(200);
    expect(ready.body).toEqual({ ready: true, checks: {} });
  });
});
