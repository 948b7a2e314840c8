import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { z } from 'zod';
import { createAccount, revokeKey } from '../../../src/usecases/account/create-account.js';
import { startApi, type ApiAnswer, type TestApi, type TestCaller } from '../../support/api.js';
import { untilSettled } from '../../support/database.js';
import { createCast, made } from '../../support/team.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const pageShape = z.looseObject({
  results: z.array(
    z.looseObject({
      position: z.string(),
      type: z.string(),
      subject: z.object({ kind: z.string(), id: z.string() }),
      data: z.record(z.string(), z.unknown()),
    }),
  ),
  paging: z.object({ next: z.object({ after: z.string() }), more: z.boolean() }),
  heldBackMs: z.number(),
});
const pageOf = ({ body }: ApiAnswer) => pageShape.parse(body);

async function read(caller: Pick<TestCaller, 'request'>, query = '') {
  await untilSettled(api.db);
  return readNow(caller, query);
}

async function readNow(caller: Pick<TestCaller, 'request'>, query: string) {
  return pageOf(await made(caller.request('GET', `/v1/log?${query}`)));
}

const typesOf = ({ results }: z.output<typeof pageShape>) => results.map(({ type }) => type);

const createContact = async (caller: Pick<TestCaller, 'request'>, fields: object = {}) =>
  (
    await made(
      caller.request('POST', '/v1/contacts', { email: `${randomUUID()}@x.example`, ...fields }),
    )
  ).id;

