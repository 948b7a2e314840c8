import { eq, sql } from 'drizzle-orm';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrollments, outbox } from '../../../src/db/schema/index.js';
import { createRecordingGateway, startApi, type TestApi } from '../../support/api.js';
import { cloneEnrollment } from '../../support/clones.js';
import { eventually } from '../../support/eventually.js';
import { noLimits } from '../../support/no-limits.js';
import { lines, readRecord } from '../../support/records.js';
import { anyTime, emailStep } from '../../support/sequences.js';
import { setAccountLimits } from '../../support/slots.js';
import { createStepRunner, leasedOf, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
const tuesday = '2026-11-24T10:00:00.000Z';
const december = '2026-12-10T10:00:00.000Z';

const gateway = createRecordingGateway();
let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let now = monday;
let sequenceId = '';
beforeAll(async () => {
  api = await startApi({ now: () => now, workflows: gateway });
  cast = await createCast(api);
  await setAccountLimits(api.db, cast.accountId, noLimits);
  runner = createStepRunner(api);
});
beforeEach(async () => {
  now = monday;
  const steps = [emailStep('one', 0), emailStep('two', 2)];
  const sharing = { everyone: 'use' };
  const body = { name: 'Two mails', steps, sharing, settings: anyTime };
  sequenceId = (await made(cast.owner.request('POST', '/v1/sequences', body))).id;
});
afterAll(() => api.close());

const at = (enrollmentId: string, stepId: string, when: string) => ({
  ...{ accountId: cast.accountId, enrollmentId, stepId, at: when },
});
async function enroll(by: TestUser = cast.owner): Promise<string> {
  const contact = { email: `${randomUUID()}@contact.example` };
  await made(cast.request('POST', '/v1/contacts', contact));
  return (await made(by.request('POST', '/v1/enrollments', { sequenceId, contact }))).id;
}
/** Somebody whose first mail went out on Monday, and who waits for "two" on Wednesday at 10:00. */
async function waiting(by?: TestUser): Promise<string> {
  const id = await enroll(by);
  await runner.send(at(id, 'one', monday));
  return id;
}
const ask = (who: TestUser, path: string, body: object = {}) =>
  made(who.request('POST', path, body));
const onSequence = (who: TestUser, verb: 'pause' | 'resume', scope: 'own' | 'all' = 'own') =>
  ask(who, `/v1/sequences/${sequenceId}/${verb}`, { scope });
/**
 * Does two things at once to an enrollment, the first of which gets its row first: both wait until whoever holds it
 * lets go.
 */
async function inTurn(id: string, first: () => Promise<unknown>, second: () => Promise<unknown>) {
  const waits = (count: number) =>
    eventually(
      async () => {
        const { rows } = await api.db.execute(
          sql`select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`,
        );
        return rows.length;
      },
      (waiting) => waiting === count,
    );
  let both: readonly Promise<unknown>[] = [];
  await api.db.transaction(async (tx) => {
    await tx.select().from(enrollments).where(eq(enrollments.id, id)).for('update');
    const one = first();
    await waits(1);
    const two = second();
    await waits(2);
    both = [one, two];
  });
  await Promise.all(both);
}
const standingOf = async (id: string) => {
  const { row } = await readRecord(api.db, id);
  return [row.state, row.reason, row.nextAt];
};
const paused = ['paused', 'sequence_paused', null];
const active = ['active', null, '2026-11-25T10:00:00.000Z'];

describe('a paused sequence', () => {
  it('2.2: holds what its user enrolled, and nobody else; resuming keeps the rest of the delay', async () => {
    const mine = [await waiting(), await waiting()];
    const theirs = await waiting(cast.teammate);
    now = tuesday;
    expect((await onSequence(cast.owner, 'pause')).body).toEqual({
      paused: true,
      since: tuesday,
      affected: 2,
    });
    for (const id of mine) expect(await standingOf(id)).toEqual(paused);
    expect(await standingOf(theirs)).toEqual(active);
    now = december;
    expect((await onSequence(cast.owner, 'resume')).body).toEqual({
      paused: false,
      since: null,
      affected: 2,
    });
    for (const id of mine) {
      expect(await standingOf(id)).toEqual(['active', null, '2026-12-11T10:00:00.000Z']);
    }
  });

  it('2.2: an admin pauses all of it, nobody else does', async () => {
    const ids = [await waiting(), await waiting(cast.teammate)];
    const path = `/v1/sequences/${sequenceId}/pause`;
    const refused = await cast.owner.request('POST', path, { scope: 'all' });
    expect(refused).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    for (const id of ids) expect((await standingOf(id))[0]).toBe('active');
    expect((await onSequence(cast.admin, 'pause', 'all')).body).toMatchObject({ affected: 2 });
    for (const id of ids) expect(await standingOf(id)).toEqual(paused);
  });

  it('says why nothing goes out, and is resumed as a whole only', async () => {
    const id = await waiting();
    await onSequence(cast.owner, 'pause');
    const { body } = await made(cast.owner.request('GET', `/v1/enrollments/${id}`));
    expect(body).toMatchObject({ state: 'paused', reason: 'sequence_paused' });
    expect(body['explanation']).toMatch(
      /^Paused by Robin \(sequence_paused\) since .* before step 2/,
    );
    const single = await cast.owner.request('POST', `/v1/enrollments/${id}/resume`, {});
    expect(single).toMatchObject({ status: 409, code: 'INVALID_STATE' });
    expect(single.body['detail']).toContain('/v1/sequences/{id}/resume');
  });

  it('twice is once, for pausing and for resuming', async () => {
    const id = await waiting();
    await onSequence(cast.owner, 'pause');
    now = tuesday;
    expect((await onSequence(cast.owner, 'pause')).body).toEqual({
      paused: true,
      since: monday,
      affected: 0,
    });
    await onSequence(cast.owner, 'resume');
    expect((await onSequence(cast.owner, 'resume')).body).toMatchObject({ affected: 0 });
    const { log } = await readRecord(api.db, id);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'paused two', 'resumed two']);
  });

  it('a pause that a person made of one stays, before it and during it', async () => {
    const [before, during] = [await waiting(), await waiting()];
    await ask(cast.owner, `/v1/enrollments/${before}/pause`);
    await onSequence(cast.owner, 'pause');
    await ask(cast.owner, `/v1/enrollments/${during}/pause`);
    expect((await onSequence(cast.owner, 'resume')).body).toMatchObject({ affected: 0 });
    for (const id of [before, during]) {
      expect(await standingOf(id)).toEqual(['paused', 'manual', null]);
      await ask(cast.owner, `/v1/enrollments/${id}/resume`);
      expect((await standingOf(id))[0]).toBe('active');
    }
  });

  it('a pause of one that ends meanwhile goes over into that of the sequence', async () => {
    const [byHand, byTime] = [await waiting(), await waiting()];
    await ask(cast.owner, `/v1/enrollments/${byHand}/pause`);
    await ask(cast.owner, `/v1/enrollments/${byTime}/pause`, { until: tuesday });
    await onSequence(cast.owner, 'pause');
    await ask(cast.owner, `/v1/enrollments/${byHand}/resume`);
    const input = { accountId: cast.accountId, enrollmentId: byTime, at: tuesday };
    const first = await runner.endPause(input);
    expect(await runner.endPause(input)).toEqual(first);
    for (const id of [byHand, byTime]) expect(await standingOf(id)).toEqual(paused);
    await onSequence(cast.owner, 'resume');
    for (const id of [byHand, byTime]) expect((await standingOf(id))[0]).toBe('active');
  });

  it('whoever is out of office meanwhile stays so when the sequence goes on', async () => {
    const id = await waiting();
    await onSequence(cast.owner, 'pause');
    const event = { type: 'out_of_office', enrollmentId: id, returnAt: december };
    await ask(cast.owner, '/v1/events', { id: randomUUID(), ...event });
    await onSequence(cast.owner, 'resume');
    expect(await standingOf(id)).toEqual(['paused', 'out_of_office', null]);
  });

  it('whoever is enrolled meanwhile waits, and nothing is sent to them', async () => {
    await onSequence(cast.owner, 'pause');
    const id = await enroll();
    const reservation = await runner.reserve(at(id, 'one', monday));
    expect(reservation).toMatchObject({ kind: 'settled', status: { state: 'paused' } });
    expect(await runner.reserve(at(id, 'one', monday))).toEqual(reservation);
    expect(await standingOf(id)).toEqual(paused);
    now = december;
    await onSequence(cast.owner, 'resume');
    expect(await standingOf(id)).toEqual(['active', null, december]);
    expect((await runner.reserve(at(id, 'one', december))).kind).toBe('leased');
  });

  it('stops a send whose first byte has not left', async () => {
    const id = await enroll();
    const leased = leasedOf(await runner.reserve(at(id, 'one', monday)));
    await onSequence(cast.owner, 'pause');
    expect(await runner.enterData(leased)).toBe('stop');
    await onSequence(cast.owner, 'resume');
    expect((await runner.send(at(id, 'one', monday))).step?.id).toBe('two');
  });
});

