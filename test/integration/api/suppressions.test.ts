import { and, eq, isNotNull } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { outbox } from '../../../src/db/schema/index.js';
import { createRecordingGateway, startApi, type TestApi } from '../../support/api.js';
import { lines, readRecord } from '../../support/records.js';
import { createWorld, type World } from '../../support/world.js';

const workflows = createRecordingGateway();
let api: TestApi;
let world: World;
beforeAll(async () => {
  api = await startApi({ workflows });
  world = await createWorld(api);
});
afterAll(async () => {
  await api.close();
});

const suppress = (body: unknown) => world.request('POST', '/v1/suppressions', body);
const enroll = async (email: string) => {
  const contact = await world.request('PUT', '/v1/contacts', { email });
  const body = { sequenceId: world.sequenceId, contact: { id: contact.id } };
  return world.request('POST', '/v1/enrollments', body, { 'cadenza-user': 'ada' });
};

describe('POST /v1/suppressions', () => {
  it('says what is noted, by whom and when; a repeat changes nothing', async () => {
    const body = { address: ' Opt@Out.example ', reason: 'unsubscribed', note: 'By phone' };
    const first = await world.request('POST', '/v1/suppressions', body, { 'cadenza-user': 'ada' });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      id: first.id,
      address: 'opt@out.example',
      domain: null,
      reason: 'unsubscribed',
      note: 'By phone',
      createdBy: { kind: 'user', id: world.userId },
      createdAt: first.body['createdAt'],
      effects: [],
    });
    const again = await suppress({ ...body, note: 'By mail' });
    expect(again.status).toBe(200);
    expect(again.body).toEqual(first.body);
    const many = await Promise.all(
      Array.from({ length: 8 }, () => suppress({ address: 'race@x.example', reason: 'bounced' })),
    );
    expect(many.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(many.map(({ id }) => id)).size).toBe(1);
  });

  test.each([
    [{ reason: 'unsubscribed' }, '/address', 'required'],
    [{ reason: 'blocked_domain', address: 'a@b.example' }, '/domain', 'required'],
    [{ reason: 'blocked_domain', domain: 'x', address: 'a@b.example' }, '/domain', 'not_a_domain'],
    [
      { reason: 'blocked', address: 'a@b.example', domain: 'b.example' },
      '/domain',
      'not_applicable',
    ],
    [{ reason: 'blocked', address: 'nobody' }, '/address', 'not_an_address'],
    [{ reason: 'dislike', address: 'a@b.example' }, '/reason', 'invalid_value'],
    [{ reason: 'blocked', address: 'a@b.example', note: '' }, '/note', 'too_small'],
    [{ address: 'a@b.example' }, '/reason', 'required'],
  ])('refuses %j at %s as %s', async (body, pointer, code) => {
    const answer = await suppress(body);
    expect(answer.status).toBe(422);
    expect(answer.errors).toContainEqual(expect.objectContaining({ pointer, code }));
  });
});

describe('an enrollment of a suppressed address', () => {
  test.each([
    ['ENR-25 ERR-05', 'bounced', 'PREVIOUSLY_BOUNCED'],
    ['block list', 'blocked', 'BLOCKED_ADDRESS'],
    ['opt-out', 'unsubscribed', 'UNSUBSCRIBED'],
    ['opt-out', 'unsubscribed_personal', 'UNSUBSCRIBED_PERSONAL'],
    ['complaint', 'marked_as_spam', 'MARKED_AS_SPAM'],
  ])('%s: %s is refused with %s, in whatever capitals', async (_rule, reason, code) => {
    await suppress({ address: `${reason}@refused.example`, reason });
    const answer = await enroll(`${reason.toUpperCase()}@refused.example`);
    expect(answer.status).toBe(422);
    expect(answer.code).toBe(code);
  });

  it('block list: BLOCKED_DOMAIN covers the domain and what stands below it, and nothing else', async () => {
    await suppress({ domain: 'Blocked.Example', reason: 'blocked_domain' });
    expect((await enroll('a@blocked.example')).code).toBe('BLOCKED_DOMAIN');
    expect((await enroll('a@mail.eu.blocked.example')).code).toBe('BLOCKED_DOMAIN');
    expect((await enroll('a@unblocked.example')).status).toBe(201);
    expect((await enroll('blocked.example@other.example')).status).toBe(201);
  });

  it('the opt-out belongs to the address: another contact that gets it is refused too, another account is not', async () => {
    await suppress({ address: 'shared@address.example', reason: 'unsubscribed' });
    const first = await world.request('PUT', '/v1/contacts', { email: 'shared@address.example' });
    await world.request('PUT', '/v1/contacts', { externalId: 'moved', email: 'new@x.example' });
    const path = '/v1/contacts';
    await world.request('PUT', path, { email: 'shared@address.example', externalId: 'first' });
    await world.request('PUT', path, { externalId: 'first', email: 'elsewhere@x.example' });
    await world.request('PUT', path, { externalId: 'moved', email: 'Shared@address.example' });
    expect((await enroll('elsewhere@x.example')).status).toBe(201);
    expect((await enroll('shared@address.example')).code).toBe('UNSUBSCRIBED');
    expect(first.status).toBe(201);
    const other = await createWorld(api);
    const contact = await other.request('PUT', path, { email: 'shared@address.example' });
    const body = { sequenceId: other.sequenceId, contact: { id: contact.id } };
    const free = await other.request('POST', '/v1/enrollments', body, { 'cadenza-user': 'ada' });
    expect(free.status).toBe(201);
  });
});

