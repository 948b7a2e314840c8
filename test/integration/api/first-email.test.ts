import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { callStep, emailStep } from '../../support/sequences.js';
import { createStepRunner, leasedOf, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast } from '../../support/team.js';

/** Sunday 04:16 in New York. */
const sundayNight = '2026-11-29T09:16:00.000Z';
/** Monday 08:00 there, when the window opens, and 18:00, when it closes. */
const monday = '2026-11-30T13:00:00.000Z';
const mondayEvening = '2026-11-30T23:00:00.000Z';
const tuesday = '2026-12-01T13:00:00.000Z';
const newYork = 'America/New_York';
const inWindow = { firstEmailInWindow: true };

let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let now = sundayNight;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  runner = createStepRunner(api);
});
afterAll(() => api.close());
beforeEach(async () => {
  now = sundayNight;
  cast = await createCast(api);
});

const ask = (method: string, path: string, body?: unknown): Promise<ApiAnswer> =>
  cast.admin.request(method, path, body);
const steps = [emailStep('one', 0), emailStep('two', 1)];
const sequence = async (settings: object, more: object = {}): Promise<string> =>
  (await made(ask('POST', '/v1/sequences', { name: 'S', steps, settings, ...more }))).id;
const contact = async (): Promise<{ readonly id: string }> => {
  const email = `${randomUUID()}@contact.example`;
  return { id: (await made(ask('POST', '/v1/contacts', { email }))).id };
};
const enroll = async (sequenceId: string, more: object = {}): Promise<ApiAnswer> => {
  const wanted = { sequenceId, timeZone: newYork, contact: await contact(), ...more };
  return made(ask('POST', '/v1/enrollments', wanted));
};
const nextOf = async ({ id }: ApiAnswer): Promise<unknown> =>
  (await ask('GET', `/v1/enrollments/${id}`)).body['nextAction'];
const step = ({ id }: ApiAnswer, at: string) => ({
  ...{ accountId: cast.accountId, enrollmentId: id, stepId: 'one', at },
});

describe('firstEmailInWindow', () => {
  it('SET-01 SET-12: is off by default; on, a first email waits for the send window and says why', async () => {
    const off = await enroll(await sequence({}));
    expect(off.body['nextAction']).toMatchObject({ at: sundayNight, why: [{ rule: 'at_once' }] });
    const on = await enroll(await sequence(inWindow));
    expect(on.body).toMatchObject({
      state: 'active',
      nextAction: {
        at: monday,
        why: [{ rule: 'at_once' }, { rule: 'weekend' }, { rule: 'before_window' }],
      },
      explanation:
        'Runs step 1 (automated email) on Mon 30 Nov 2026 08:00 New York: at once; Sun 29 Nov is a weekend → Mon 30 Nov; before the send window → Mon 30 Nov 08:00',
    });
  });

  it('SET-13 SEQ-16: moves neither a time that was chosen nor a task', async () => {
    const firstStepAt = '2026-12-06T09:16:00.000Z';
    const chosen = await enroll(await sequence(inWindow), { firstStepAt });
    expect(chosen.body).toMatchObject({ state: 'scheduled', nextAction: { at: firstStepAt } });
    now = firstStepAt;
    expect((await runner.reserve(step(chosen, firstStepAt))).kind).toBe('leased');
    now = sundayNight;
    const call = await sequence(inWindow, { steps: [callStep('call', 0)] });
    expect((await enroll(call)).body['nextAction']).toMatchObject({ at: sundayNight });
  });

  it('SET-06: holds an email that comes late too, and the follow-up keeps the time of the start', async () => {
    const sequenceId = await sequence(inWindow);
    const late = await enroll(sequenceId);
    expect(await runner.reserve(step(late, mondayEvening))).toMatchObject({
      kind: 'settled',
      status: { nextAt: tuesday },
    });
    const onTime = await enroll(sequenceId);
    expect(leasedOf(await runner.reserve(step(onTime, monday)))).toMatchObject({ stepId: 'one' });
    const status = await runner.settle(
      leasedOf(await runner.reserve(step(await enroll(sequenceId), monday))),
      { kind: 'accepted', reply: '250 OK' },
      monday,
    );
    expect(status).toMatchObject({ step: { id: 'two' }, nextAt: tuesday });
  });

  it('SET-22: reads and writes as one, is listed by impact, and moves those who have not begun', async () => {
    const sequenceId = await sequence({});
    const path = `/v1/sequences/${sequenceId}`;
    const { body } = await ask('GET', path);
    expect(body).toMatchObject({ settings: { firstEmailInWindow: false }, version: 1 });
    expect((await ask('PUT', path, body)).body['version']).toBe(1);
    const waiting = await enroll(sequenceId);
    const edit = { name: 'S', steps, settings: inWindow };
    const impact = await ask('POST', `${path}/impact`, edit);
    expect(impact.body).toMatchObject({
      ...{ later: 1 },
      difference: { settings: [{ field: 'firstEmailInWindow', from: false, to: true }] },
    });
    await made(ask('PUT', `${path}?applyTo=active`, edit));
    expect(await nextOf(waiting)).toMatchObject({ at: monday });
    const back = { name: 'S', steps, settings: {} };
    expect((await ask('POST', `${path}/impact`, back)).body).toMatchObject({ earlier: 1 });
    await made(ask('PUT', `${path}?applyTo=active`, back));
    expect(await nextOf(waiting)).toMatchObject({ at: sundayNight });
  });

  it('12: a pause leaves no rest, and a resumption finds the window', async () => {
    const { id } = await enroll(await sequence(inWindow));
    const paused = await made(ask('POST', `/v1/enrollments/${id}/pause`, {}));
    expect(paused.body).toMatchObject({ restMs: 0 });
    now = mondayEvening;
    const resumed = await made(ask('POST', `/v1/enrollments/${id}/resume`));
    expect(resumed.body['nextAction']).toMatchObject({ at: tuesday });
  });

  it('ENR-14 BLK-13: previews, dry runs and simulations say the same as what comes', async () => {
    const sequenceId = await sequence(inWindow);
    const wanted = { sequenceId, timeZone: newYork };
    const dates = [{ plannedAt: monday }, { plannedAt: tuesday }];
    const preview = { ...wanted, contact: await contact() };
    expect((await ask('POST', '/v1/enrollments/preview', preview)).body).toMatchObject({
      results: [{ firstSend: { at: monday, limit: null }, steps: dates, warnings: [] }],
    });
    const contacts = [await contact()];
    const bulk = { sequenceId, contacts, defaults: { timeZone: newYork } };
    const tried = await ask('POST', '/v1/bulk-enrollments?dryRun=true', bulk);
    expect(tried.body).toMatchObject({
      results: [{ firstSendAt: monday, steps: dates, warnings: [] }],
    });
    const simulated = { timeZone: newYork, from: sundayNight };
    const life = await ask('POST', `/v1/sequences/${sequenceId}/simulate`, simulated);
    expect(life.body).toMatchObject({ steps: dates });
  });
});