describe('GET /v1/sequences/{id}/sending-status', () => {
  const status = async () =>
    (await made(cast.owner.request('GET', `/v1/sequences/${sequenceId}/sending-status`))).body;

  it('says what is live, what it waits for, and which email is next', async () => {
    expect(await status()).toMatchObject({
      explanation: 'All who were enrolled have come to the end.',
      nextEmail: null,
    });
    const [first, second] = [await waiting(), await waiting()];
    await enroll();
    await ask(cast.owner, `/v1/enrollments/${second}/pause`);
    const { explanation, ...told } = await status();
    expect(explanation).toContain('The next email goes out on Mon 23 Nov 2026 10:00 UTC');
    expect(told).toMatchObject({
      at: monday,
      live: { scheduled: 0, active: 2, waiting_task: 0, paused: 1 },
      waitingFor: [
        { rule: 'delay', count: 2 },
        { rule: 'manual', count: 1 },
      ],
      pauses: [],
      nextEmail: { at: monday },
      overdueEmails: 0,
      uncertainSends: 0,
    });
    now = '2026-11-25T10:06:00.000Z';
    // A time that has passed is not named as the next one.
    expect(await status()).toMatchObject({
      overdueEmails: 2,
      nextEmail: null,
      lateSince: monday,
    });
    await ask(cast.owner, `/v1/enrollments/${first}/unenroll`);
    expect(await status()).toMatchObject({ overdueEmails: 1, live: { active: 1 } });
  });

  it('names the pauses, and why nothing goes out', async () => {
    await waiting();
    await onSequence(cast.owner, 'pause');
    expect(await status()).toMatchObject({
      explanation:
        'No email has a time: 1 paused by Robin since Mon 23 Nov 2026 10:00 UTC (sequence_paused).',
      pauses: [
        { scope: 'user', userId: cast.owner.id, since: monday, pausedBy: { name: 'Robin' } },
      ],
    });
    await onSequence(cast.admin, 'pause', 'all');
    expect(await status()).toMatchObject({
      explanation:
        'The sequence is paused as a whole by Robin since Mon 23 Nov 2026 10:00 UTC: an admin resumes it.',
      pauses: [{ scope: 'user' }, { scope: 'sequence', userId: null }],
    });
  });
});