describe('a suppression that comes while its address is enrolled', () => {
  test.each([
    ['unsubscribed', 'unenrolled', 'unsubscribed'],
    ['unsubscribed_personal', 'unenrolled', 'unsubscribed'],
    ['marked_as_spam', 'unenrolled', 'unsubscribed'],
    ['blocked', 'unenrolled', 'blocked'],
    ['bounced', 'errored', 'bounced'],
  ])('%s ends the enrollment at once: %s, %s', async (suppression, state, reason) => {
    const email = `${suppression}@live.example`;
    const { id } = await enroll(email);
    workflows.delivered.length = 0;
    const answer = await suppress({ address: email, reason: suppression });
    expect(answer.status).toBe(201);
    expect(answer.body['effects']).toEqual([{ enrollmentId: id, state, reason }]);
    const { row, log } = await readRecord(api.db, id);
    expect(row).toMatchObject({ state, reason, nextAt: null });
    expect(lines(log)).toEqual(['enrolled', `${state} call`]);
    expect(log[1]).toMatchObject({ data: { suppression, reason }, actor: { kind: 'api_key' } });
    expect(workflows.delivered).toEqual([{ accountId: world.accountId, enrollmentId: id }]);
    const [word] = await api.db
      .select()
      .from(outbox)
      .where(and(eq(outbox.targetId, id), isNotNull(outbox.message)));
    expect(word?.message).toEqual({ type: 'unenroll', messageId: log[1]?.messageId });
    const again = await suppress({ address: email, reason: suppression });
    expect(again.body['effects']).toEqual([]);
    expect(JSON.stringify(log)).not.toContain('live.example');
  });

  it('leaves the enrollment of the same address in another account alone', async () => {
    const other = await createWorld(api);
    const answer = await suppress({ address: 'grace@example.com', reason: 'unsubscribed' });
    expect(answer.body['effects']).toHaveLength(1);
    expect((await readRecord(api.db, other.enrollmentId)).row.state).toBe('active');
  });
});

describe('GET and DELETE /v1/suppressions', () => {
  it('pages and filters by address and reason', async () => {
    const caller = await api.createCaller();
    const add = (body: unknown) => caller.request('POST', '/v1/suppressions', body);
    const one = await add({ address: 'one@list.example', reason: 'blocked' });
    const two = await add({ address: 'one@list.example', reason: 'unsubscribed' });
    const three = await add({ domain: 'list.example', reason: 'blocked_domain' });
    const get = (query: string) => caller.request('GET', `/v1/suppressions${query}`);
    expect((await get('')).ids).toEqual([one.id, two.id, three.id]);
    expect((await get('?address=ONE@list.example')).ids).toEqual([one.id, two.id]);
    expect((await get('?reason=blocked_domain')).body['results']).toMatchObject([
      { id: three.id, address: null, domain: 'list.example' },
    ]);
    const first = await get('?limit=2');
    expect(first.ids).toEqual([one.id, two.id]);
    expect((await get(`?limit=2&after=${first.next ?? ''}`)).ids).toEqual([three.id]);
    expect((await get('?address=x&reason=y')).pointers).toEqual(['/address', '/reason']);
  });

  it('asks for an administrator to take one away; then the address can be enrolled again', async () => {
    const address = 'back@again.example';
    const { id } = await suppress({ address, reason: 'unsubscribed' });
    const scopes = ['write'];
    const writer = await api.createCaller({ accountId: world.accountId, scopes });
    expect((await writer.request('DELETE', `/v1/suppressions/${id}`)).code).toBe('FORBIDDEN_SCOPE');
    expect((await enroll(address)).code).toBe('UNSUBSCRIBED');
    const removed = await world.request('DELETE', `/v1/suppressions/${id}`);
    expect(removed.status).toBe(200);
    expect(removed.body).toMatchObject({ id, address, reason: 'unsubscribed' });
    expect((await enroll(address)).status).toBe(201);
    expect((await world.request('DELETE', `/v1/suppressions/${id}`)).code).toBe('NOT_FOUND');
    expect(api.logLines.some((line) => line.includes(id) && !line.includes(address))).toBe(true);
  });
});
