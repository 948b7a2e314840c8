import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';
import { untilSettled } from '../../support/database.js';

let api: TestApi;
let caller: TestCaller;
beforeAll(async () => {
  api = await startApi();
});
afterAll(async () => {
  await api.close();
});
beforeEach(async () => {
  caller = await api.createCaller({ capabilities: ['linkedin_sales_navigator'] });
});

const any = { 'if-match': '*' };
const read = async () => (await caller.request('GET', '/v1/account')).body;
const patch = (body: object, headers: Readonly<Record<string, string>> = any) =>
  caller.request('PATCH', '/v1/account', body, headers);

describe('the account', () => {
  it('LIM-04, LIM-08: shows its settings, its limits and what it has switched on; caps are off', async () => {
    expect(await read()).toMatchObject({
      id: caller.accountId,
      version: 1,
      capabilities: ['linkedin_sales_navigator'],
      limits: {
        mailboxPerMinute: 10,
        mailboxPerDay: 1000,
        userPerDay: 500,
        recipientDomainPerDay: null,
        companyPerDay: null,
        sequences: 5000,
        ...{ templates: 5000, lists: 1000, properties: 1000, contacts: 1_000_000 },
      },
    });
  });

  it('changes what is named and leaves the rest', async () => {
    const before = await read();
    const changed = await patch({
      name: ' Acme ',
      timeZone: 'Asia/Tokyo',
      limits: { userPerDay: 50, recipientDomainPerDay: 5, companyPerDay: 9 },
    });
    expect(changed.status).toBe(200);
    const limits = {
      mailboxPerMinute: 10,
      mailboxPerDay: 1000,
      userPerDay: 50,
      recipientDomainPerDay: 5,
      companyPerDay: 9,
      sequences: 5000,
      ...{ templates: 5000, lists: 1000, properties: 1000, contacts: 1_000_000 },
    };
    expect(await read()).toEqual({
      ...before,
      version: 2,
      name: 'Acme',
      timeZone: 'Asia/Tokyo',
      limits,
    });
    await patch({ limits: { companyPerDay: null } });
    expect(await read()).toMatchObject({ limits: { ...limits, companyPerDay: null } });
  });

  it('refuses other capabilities, which an operator gives', async () => {
    const before = await read();
    const answer = await patch({ name: 'Other', capabilities: ['marketing_campaigns'] });
    expect(answer.errors).toMatchObject([{ pointer: '/capabilities', code: 'read_only' }]);
    expect(await read()).toEqual(before);
  });

  it('points to each field that is wrong, and saves nothing', async () => {
    const before = await read();
    const answer = await patch({
      name: '',
      timeZone: 'Mars/Olympus',
      limits: {
        mailboxPerMinute: 0,
        userPerDay: null,
        companyPerDay: 1.5,
        sequences: -1,
        perWeek: 3,
      },
    });
    expect(answer.status).toBe(422);
    expect(answer.pointers.toSorted()).toEqual([
      '/limits/companyPerDay',
      '/limits/mailboxPerMinute',
      '/limits/perWeek',
      '/limits/sequences',
      '/limits/userPerDay',
      '/name',
      '/timeZone',
    ]);
    expect(await read()).toEqual(before);
  });

  it('SEQ-06: has outcomes of tasks of its own, all of which a change takes the place of', async () => {
    expect(await read()).toMatchObject({ taskOutcomes: [] });
    const agreed = { id: 'agreed', name: ' Agreed ', kinds: ['general', 'call', 'call'] };
    const kept = { id: 'agreed', name: 'Agreed', kinds: ['call', 'general'] };
    const other = { id: 'not_now', name: 'Not now', kinds: ['call'] };
    expect((await patch({ taskOutcomes: [agreed, other] })).status).toBe(200);
    const saved = await read();
    expect(saved).toMatchObject({ version: 2, taskOutcomes: [kept, other] });
    expect((await patch({ taskOutcomes: saved['taskOutcomes'] })).body).toEqual(saved);
    await patch({ taskOutcomes: [other] });
    expect(await read()).toMatchObject({ version: 3, taskOutcomes: [other] });
    await untilSettled(api.db);
    const log = await caller.request('GET', `/v1/log?subject=account:${caller.accountId}`);
    expect(log.body['results']).toMatchObject([
      { data: { fields: ['taskOutcomes'], after: { taskOutcomes: [kept, other] } } },
      { data: { before: { taskOutcomes: [kept, other] }, after: { taskOutcomes: [other] } } },
    ]);
  });

  it('SEQ-06: points to what is wrong with an outcome', async () => {
    const good = { id: 'agreed', name: 'Agreed', kinds: ['call'] };
    const refused = async (taskOutcomes: readonly object[]) =>
      (await patch({ taskOutcomes })).errors.map(({ pointer, code }) => `${pointer} ${code}`);
    expect(await refused([good, { ...good, id: 'busy' }, { ...good, id: 'Busy' }, good])).toEqual([
      ...['/taskOutcomes/1/id duplicate_id', '/taskOutcomes/2/id bad_id'],
      '/taskOutcomes/3/id duplicate_id',
    ]);
    const wrong = { id: 'x'.repeat(65), name: 'x'.repeat(101), kinds: [] };
    expect((await refused([wrong])).map((each) => each.split(' ')[0])).toEqual([
      ...['/taskOutcomes/0/id', '/taskOutcomes/0/name', '/taskOutcomes/0/kinds'],
    ]);
    expect(await refused([{ ...good, kinds: ['automated_email'] }])).toHaveLength(1);
    const many = Array.from({ length: 101 }, (_, index) => ({ ...good, id: `o${index}` }));
    expect(await refused(many)).toHaveLength(1);
    expect(await read()).toMatchObject({ version: 1, taskOutcomes: [] });
    expect((await patch({ taskOutcomes: many.slice(1) })).status).toBe(200);
  });

  it('is changed on top of the version that was read', async () => {
    const got = await caller.request('GET', '/v1/account');
    expect(got.headers.get('etag')).toBe('"1"');
    expect((await patch({ name: 'A' }, {})).status).toBe(428);
    expect((await patch({ name: 'A' }, { 'if-match': '"1"' })).headers.get('etag')).toBe('"2"');
    const late = await patch({ name: 'B' }, { 'if-match': '"1"' });
    expect(late.code).toBe('PRECONDITION_FAILED');
    expect(await read()).toMatchObject({ name: 'A', version: 2 });
  });

  it('is changed by admins alone: by their key, and on behalf of an admin', async () => {
    const scoped = await api.createCaller({ accountId: caller.accountId, scopes: ['write'] });
    const refused = await scoped.request('PATCH', '/v1/account', { name: 'A' }, any);
    expect(refused.status).toBe(403);
    expect((await scoped.request('GET', '/v1/account')).status).toBe(200);
    const user = (role: string) =>
      caller.request('POST', '/v1/users', {
        email: `${role}@example.com`,
        name: role,
        timeZone: 'UTC',
        role,
      });
    const member = await user('member');
    const admin = await user('admin');
    const asMember = await patch({ name: 'A' }, { ...any, 'cadenza-user': member.id });
    expect(asMember.code).toBe('ADMIN_REQUIRED');
    expect((await patch({ name: 'A' }, { ...any, 'cadenza-user': admin.id })).status).toBe(200);
  });

  it('LIM-04: refuses one sequence more than it may have', async () => {
    const user = await caller.request('POST', '/v1/users', {
      email: 'ada@example.com',
      name: 'Ada',
      timeZone: 'UTC',
    });
    const make = () =>
      caller.request(
        'POST',
        '/v1/sequences',
        { name: 'Call', steps: [{ kind: 'call', title: 'Call' }] },
        { 'cadenza-user': user.id },
      );
    await patch({ limits: { sequences: 1 } });
    expect((await make()).status).toBe(201);
    expect((await make()).code).toBe('LIMIT_REACHED');
    const list = await caller.request('GET', '/v1/sequences');
    expect(list.body).toMatchObject({ total: 1, limit: 1 });
    await patch({ limits: { sequences: 2 } });
    expect((await make()).status).toBe(201);
  });

  it('is nobody else’s', async () => {
    const stranger = await api.createCaller();
    await stranger.request('PATCH', '/v1/account', { name: 'Theirs' }, any);
    expect(await read()).not.toMatchObject({ name: 'Theirs' });
    expect(await read()).toMatchObject({ version: 1 });
  });
});
