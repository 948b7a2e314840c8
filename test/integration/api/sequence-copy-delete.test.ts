import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;
let userId: string;
let id: string;
let contacts = 0;

const steps = [
  { id: 'intro', kind: 'call', title: 'Call' },
  { id: 'mail', kind: 'manual_email', title: 'Write', delayDays: 2 },
];

const ask = (method: string, path: string, body: unknown = {}, user = 'ada@example.com') =>
  api.request(method, path, body, { 'cadenza-user': user, 'if-match': '*' });
const remove = (query = '') => ask('DELETE', `/v1/sequences/${id}${query}`);
const read = (path: string) => api.request('GET', path);

const addUser = (name: string) =>
  api.request('POST', '/v1/users', { email: `${name}@example.com`, name, timeZone: 'UTC' });

async function addContact() {
  contacts += 1;
  const contact = { email: `c${contacts}@example.com` };
  await api.request('POST', '/v1/contacts', contact);
  return contact;
}
const enroll = async () =>
  ask('POST', '/v1/enrollments', { sequenceId: id, contact: await addContact() });

beforeAll(async () => {
  api = await startApi();
  userId = (await addUser('ada')).id;
  await addUser('grace');
  await api.request('POST', '/v1/mailboxes', {
    userId,
    address: 'ada@example.com',
    smtp: { host: 'localhost', port: 25, security: 'none' },
  });
});
beforeEach(async () => {
  const settings = { unenrollCompany: true };
  id = (await ask('POST', '/v1/sequences', { name: 'Original', steps, settings })).id;
});
afterAll(async () => {
  await api.close();
});

describe('POST /v1/sequences/{id}/copy', () => {
  it('SEQ-21, SHR-02: makes a copy under a new name that belongs to whoever makes it', async () => {
    await ask('PUT', `/v1/sequences/${id}/sharing`, { everyone: 'use' });
    const original = await read(`/v1/sequences/${id}`);
    const copy = await ask(
      'POST',
      `/v1/sequences/${id}/copy`,
      { name: 'Copy' },
      'grace@example.com',
    );
    expect(copy.status).toBe(201);
    expect(copy.headers.get('location')).toBe(`/v1/sequences/${copy.id}`);
    expect(copy.headers.get('etag')).toBe('"1"');
    const { steps: copied, settings } = original.body;
    expect(copy.body).toMatchObject({ name: 'Copy', version: 1, steps: copied, settings });
    expect(copy.body['ownerId']).not.toBe(userId);
    expect(copy.body['sharing']).toEqual({ everyone: null, users: [], teams: [] });
    expect(copy.id).not.toBe(id);
  });

  it('EDT-08: saves changes as a copy and leaves the original untouched', async () => {
    const before = await read(`/v1/sequences/${id}`);
    const copy = await ask('POST', `/v1/sequences/${id}/copy`, {
      name: 'Changed',
      steps: [{ id: 'other', kind: 'general', title: 'Other' }],
      settings: { sendWindowStartMinute: 600 },
    });
    expect(copy.body).toMatchObject({
      steps: [{ id: 'other' }],
      settings: { sendWindowStartMinute: 600, unenrollCompany: true },
    });
    expect((await read(`/v1/sequences/${id}`)).body).toEqual(before.body);
  });

  it('refuses what breaks a rule, with its place', async () => {
    const copy = await ask('POST', `/v1/sequences/${id}/copy`, {
      name: ' ',
      steps: [{ kind: 'call', title: 'Call', delayDays: 1 }],
    });
    expect(copy.pointers).toEqual(['/name', '/steps/0/delayDays']);
    expect((await ask('POST', `/v1/sequences/${id}/copy`)).pointers).toEqual(['/name']);
  });
});

describe('an archived sequence', () => {
  const put = (verb: string) => ask('POST', `/v1/sequences/${id}/${verb}`);

  it('is off the list and closed to enrollments, runs on for those enrolled, and is taken out again', async () => {
    const { id: enrollmentId } = await enroll();
    const total = (await read('/v1/sequences')).body['total'];
    const archived = await put('archive');
    expect(archived.body['version']).toBe(1);
    expect(archived.body['archivedAt']).toEqual(expect.any(String));
    expect((await put('archive')).body).toEqual(archived.body);
    expect((await read('/v1/sequences?limit=100')).ids).not.toContain(id);
    const archive = await read('/v1/sequences?limit=100&archived=true');
    expect(archive.ids).toContain(id);
    expect(archive.body['total']).toBe(total);
    expect((await enroll()).code).toBe('SEQUENCE_NOT_ACTIVE');
    expect((await read(`/v1/enrollments/${enrollmentId}`)).body).toMatchObject({ state: 'active' });
    expect((await put('unarchive')).body).toMatchObject({ version: 1, archivedAt: null });
    expect((await read('/v1/sequences?limit=100')).ids).toContain(id);
    expect((await read('/v1/sequences?limit=100&archived=true')).ids).not.toContain(id);
    expect((await enroll()).status).toBe(201);
  });

  it('cannot be what was deleted, and a copy of it is not archived', async () => {
    await put('archive');
    const copy = await ask('POST', `/v1/sequences/${id}/copy`, { name: 'Back' });
    expect(copy.body).toMatchObject({ archivedAt: null });
    await remove();
    expect((await put('unarchive')).code).toBe('SEQUENCE_NOT_ACTIVE');
    expect((await read('/v1/sequences?limit=100&archived=true')).ids).not.toContain(id);
  });
});

