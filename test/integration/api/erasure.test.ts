import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteCompany, lockCompany } from '../../../src/db/queries/companies.js';
import { lockContact, eraseContact } from '../../../src/db/queries/contact-deletion.js';
import { eraseUser, forgetForsakenServers } from '../../../src/db/queries/user-erasure.js';
import { lockUser } from '../../../src/db/queries/users.js';
import { bulkEnrollmentItems, mailServers } from '../../../src/db/schema/index.js';
import { z } from 'zod';
import { send, startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { untilBlocked } from '../../support/database.js';
import { callStep } from '../../support/sequences.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
});
beforeEach(async () => {
  cast = await createCast(api);
});
afterAll(() => api.close());

const now = (): string => new Date().toISOString();
const leave = (user: TestUser): Promise<ApiAnswer> =>
  made(cast.request('POST', `/v1/users/${user.id}/deactivate`, {}));
const erase = (user: TestUser, by = cast.account): Promise<ApiAnswer> =>
  by.request('DELETE', `/v1/users/${user.id}`);

describe('erasing a user', () => {
  it('is refused for the last admin, says how to mend that, and goes on then', async () => {
    const { admin, owner } = cast;
    await leave(admin);
    const refused = await erase(admin);
    expect(refused).toMatchObject({ status: 409, code: 'LAST_ADMIN' });
    expect(refused.body['detail']).toMatch(/make one first/);
    await made(cast.request('PATCH', `/v1/users/${owner.id}`, { role: 'admin' }));
    expect((await erase(admin, owner)).status).toBe(200);
    // Nobody erases themselves: whoever acts is active.
    expect(await erase(owner, owner)).toMatchObject({ status: 409, code: 'USER_ACTIVE' });
  });

  it('is refused while a batch that they confirmed still runs', async () => {
    const { admin, owner } = cast;
    const email = `${randomUUID()}@batch.example`;
    const { id: contactId } = await made(cast.request('POST', '/v1/contacts', { email }));
    const sequence = { name: 'S', steps: [callStep('call', 0)] };
    const { id: sequenceId } = await made(admin.request('POST', '/v1/sequences', sequence));
    const body = { sequenceId, contacts: [{ id: contactId }] };
    const { id } = await made(admin.request('POST', '/v1/bulk-enrollments', body));
    await made(admin.request('POST', `/v1/bulk-enrollments/${id}/confirm`));
    await made(cast.request('PATCH', `/v1/users/${owner.id}`, { role: 'admin' }));
    await leave(admin);
    const refused = await erase(admin);
    expect(refused).toMatchObject({ status: 409, code: 'USER_ACTIVE' });
    expect(refused.body['detail']).toMatch(/still running: cancel it/);
    await made(owner.request('POST', `/v1/bulk-enrollments/${id}/cancel`));
    await api.db.execute(
      sql`update bulk_enrollments set state = 'cancelled', ended_at = now() where id = ${id}`,
    );
    expect((await erase(admin)).status).toBe(200);
  });

  it('waits for what is being written of them, and what comes after it finds nobody', async () => {
    const { owner } = cast;
    await leave(owner);
    const late: Promise<ApiAnswer>[] = [];
    await api.db.transaction(async (tx) => {
      await lockUser(tx, cast.accountId, owner.id, 'deactivate');
      const address = `${randomUUID()}@late.example`;
      const smtp = { host: 'localhost', port: 25, security: 'none' };
      late.push(
        cast.request('POST', '/v1/mailboxes', { userId: owner.id, address, smtp }),
        cast.request('PUT', '/v1/mailboxes', { userId: owner.id, address: `x${address}`, smtp }),
        cast.request('PATCH', `/v1/users/${owner.id}`, { name: 'Late' }),
        cast.request('POST', `/v1/users/${owner.id}/reactivate`),
        cast.request('POST', `/v1/users/${owner.id}/absences`, {
          ...{ firstOn: '2030-01-01', lastOn: '2030-01-02' },
        }),
      );
      await untilBlocked(api.db, late.length);
      await eraseUser(tx, cast.accountId, owner.id, now());
    });
    for (const answer of await Promise.all(late)) {
      expect(answer, JSON.stringify(answer.body)).toMatchObject({ status: 404 });
    }
    const { rows } = await api.db.execute(sql`
      select to_jsonb(u) as row from users u where id = ${owner.id}
      union all select to_jsonb(m) from mailboxes m where user_id = ${owner.id}
      union all select to_jsonb(a) from user_absences a where user_id = ${owner.id}`);
    expect(rows).toHaveLength(2);
    expect(JSON.stringify(rows)).not.toMatch(/late|Robin|sender\.example/i);
  });

  it('takes what their mail server said along, and not what that of others did', async () => {
    const { accountId } = cast;
    const server = { accountId, port: 25, security: 'none', failures: 1, rests: 0 } as const;
    const failed = { reason: 'starttls', reply: '454 no', failedAt: now() };
    await api.db.insert(mailServers).values([
      { ...server, ...failed, host: 'localhost' },
      { ...server, ...failed, host: 'gone.example' },
    ]);
    await forgetForsakenServers(api.db);
    const left = await api.db
      .select()
      .from(mailServers)
      .where(eq(mailServers.accountId, accountId));
    expect(left.map(({ host }) => host)).toEqual(['localhost']);
  });
});

