import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it, test } from 'vitest';
import { accounts } from '../../../src/db/schema/index.js';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';
import { emailStep } from '../../support/sequences.js';

let api: TestApi;
let contacts = 0;
const as = { 'cadenza-user': 'ada', 'if-match': '*' };
const ask = (method: string, path: string, body?: unknown, caller: TestCaller = api) =>
  caller.request(method, path, body, as);

async function addSender(caller: TestCaller): Promise<void> {
  const user = await caller.request('POST', '/v1/users', {
    email: 'ada@example.com',
    externalId: 'ada',
    name: 'Ada',
    timeZone: 'Europe/Berlin',
  });
  await ask(
    'POST',
    '/v1/mailboxes',
    {
      userId: user.id,
      address: 'ada@example.com',
      smtp: { host: 'localhost', port: 25, security: 'none' },
    },
    caller,
  );
}

beforeAll(async () => {
  api = await startApi({ capabilities: ['marketing_campaigns'] });
  await addSender(api);
});
afterAll(() => api.close());

const save = (settings: object, caller: TestCaller = api) =>
  ask('POST', '/v1/sequences', { name: 'S', steps: [emailStep('one', 0)], settings }, caller);

async function zoneOf(sequenceId: string, contactZone: string | null, wish: object) {
  contacts += 1;
  const contact = await ask('POST', '/v1/contacts', {
    email: `c${contacts}@example.com`,
    ...(contactZone !== null && { timeZone: contactZone }),
  });
  const enrolled = await ask('POST', '/v1/enrollments', {
    sequenceId,
    contact: { id: contact.id },
    ...wish,
  });
  return enrolled.body['timeZone'];
}

it('SET-16 SET-19 SET-20: the sequence says whose zone it is, and the enrollment may say otherwise', async () => {
  const contactsZone = (await save({ useContactTimeZone: true })).id;
  expect(await zoneOf(contactsZone, 'Asia/Tokyo', {})).toBe('Asia/Tokyo');
  expect(await zoneOf(contactsZone, null, {})).toBe('Europe/Berlin');
  expect(await zoneOf(contactsZone, 'Asia/Tokyo', { useContactTimeZone: false })).toBe(
    'Europe/Berlin',
  );
  expect(await zoneOf(contactsZone, 'Asia/Tokyo', { timeZone: 'America/Lima' })).toBe(
    'America/Lima',
  );
  const sendersZone = (await save({})).id;
  expect(await zoneOf(sendersZone, 'Asia/Tokyo', {})).toBe('Europe/Berlin');
  expect(await zoneOf(sendersZone, 'Asia/Tokyo', { useContactTimeZone: true })).toBe('Asia/Tokyo');
});

it('SET-21: belongs to one campaign or none, and is listed by it', async () => {
  const spring = await save({ campaignId: 'Spring 2027' });
  expect(spring.body['settings']).toMatchObject({ campaignId: 'Spring 2027' });
  const other = await save({});
  expect(other.body['settings']).toMatchObject({ campaignId: null });
  const listed = () => ask('GET', '/v1/sequences?campaignId=Spring%202027');
  expect((await listed()).ids).toEqual([spring.id]);
  const patch = (settings: object) => ask('PATCH', `/v1/sequences/${other.id}`, { settings });
  expect((await patch({ campaignId: 'Spring 2027' })).body['version']).toBe(2);
  expect((await listed()).ids).toEqual([other.id, spring.id]);
  const page = await ask('GET', '/v1/sequences?campaignId=Spring%202027&limit=1');
  const next = `/v1/sequences?campaignId=Spring%202027&limit=1&after=${page.next ?? ''}`;
  expect((await ask('GET', next)).ids).toEqual([spring.id]);
  expect((await patch({ campaignId: null })).body['settings']).toMatchObject({ campaignId: null });
  expect((await listed()).ids).toEqual([spring.id]);
});

