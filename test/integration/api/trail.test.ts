import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';
import { untilSettled } from '../../support/database.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi({ trustedProxies: ['127.0.0.1'] });
  cast = await createCast(api);
});
afterAll(() => api.close());

const entry = z.looseObject({
  type: z.string(),
  actor: z.unknown(),
  at: z.string(),
  data: z.record(z.string(), z.unknown()),
});

/** What the log tells of one thing, as an admin's key or another one reads it. */
async function told(subject: string, by: Pick<TestCaller, 'request'> = cast) {
  await untilSettled(api.db);
  const { body } = await made(by.request('GET', `/v1/log?limit=100&subject=${subject}`));
  return z.array(entry).parse(body['results']);
}

const asAdmin = (method: string, path: string, body?: unknown, forwarded = '203.0.113.7') =>
  made(
    cast.request(method, path, body, {
      ...{ 'cadenza-user': cast.admin.id, 'if-match': '*' },
      'x-forwarded-for': forwarded,
    }),
  );

const requestLine = z.looseObject({ msg: z.string(), requestId: z.string().optional() });

/** The line that the log of the process has of a request. */
function lineOf(requestId: unknown) {
  return api.logLines
    .map((line) => requestLine.parse(JSON.parse(line)))
    .find((line) => line.msg === 'request' && line.requestId === requestId);
}

describe('the trail of what admins do', () => {
  it('says who did what when, from where, and what was before and after', async () => {
    await asAdmin('PATCH', '/v1/account', { limits: { userPerDay: 77 } });
    const { rows } = await api.db.execute(
      sql`select id from api_keys where account_id = ${cast.accountId} order by id limit 1`,
    );
    const keyId = rows[0]?.['id'];
    const [changed] = (await told(`account:${cast.accountId}`)).filter(
      ({ type }) => type === 'account.changed',
    );
    expect(changed).toMatchObject({
      actor: { kind: 'user', id: cast.admin.id },
      data: {
        before: { 'limits.userPerDay': 500 },
        after: { 'limits.userPerDay': 77 },
        from: { address: '203.0.113.7', keyId },
      },
    });
    const { id } = await cast.user();
    await asAdmin('PATCH', `/v1/users/${id}`, { role: 'admin', timeZone: 'Asia/Tokyo' });
    expect((await told(`user:${id}`)).at(-1)).toMatchObject({
      type: 'user.changed',
      data: {
        before: { role: 'member', timeZone: 'UTC' },
        after: { role: 'admin', timeZone: 'Asia/Tokyo' },
        from: { address: '203.0.113.7' },
      },
    });
  });

  it('tells of a mailbox its server and its limits, and never a password', async () => {
    const address = `${randomUUID()}@sender.example`;
    const smtp = { host: 'localhost', port: 25, security: 'none' };
    const { id } = await asAdmin('POST', '/v1/mailboxes', { address, smtp });
    const secret = { username: 'robin', password: 'hunter2hunter2' };
    const moved = { host: 'mail.example.net', port: 587, security: 'starttls', ...secret };
    await asAdmin('PUT', '/v1/mailboxes', { address, smtp: moved });
    await asAdmin('PATCH', `/v1/mailboxes/${id}`, { limits: { perDay: 9 } });
    const rows = await told(`mailbox:${id}`);
    expect(rows).toMatchObject([
      { type: 'mailbox.created', data: { smtp } },
      {
        type: 'mailbox.changed',
        data: {
          before: { smtp },
          after: { smtp: { host: 'mail.example.net', port: 587, security: 'starttls' } },
        },
      },
      {
        data: {
          before: { limits: { perMinute: null, perDay: null } },
          after: { limits: { perMinute: null, perDay: 9 } },
        },
      },
    ]);
    expect(JSON.stringify(rows)).not.toMatch(/hunter2|robin|@/);
  });

  it('says from where to admins alone', async () => {
    const { id } = await asAdmin('POST', '/v1/teams', { name: randomUUID() });
    const [forAdmin] = await told(`team:${id}`);
    expect(forAdmin?.data).toHaveProperty('from');
    const reader = await api.createCaller({ accountId: cast.accountId, scopes: ['read'] });
    const [forReader] = await told(`team:${id}`, reader);
    expect(forReader).toMatchObject({ type: 'team.created' });
    expect(forReader?.data).not.toHaveProperty('from');
    const contact = { email: `${randomUUID()}@contact.example` };
    const made = await asAdmin('POST', '/v1/contacts', contact);
    expect((await told(`contact:${made.id}`))[0]?.data).not.toHaveProperty('from');
  });

  it('believes a proxy that is trusted, and nobody else', async () => {
    const plain = await startApi({ databaseUrl: api.databaseUrl });
    const caller = await plain.createCaller();
    const headers = { 'x-forwarded-for': '203.0.113.7' };
    const { id } = await made(caller.request('POST', '/v1/teams', { name: randomUUID() }, headers));
    expect((await told(`team:${id}`, caller))[0]?.data['from']).toMatchObject({
      address: '127.0.0.1',
    });
    await plain.close();
    const odd = await asAdmin('POST', '/v1/teams', { name: randomUUID() }, 'ada@example.com');
    expect((await told(`team:${odd.id}`))[0]?.data['from']).toMatchObject({ address: null });
  });
});

describe('the line of a request', () => {
  const idOf = (answer: { headers: Headers }) => answer.headers.get('x-request-id');

  it('names the acting user, the route and the ids of what it is about', async () => {
    const [{ id: userId }, { id: teamId }] = [
      await cast.user(),
      await asAdmin('POST', '/v1/teams', { name: randomUUID() }),
    ];
    const answer = await asAdmin('PUT', `/v1/teams/${teamId}/members/${userId}`);
    expect(lineOf(idOf(answer))).toMatchObject({
      route: '/v1/teams/:id/members/:userId',
      userId: cast.admin.id,
      accountId: cast.accountId,
      targetIds: [teamId, userId],
    });
    const contact = await cast.request('POST', '/v1/contacts', { email: `${userId}@c.example` });
    expect(lineOf(idOf(contact))).toMatchObject({ targetIds: [contact.id] });
    const named = await cast.request('GET', '/v1/contacts/grace@example.com');
    expect(lineOf(idOf(named))).toMatchObject({ targetIds: [], refusal: { code: 'NOT_FOUND' } });
  });

  it('says why it was refused, without a text', async () => {
    const nobody = await cast.user({ permissions: [] });
    const refused = await nobody.request('POST', '/v1/snippets', { name: 'x', html: '<p>x</p>' });
    expect(lineOf(idOf(refused))).toMatchObject({
      userId: nobody.id,
      refusal: { code: 'FORBIDDEN_PERMISSION', requiredPermission: 'sequences' },
    });
    const odd = { email: 'no address', 'ada@example.com': 1 };
    const invalid = await cast.request('POST', '/v1/contacts', odd);
    const line = lineOf(idOf(invalid));
    expect(line).toMatchObject({ status: 422, refusal: { code: 'VALIDATION_FAILED' } });
    const { errors } = z.looseObject({ errors: z.unknown() }).parse(line?.['refusal']);
    expect(errors).toEqual(
      expect.arrayContaining([
        { pointer: '/email', code: 'not_an_address' },
        { code: 'unknown_field' },
      ]),
    );
    expect(JSON.stringify(line)).not.toMatch(/no address|ada@/);
  });
});
