import { randomUUID } from 'node:crypto';
import { eq, sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { newId } from '../../../src/db/new-id.js';
import { enrollments } from '../../../src/db/schema/index.js';
import { insertTask } from '../../../src/db/queries/tasks.js';
import { startApi, type TestApi } from '../../support/api.js';
import { untilBlocked } from '../../support/database.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
let tick = 0;
const endOfDay = '2026-11-23T23:00:00.000Z';
beforeAll(async () => {
  api = await startApi({
    now: () => {
      tick += 1000;
      return new Date(Date.UTC(2026, 10, 23) + tick).toISOString();
    },
  });
  cast = await createCast(api);
});
afterAll(() => api.close());

const post = async (fields: object = {}): Promise<string> =>
  (await made(cast.request('POST', '/v1/contacts', { ...fields }))).id;
const patch = (id: string, body: object) => cast.request('PATCH', `/v1/contacts/${id}`, body);
const list = async (query: string) =>
  (await made(cast.request('GET', `/v1/contacts?${query}`))).ids;

describe('PATCH /v1/contacts/{id}', () => {
  it('changes what is named, by any of its names: null empties, properties one by one', async () => {
    const externalId = randomUUID();
    const properties = { city: 'Oslo', size: 10, plan: 'a' };
    const id = await post({ externalId, firstName: 'Ada', lastName: 'L', properties });
    const email = `${randomUUID()}@Contact.example`;
    const answer = await patch(externalId, {
      email,
      lastName: null,
      properties: { size: 11, plan: null, vip: true },
    });
    expect(answer).toMatchObject({ status: 200, id });
    expect(answer.body).toMatchObject({
      firstName: 'Ada',
      lastName: null,
      email: email.toLowerCase(),
      properties: { city: 'Oslo', size: 11, vip: true },
    });
    expect(answer.body['properties']).not.toHaveProperty('plan');
    const read = await cast.request('GET', `/v1/contacts/${email}`);
    expect(read.body).toEqual({ ...answer.body, enrollment: read.body['enrollment'] });
    expect((await patch(id, {})).body).toMatchObject({ firstName: 'Ada', externalId });
  });

  it('refuses an email that is taken, and a company or owner of others', async () => {
    const email = `${randomUUID()}@contact.example`;
    await post({ email });
    const id = await post();
    expect(await patch(id, { email })).toMatchObject({ status: 409, pointers: ['/email'] });
    const other = await createCast(api);
    const owner = await patch(id, { ownerId: other.owner.id });
    expect(owner).toMatchObject({ status: 404, pointers: ['/ownerId'] });
  });

  test.each([
    [{ email: 'x' }, '/email'],
    [{ properties: { address: { city: 'Oslo' } } }, '/properties/address'],
    [{ properties: { tags: ['a'] } }, '/properties/tags'],
    [{ colour: 'red' }, '/colour'],
  ])('refuses %j at %s, and keeps what it was', async (body, pointer) => {
    const id = await post({ firstName: 'Ada' });
    const answer = await patch(id, { firstName: 'Eve', ...body });
    expect([answer.status, answer.pointers[0]]).toEqual([422, pointer]);
    expect((await cast.request('GET', `/v1/contacts/${id}`)).body).toMatchObject({
      firstName: 'Ada',
    });
  });

  it('refuses the property after the hundredth', async () => {
    const many = Array.from({ length: 100 }, (_, index) => [`p${index}`, 'x'] as const);
    const properties: Record<string, string> = Object.fromEntries(many);
    const id = await post({ properties });
    const more = await patch(id, { properties: { one: 'x' } });
    expect(more.errors).toMatchObject([{ pointer: '/properties', code: 'too_many' }]);
    expect((await patch(id, { properties: { one: 'x', p0: null } })).status).toBe(200);
  });

  it('of many at once loses nothing', async () => {
    const id = await post();
    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        made(patch(id, { properties: { [`p${index}`]: 1 } })),
      ),
    );
    const { body } = await cast.request('GET', `/v1/contacts/${id}`);
    expect(Object.keys(body['properties'] ?? {})).toHaveLength(10);
  });
});

