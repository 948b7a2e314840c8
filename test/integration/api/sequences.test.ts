import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';

let api: TestApi;
let tick = 0;
beforeAll(async () => {
  api = await startApi({
    now: () => {
      tick += 1000;
      return new Date(Date.UTC(2026, 10, 23) + tick).toISOString();
    },
  });
  await addUser(api);
});
afterAll(async () => {
  await api.close();
});

const addUser = (caller: TestCaller) =>
  caller.request('POST', '/v1/users', { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' });
const post = (body: unknown, caller: TestCaller = api) =>
  caller.request('POST', '/v1/sequences', body, { 'cadenza-user': 'ada@example.com' });

const email = { subject: 'Hello {{contact.firstName|there}}', html: '<p>Hi</p>' };
const call = { kind: 'call', title: 'Call {{contact.lastName}}' };
const steps = [
  { id: 'intro', kind: 'automated_email', email },
  { kind: 'automated_email', delayDays: 3, email: { html: '<p>And?</p>' }, replyTo: 'intro' },
  { ...call, delayDays: 1, priority: 'high' },
];

describe('POST /v1/sequences', () => {
  it('SEQ-18, SEQ-20: keeps the name and the steps in order, with what was left out filled in', async () => {
    const answer = await post({ name: ' Follow up ', steps, settings: { unenrollCompany: true } });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      name: 'Follow up',
      version: 1,
      steps: [
        { id: 'intro', delayDays: 0, email, threading: { kind: 'new' } },
        {
          id: 'step-2',
          delayDays: 3,
          email: { subject: email.subject, html: '<p>And?</p>' },
          threading: { kind: 'reply', toStepId: 'intro' },
        },
        { id: 'step-3', title: call.title, notes: '', priority: 'high', waitsForCompletion: true },
      ],
      settings: {
        eligibleFollowUpDays: 'BUSINESS_DAYS',
        sendWindowStartMinute: 480,
        sendWindowEndMinute: 1080,
        taskCreationMinute: 0,
        unenrollCompany: true,
        onParentMissing: 'new_thread',
      },
    });
    expect(answer.body).not.toHaveProperty('steps.0.title');
    const read = await api.request('GET', `/v1/sequences/${answer.id}`);
    expect(read.body).toEqual(answer.body);
  });

  it('LIM-01: refuses a delay of 91 business days, with its place', async () => {
    const answer = await post({ name: 'S', steps: [call, { ...call, delayDays: 91 }] });
    expect(answer.status).toBe(422);
    expect(answer.code).toBe('VALIDATION_FAILED');
    expect(answer.errors).toMatchObject([
      { in: 'body', pointer: '/steps/1/delayDays', code: 'delay_out_of_range' },
    ]);
  });

  it('answers all broken rules at once', async () => {
    const answer = await post({
      name: ' ',
      steps: [
        { ...call, delayDays: 2 },
        { kind: 'linkedin_inmail', title: 'InMail' },
        { kind: 'automated_email', email: { subject: 'Hi {{', html: '' } },
      ],
      settings: { sendWindowStartMinute: 1200, sendWindowEndMinute: 60 },
    });
    expect(answer.pointers).toEqual([
      '/name',
      '/steps/0/delayDays',
      '/steps/1/kind',
      '/steps/2/email/subject',
      '/steps/2/email/html',
      '/settings/sendWindowEndMinute',
    ]);
  });

  it('SEQ-08: takes LinkedIn steps when the account has the capability', async () => {
    const caller = await api.createCaller({ capabilities: ['linkedin_sales_navigator'] });
    await addUser(caller);
    const body = { name: 'L', steps: [{ kind: 'linkedin_connect', title: 'Connect' }] };
    expect((await post(body, caller)).status).toBe(201);
    expect((await post(body)).errors).toMatchObject([
      { pointer: '/steps/0/kind', code: 'capability_off' },
    ]);
  });

  test.each([
    [{ name: 'S', steps: [] }, '/steps'],
    [{ name: 'S' }, '/steps'],
    [{ steps: [call] }, '/name'],
    [{ name: 'S', steps: [{ kind: 'fax', title: 'F' }] }, '/steps/0/kind'],
    [{ name: 'S', steps: [{ ...call, colour: 1 }] }, '/steps/0/colour'],
    [{ name: 'S', steps: [call], settings: { holidays: true } }, '/settings/holidays'],
  ])('refuses %j at %s', async (body, pointer) => {
    const answer = await post(body);
    expect(answer.status).toBe(422);
    expect(answer.pointers[0]).toBe(pointer);
  });
});

describe('GET /v1/sequences', () => {
  it('SEQ-22: says how many there are, and how many there may be; the latest change first', async () => {
    const caller = await api.createCaller();
    await addUser(caller);
    const ids: string[] = [];
    for (const name of ['a', 'b', 'c']) ids.push((await post({ name, steps: [call] }, caller)).id);
    const first = await caller.request('GET', '/v1/sequences?limit=2');
    expect(first.body).toMatchObject({ total: 3, limit: 5000 });
    expect(first.ids).toEqual([ids[2], ids[1]]);
    const after: string = first.next ?? '';
    const second = await caller.request('GET', `/v1/sequences?limit=2&after=${after}`);
    expect(second.ids).toEqual([ids[0]]);
    expect((await caller.request('GET', '/v1/sequences?sort=updatedAt')).ids).toEqual(ids);
    const other = await caller.request('GET', `/v1/sequences?sort=updatedAt&after=${after}`);
    expect(other.code).toBe('INVALID_CURSOR');
  });

  it('LIM-04: refuses one more than the account may have', async () => {
    const caller = await api.createCaller();
    const owner = (await addUser(caller)).id;
    await api.db.execute(sql`insert into sequences
      (account_id, id, name, owner_id, current_version, created_at, updated_at)
      select ${caller.accountId}, gen_random_uuid(), 'S', ${owner}, 1, now(), now()
      from generate_series(1, 4999)`);
    const answers = await Promise.all(
      [1, 2, 3].map(() => post({ name: 'S', steps: [call] }, caller)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'LIMIT_REACHED',
      scope: 'account',
    });
  });
});
