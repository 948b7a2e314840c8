import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { emailSends } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
let tick = 0;
const started = Date.UTC(2026, 10, 23);
const at = (days: number) => new Date(started + days * 864e5).toISOString();

beforeAll(async () => {
  api = await startApi({ now: () => new Date(started + (tick += 1000)).toISOString() });
  cast = await createCast(api);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: unknown) =>
  cast.owner.request(method, path, body);

async function sequence(settings: object = {}): Promise<string> {
  const email = { subject: 'Hello', html: '<p>Hi</p>' };
  const steps = [{ id: 'intro', kind: 'automated_email', email }];
  return (await made(ask('POST', '/v1/sequences', { name: 'S', steps, settings }))).id;
}

/** An enrollment whose first email was sent, if it is said to have been. */
async function enroll(sequenceId: string, email: string, isSent = true): Promise<ApiAnswer> {
  const body = { sequenceId, contact: { email } };
  const enrollment = await made(ask('POST', '/v1/enrollments', body));
  if (!isSent) return enrollment;
  await api.db.insert(emailSends).values({
    ...{ accountId: cast.accountId, id: randomUUID(), enrollmentId: enrollment.id },
    ...{ stepId: 'intro', mailboxId: String(enrollment.body['mailboxId']), recipient: email },
    ...{ state: 'sent', messageId: `<${enrollment.id}@x>`, subject: 'Hello', references: [] },
    ...{ raw: Buffer.from('x'), reservedAt: at(0), attempts: 1, fence: 1, settledAt: at(0) },
  });
  return enrollment;
}

async function person(fields: object = {}): Promise<string> {
  const email = `${randomUUID()}@contact.example`;
  await made(ask('POST', '/v1/contacts', { email, ...fields }));
  return email;
}
const unenroll = (id: string) => made(ask('POST', `/v1/enrollments/${id}/unenroll`));
const report = (event: object) => ask('POST', '/v1/events', { id: randomUUID(), ...event });
const types = async (id: string) => {
  const { results } = (await ask('GET', `/v1/enrollments/${id}/timeline`)).body;
  return JSON.stringify(results)
    .match(/"type":"\w+"/g)
    ?.map((each) => each.slice(8, -1));
};
const isFound = async (email: string, reasons: readonly string[]) => {
  const filter = {
    and: [{ field: 'contact.email', operator: 'eq', value: email }, { everEnrolled: { reasons } }],
  };
  return (await ask('POST', '/v1/contacts/search', { filter })).ids.length === 1;
};

it('ENR-20: a reply after the end counts, where the last mail to the contact came from', async () => {
  const email = await person();
  const sequenceId = await sequence();
  const { id: wrote } = await enroll(sequenceId, email);
  await unenroll(wrote);
  const { id: silent } = await enroll(sequenceId, email, false);
  await unenroll(silent);
  expect(await isFound(email, ['replied'])).toBe(false);
  const id = randomUUID();
  for (let time = 0; time < 2; time += 1) {
    const reply = await report({ id, type: 'reply', contact: { email } });
    expect(reply).toMatchObject({ status: 200, body: { enrollmentId: wrote, effects: [] } });
  }
  expect(await types(wrote)).toEqual(['enrolled', 'unenrolled', 'late_reply']);
  expect(await types(silent)).toEqual(['enrolled', 'unenrolled']);
  expect(await isFound(email, ['replied'])).toBe(true);
  expect(await isFound(email, ['meeting_link', 'meeting_logged'])).toBe(false);
  const meeting = await report({ type: 'meeting', via: 'link', enrollmentId: silent });
  expect(meeting).toMatchObject({ status: 200, body: { enrollmentId: silent } });
  expect(await isFound(email, ['meeting_link'])).toBe(true);
  const away = await report({ type: 'out_of_office', enrollmentId: silent });
  expect(away).toMatchObject({ status: 200, body: { effects: [] } });
  expect(await types(silent)).toEqual(['enrolled', 'unenrolled', 'late_meeting']);
  expect(await ask('GET', `/v1/enrollments/${silent}`)).toMatchObject({
    body: { state: 'unenrolled', reason: 'manual' },
  });
});

it('ENR-20: what came about before an enrollment began does not end it', async () => {
  const email = await person();
  const sequenceId = await sequence();
  const { id } = await enroll(sequenceId, email);
  for (const type of ['reply', 'meeting', 'out_of_office']) {
    for (const named of [{ contact: { email } }, { enrollmentId: id }]) {
      const via = type === 'meeting' ? { via: 'link' } : {};
      const early = await report({ type, ...via, occurredAt: at(-90), ...named });
      expect(early).toMatchObject({ status: 200, body: { effects: [] } });
    }
  }
  expect(await types(id)).toEqual(['enrolled']);
  const reply = await report({ type: 'reply', contact: { email } });
  expect(reply.body['effects']).toMatchObject([{ enrollmentId: id, reason: 'replied' }]);
});

it('ENR-20: what came about up to a minute before an enrollment began ends it, since clocks differ', async () => {
  const sequenceId = await sequence();
  for (const isNamed of [true, false]) {
    const email = await person();
    const { id, body } = await enroll(sequenceId, email);
    const named = isNamed ? { enrollmentId: id } : { contact: { email } };
    const since = Date.parse(String(body['enrolledAt']));
    const reply = (ms: number) =>
      report({ type: 'reply', occurredAt: new Date(since - ms).toISOString(), ...named });
    expect((await reply(60_001)).body['effects']).toEqual([]);
    expect((await reply(60_000)).body['effects']).toMatchObject([
      { enrollmentId: id, reason: 'replied' },
    ]);
    const late = await reply(59_000);
    expect(late.body).toMatchObject({ enrollmentId: id, effects: [] });
    expect(await types(id)).toEqual(['enrolled', 'unenrolled', 'late_reply']);
  }
});

it('2.2: a meeting that is logged while the contact is enrolled ends it even if it took place earlier', async () => {
  const sequenceId = await sequence();
  for (const isNamed of [true, false]) {
    const email = await person();
    const { id } = await enroll(sequenceId, email);
    const named = isNamed ? { enrollmentId: id } : { contact: { email } };
    const logged = () => report({ type: 'meeting', occurredAt: at(-90), ...named });
    expect((await logged()).body['effects']).toMatchObject([
      { enrollmentId: id, reason: 'meeting_logged' },
    ]);
    expect((await logged()).body['effects']).toEqual([]);
    expect(await types(id)).toEqual(['enrolled', 'unenrolled']);
  }
});

it('2.2: a reply to an enrollment that has ended ends the one that the contact is in now', async () => {
  const stops = [
    [{ type: 'reply' }, 'replied', ['late_reply']],
    [{ type: 'meeting', via: 'link' }, 'meeting_link', ['late_meeting']],
    [{ type: 'out_of_office' }, 'out_of_office', []],
  ] as const;
  for (const [what, reason, noted] of stops) {
    const email = await person();
    const { id: ended } = await enroll(await sequence(), email);
    await unenroll(ended);
    const { id: live } = await enroll(await sequence(), email);
    const early = await report({ ...what, enrollmentId: ended, occurredAt: at(-1) });
    expect(early.body['effects']).toEqual([]);
    const id = randomUUID();
    for (let time = 0; time < 2; time += 1) {
      const told = await report({ id, ...what, enrollmentId: ended });
      expect(told).toMatchObject({
        status: 200,
        body: { enrollmentId: ended, effects: [{ enrollmentId: live, reason }] },
      });
    }
    expect(await types(ended)).toEqual(['enrolled', 'unenrolled', ...noted]);
    expect(await ask('GET', `/v1/enrollments/${live}`)).toMatchObject({ body: { reason } });
  }
});

it('3.19: a reply from the address that was written to counts after that address changed', async () => {
  const takeOver = (name: string, email: string) =>
    made(ask('PATCH', `/v1/contacts/${name}`, { email }));
  for (const isTaken of [false, true]) {
    const old = await person();
    const next = `${randomUUID()}@contact.example`;
    const first = await enroll(await sequence(), old);
    const contactId = String(first.body['contactId']);
    await takeOver(contactId, next);
    if (isTaken) await made(ask('POST', '/v1/contacts', { email: old }));
    const contact = { email: old.toUpperCase() };
    const asked = { id: randomUUID(), type: 'reply', contact };
    const foreign = await cast.stranger.request('POST', '/v1/events', asked);
    expect(foreign).toMatchObject(
      isTaken ? { status: 200, body: { enrollmentId: null, effects: [] } } : { status: 404 },
    );
    const early = await report({ type: 'reply', contact, occurredAt: at(-1) });
    expect(early.status).toBe(isTaken ? 200 : 404);
    const reply = await report({ type: 'reply', contact });
    expect(reply).toMatchObject({
      status: 200,
      body: {
        ...{ contactId, enrollmentId: first.id },
        effects: [{ enrollmentId: first.id, reason: 'replied' }],
      },
    });
    const { id: live } = await enroll(await sequence(), next);
    const meeting = await report({ type: 'meeting', via: 'link', contact });
    expect(meeting.body).toMatchObject({
      enrollmentId: first.id,
      effects: [{ enrollmentId: live, reason: 'meeting_link' }],
    });
    expect(await types(first.id)).toEqual(['enrolled', 'unenrolled', 'late_meeting']);
    expect((await report({ type: 'open', contact })).body).toMatchObject({ effects: [] });
    await made(ask('DELETE', `/v1/contacts/${contactId}`));
    const erased = await report({ type: 'reply', contact });
    expect(erased).toMatchObject(
      isTaken ? { status: 200, body: { enrollmentId: null } } : { status: 404 },
    );
  }
});

it('3.19: a reply from an address that two have had ends both, until the second was written to', async () => {
  const shared = await person();
  const first = await enroll(await sequence(), shared);
  await made(ask('PATCH', `/v1/contacts/${String(first.body['contactId'])}`, { email: null }));
  await made(ask('POST', '/v1/contacts', { email: shared }));
  const second = await enroll(await sequence(), shared, false);
  const reply = await report({ type: 'reply', contact: { email: shared } });
  expect(reply.body).toMatchObject({
    contactId: first.body['contactId'],
    enrollmentId: first.id,
    effects: [
      { enrollmentId: second.id, reason: 'replied' },
      { enrollmentId: first.id, reason: 'replied' },
    ],
  });
  const { id: third } = await enroll(await sequence(), shared);
  const again = await report({ type: 'reply', contact: { email: shared } });
  expect(again.body).toMatchObject({
    enrollmentId: third,
    effects: [{ enrollmentId: third, reason: 'replied' }],
  });
});

it('ENR-22: a late reply ends the colleagues who are enrolled, where the sequence says so', async () => {
  const { id: companyId } = await made(ask('POST', '/v1/companies', { name: 'Acme' }));
  const [one, other] = [await person({ companyId }), await person({ companyId })];
  const sequenceId = await sequence({ unenrollCompany: true });
  const { id: ended } = await enroll(sequenceId, one);
  await unenroll(ended);
  const { id: live } = await enroll(sequenceId, other);
  const early = await report({ type: 'reply', enrollmentId: ended, occurredAt: at(-1) });
  expect(early.body['effects']).toEqual([]);
  const late = await report({ type: 'reply', contact: { email: one } });
  expect(late.body).toMatchObject({
    enrollmentId: ended,
    effects: [{ enrollmentId: live, reason: 'company_replied' }],
  });
});

it('reported events are listed by contact, enrollment, type and time, as far as they may be known', async () => {
  const [email, nobody] = [await person(), await person()];
  const { id: enrollmentId } = await enroll(await sequence(), email);
  const names: string[] = [];
  const add = async (event: object) => {
    const { id } = await made(report(event));
    names.push(id);
    return id;
  };
  const open = await add({ type: 'open', contact: { email }, occurredAt: at(-3) });
  const reply = await add({ type: 'reply', contact: { email }, occurredAt: at(0.5) });
  const other = await add({ type: 'meeting', contact: { email: nobody }, occurredAt: at(-2) });
  const list = async (query: string, user = cast.owner) =>
    (await made(user.request('GET', `/v1/events?${query}`))).ids;
  expect(await list(`contactId=${email}`)).toEqual([open, reply]);
  expect(await list(`contactId=${nobody}`)).toEqual([other]);
  expect(await list('contactId=unknown@x.example')).toEqual([]);
  expect(await list(`enrollmentId=${enrollmentId}`)).toEqual([reply]);
  expect(await list(`contactId=${email}&type=open`)).toEqual([open]);
  const times = `occurredAt[gte]=${at(-3)}&occurredAt[lte]=${at(-2)}`;
  const before = await list(times);
  expect(before).toEqual([open, other]);
  const first = await ask('GET', `/v1/events?limit=1&${times}`);
  expect(first.ids).toEqual([open]);
  expect(await list(`limit=1&${times}&after=${first.next ?? ''}`)).toEqual([other]);
  expect(await list(`contactId=${email}`, cast.stranger)).toEqual([open]);
  const shown = await ask('GET', `/v1/events?enrollmentId=${enrollmentId}`);
  expect(shown.body['results']).toMatchObject([
    { type: 'reply', enrollmentId, effects: [{ enrollmentId, reason: 'replied' }] },
  ]);
});

it('reported events are listed page by page, whatever their ids hold', async () => {
  const email = await person();
  const ids = ['mail-1', '2026-13-45T99:99:99.999Z', '<a@b.example> "\\', '語'.repeat(200), '😀'];
  for (const id of ids) {
    await made(report({ id, type: 'open', contact: { email }, occurredAt: at(-4) }));
  }
  const shown: string[] = [];
  let next = '';
  for (let page = 0; page < ids.length; page += 1) {
    const answer = await made(ask('GET', `/v1/events?contactId=${email}&limit=1${next}`));
    shown.push(...answer.ids);
    next = `&after=${answer.next ?? ''}`;
  }
  expect(new Set(shown)).toEqual(new Set(ids));
  expect(next).toBe('&after=');
});
