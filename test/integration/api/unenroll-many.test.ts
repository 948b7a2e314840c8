import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { outbox } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { cloneEnrollment } from '../../support/clones.js';
import { noLimits } from '../../support/no-limits.js';
import { lines, readRecord } from '../../support/records.js';
import { anyTime, callStep, emailStep } from '../../support/sequences.js';
import { setAccountLimits } from '../../support/slots.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let sequenceId = '';
beforeAll(async () => {
  api = await startApi({ now: () => monday });
  cast = await createCast(api);
  await setAccountLimits(api.db, cast.accountId, noLimits);
  runner = createStepRunner(api);
});
beforeEach(async () => {
  sequenceId = await makeSequence();
});
afterAll(() => api.close());

const makeSequence = async (sharing: object = {}): Promise<string> => {
  const steps = [emailStep('one', 0), callStep('call', 1), emailStep('two', 2)];
  const body = { name: 'S', steps, sharing, settings: anyTime };
  return (await made(cast.owner.request('POST', '/v1/sequences', body))).id;
};
interface Enrolled {
  readonly id: string;
  readonly contactId: string;
}
async function enroll(into = sequenceId, fields: object = {}): Promise<Enrolled> {
  const email = `${randomUUID()}@contact.example`;
  const contact = await made(cast.request('POST', '/v1/contacts', { email, ...fields }));
  const body = { sequenceId: into, contact: { id: contact.id } };
  const { id } = await made(cast.owner.request('POST', '/v1/enrollments', body));
  return { id, contactId: contact.id };
}
const unenroll = (body: object, who: TestUser = cast.owner) =>
  who.request('POST', '/v1/enrollments/unenroll', body);
const stateOf = async (id: string) => (await readRecord(api.db, id)).row.state;

describe('unenrolling many', () => {
  it('by their ids: each with its result, in the order that was given', async () => {
    const [one, two] = [await enroll(), await enroll()];
    await made(cast.owner.request('POST', `/v1/enrollments/${one.id}/unenroll`, {}));
    const unknown = randomUUID();
    const answer = await unenroll({ enrollmentIds: [two.id, unknown, one.id] });
    expect(answer.body).toEqual({
      unenrolled: 1,
      results: [
        { index: 0, enrollmentId: two.id, status: 'unenrolled' },
        { index: 1, enrollmentId: unknown, status: 'not_found' },
        { index: 2, enrollmentId: one.id, status: 'ended_before' },
      ],
    });
    const { row, log } = await readRecord(api.db, two.id);
    expect(row).toMatchObject({ state: 'unenrolled', reason: 'manual' });
    expect(log.at(-1)).toMatchObject({ actor: { kind: 'user', id: cast.owner.id } });
  });

  it('by sequence: all of it, with the tasks that were open, and no other', async () => {
    const inIt = await enroll();
    await runner.send({ ...ref(inIt.id), stepId: 'one', at: monday });
    await runner.awaitTask({ ...ref(inIt.id), stepId: 'call', at: monday });
    const another = await enroll(await makeSequence());
    expect((await unenroll({ sequenceId })).body).toEqual({ unenrolled: 1 });
    const { row, tasks } = await readRecord(api.db, inIt.id);
    expect(row.state).toBe('unenrolled');
    expect(tasks).toMatchObject([{ state: 'cancelled', closedById: cast.owner.id }]);
    expect(await stateOf(another.id)).toBe('active');
    expect((await unenroll({ sequenceId })).body).toEqual({ unenrolled: 0 });
  });

  it('by company and by contact, whatever the sequence', async () => {
    const { id: companyId } = await made(cast.request('POST', '/v1/companies', { name: 'Acme' }));
    const a = await enroll(sequenceId, { companyId });
    const b = await enroll(await makeSequence(), { companyId });
    const c = await enroll();
    expect((await unenroll({ companyId })).body).toEqual({ unenrolled: 2 });
    expect([await stateOf(a.id), await stateOf(b.id)]).toEqual(['unenrolled', 'unenrolled']);
    expect((await unenroll({ contact: { id: c.contactId } })).body).toEqual({ unenrolled: 1 });
    expect(await stateOf(c.id)).toBe('unenrolled');
  });

  it('SHR-04: what the acting user may not know of is answered like what does not exist', async () => {
    const { id, contactId } = await enroll();
    expect((await unenroll({ enrollmentIds: [id] }, cast.stranger)).body).toEqual({
      unenrolled: 0,
      results: [{ index: 0, enrollmentId: id, status: 'not_found' }],
    });
    const hidden = await unenroll({ sequenceId }, cast.stranger);
    const unknown = await unenroll({ sequenceId: randomUUID() }, cast.stranger);
    expect(hidden).toMatchObject({ status: 404, pointers: ['/sequenceId'] });
    expect({ ...hidden.body, requestId: '' }).toEqual({ ...unknown.body, requestId: '' });
    expect((await unenroll({ contact: { id: contactId } }, cast.stranger)).body).toEqual({
      unenrolled: 0,
    });
    expect(await stateOf(id)).toBe('active');
  });

  it('reaches no other account', async () => {
    const { id } = await enroll();
    const { admin } = await createCast(api);
    expect((await unenroll({ enrollmentIds: [id] }, admin)).body).toMatchObject({ unenrolled: 0 });
    expect((await unenroll({ sequenceId }, admin)).status).toBe(404);
    expect(await stateOf(id)).toBe('active');
  });

  it.each([
    [{}, ''],
    [{ sequenceId: randomUUID(), companyId: randomUUID() }, ''],
    [{ enrollmentIds: [] }, '/enrollmentIds'],
    [{ enrollmentIds: Array.from({ length: 1001 }, () => randomUUID()) }, '/enrollmentIds'],
  ])('refuses what names none, several or too many (%#)', async (body, pointer) => {
    expect(await unenroll(body)).toMatchObject({ status: 422, pointers: [pointer] });
  });

  it('takes thousands, and leaves each workflow the word of it', async () => {
    const { id } = await enroll();
    await runner.send({ ...ref(id), stepId: 'one', at: monday });
    await cloneEnrollment(api.db, id, 1100);
    await api.db.delete(outbox).where(eq(outbox.accountId, cast.accountId));
    expect((await unenroll({ sequenceId })).body).toEqual({ unenrolled: 1101 });
    const { row, log } = await readRecord(api.db, id);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'unenrolled call']);
    const [word] = await api.db
      .select({ message: outbox.message })
      .from(outbox)
      .where(eq(outbox.targetId, row.id));
    // By its id the workflow finds that Postgres has been told.
    expect(word?.message).toEqual({ type: 'unenroll', messageId: log.at(-1)?.messageId });
  });
});

