import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { send, startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { createCast, made, type Cast } from '../../support/team.js';

let now = '2026-11-26T22:00:00.000Z';
let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  cast = await createCast(api);
});
afterAll(() => api.close());

const later = (hours: number) => new Date(Date.parse(now) + hours * 3_600_000).toISOString();

const create = (body: object = {}) =>
  cast.account.request('POST', '/v1/api-keys', { name: 'CRM', scopes: ['write'], ...body });
const issue = async (body: object = {}) => {
  const { id, body: answer } = await made(create(body));
  return { id, key: String(answer['key']) };
};
const call = (key: string, method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
  callAs(key, '', [method, path, body]);
const callAs = (
  key: string,
  user: string,
  [method, path, body]: readonly [string, string, unknown?],
): Promise<ApiAnswer> =>
  send(`${api.url}${path}`, method, body, {
    authorization: `Bearer ${key}`,
    'cadenza-user': user,
  });
const statusOf = async (key: string) => (await call(key, 'GET', '/v1/contacts')).status;
const listed = async (id: string) => {
  const { body } = await made(cast.account.request('GET', '/v1/api-keys?limit=100'));
  const rows: unknown = body['results'];
  return z
    .array(z.looseObject({ id: z.string() }))
    .parse(rows)
    .find((row) => row.id === id);
};

const lastUsedAt = (row: unknown): unknown => Reflect.get(Object(row), 'lastUsedAt');

describe('API keys over the API', () => {
  it('are made with name, scopes and expiry, shown once, and kept as a hash', async () => {
    const expiresAt = later(2);
    const answer = await create({ scopes: ['read', 'events'], expiresAt });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...{ name: 'CRM', scopes: ['read', 'events'], userId: null, expiresAt, revokedAt: null },
        lastUsedAt: null,
      },
    });
    const key = String(answer.body['key']);
    expect(key).toMatch(/^cad_\w{22}_\w{43}$/);
    expect(await statusOf(key)).toBe(200);
    expect(await listed(answer.id)).not.toHaveProperty('key');
    const { rows } = await api.db.execute(
      sql`select to_jsonb(k) as k from api_keys k union all select to_jsonb(i) from idempotency_keys i union all select to_jsonb(l) from log l`,
    );
    expect(JSON.stringify(rows)).not.toContain(key.slice(-43));
    expect(api.logLines.join('')).not.toContain(key.slice(-43));
  });

  it('are refused from their expiry on', async () => {
    const { key } = await issue({ expiresAt: later(1) });
    expect(await statusOf(key)).toBe(200);
    const before = now;
    now = later(1);
    expect(await statusOf(key)).toBe(401);
    now = before;
    expect(await create({ expiresAt: now })).toMatchObject({ pointers: ['/expiresAt'] });
  });

  it('are made once by a repeat, whose answer has no key', async () => {
    const headers = { 'idempotency-key': randomUUID() };
    const ask = () =>
      cast.request('POST', '/v1/api-keys', { name: 'CRM', scopes: ['read'] }, headers);
    const [first, again] = [await ask(), await ask()];
    expect([first.status, again.status]).toEqual([201, 201]);
    expect(again.id).toBe(first.id);
    expect(again.body['key']).toBe(null);
    const { rows } = await api.db.execute(sql`select to_jsonb(i) as i from idempotency_keys i`);
    expect(JSON.stringify(rows)).not.toContain(String(first.body['key']).slice(-43));
  });

  it('are revoked, and stay listed', async () => {
    const { id, key } = await issue();
    const revoke = () => cast.account.request('DELETE', `/v1/api-keys/${id}`, {});
    expect(await revoke()).toMatchObject({ status: 200, body: { id, revokedAt: now } });
    expect(await statusOf(key)).toBe(401);
    expect(await revoke()).toMatchObject({ status: 200, body: { revokedAt: now } });
    expect(await listed(id)).toMatchObject({ revokedAt: now });
    const rotated = await cast.account.request('POST', `/v1/api-keys/${id}/rotate`, {});
    expect(rotated).toMatchObject({ status: 409, code: 'CONFLICT' });
  });

  it('are rotated: both are valid for a time, then the new one alone', async () => {
    const { id, key } = await issue({ user: { id: cast.owner.id }, scopes: ['write'] });
    const path = `/v1/api-keys/${id}/rotate`;
    const { body } = await made(cast.account.request('POST', path, { overlapHours: 1 }));
    expect(body).toMatchObject({
      ...{ name: 'CRM', scopes: ['write'], userId: cast.owner.id, expiresAt: null },
      replaces: { id, expiresAt: later(1) },
    });
    const successor = String(body['key']);
    expect([await statusOf(key), await statusOf(successor)]).toEqual([200, 200]);
    const before = now;
    now = later(1);
    expect([await statusOf(key), await statusOf(successor)]).toEqual([401, 200]);
    now = before;
  });

  it('say when they were last used, to the minute, without waiting for it', async () => {
    const { id, key } = await issue();
    const uses = async () =>
      (await api.db.execute(sql`select last_used_at, xmin::text from api_keys where id = ${id}`))
        .rows[0];
    const first = now;
    await Promise.all(Array.from({ length: 5 }, () => statusOf(key)));
    await eventually(
      () => listed(id),
      (row) => lastUsedAt(row) === first,
    );
    const noted = await uses();
    now = new Date(Date.parse(first) + 59_000).toISOString();
    await statusOf(key);
    await cast.account.request('GET', '/v1/api-keys');
    expect(await uses()).toEqual(noted);
    now = new Date(Date.parse(first) + 60_000).toISOString();
    const second = now;
    await statusOf(key);
    await eventually(
      () => listed(id),
      (row) => lastUsedAt(row) === second,
    );
    now = first;
  });

  it('are managed by admins alone, by scope and by role', async () => {
    const { id, key } = await issue();
    const calls: readonly (readonly [string, string, object?])[] = [
      ['GET', '/v1/api-keys'],
      ['POST', '/v1/api-keys', { name: 'X', scopes: ['admin'] }],
      ['POST', `/v1/api-keys/${id}/rotate`, {}],
      ['DELETE', `/v1/api-keys/${id}`, {}],
    ];
    for (const [method, path, body] of calls) {
      const writer = await callAs(key, cast.admin.id, [method, path, body]);
      expect(writer.code).toBe('FORBIDDEN_SCOPE');
      expect((await cast.stranger.request(method, path, body)).code).toBe('ADMIN_REQUIRED');
    }
    expect((await cast.admin.request('GET', '/v1/api-keys')).status).toBe(200);
  });

  it('refuse scopes that are none, and a user who is unknown or deactivated', async () => {
    expect(await create({ scopes: [] })).toMatchObject({ status: 422, pointers: ['/scopes'] });
    expect(await create({ scopes: ['root'] })).toMatchObject({ status: 422 });
    const unknown = await create({ user: { id: randomUUID() } });
    expect(unknown).toMatchObject({ status: 404, pointers: ['/user'] });
    const gone = await cast.user();
    await made(cast.account.request('POST', `/v1/users/${gone.id}/deactivate`, {}));
    expect((await create({ user: { id: gone.id } })).code).toBe('USER_DEACTIVATED');
  });
});