describe('DELETE /v1/contacts/{id}', () => {
  const enrolled = async () => {
    const email = `${randomUUID()}@contact.example`;
    const contactId = await post({ email, firstName: 'Zebedee', properties: { city: 'Ulm' } });
    const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
    const { id: sequenceId } = await made(
      cast.owner.request('POST', '/v1/sequences', { name: 'S', steps }),
    );
    const body = { sequenceId, contact: { id: contactId } };
    const { id } = await made(cast.owner.request('POST', '/v1/enrollments', body));
    return { email, contactId, enrollmentId: id, sequenceId };
  };
  const addTask = async (contactId: string, enrollmentId: string): Promise<string> => {
    const at = new Date().toISOString();
    const id = newId(at);
    const names = { title: 'Call Zebedee', notes: 'Zebedee of Ulm' };
    const ids = { accountId: cast.accountId, id, enrollmentId, contactId, stepId: 'call' };
    await api.db.transaction((tx) =>
      insertTask(tx, {
        ...ids,
        ...names,
        assigneeId: cast.owner.id,
        kind: 'call',
        priority: 'none',
        waitsForCompletion: true,
        createdAt: at,
        dueAt: at,
      }),
    );
    return id;
  };

  it('ends its enrollment as contact_deleted, cancels open tasks, and keeps the history', async () => {
    const { contactId, enrollmentId } = await enrolled();
    const taskId = await addTask(contactId, enrollmentId);
    const answer = await cast.stranger.request('DELETE', `/v1/contacts/${contactId}`, {});
    // Whoever may not know of the enrollment ends it all the same.
    expect(answer.body).toMatchObject({ id: contactId, unenrolled: [] });
    const { body } = await cast.owner.request('GET', `/v1/enrollments/${enrollmentId}`);
    expect(body).toMatchObject({ state: 'unenrolled', reason: 'contact_deleted', contactId });
    const task = await cast.owner.request('GET', `/v1/tasks/${taskId}`);
    expect(task.body).toMatchObject({ state: 'cancelled', title: '', notes: '' });
    const path = `/v1/enrollments/${enrollmentId}/timeline`;
    const { body: timeline } = await cast.owner.request('GET', path);
    expect(timeline['results']).toMatchObject([
      { type: 'enrolled' },
      { type: 'unenrolled', data: { reason: 'contact_deleted' } },
    ]);
  });

  it('cancels a task that is still open when its enrollment has run to its end', async () => {
    const { contactId, enrollmentId } = await enrolled();
    const taskId = await addTask(contactId, enrollmentId);
    await api.db
      .update(enrollments)
      .set({ state: 'finished', reason: 'all_steps', nextAt: null, endedAt: endOfDay })
      .where(eq(enrollments.id, enrollmentId));
    const answer = await made(cast.owner.request('DELETE', `/v1/contacts/${contactId}`, {}));
    expect(answer.body['unenrolled']).toEqual([]);
    const task = await cast.owner.request('GET', `/v1/tasks/${taskId}`);
    expect(task.body).toMatchObject({ state: 'cancelled', closedById: cast.owner.id });
    const path = `/v1/tasks/${taskId}`;
    const edited = await cast.owner.request('PATCH', path, { title: 'Call on 030 1234' });
    expect(edited.code).toBe('TASK_CLOSED');
  });

  it('leaves nothing personal behind, and nothing to be found', async () => {
    const { email, contactId, enrollmentId } = await enrolled();
    await addTask(contactId, enrollmentId);
    await api.db.execute(sql`insert into email_sends
      (account_id, id, enrollment_id, step_id, mailbox_id, recipient, state, message_id, subject, "references", raw,
       reserved_at, attempts, fence, smtp_reply)
      select account_id, gen_random_uuid(), id, 'call', mailbox_id, ${email}, 'sent', '<m@x>', 'Hello Zebedee', '{}',
        'Zebedee'::bytea, now(), 1, 1, ${`250 ok ${email}`} from enrollments where id = ${enrollmentId}`);
    await made(cast.request('DELETE', `/v1/contacts/${email}`, {}));
    for (const name of [contactId, email]) {
      expect((await cast.request('GET', `/v1/contacts/${name}`)).status).toBe(404);
      expect((await cast.request('DELETE', `/v1/contacts/${name}`, {})).status).toBe(404);
    }
    expect(await list('limit=100')).not.toContain(contactId);
    const { rows } = await api.db.execute(sql`
      select to_jsonb(c) as row from contacts c where id = ${contactId}
      union all select to_jsonb(s) || jsonb_build_object('raw', convert_from(raw, 'utf8'))
        from email_sends s where enrollment_id = ${enrollmentId}
      union all select to_jsonb(t) from tasks t where contact_id = ${contactId}
      union all select to_jsonb(v) from log v where subject_id in (${enrollmentId}, ${contactId})`);
    expect(rows.length).toBeGreaterThan(4);
    expect(JSON.stringify(rows)).not.toMatch(/Zebedee|Ulm|contact\.example/);
  });

  it('frees its email for another contact, and keeps what the address objected to', async () => {
    const { email, contactId, sequenceId } = await enrolled();
    const suppression = { address: email, reason: 'unsubscribed' };
    await made(cast.request('POST', '/v1/suppressions', suppression));
    await made(cast.request('DELETE', `/v1/contacts/${contactId}`, {}));
    const again = await post({ email });
    const body = { sequenceId, contact: { id: again } };
    expect((await cast.owner.request('POST', '/v1/enrollments', body)).code).toBe('UNSUBSCRIBED');
  });

  it('is enrolled with the company that it gets while it is enrolled', async () => {
    const { owner } = cast;
    const company = async () => {
      const { id } = await made(cast.request('POST', '/v1/companies', { name: 'Acme' }));
      return id;
    };
    const step = { id: 'call', kind: 'call', title: 'Call {{company.name}}' };
    const { id: sequenceId } = await made(
      owner.request('POST', '/v1/sequences', { name: 'S', steps: [step] }),
    );
    const email = `${randomUUID()}@contact.example`;
    const id = await post({ email, companyId: await company() });
    const companyId = await company();
    let enrolling: Promise<unknown> | undefined;
    await api.db.transaction(async (tx) => {
      // The email too, so that it is a change that enrolling waits for.
      await tx.execute(sql`update contacts set company_id = ${companyId},
        email_normalized = ${`x${email}`} where id = ${id}`);
      enrolling = made(owner.request('POST', '/v1/enrollments', { sequenceId, contact: { id } }));
      await untilBlocked(api.db);
    });
    await enrolling;
  });

  it('a deleted contact is enrolled no more, however close the two come', async () => {
    const { sequenceId } = await enrolled();
    for (let round = 0; round < 8; round += 1) {
      const id = await post({ email: `${randomUUID()}@contact.example` });
      const body = { sequenceId, contact: { id } };
      const [enrollment, deleted] = await Promise.all([
        cast.owner.request('POST', '/v1/enrollments', body),
        cast.request('DELETE', `/v1/contacts/${id}`, {}),
      ]);
      expect(deleted.status).toBe(200);
      expect([201, 404]).toContain(enrollment.status);
      const live = `/v1/enrollments?contactId=${id}&state=active,scheduled,waiting_task,paused`;
      expect((await cast.account.request('GET', live)).ids).toEqual([]);
    }
  });
});

