import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { simulationReply } from '../../../src/api/shapes/simulation.js';
import { emailSends, logEntries, enrollments, tasks } from '../../../src/db/schema/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { callStep, emailStep, fiveSteps } from '../../support/sequences.js';

const thursday = '2026-11-26T17:00:00-05:00';
const newYork = 'America/New_York';

let api: TestApi;
let user: string;
let sequenceId: string;
beforeAll(async () => {
  api = await startApi({ capabilities: ['linkedin_sales_navigator'] });
  const person = { email: 'robin@example.com', name: 'Robin', timeZone: newYork };
  user = (await api.request('POST', '/v1/users', person)).id;
  sequenceId = await newSequence({ ...fiveSteps, name: 'Five' });
});
afterAll(() => api.close());

const asUser = () => ({ 'cadenza-user': user });

async function newSequence(body: object): Promise<string> {
  const made = await api.request('POST', '/v1/sequences', body, asUser());
  expect([made.status, made.errors]).toEqual([201, []]);
  return made.id;
}

function simulate(body: object, id = sequenceId): Promise<ApiAnswer> {
  return api.request('POST', `/v1/sequences/${id}/simulate`, body, asUser());
}

async function lifeOf(body: object, id = sequenceId): Promise<z.output<typeof simulationReply>> {
  const answer = await simulate(body, id);
  expect([answer.status, answer.errors]).toEqual([200, []]);
  return simulationReply.parse(answer.body);
}