describe('a paused account', () => {
  it('holds everything until an admin resumes it; a sequence that is paused too stays so', async () => {
    const id = await waiting();
    const refused = await cast.owner.request('POST', '/v1/account/pause', {});
    expect(refused).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    await ask(cast.admin, '/v1/account/pause');
    expect(await standingOf(id)).toEqual(['paused', 'account_paused', null]);
    await onSequence(cast.owner, 'pause');
    await ask(cast.admin, '/v1/account/resume');
    expect(await standingOf(id)).toEqual(paused);
    await onSequence(cast.owner, 'resume');
    expect((await standingOf(id))[0]).toBe('active');
  });

  it('holds another account’s nothing', async () => {
    const id = await waiting();
    const other = await api.createCaller();
    expect((await other.request('POST', '/v1/account/pause', {})).body).toMatchObject({
      affected: 0,
    });
    expect(await standingOf(id)).toEqual(active);
    expect((await runner.reserve(at(id, 'two', '2026-11-25T10:00:00.000Z'))).kind).toBe('leased');
  });
});

it('pauses and resumes thousands, in chunks, and leaves word for each', async () => {
  const id = await waiting();
  await cloneEnrollment(api.db, id, 1100);
  await api.db.delete(outbox).where(eq(outbox.accountId, cast.accountId));
  gateway.delivered.length = 0;
  expect((await onSequence(cast.owner, 'pause')).body).toMatchObject({ affected: 1101 });
  const words = await api.db
    .select({ message: outbox.message })
    .from(outbox)
    .where(eq(outbox.accountId, cast.accountId));
  expect(words).toHaveLength(1101);
  expect(new Set(words.map(({ message }) => message?.type))).toEqual(new Set(['versionChanged']));
  expect(gateway.delivered.length).toBeGreaterThan(0);
  expect((await onSequence(cast.owner, 'resume')).body).toMatchObject({ affected: 1101 });
  const [{ gaps } = { gaps: -1 }] = await api.db
    .select({ gaps: sql<number>`count(*)::int` })
    .from(enrollments)
    .where(
      sql`${enrollments.sequenceId} = ${sequenceId} and ${enrollments.eventCount} <>
        (select count(*) from log e where e.subject_id = ${enrollments.id})`,
    );
  expect(gaps).toBe(0);
});