describe('GET /v1/contacts', () => {
  it('filters by owner, by a text, and by the latest change', async () => {
    const word = `x${randomUUID().slice(0, 8)}`;
    const mine = await post({ ownerId: cast.owner.id, firstName: 'Ada', lastName: `${word} 100%` });
    const theirs = await post({ ownerId: cast.admin.id, email: `${word}@contact.example` });
    const changed = await made(patch(mine, { firstName: 'Eve' }));
    expect(await list(`ownerId=${cast.owner.id}&q=${word}`)).toEqual([mine]);
    expect(await list(`q=${word.toUpperCase()}`)).toEqual([mine, theirs]);
    expect(await list(`q=${encodeURIComponent(`eve ${word}`)}`)).toEqual([mine]);
    expect(await list(`q=${encodeURIComponent('100%')}`)).toEqual([mine]);
    expect(await list(`q=${encodeURIComponent(`${word}_contact`)}`)).toEqual([]);
    const at = String(changed.body['updatedAt']);
    expect(await list(`q=${word}&updatedAt[gte]=${at}`)).toEqual([mine]);
    expect(await list(`q=${word}&updatedAt[lte]=${at}`)).toEqual([mine, theirs]);
    const bad = await cast.request('GET', '/v1/contacts?updatedAt[gte]=yesterday');
    expect(bad.pointers).toEqual(['/updatedAt[gte]']);
  });

  it('pages by the latest change, in both directions', async () => {
    const word = `y${randomUUID().slice(0, 8)}`;
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1)
      ids.push(await post({ externalId: `${word}-${index}` }));
    await made(patch(ids[1] ?? '', { firstName: 'Late' }));
    const wanted = [ids[0], ids[2], ids[3], ids[4], ids[1]];
    for (const [sort, expected] of [
      ['updatedAt', wanted],
      ['-updatedAt', [...wanted].reverse()],
      ['createdAt', ids],
    ] as const) {
      const seen: string[] = [];
      let after = '';
      do {
        const page = await cast.request(
          'GET',
          `/v1/contacts?q=${word}&sort=${sort}&limit=2${after}`,
        );
        seen.push(...page.ids);
        after = page.next === undefined ? '' : `&after=${page.next}`;
      } while (after !== '');
      expect(seen).toEqual(expected);
    }
  });
});

describe('PATCH /v1/companies/{id}', () => {
  it('changes what is named, null empties, properties one by one', async () => {
    const company = { name: 'Acme', domain: 'acme.example', properties: { a: '1', b: '2' } };
    const { id } = await made(cast.request('POST', '/v1/companies', company));
    const path = `/v1/companies/${id}`;
    const answer = await cast.request('PATCH', path, {
      domain: null,
      externalId: `${id}-x`,
      properties: { b: null, c: 3 },
    });
    expect(answer.body).toMatchObject({
      name: 'Acme',
      domain: null,
      externalId: `${id}-x`,
      properties: { a: '1', c: 3 },
    });
    expect(answer.body['properties']).not.toHaveProperty('b');
    expect((await cast.request('GET', path)).body).toEqual(answer.body);
    const other = await made(cast.request('POST', '/v1/companies', { name: 'B' }));
    const taken = { externalId: `${id}-x` };
    expect(await cast.request('PATCH', `/v1/companies/${other.id}`, taken)).toMatchObject({
      status: 409,
      pointers: ['/externalId'],
    });
    expect((await cast.request('PATCH', path, { name: ' ' })).pointers).toEqual(['/name']);
  });
});