function ref(enrollmentId: string): { accountId: string; enrollmentId: string } {
  return { accountId: cast.accountId, enrollmentId };
}

describe('an id in capital letters', () => {
  const loudly = (path: string, body: object = {}) => cast.owner.request('POST', path, body);

  it('is the same id, in paths, in events and among many', async () => {
    const one = await enroll();
    const path = `/v1/enrollments/${one.id.toUpperCase()}`;
    expect((await loudly(`${path}/pause`)).body['state']).toBe('paused');
    expect((await loudly(`${path}/resume`)).status).toBe(200);
    const enrollmentId = one.id.toUpperCase();
    const absence = { id: randomUUID(), type: 'out_of_office', enrollmentId };
    expect((await loudly('/v1/events', absence)).body['effects']).toHaveLength(1);
    const reply = { id: randomUUID(), type: 'reply', enrollmentId };
    expect((await loudly('/v1/events', reply)).body['effects']).toMatchObject([
      { enrollmentId: one.id, reason: 'replied' },
    ]);
    const two = await enroll();
    const many = await unenroll({ enrollmentIds: [two.id.toUpperCase()] });
    expect(many.body['results']).toMatchObject([{ enrollmentId: two.id, status: 'unenrolled' }]);
    const three = await enroll();
    expect((await loudly(`/v1/enrollments/${three.id.toUpperCase()}/skip-step`)).status).toBe(200);
  });

  it('is the same id in the content of a sequence', async () => {
    const { owner } = cast;
    const { id: queueId } = await made(owner.request('POST', '/v1/task-queues', { name: 'Q' }));
    const dates = [{ date: '2026-12-24', name: 'Closed' }];
    const calendar = { name: 'Closed', dates };
    const { id: calendarId } = await made(owner.request('POST', '/v1/holiday-calendars', calendar));
    const text = { name: 'T', subject: 'Hello', html: '<p>Hi</p>' };
    const { id: templateId } = await made(owner.request('POST', '/v1/templates', text));
    const { body } = await made(
      owner.request('POST', '/v1/sequences', {
        name: 'Loud',
        steps: [
          { id: 'mail', kind: 'automated_email', templateId: templateId.toUpperCase() },
          { ...callStep('call', 1), queueId: queueId.toUpperCase() },
        ],
        settings: { holidayCalendarIds: [calendarId.toUpperCase()] },
      }),
    );
    expect(body['settings']).toMatchObject({ holidayCalendarIds: [calendarId] });
    expect(body['steps']).toMatchObject([{ email: { template: { id: templateId } } }, { queueId }]);
  });
});