describe('two at once', () => {
  it('2.2: resuming a sequence lifts no pause of a person that came first', async () => {
    const id = await waiting();
    await onSequence(cast.owner, 'pause');
    await inTurn(
      id,
      () => ask(cast.owner, `/v1/enrollments/${id}/pause`),
      () => onSequence(cast.owner, 'resume'),
    );
    expect(await standingOf(id)).toEqual(['paused', 'manual', null]);
  });

  it('2.2: resuming a sequence lifts no absence that came first', async () => {
    const id = await waiting();
    await onSequence(cast.owner, 'pause');
    const absence = { id: randomUUID(), type: 'out_of_office', enrollmentId: id };
    await inTurn(
      id,
      () => made(cast.request('POST', '/v1/events', absence)),
      () => onSequence(cast.owner, 'resume'),
    );
    expect((await standingOf(id)).slice(0, 2)).toEqual(['paused', 'out_of_office']);
  });

  it('2.2: an enrollment that a person resumes while its sequence is being paused is held', async () => {
    const id = await waiting();
    await ask(cast.owner, `/v1/enrollments/${id}/pause`);
    await inTurn(
      id,
      () => ask(cast.owner, `/v1/enrollments/${id}/resume`),
      () => onSequence(cast.owner, 'pause'),
    );
    expect(await standingOf(id)).toEqual(['paused', 'sequence_paused', null]);
  });

  it('2.2: one that a person resumes while its sequence is being resumed goes on', async () => {
    const id = await waiting();
    await ask(cast.owner, `/v1/enrollments/${id}/pause`);
    await onSequence(cast.owner, 'pause');
    await inTurn(
      id,
      () => ask(cast.owner, `/v1/enrollments/${id}/resume`),
      () => onSequence(cast.owner, 'resume'),
    );
    expect((await standingOf(id))[0]).toBe('active');
  });
});