it('ENR-22: what happens to a contact of a company that is deleted concerns the others no more', async () => {
  const { owner } = cast;
  const { id: companyId } = await made(cast.request('POST', '/v1/companies', { name: 'Acme' }));
  const settings = { unenrollCompany: true };
  const step = callStep('call', 0);
  const sequence = await made(
    owner.request('POST', '/v1/sequences', { name: 'S', steps: [step], settings }),
  );
  const enroll = async (): Promise<string> => {
    const body = { email: `${randomUUID()}@acme.example`, companyId };
    const contact = { id: (await made(cast.request('POST', '/v1/contacts', body))).id };
    const wanted = { sequenceId: sequence.id, contact };
    return (await made(owner.request('POST', '/v1/enrollments', wanted))).id;
  };
  const [first, second] = [await enroll(), await enroll()];
  const path = `/v1/companies/${companyId}`;
  expect((await cast.request('DELETE', path)).body).toMatchObject({ contactsLeft: 2 });
  expect((await cast.request('GET', path)).status).toBe(404);
  expect((await cast.request('DELETE', path)).status).toBe(404);
  const reply = { id: randomUUID(), type: 'reply', enrollmentId: first };
  const { body } = await made(cast.request('POST', '/v1/events', reply));
  expect(body['effects']).toMatchObject([{ enrollmentId: first }]);
  const other = await owner.request('GET', `/v1/enrollments/${second}`);
  expect(other.body).toMatchObject({ state: 'active' });
});

it('whoever names a company that is being deleted is told that there is none', async () => {
  const company = async () =>
    (await made(cast.request('POST', '/v1/companies', { name: 'Acme' }))).id;
  const { id } = await made(cast.request('POST', '/v1/contacts', { externalId: randomUUID() }));
  const [first, second, third] = [await company(), await company(), await company()];
  const late: Promise<ApiAnswer>[] = [];
  await api.db.transaction(async (tx) => {
    for (const each of [first, second, third]) await lockCompany(tx, cast.accountId, each);
    const row = JSON.stringify({ externalId: randomUUID(), companyId: third });
    const ndjson = { 'content-type': 'application/x-ndjson' };
    late.push(
      cast.request('POST', '/v1/contacts', { externalId: randomUUID(), companyId: first }),
      cast.request('PATCH', `/v1/contacts/${id}`, { companyId: second }),
    );
    const bulk = send(`${api.url}/v1/contacts/bulk`, 'POST', row, {
      ...ndjson,
      authorization: `Bearer ${cast.key}`,
    });
    late.push(bulk);
    await untilBlocked(api.db, late.length);
    for (const each of [first, second, third]) await deleteCompany(tx, cast.accountId, each);
  });
  const [created, patched, bulk] = await Promise.all(late);
  for (const answer of [created, patched]) {
    expect([answer?.status, answer?.pointers]).toEqual([404, ['/companyId']]);
  }
  expect(bulk?.status).toBe(200);
});