describe('GET /v1/log', () => {
  it('2.9: tells in order what happened to what, who did it and why', async () => {
    const caller = await api.createCaller();
    const id = await createContact(caller, { firstName: 'Ada', properties: { plan: 'pro' } });
    const patch = { firstName: 'Grace', lastName: 'Hopper', properties: { plan: 'max' } };
    await made(caller.request('PATCH', `/v1/contacts/${id}`, patch));
    const page = await read(caller);
    expect(page.results).toMatchObject([
      { type: 'contact.created', subject: { kind: 'contact', id }, data: {} },
      {
        type: 'contact.changed',
        subject: { kind: 'contact', id },
        actor: { kind: 'api_key' },
        cause: { kind: 'request' },
        stepId: null,
        data: { fields: ['firstName', 'lastName', 'properties.plan'] },
      },
    ]);
    expect(page.paging).toEqual({
      next: { after: page.results[1]?.position },
      more: false,
    });
    await made(caller.request('PATCH', `/v1/contacts/${id}`, patch));
    expect(await read(caller, `after=${page.paging.next.after}`)).toMatchObject({ results: [] });
  });

  it('2.9: goes on from any position, and from an empty page', async () => {
    const caller = await api.createCaller();
    const empty = await read(caller);
    expect(empty).toMatchObject({ results: [], paging: { more: false } });
    for (let count = 0; count < 5; count += 1) await createContact(caller);
    const all = await read(caller, `after=${empty.paging.next.after}`);
    expect(all.results).toHaveLength(5);
    const pages = [];
    for (let after = empty.paging.next.after, more = true; more;) {
      const page = await read(caller, `limit=2&after=${after}`);
      pages.push(page.results);
      ({ more } = page.paging);
      ({ after } = page.paging.next);
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(all.results);
    const [, second] = all.results;
    expect((await read(caller, `after=${second?.position ?? ''}`)).results).toEqual(
      all.results.slice(2),
    );
    const caughtUp = await read(caller, `after=${all.paging.next.after}`);
    expect(caughtUp.paging).toEqual({ next: all.paging.next, more: false });
    await createContact(caller);
    expect(typesOf(await read(caller, `after=${caughtUp.paging.next.after}`))).toEqual([
      'contact.created',
    ]);
  });

  it('2.9: gives some types, or one subject', async () => {
    const caller = await api.createCaller();
    const companyId = (await made(caller.request('POST', '/v1/companies', { name: 'Acme' }))).id;
    const id = await createContact(caller, { companyId });
    await createContact(caller);
    await made(caller.request('DELETE', `/v1/contacts/${id}`, {}));
    expect(typesOf(await read(caller, 'types=contact.erased,company.created'))).toEqual([
      'company.created',
      'contact.erased',
    ]);
    expect(typesOf(await read(caller, `subject=contact:${id}`))).toEqual([
      'contact.created',
      'contact.company_joined',
      'contact.erased',
    ]);
    expect(typesOf(await read(caller, `subject=company:${id}`))).toEqual([]);
    expect(typesOf(await read(caller, `subject=contact:${id}&types=contact.erased`))).toEqual([
      'contact.erased',
    ]);
  });

  it('2.9: looks at a bounded number of rows for what is rare, and says where it has got to', async () => {
    const caller = await api.createCaller();
    await api.db.execute(sql`
      insert into log (account_id, subject, subject_id, at, type, cause, actor, data)
      select ${caller.accountId}::uuid, 'contact', gen_random_uuid(), now(), 'changed',
        '{"kind":"request"}', '{"kind":"system"}', '{}' from generate_series(1, 4500)`);
    const id = await createContact(caller);
    const pages = [];
    for (let after = '0.0.0', more = true; more;) {
      const page = await read(caller, `types=contact.created&after=${after}`);
      pages.push(page.results.map(({ subject }) => subject.id));
      ({ more } = page.paging);
      ({ after } = page.paging.next);
    }
    expect(pages).toEqual([[], [], [id]]);
  });

  it('2.9: shows another account nothing', async () => {
    const [caller, other] = [await api.createCaller(), await api.createCaller()];
    const id = await createContact(caller);
    expect((await read(other)).results).toEqual([]);
    expect((await read(other, `subject=contact:${id}`)).results).toEqual([]);
  });

  test.each([
    ['a type that there is not', 'types=contact.created,contact.sneezed', '/types', 'unknown_type'],
    ['an empty list of types', 'types=', '/types', 'unknown_type'],
    ['a kind that there is not', `subject=galaxy:${randomUUID()}`, '/subject', 'unknown_subject'],
    ['a subject without an id', 'subject=contact', '/subject', 'unknown_subject'],
    ['a subject with another id', 'subject=contact:7', '/subject', 'unknown_subject'],
  ])('refuses %s', async (_what, query, pointer, code) => {
    const answer = await api.request('GET', `/v1/log?${query}`);
    expect(answer).toMatchObject({ status: 422, code: 'VALIDATION_FAILED' });
    expect(answer.errors).toMatchObject([{ in: 'query', pointer, code }]);
  });

  test.each([
    'nonsense',
    '1.2',
    '1.2.3.4',
    '-1.2.3',
    '1.18446744073709551616.3',
    '1.2.9999999999999999',
  ])('refuses %s, which is no position', async (after) => {
    expect(await api.request('GET', `/v1/log?after=${after}`)).toMatchObject({
      status: 400,
      code: 'INVALID_CURSOR',
    });
  });

  it('2.9: says for how long a change that is under way has held it back', async () => {
    const caller = await api.createCaller();
    const { id } = await made(caller.request('POST', '/v1/companies', { name: 'Acme' }));
    await api.db.transaction(async (tx) => {
      await tx.execute(sql`update companies set domain = null where id = ${id}`);
      await tx.execute(sql`select pg_sleep(0.15)`);
      await createContact(caller);
      const page = await readNow(caller, 'types=contact.created');
      expect(page.results).toEqual([]);
      expect(page.heldBackMs).toBeGreaterThanOrEqual(150);
    });
    expect(typesOf(await read(caller, 'types=contact.created'))).toEqual(['contact.created']);
  });
});

describe('what only admins read', () => {
  it('2.9: is the account, its users and its keys; a key that may only read gets all else', async () => {
    const { accountId, keyId, token } = await createAccount(
      api.db,
      { name: 'Acme', timeZone: 'UTC', capabilities: [] },
      new Date().toISOString(),
    );
    const caller = await api.createCaller({ accountId });
    const reader = await api.createCaller({ accountId, scopes: ['read'] });
    const settings = { name: 'Umbrella', limits: { userPerDay: 77, companyPerDay: 5 } };
    await made(caller.request('PATCH', '/v1/account', settings, { 'if-match': '*' }));
    const user = { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' };
    const { id: userId } = await made(caller.request('POST', '/v1/users', user));
    const rights = { name: 'Grace', role: 'admin', permissions: ['sequences', 'bulk_enroll'] };
    await made(caller.request('PATCH', `/v1/users/${userId}`, rights));
    await createContact(caller);
    await revokeKey(api.db, { accountId, keyId }, new Date().toISOString());
    const page = await read(caller);
    expect(page.results).toMatchObject([
      { type: 'account.created', actor: { kind: 'operator' }, cause: { kind: 'command' } },
      { type: 'api_key.created', subject: { id: keyId }, data: { scopes: ['admin'] } },
      {
        type: 'account.changed',
        data: {
          fields: ['limits.companyPerDay', 'limits.userPerDay', 'name'],
          before: { name: 'Acme', 'limits.companyPerDay': null },
          after: { name: 'Umbrella', 'limits.companyPerDay': 5, 'limits.userPerDay': 77 },
        },
      },
      { type: 'user.created', data: { role: 'member' } },
      {
        type: 'user.changed',
        data: {
          fields: ['name', 'permissions', 'role'],
          before: { role: 'member', permissions: ['sequences'] },
          after: { role: 'admin', permissions: ['sequences', 'bulk_enroll'] },
        },
      },
      { type: 'contact.created' },
      { type: 'api_key.revoked', subject: { id: keyId } },
    ]);
    const text = JSON.stringify(page);
    for (const secret of [token, token.slice(-43), 'ada@example.com', 'Ada', 'Grace']) {
      expect(text).not.toContain(secret);
    }
    expect(typesOf(await read(reader))).toEqual(['contact.created']);
    for (const query of ['types=user.created', `subject=user:${userId}`]) {
      expect(await reader.request('GET', `/v1/log?${query}`)).toMatchObject({
        status: 403,
        code: 'FORBIDDEN_SCOPE',
      });
    }
    await untilSettled(api.db);
    // Naming an admin does not make an admin's key of it.
    const named = { 'cadenza-user': userId };
    const asAdmin = (key: typeof caller) =>
      key.request('GET', '/v1/log?types=user.created', undefined, named);
    expect(await asAdmin(reader)).toMatchObject({ status: 403, code: 'FORBIDDEN_SCOPE' });
    expect(typesOf(pageOf(await asAdmin(caller)))).toEqual(['user.created']);
  });

  it('2.9: and the whole of it, among acting users', async () => {
    const cast = await createCast(api);
    expect(await cast.stranger.request('GET', '/v1/log')).toMatchObject({
      status: 403,
      code: 'ADMIN_REQUIRED',
    });
    expect((await cast.admin.request('GET', '/v1/log')).status).toBe(200);
  });
});