describe('a sequence that is simulated', () => {
  it('worked date 1: every step with its local time, its rules and what it rests on; nothing is written', async () => {
    const life = await lifeOf({ from: thursday });
    expect(life).toMatchObject({ timeZone: newYork, state: 'finished', missingTokens: [] });
    expect(life.steps.map(({ stepId, plannedLocal }) => [stepId, plannedLocal])).toEqual([
      ['intro', '2026-11-26T17:00:00.000-05:00'],
      ['follow-up', '2026-11-30T17:00:00.000-05:00'],
      ['call', '2026-12-01T00:00:00.000-05:00'],
      ['connect', '2026-12-02T00:00:00.000-05:00'],
      ['closing', '2026-12-07T08:00:00.000-05:00'],
    ]);
    expect(life.steps[1]?.because).toBe(
      '2 business days after Thu 26 Nov 17:00; Sat 28 Nov is a weekend → Mon 30 Nov',
    );
    expect(life.steps.map(({ assumesCompletionOf }) => assumesCompletionOf.length)).toEqual([
      ...[0, 0, 0, 1, 1],
    ]);
    expect(life.timeline.map(({ type }) => type)).toEqual([
      ...['enrolled', 'email_sent', 'email_sent', 'task_created', 'task_completed'],
      ...['task_created', 'email_sent', 'finished'],
    ]);
    const counts = [enrollments, emailSends, tasks].map((table) => api.db.$count(table));
    const logged = api.db.$count(logEntries, eq(logEntries.subject, 'enrollment'));
    expect(await Promise.all([...counts, logged])).toEqual([0, 0, 0, 0]);
  });

  it('plays the script: a pause, a task done late, a reply', async () => {
    const script = [
      { type: 'pause', at: '2026-11-27T17:00:00-05:00' },
      { type: 'resume', at: '2026-12-07T17:00:00-05:00' },
      { type: 'complete_task', stepId: 'call', afterDays: 2 },
      { type: 'reply', at: '2026-12-16T09:00:00-05:00' },
      { type: 'pause', at: '2026-12-25T09:00:00-05:00' },
    ];
    const life = await lifeOf({ from: thursday, script });
    expect(life).toMatchObject({ state: 'unenrolled', reason: 'replied' });
    expect(life.steps.map(({ plannedLocal }) => plannedLocal?.slice(0, 16) ?? null)).toEqual([
      ...['2026-11-26T17:00', '2026-12-08T17:00', '2026-12-09T00:00', '2026-12-14T00:00'],
      null,
    ]);
    expect(life.refusedEvents).toMatchObject([{ index: 4, code: 'ENROLLMENT_ENDED' }]);
  });

  it('SET-16 SET-19: runs in the contact’s zone where the sequence says so, else the sender’s', async () => {
    await api.request('POST', '/v1/contacts', { email: 'kim@example.com', timeZone: 'Asia/Tokyo' });
    const contact = { email: 'kim@example.com' };
    expect((await lifeOf({ contact })).timeZone).toBe(newYork);
    const settings = { useContactTimeZone: true };
    expect((await lifeOf({ contact, settings })).timeZone).toBe('Asia/Tokyo');
    expect((await lifeOf({ contact, settings, timeZone: 'UTC' })).timeZone).toBe('UTC');
    const bare = await api.request('POST', `/v1/sequences/${sequenceId}/simulate`, {});
    expect(bare.code).toBe('ACTING_USER_REQUIRED');
    const zoned = await api.request('POST', `/v1/sequences/${sequenceId}/simulate`, {
      timeZone: 'UTC',
    });
    expect(zoned.status).toBe(200);
  });

  it('ENR-14 ENR-15: lists every token that the contact has no value for, by step and field', async () => {
    const steps = [
      emailStep('one', 0),
      { ...callStep('call', 1), title: 'Call {{contact.lastName}}' },
    ];
    const contact = { email: 'kim@example.com' };
    const life = await lifeOf({ contact, steps });
    expect(life.missingTokens).toEqual([
      { stepId: 'call', field: 'title', token: 'contact.lastName' },
    ]);
  });

  it('SET-02: plays an earlier version, a draft, calendars and holidays of its own', async () => {
    const calendar = await api.request('POST', '/v1/holiday-calendars', {
      name: 'Closed',
      dates: [{ date: '2026-11-27', name: 'Closed' }],
    });
    const id = await newSequence({ name: 'Two', steps: [emailStep('a', 0), emailStep('b', 1)] });
    const edited = await api.request(
      'PATCH',
      `/v1/sequences/${id}`,
      { settings: { holidayCalendarIds: [calendar.id] } },
      { ...asUser(), 'if-match': '*' },
    );
    expect(edited.status).toBe(200);
    const second = async (body: object) =>
      (await lifeOf({ from: thursday, ...body }, id)).steps[1]?.plannedLocal?.slice(0, 10);
    expect(await second({ version: 1 })).toBe('2026-11-27');
    expect(await second({})).toBe('2026-11-30');
    expect(await second({ holidays: ['2026-11-30'] })).toBe('2026-12-01');
    expect(await second({ steps: [emailStep('a', 0), emailStep('b', 2)] })).toBe('2026-12-01');
  });

  it('refuses at once, with its place, all that is wrong with draft and script', async () => {
    const steps = [emailStep('one', 0), emailStep('two', 91)];
    const draft = await simulate({ steps, settings: { sendWindowStartMinute: 1440 } });
    expect([draft.status, draft.pointers]).toEqual([
      422,
      ['/steps/1/delayDays', '/settings/sendWindowStartMinute'],
    ]);
    const script = [
      { type: 'reply', at: '2026-11-01T00:00:00Z' },
      { type: 'complete_task', stepId: 'intro', afterDays: 1.5 },
      { type: 'skip_step', stepId: 'nowhere', at: thursday },
    ];
    const scripted = await simulate({ from: thursday, script, completeTasksAfterDays: -1 });
    expect([scripted.status, scripted.pointers]).toEqual([
      422,
      [
        ...['/completeTasksAfterDays', '/script/0/at', '/script/1/afterDays', '/script/1/stepId'],
        '/script/2/stepId',
      ],
    ]);
    const unknown = await simulate({ script: [{ type: 'sneeze', at: thursday }] });
    expect([unknown.status, unknown.pointers]).toEqual([422, ['/script/0']]);
    const all = Array.from({ length: 1000 }, (_, day) =>
      new Date(Date.UTC(2026, 10, 26) + day * 86_400_000).toISOString().slice(0, 10),
    );
    expect((await simulate({ from: thursday, holidays: all })).pointers).toEqual(['/holidays']);
    expect((await simulate({ version: 9 })).status).toBe(404);
  });

  it('ENR-13 SET-11 SET-14 ENR-14: plays what was chosen for the enrollment, and refuses what enrolling refuses', async () => {
    const choices = {
      startStepId: 'follow-up',
      firstStepAt: '2026-11-27T09:00:00-05:00',
      settings: { eligibleFollowUpDays: 'EVERYDAY' },
      steps: { call: { delayDays: 0, waitsForCompletion: false, title: 'Ring {{contact.floor}}' } },
      tokenValues: { 'contact.floor': 'third' },
    };
    const contact = { email: 'kim@example.com' };
    const life = await lifeOf({ from: thursday, contact, choices });
    expect(life.missingTokens).toEqual([]);
    expect(
      life.steps.map(({ outcome, plannedLocal }) => [outcome, plannedLocal?.slice(0, 16)]),
    ).toEqual([
      ['before_start', undefined],
      ['done', '2026-11-27T09:00'],
      ['done', '2026-11-27T09:00'],
      ['done', '2026-11-28T00:00'],
      ['done', '2026-12-01T09:00'],
    ]);
    const bad = { steps: { call: { delayDays: 91 } }, firstStepAt: '2026-11-01T00:00:00Z' };
    expect((await simulate({ from: thursday, choices: bad })).pointers).toEqual([
      ...['/choices/firstStepAt', '/choices/steps/call/delayDays'],
    ]);
    const unknown = await simulate({ choices: { startStepId: 'nowhere' } });
    expect(unknown.code).toBe('STEP_NOT_FOUND');
  });

  it('SHR-04: a sequence that is not shared with the acting user is not simulated for them', async () => {
    const other = await api.request('POST', '/v1/users', {
      email: 'other@example.com',
      name: 'Other',
      timeZone: 'UTC',
    });
    const path = `/v1/sequences/${sequenceId}/simulate`;
    const answer = await api.request('POST', path, {}, { 'cadenza-user': other.id });
    expect(answer.status).toBe(404);
  });
});
