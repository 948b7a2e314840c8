import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { readRecord } from '../../support/records.js';
import { anyTime, emailStep } from '../../support/sequences.js';
import { createStepRunner } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';

/** A Monday. */
const start = '2026-11-23T10:00:00.000Z';
const day = (date: string): string => `2026-11-${date}T10:00:00.000Z`;
const dayOff = (date: string) => ({ date: `2026-11-${date}`, name: 'Closed' });
const steps = [emailStep('one', 0), emailStep('two', 2, 'one'), emailStep('three', 3)];

let api: TestApi;
let world: World;
let contacts = 0;
beforeAll(async () => {
  api = await startApi({ now: () => start });
  world = await createWorld(api);
});
afterAll(() => api.close());

const ask = (method: string, path: string, body: unknown = {}) =>
  world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });

/** Somebody new in a sequence that others may be in too. */
async function enrollIn(sequenceId: string, choices: object) {
  contacts += 1;
  const contact = { email: `choices${contacts}@example.com` };
  await ask('POST', '/v1/contacts', contact);
  const { id } = await ask('POST', '/v1/enrollments', { sequenceId, contact, ...choices });
  const runner = createStepRunner(api);
  const input = (stepId: string, at: string) => ({
    ...{ accountId: world.accountId, enrollmentId: id, stepId, at },
  });
  const row = async () => (await readRecord(api.db, id)).row;
  return { id, runner, input, row };
}

describe('choices of an enrollment on its way', () => {
  it('SET-11: holidays of its own move its follow-ups alone, and stay through an edit of the sequence', async () => {
    const closed = { name: 'Closed', dates: ['25', '26'].map(dayOff) };
    const { id: calendarId } = await ask('POST', '/v1/holiday-calendars', closed);
    const body = { name: 'S', steps, settings: anyTime };
    const { id: sequenceId } = await ask('POST', '/v1/sequences', body);
    const own = { settings: { holidayCalendarIds: [calendarId] } };
    const [one, other] = [await enrollIn(sequenceId, own), await enrollIn(sequenceId, {})];
    for (const { runner, input } of [one, other]) await runner.send(input('one', start));
    expect((await one.row()).nextAt).toBe(day('27'));
    expect((await other.row()).nextAt).toBe(day('25'));

    const edited = { ...body, steps: [steps[0], emailStep('two', 3, 'one'), steps[2]] };
    const impact = await ask('POST', `/v1/sequences/${sequenceId}/impact`, edited);
    expect(impact.body).toMatchObject({ keepDate: 1, later: 1, steps: { changed: 1 } });
    await ask('PUT', `/v1/sequences/${sequenceId}?applyTo=active`, edited);
    expect((await one.row()).nextAt).toBe(day('27'));
    expect((await other.row()).nextAt).toBe(day('26'));
  });

  it('SEQ-17: the impact of an edit leaves out what an enrollment has otherwise anyway', async () => {
    const body = { name: 'S', steps, settings: anyTime };
    const { id: sequenceId } = await ask('POST', '/v1/sequences', body);
    const one = await enrollIn(sequenceId, { steps: { two: { delayDays: 5 } } });
    await one.runner.send(one.input('one', start));
    const edited = { ...body, steps: [steps[0], emailStep('two', 9, 'one'), steps[2]] };
    const impact = await ask('POST', `/v1/sequences/${sequenceId}/impact`, edited);
    expect(impact.body).toMatchObject({ keepDate: 1, steps: { changed: 0 } });
  });

  it('ENR-13: an answer to an email that was never sent opens a thread or stops, as the enrollment says', async () => {
    const body = { name: 'S', steps, settings: anyTime };
    const { id: sequenceId } = await ask('POST', '/v1/sequences', body);
    const goesOn = await enrollIn(sequenceId, { startStepId: 'two' });
    await goesOn.runner.send(goesOn.input('two', start));
    expect(await goesOn.row()).toMatchObject({ state: 'active', stepId: 'three' });

    const choices = { startStepId: 'two', settings: { onParentMissing: 'stop' } };
    const stops = await enrollIn(sequenceId, choices);
    const reserve = () => stops.runner.reserve(stops.input('two', start));
    for (const reservation of [await reserve(), await reserve()]) {
      expect(reservation).toMatchObject({ kind: 'settled' });
    }
    expect(await stops.row()).toMatchObject({ state: 'errored', reason: 'thread_parent_missing' });
  });

  it('SET-01 SET-13: a first email at a chosen time waits for it, whatever the window, and goes out then', async () => {
    const settings = { eligibleFollowUpDays: 'BUSINESS_DAYS' };
    const { id: sequenceId } = await ask('POST', '/v1/sequences', { name: 'S', steps, settings });
    const saturdayNight = '2026-11-28T23:30:00.000Z';
    const { runner, input, row } = await enrollIn(sequenceId, { firstStepAt: saturdayNight });
    // Whoever comes too early does nothing.
    const early = await runner.reserve(input('one', day('28')));
    expect(early).toMatchObject({ kind: 'settled', status: { nextAt: saturdayNight } });
    await runner.send(input('one', saturdayNight));
    expect(await row()).toMatchObject({ state: 'active', reason: null, stepId: 'two' });
    expect((await row()).lastDoneAt).toBe(saturdayNight);
  });

  it('SET-13 ERR-01: a first email later asks for its place in the limits when its time has come', async () => {
    const body = { name: 'S', steps, settings: anyTime };
    const { id: sequenceId } = await ask('POST', '/v1/sequences', body);
    const path = `/v1/mailboxes/${world.mailboxId}`;
    const sent = await enrollIn(sequenceId, {});
    await sent.runner.send(sent.input('one', start));
    expect((await ask('PATCH', path, { limits: { perDay: 1 } })).status).toBe(200);
    try {
      expect((await enrollIn(sequenceId, {})).id).toBe('');
      const firstStepAt = '2026-11-23T20:00:00.000Z';
      const { runner, input, row } = await enrollIn(sequenceId, { firstStepAt });
      expect(await row()).toMatchObject({ state: 'scheduled', reason: 'first_step_later' });
      await runner.reserve(input('one', firstStepAt));
      expect(await row()).toMatchObject({ state: 'scheduled', reason: 'send_limit' });
      expect((await row()).nextAt).toBe(day('24'));
    } finally {
      await ask('PATCH', path, { limits: { perDay: null } });
    }
  });
});
