import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { previewReply } from '../../../src/api/shapes/enrollment-preview.js';
import { simulationReply } from '../../../src/api/shapes/simulation.js';
import { contactOpens } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { lines, readRecord } from '../../support/records.js';
import { callStep, emailStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
const wednesdayAt = (clock: string) => `2026-11-25T${clock}:00.000Z`;
const steps = [emailStep('one', 0), emailStep('two', 2), callStep('call', 1, false)];
const fromOpens = { sendTime: 'from_opens' };

let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let now = monday;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  cast = await createCast(api);
  runner = createStepRunner(api);
});
beforeEach(() => {
  now = monday;
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: object) => cast.owner.request(method, path, body);
const newContact = async () => {
  const email = `${randomUUID()}@contact.example`;
  return (await made(cast.request('POST', '/v1/contacts', { email, firstName: 'Ada' }))).id;
};
const newSequence = async (settings: object = fromOpens, list: readonly object[] = steps) =>
  (await made(ask('POST', '/v1/sequences', { name: 'S', steps: list, settings }))).id;
const enroll = async (sequenceId: string, contactId: string, choices: object = {}) => {
  const body = { sequenceId, contact: { id: contactId }, ...choices };
  return (await made(ask('POST', '/v1/enrollments', body))).id;
};
const at = (enrollmentId: string, stepId: string, when: string) => ({
  ...{ accountId: cast.accountId, enrollmentId, stepId, at: when },
});
/** Somebody whose first mail went out on Monday at 10:00, and who waits for "two". */
async function waiting(sequenceId: string, contactId: string, choices = {}): Promise<string> {
  const id = await enroll(sequenceId, contactId, choices);
  await runner.send(at(id, 'one', monday));
  return id;
}
const report = (body: object): Promise<ApiAnswer> =>
  ask('POST', '/v1/events', { id: randomUUID(), type: 'open', ...body });
/** Opens of some days in autumn at one time of day. */
async function open(contactId: string, clock: string, count = 3, fields = {}): Promise<void> {
  for (let day = 1; day <= count; day += 1) {
    const occurredAt = `2026-10-${String(day).padStart(2, '0')}T${clock}:00Z`;
    await made(report({ contact: { id: contactId }, occurredAt, ...fields }));
  }
}
const nextOf = async (id: string) => (await readRecord(api.db, id)).row.nextAt;
const keptOf = (contactId: string) =>
  api.db.$count(contactOpens, sql`${contactOpens.contactId} = ${contactId}`);

describe('an open', () => {
  it('REP-07: is kept once by its id, for its contact, and changes nothing of the enrollment', async () => {
    const contactId = await newContact();
    const enrollmentId = await waiting(await newSequence(), contactId);
    const before = await readRecord(api.db, enrollmentId);
    const event = { id: randomUUID(), enrollmentId, occurredAt: '2026-11-23T15:04:05+01:00' };
    const answers = await Promise.all([report(event), report(event), report(event)]);
    const [first] = answers;
    expect(first).toMatchObject({
      status: 200,
      body: { type: 'open', occurredAt: '2026-11-23T14:04:05.000Z', receivedAt: now, effects: [] },
    });
    for (const answer of answers) expect(answer.body).toEqual(first.body);
    expect(await report({ ...event, automatic: false })).toMatchObject({ status: 200 });
    expect(await report({ ...event, automatic: true })).toMatchObject({ code: 'CONFLICT' });
    const kept = await api.db.select().from(contactOpens);
    expect(kept.filter(({ eventId }) => eventId === event.id)).toEqual([
      {
        ...{ accountId: cast.accountId, eventId: event.id, contactId, enrollmentId },
        ...{ openedAt: '2026-11-23T14:04:05.000Z', automatic: false },
      },
    ]);
    expect(await readRecord(api.db, enrollmentId)).toEqual(before);
  });

  it('REP-07: may come for an enrollment that has ended, and for a contact in none', async () => {
    const contactId = await newContact();
    expect(await report({ contact: { id: contactId } })).toMatchObject({ status: 200 });
    const enrollmentId = await enroll(await newSequence(), contactId);
    await made(ask('POST', `/v1/enrollments/${enrollmentId}/unenroll`));
    expect(await report({ enrollmentId })).toMatchObject({ status: 200, body: { effects: [] } });
    expect(await keptOf(contactId)).toBe(2);
  });

  it('names somebody who is known to the acting user, or is refused and not kept', async () => {
    const contactId = await newContact();
    const enrollmentId = await enroll(await newSequence(), contactId);
    const id = randomUUID();
    const hidden = { id, type: 'open', enrollmentId };
    expect(await cast.stranger.request('POST', '/v1/events', hidden)).toMatchObject({
      status: 404,
      pointers: ['/enrollmentId'],
    });
    const nobody = { id, contact: { email: 'nobody@contact.example' } };
    expect(await report(nobody)).toMatchObject({ status: 404, pointers: ['/contact'] });
    expect((await report({ id })).code).toBe('VALIDATION_FAILED');
    const machine = await report({ id, type: 'reply', enrollmentId, automatic: true });
    expect(machine).toMatchObject({ status: 422, pointers: ['/automatic'] });
    expect(await report({ id, enrollmentId })).toMatchObject({ status: 200 });
  });

  it('REP-07: is forgotten with its contact, and is answered still when it is repeated or comes later', async () => {
    const contactId = await newContact();
    const enrollmentId = await enroll(await newSequence(), contactId);
    const event = { id: randomUUID(), enrollmentId };
    const first = await report(event);
    await open(contactId, '14:05');
    await made(ask('DELETE', `/v1/contacts/${contactId}`, {}));
    expect(await keptOf(contactId)).toBe(0);
    expect((await report(event)).body).toEqual(first.body);
    expect(await report({ enrollmentId })).toMatchObject({ status: 200 });
    expect(await keptOf(contactId)).toBe(0);
  });

  it('REP-07: of a contact that is being deleted is not kept, however close the two come', async () => {
    for (let round = 0; round < 8; round += 1) {
      const contactId = await newContact();
      const reported = report({ contact: { id: contactId } });
      await Promise.all([reported, made(ask('DELETE', `/v1/contacts/${contactId}`, {}))]);
      expect([200, 404]).toContain((await reported).status);
      expect(await keptOf(contactId)).toBe(0);
    }
  });
});

describe('sendTime: from_opens', () => {
  it('SET-05 SET-08: plans a follow-up by the opens of people, in the enrollment’s zone, and says so', async () => {
    const [keen, robot] = [await newContact(), await newContact()];
    await open(keen, '14:10');
    await open(robot, '14:10', 2);
    await open(robot, '16:10', 9, { automatic: true });
    const sequenceId = await newSequence();
    const id = await waiting(sequenceId, keen);
    expect(await nextOf(id)).toBe(wednesdayAt('14:00'));
    const { body } = await made(ask('GET', `/v1/enrollments/${id}`));
    expect(body['explanation']).toContain('when the contact usually opens mail → Wed 25 Nov 14:00');
    expect(await nextOf(await waiting(sequenceId, robot))).toBe(wednesdayAt('10:00'));
    await made(ask('POST', `/v1/enrollments/${id}/unenroll`));
    // 14:10 UTC in October is 16:10 in Berlin, which is 15:10 UTC in November.
    const berlin = await waiting(sequenceId, keen, { timeZone: 'Europe/Berlin' });
    expect(await nextOf(berlin)).toBe(wednesdayAt('15:00'));
  });

  it('SET-11: is chosen, or not, for one enrollment, and opens are no matter without it', async () => {
    const [one, other, plain] = [await newContact(), await newContact(), await newContact()];
    for (const id of [one, other, plain]) await open(id, '14:10');
    const same = await newSequence({});
    expect((await made(ask('GET', `/v1/sequences/${same}`))).body).toMatchObject({
      settings: { sendTime: 'same_time' },
    });
    expect(await nextOf(await waiting(same, plain))).toBe(wednesdayAt('10:00'));
    expect(await nextOf(await waiting(same, one, { settings: fromOpens }))).toBe(
      wednesdayAt('14:00'),
    );
    const own = { settings: { sendTime: 'same_time' } };
    expect(await nextOf(await waiting(await newSequence(), other, own))).toBe(wednesdayAt('10:00'));
    const odd = await ask('POST', '/v1/sequences', { name: 'S', steps, settings: { sendTime: 9 } });
    expect([odd.status, odd.pointers]).toEqual([422, ['/settings/sendTime']]);
  });

  it('SET-08: an open that comes later moves nothing that is planned, whatever is edited beside it', async () => {
    const contactId = await newContact();
    await open(contactId, '14:10');
    const sequenceId = await newSequence();
    const id = await waiting(sequenceId, contactId);
    await open(contactId, '08:40', 9);
    const edited = [...steps, emailStep('more', 4)];
    const body = { name: 'S', steps: edited, settings: fromOpens };
    const { body: impact } = await made(ask('POST', `/v1/sequences/${sequenceId}/impact`, body));
    expect(impact).toMatchObject({ enrollments: 1, keepDate: 1 });
    await made(ask('PUT', `/v1/sequences/${sequenceId}?applyTo=active`, body));
    await made(
      ask('POST', `/v1/users/${cast.owner.id}/absences`, {
        ...{ firstOn: '2026-12-24', lastOn: '2026-12-24' },
      }),
    );
    expect(await nextOf(id)).toBe(wednesdayAt('14:00'));
    expect(lines((await readRecord(api.db, id)).log)).toEqual([
      ...['enrolled', 'email_sent one', 'version_changed two'],
    ]);
    // What is planned from now on, after a skip or a pause too, knows of them.
    now = '2026-11-24T12:00:00.000Z';
    await made(ask('POST', `/v1/enrollments/${id}/pause`));
    await made(ask('POST', `/v1/enrollments/${id}/resume`));
    expect(await nextOf(id)).toBe(wednesdayAt('08:30'));
  });

  it('EDT-10 SET-08: an edit that brings the setting plans by opens, as its impact says', async () => {
    const contactId = await newContact();
    await open(contactId, '14:10');
    const sequenceId = await newSequence({});
    const id = await waiting(sequenceId, contactId);
    const body = { name: 'S', steps, settings: fromOpens };
    const { body: impact } = await made(ask('POST', `/v1/sequences/${sequenceId}/impact`, body));
    expect(JSON.stringify(impact)).toContain(wednesdayAt('14:00'));
    await made(ask('PUT', `/v1/sequences/${sequenceId}?applyTo=active`, body));
    expect(await nextOf(id)).toBe(wednesdayAt('14:00'));
    const { body: difference } = await made(
      ask('GET', `/v1/sequences/${sequenceId}/versions/1/difference`),
    );
    expect(difference['settings']).toEqual([
      { field: 'sendTime', from: 'same_time', to: 'from_opens' },
    ]);
  });

  it('SET-08: previews and simulations of a contact say the same', async () => {
    const contactId = await newContact();
    await open(contactId, '14:10');
    const sequenceId = await newSequence();
    const contact = { id: contactId };
    const asked = await made(ask('POST', '/v1/enrollments/preview', { sequenceId, contact }));
    const [seen] = previewReply.parse(asked.body).results;
    const planned = seen?.steps.map(({ plannedAt }) => plannedAt);
    expect(planned).toEqual([monday, wednesdayAt('14:00'), '2026-11-26T00:00:00.000Z']);
    const simulate = async (body: object) => {
      const { body: life } = await made(ask('POST', `/v1/sequences/${sequenceId}/simulate`, body));
      return simulationReply.parse(life).steps[1]?.plannedAt;
    };
    expect(await simulate({ contact })).toBe(wednesdayAt('14:00'));
    expect(await simulate({})).toBe(wednesdayAt('10:00'));
    const choices = { settings: { sendTime: 'same_time' } };
    expect(await simulate({ contact, choices })).toBe(wednesdayAt('10:00'));
    await made(ask('POST', '/v1/enrollments/preview', { sequenceId, contact, ...choices }));
  });
});