describe('a key that is bound to a user', () => {
  const sequence = { name: 'S', steps: [{ kind: 'call', title: 'Call' }] };

  it('speaks for them without naming them, and for nobody else', async () => {
    const { key } = await issue({ user: { id: cast.owner.id } });
    for (const user of ['', cast.owner.id]) {
      expect(await callAs(key, user, ['POST', '/v1/sequences', sequence])).toMatchObject({
        status: 201,
        body: { ownerId: cast.owner.id },
      });
    }
    for (const user of [cast.stranger.id, cast.admin.id, 'nobody@example.com', randomUUID()]) {
      const refused = await callAs(key, user, ['GET', '/v1/contacts']);
      expect(refused).toMatchObject({ status: 403, code: 'KEY_BOUND_TO_USER' });
      expect(refused.body['detail']).toMatch(/^List contacts: The key speaks for one user/);
    }
  });

  it('sees what they see, and does what they may', async () => {
    const { id } = await made(cast.stranger.request('POST', '/v1/sequences', sequence));
    const owners = await issue({ user: { id: cast.owner.id }, scopes: ['admin'] });
    expect((await call(owners.key, 'GET', `/v1/sequences/${id}`)).status).toBe(404);
    const pause = await call(owners.key, 'POST', '/v1/account/pause', {});
    expect(pause).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    const admins = await issue({ user: { id: cast.admin.id }, scopes: ['admin'] });
    expect((await call(admins.key, 'GET', '/v1/api-keys')).status).toBe(200);
  });

  it('does nothing once they are deactivated', async () => {
    const leaver = await cast.user();
    const { key } = await issue({ user: { id: leaver.id } });
    expect(await statusOf(key)).toBe(200);
    await made(cast.account.request('POST', `/v1/users/${leaver.id}/deactivate`, {}));
    const refused = await call(key, 'GET', '/v1/contacts');
    expect(refused).toMatchObject({ status: 422, code: 'USER_DEACTIVATED' });
  });
});

describe('a key with the scope events', () => {
  it('reports events, reads nothing and learns nothing of what they did', async () => {
    const { key } = await issue({ scopes: ['events'] });
    const email = `${randomUUID()}@contact.example`;
    const contact = { id: (await made(cast.owner.request('POST', '/v1/contacts', { email }))).id };
    const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
    const sequence = { name: 'Private', steps };
    const { id: sequenceId } = await made(cast.owner.request('POST', '/v1/sequences', sequence));
    const { id } = await made(
      cast.owner.request('POST', '/v1/enrollments', { sequenceId, contact }),
    );
    const event = { id: randomUUID(), type: 'reply', contact };
    const answer = await call(key, 'POST', '/v1/events', event);
    expect(answer).toMatchObject({ status: 200, body: { effects: [] } });
    const ended = await cast.owner.request('GET', `/v1/enrollments/${id}`);
    expect(ended.body).toMatchObject({ state: 'unenrolled', reason: 'replied' });
    for (const [method, path, body] of [
      ['GET', '/v1/contacts'],
      ['GET', '/v1/log'],
      ['POST', '/v1/contacts', { email: 'new@contact.example' }],
      ['POST', '/v1/suppressions', { address: email, reason: 'unsubscribed' }],
    ] as const) {
      expect((await call(key, method, path, body)).code).toBe('FORBIDDEN_SCOPE');
    }
  });
});