describe('a first email at a time at which no follow-up goes out', () => {
  const warning = {
    code: 'FIRST_EMAIL_OUTSIDE_WINDOW',
    message:
      'The first email goes out on Sun 29 Nov 2026 04:16 New York, when follow-ups do not (Sun 29 Nov is a weekend → Mon 30 Nov; before the send window → Mon 30 Nov 08:00). Choose another time with firstStepAt, or have first emails wait with the setting firstEmailInWindow of the sequence.',
  };

  it('SET-12: is warned of by previews and dry runs, and goes out all the same', async () => {
    const sequenceId = await sequence({});
    const wanted = { sequenceId, timeZone: newYork };
    const one = { ...wanted, contact: await contact() };
    const results = [{ firstSend: { at: sundayNight }, warnings: [warning] }];
    expect((await ask('POST', '/v1/enrollments/preview', one)).body).toMatchObject({ results });
    expect((await ask('POST', '/v1/enrollments?dryRun=true', one)).body).toMatchObject({ results });
    const bulk = { sequenceId, contacts: [one.contact], defaults: { timeZone: newYork } };
    expect((await ask('POST', '/v1/bulk-enrollments?dryRun=true', bulk)).body).toMatchObject({
      results: [{ firstSendAt: sundayNight, warnings: [warning] }],
    });
  });

  it('SET-13: is not warned of in the window, nor where the first step is a task', async () => {
    const warningsOf = async (sequenceId: string, more: object) => {
      const body = { sequenceId, timeZone: newYork, contact: await contact(), ...more };
      return (await ask('POST', '/v1/enrollments/preview', body)).body;
    };
    const none = { results: [{ warnings: [] }] };
    expect(await warningsOf(await sequence({}), { firstStepAt: monday })).toMatchObject(none);
    const call = await sequence({}, { steps: [callStep('call', 0), emailStep('two', 0)] });
    expect(await warningsOf(call, {})).toMatchObject(none);
    const chosen = { firstStepAt: '2026-12-06T09:16:00.000Z' };
    const warned = JSON.stringify(await warningsOf(await sequence(inWindow), chosen));
    expect(warned).toContain('The first email goes out on Sun 6 Dec 2026 04:16 New York');
  });
});