describe('a draft', () => {
  async function drafted() {
    const { admin } = cast;
    const { id: contactId } = await made(
      cast.request('POST', '/v1/contacts', { email: `${randomUUID()}@draft.example` }),
    );
    const sequence = { name: 'S', steps: [callStep('call', 0)] };
    const { id: sequenceId } = await made(admin.request('POST', '/v1/sequences', sequence));
    const body = { sequenceId, contacts: [{ id: contactId }] };
    const { id } = await made(admin.request('POST', '/v1/bulk-enrollments', body));
    const { ids } = await admin.request('GET', `/v1/bulk-enrollments/${id}/items`);
    const path = `/v1/bulk-enrollments/${id}/items/${ids[0] ?? ''}`;
    const choose = () =>
      admin.request('PATCH', path, { overrides: { steps: { call: { title: 'Ring Zebedee' } } } });
    return { contactId, choose, itemId: ids[0] ?? '' };
  }
  const overridesOf = async (id: string) =>
    (await api.db.select().from(bulkEnrollmentItems).where(eq(bulkEnrollmentItems.id, id)))[0]
      ?.overrides;

  it('takes nothing more for a contact that is deleted, however close the two come', async () => {
    const { contactId, choose, itemId } = await drafted();
    await made(choose());
    let late: Promise<ApiAnswer> | undefined;
    await api.db.transaction(async (tx) => {
      const locked = await lockContact(tx, cast.accountId, { id: contactId });
      late = choose();
      await untilBlocked(api.db);
      const closed = { deletedAt: now(), closedById: null };
      if (locked !== undefined) await eraseContact(tx, locked, closed);
    });
    expect(await late).toMatchObject({ status: 404 });
    expect(await overridesOf(itemId)).toEqual({});
    expect(await choose()).toMatchObject({ status: 404 });
  });
});

describe('the export of a contact', () => {
  const exportOf = (id: string, by: TestUser | Cast = cast) =>
    by.request('GET', `/v1/contacts/${id}/export`);

  it('is for admins, and for keys that name nobody; of a deleted contact there is none', async () => {
    const email = `${randomUUID()}@export.example`;
    const { id } = await made(cast.request('POST', '/v1/contacts', { email, firstName: 'Ada' }));
    expect(await exportOf(id, cast.owner)).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    const reader = await api.createCaller({ accountId: cast.accountId, scopes: ['read'] });
    const events = await api.createCaller({ accountId: cast.accountId, scopes: ['events'] });
    const path = `/v1/contacts/${email}/export`;
    expect((await events.request('GET', path)).code).toBe('FORBIDDEN_SCOPE');
    for (const answer of [await exportOf(id, cast.admin), await reader.request('GET', path)]) {
      expect(answer).toMatchObject({ status: 200, body: { contact: { id, firstName: 'Ada' } } });
      expect(answer.headers.get('cache-control')).toBe('no-store');
    }
    await made(cast.request('DELETE', `/v1/contacts/${id}`));
    expect((await exportOf(id, cast.admin)).status).toBe(404);
  });

  it('has all of 5,000 entries of the log and 500 mails, each once and whole', async () => {
    const { owner, accountId } = cast;
    const { id } = await made(
      cast.request('POST', '/v1/contacts', { email: `${randomUUID()}@export.example` }),
    );
    const sequence = { name: 'S', steps: [callStep('call', 0)] };
    const { id: sequenceId } = await made(owner.request('POST', '/v1/sequences', sequence));
    const wanted = { sequenceId, contact: { id } };
    const { id: enrollmentId } = await made(owner.request('POST', '/v1/enrollments', wanted));
    await api.db
      .execute(sql`insert into log (account_id, subject, subject_id, at, type, cause, actor, data)
      select ${accountId}, 'contact', ${id}, now(), 'changed', '{"kind":"request"}', '{"kind":"system"}',
        jsonb_build_object('nth', n) from generate_series(1, 5000) n`);
    await api.db.execute(sql`insert into email_sends
      (account_id, id, enrollment_id, step_id, mailbox_id, recipient, state, message_id, subject, "references", raw,
       reserved_at, attempts, fence)
      select account_id, gen_random_uuid(), id, 's' || n, mailbox_id, 'a@b.example', 'sent', '<m@x>', 'Mail ' || n,
        '{}', convert_to('Mail ' || n || repeat('x', 20000), 'UTF8'), now(), 1, 1
      from enrollments cross join generate_series(1, 500) n where id = ${enrollmentId}`);
    const { status, body } = await exportOf(id, cast.admin);
    expect(status).toBe(200);
    const rows = z.array(z.looseObject({ data: z.looseObject({}).optional() }));
    const list = (name: string) => rows.parse(body[name]);
    const mails = list('mails');
    expect(new Set(mails.map(({ subject }) => subject)).size).toBe(500);
    for (const { subject, message } of mails) {
      expect(String(message)).toHaveLength(String(subject).length + 20_000);
      expect(String(message).startsWith(`${String(subject)}x`)).toBe(true);
    }
    const nths = list('log').flatMap(({ data }) => data?.['nth'] ?? []);
    expect(nths).toEqual(Array.from({ length: 5000 }, (_, n) => n + 1));
    expect(list('log').map(({ type }) => type)).toEqual(
      expect.arrayContaining(['contact.created', 'enrollment.enrolled']),
    );
    expect(list('enrollments')).toMatchObject([{ id: enrollmentId }]);
  });
});