describe('DELETE /v1/sequences/{id}', () => {
  it('takes it off the list, closed to enrollments and edits; it can be read and copied still', async () => {
    const total = (await read('/v1/sequences')).body['total'];
    const deleted = await remove();
    expect(deleted.status).toBe(200);
    expect(deleted.body['deletedAt']).toEqual(expect.any(String));
    const list = await read('/v1/sequences?limit=100');
    expect(list.ids).not.toContain(id);
    expect(list.body['total']).toBe(Number(total) - 1);
    expect((await read(`/v1/sequences/${id}`)).body).toEqual(deleted.body);
    const refused = await enroll();
    expect([refused.status, refused.code]).toEqual([409, 'SEQUENCE_NOT_ACTIVE']);
    const edited = await ask('PATCH', `/v1/sequences/${id}`, { name: 'Again' });
    expect([edited.status, edited.code]).toEqual([409, 'SEQUENCE_NOT_ACTIVE']);
    expect((await remove()).body).toEqual(deleted.body);
    const copy = await ask('POST', `/v1/sequences/${id}/copy`, { name: 'Back' });
    expect(copy.body).toMatchObject({ deletedAt: null });
  });

  it('refuses with the count while contacts are enrolled, and nothing is changed', async () => {
    await enroll();
    await enroll();
    const refused = await remove();
    expect(refused.status).toBe(409);
    expect(refused.body).toMatchObject({ code: 'SEQUENCE_IN_USE', activeEnrollments: 2 });
    expect((await read(`/v1/sequences/${id}`)).body).toMatchObject({ deletedAt: null });
    expect((await remove('?onActive=explode')).pointers).toEqual(['/onActive']);
  });

  it('onActive=finish lets them run on', async () => {
    const { id: enrollmentId } = await enroll();
    expect((await remove('?onActive=finish')).status).toBe(200);
    const after = await read(`/v1/enrollments/${enrollmentId}`);
    expect(after.body).toMatchObject({ state: 'active', currentStep: { id: 'intro' } });
  });

  it('onActive=unenroll ends them with sequence_deleted, by whom, and leaves word for their workflows', async () => {
    const running = (await enroll()).id;
    const paused = (await enroll()).id;
    await ask('POST', `/v1/enrollments/${paused}/pause`);
    const ended = (await enroll()).id;
    await ask('POST', `/v1/enrollments/${ended}/unenroll`);
    expect((await remove('?onActive=unenroll')).status).toBe(200);
    for (const enrollmentId of [running, paused]) {
      const after = await read(`/v1/enrollments/${enrollmentId}`);
      expect(after.body).toMatchObject({ state: 'unenrolled', reason: 'sequence_deleted' });
      const { body } = await read(`/v1/enrollments/${enrollmentId}/timeline`);
      const entries = JSON.stringify(body);
      expect(entries).toContain('"reason":"sequence_deleted"');
      expect(entries).toContain(`"id":"${userId}"`);
      const { rows } = await api.db.execute(
        sql`select message ->> 'type' as type from outbox
            where target_id = ${enrollmentId} and message is not null order by id desc limit 1`,
      );
      expect(rows).toEqual([{ type: 'unenroll' }]);
    }
    const before = await read(`/v1/enrollments/${ended}`);
    expect(before.body).toMatchObject({ state: 'unenrolled', reason: 'manual' });
  });

  it('leaves nobody enrolled who was being enrolled at the same time', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, addContact));
    const enrolling = people.map((contact) =>
      ask('POST', '/v1/enrollments', { sequenceId: id, contact }),
    );
    const [deleted, ...answers] = await Promise.all([remove('?onActive=unenroll'), ...enrolling]);
    expect(deleted.status).toBe(200);
    for (const { status, code } of answers) {
      expect([201, 202, 409]).toContain(status);
      if (status === 409) expect(code).toBe('SEQUENCE_NOT_ACTIVE');
    }
    const live = await read(`/v1/enrollments?sequenceId=${id}&state=active`);
    expect(live.ids).toEqual([]);
  });
});