it('SET-21: refuses a campaign without the capability, in every way to save one', async () => {
  const plain = await api.createCaller();
  await addSender(plain);
  expect(await save({ campaignId: 'x' }, plain)).toMatchObject({
    status: 422,
    errors: [{ pointer: '/settings/campaignId', code: 'capability_off' }],
  });
  const { id } = await save({}, plain);
  for (const [method, path, body] of [
    ['PATCH', `/v1/sequences/${id}`, { settings: { campaignId: 'x' } }],
    [
      'PUT',
      `/v1/sequences/${id}`,
      { name: 'S', steps: [emailStep('one', 0)], settings: { campaignId: 'x' } },
    ],
    ['POST', `/v1/sequences/${id}/copy`, { name: 'T', settings: { campaignId: 'x' } }],
  ] as const) {
    expect((await ask(method, path, body, plain)).pointers).toEqual(['/settings/campaignId']);
  }
});

it('SET-21: a campaign stays when the capability goes, and the rest can still be edited', async () => {
  const leaving = await api.createCaller({ capabilities: ['marketing_campaigns'] });
  await addSender(leaving);
  const { id } = await save({ campaignId: 'x' }, leaving);
  await api.db
    .update(accounts)
    .set({ capabilities: [] })
    .where(sql`${accounts.id} = ${leaving.accountId}`);
  const edit = (settings: object) => ask('PATCH', `/v1/sequences/${id}`, { settings }, leaving);
  expect((await edit({ taskCreationMinute: 60 })).body['settings']).toMatchObject({
    campaignId: 'x',
    taskCreationMinute: 60,
  });
  expect((await edit({ campaignId: 'y' })).pointers).toEqual(['/settings/campaignId']);
  expect((await edit({ campaignId: null })).status).toBe(200);
});

test.each([
  ['SET-21', { campaignId: ' ' }, ['/settings/campaignId']],
  ['SET-21', { campaignId: 'x'.repeat(201) }, ['/settings/campaignId']],
  [
    'SET-07',
    { sendWindowStartMinute: 1200, sendWindowEndMinute: 300 },
    ['/settings/sendWindowEndMinute'],
  ],
  [
    'SET-07',
    { sendWindowStartMinute: -1, sendWindowEndMinute: 1441, taskCreationMinute: 1440 },
    [
      '/settings/sendWindowStartMinute',
      '/settings/sendWindowEndMinute',
      '/settings/taskCreationMinute',
    ],
  ],
  ['TSK-06', { taskReminderMinute: 1440 }, ['/settings/taskReminderMinute']],
  ['TSK-06', { taskReminderMinute: 0.5 }, ['/settings/taskReminderMinute']],
  ['SET-03', { eligibleFollowUpDays: 'SUNDAYS' }, ['/settings/eligibleFollowUpDays']],
  ['SET-16', { useContactTimeZone: 'yes' }, ['/settings/useContactTimeZone']],
  ['SET-02', { holidayCalendarIds: ['us'] }, ['/settings/holidayCalendarIds/0']],
])('%s: refuses %j with each place, and keeps what was', async (_rule, settings, pointers) => {
  const { id, body } = await save({});
  const refused = await ask('PATCH', `/v1/sequences/${id}`, { settings });
  expect({ status: refused.status, pointers: refused.pointers }).toEqual({ status: 422, pointers });
  expect((await ask('GET', `/v1/sequences/${id}`)).body).toEqual(body);
});

it('SET-22: a version that was saved before a setting existed has its default', async () => {
  const { id } = await save({ taskCreationMinute: 90 });
  await api.db.execute(sql`
    update sequence_versions
    set definition = definition #- '{settings,holidayCalendarIds}' #- '{settings,useContactTimeZone}'
      #- '{settings,campaignId}' #- '{settings,taskReminderMinute}'
    where sequence_id = ${id}`);
  const read = await ask('GET', `/v1/sequences/${id}`);
  expect(read.body['settings']).toMatchObject({
    taskCreationMinute: 90,
    holidayCalendarIds: [],
    useContactTimeZone: false,
    campaignId: null,
    taskReminderMinute: null,
  });
  expect(await zoneOf(id, 'Asia/Tokyo', {})).toBe('Europe/Berlin');
});
