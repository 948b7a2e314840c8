import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { previewReply } from '../../src/api/shapes/enrollment-preview.js';
import { simulationReply } from '../../src/api/shapes/simulation.js';
import { addDays, weekday } from '../../src/domain/time/local-date.js';
import { instantAt, localDateAt } from '../../src/domain/time/zone.js';
import { eventually } from '../support/eventually.js';
import { callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { EnrollmentView, SeededUser, TimelineView } from '../support/stack-client.js';

const hourMs = 3_600_000;
const minuteMs = 60_000;
const cases = 24;

let stack: Stack;
let user: SeededUser;
beforeAll(async () => {
  stack = await startStack();
  user = await stack.api.user(stack.catcher.port);
});
afterAll(() => stack.close());

/** A sequence, where and when it is begun, and after how many days a person sees to each task that is waited for. */
const anyCase = fc.record({
  steps: fc.array(
    fc.record({
      kind: fc.constantFrom('email', 'call', 'call_and_go_on'),
      delayDays: fc.oneof(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 20 })),
    }),
    { minLength: 2, maxLength: 8 },
  ),
  settings: fc.record({
    eligibleFollowUpDays: fc.constantFrom('BUSINESS_DAYS', 'WEEKDAYS_ONLY', 'EVERYDAY'),
    sendWindowStartMinute: fc.integer({ min: 0, max: 600 }),
    sendWindowEndMinute: fc.integer({ min: 700, max: 1440 }),
    taskCreationMinute: fc.constantFrom(0, 0, 540, 1430),
    firstEmailInWindow: fc.boolean(),
  }),
  timeZone: fc.constantFrom(
    ...['America/New_York', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe'],
    ...['Pacific/Auckland', 'America/Sao_Paulo', 'Africa/Casablanca', 'UTC'],
  ),
  startMonth: fc.constantFrom('03-05', '10-25', '03-24', '12-20', '06-10'),
  startDay: fc.integer({ min: 0, max: 9 }),
  startMinute: fc.integer({ min: 0, max: 1439 }),
  holidayEvery: fc.constantFrom(0, 9, 17),
  completionHours: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 8, maxLength: 8 }),
  startsAt: fc.constantFrom(0, 0, 1),
  laterHours: fc.option(fc.integer({ min: 1, max: 90 })),
  passesTasks: fc.constantFrom(false, false, true),
  leave: fc.option(
    fc.record({ after: fc.integer({ min: 0, max: 12 }), days: fc.integer({ min: 1, max: 9 }) }),
  ),
  pauseHours: fc.option(
    fc.record({ after: fc.integer({ min: 1, max: 60 }), lasts: fc.integer({ min: 1, max: 300 }) }),
  ),
  sendTime: fc.constantFrom('same_time', 'from_opens'),
  /** Minutes of the day in UTC at which its contact opened mails before. */
  opens: fc.oneof(
    fc.array(fc.integer({ min: 0, max: 1439 }), { maxLength: 4 }),
    fc.integer({ min: 0, max: 1400 }).map((minute) => [minute, minute + 5, minute + 39, 720]),
  ),
});
type Case = typeof anyCase extends fc.Arbitrary<infer T> ? T : never;

const stepsOf = ({ steps }: Case) =>
  steps.map(({ kind, delayDays }, index) => {
    const delay = index === 0 ? 0 : delayDays;
    return kind === 'email'
      ? emailStep(`s${index}`, delay)
      : callStep(`s${index}`, delay, kind === 'call');
  });

/** What the enrollment has otherwise: its first step, when that runs, and whether tasks hold it up. */
const choicesOf = ({ startsAt, laterHours, passesTasks }: Case) => ({
  ...(startsAt > 0 && { startStepId: `s${startsAt}` }),
  ...(laterHours !== null && {
    firstStepAt: new Date(Date.parse(stack.now()) + laterHours * hourMs).toISOString(),
  }),
  ...(passesTasks && { continueWithoutCompleting: true }),
});

/** The next such start that lies ahead of the story. */
function startOf({ startMonth, startDay, startMinute, timeZone }: Case): string {
  const year = Number(stack.now().slice(0, 4));
  const starts = [year, year + 1].map((each) =>
    instantAt(addDays(`${each}-${startMonth}`, startDay), startMinute * minuteMs, timeZone),
  );
  return starts.find((at) => at > stack.now()) ?? '';
}

const hoursUntil = (at: string) => (Date.parse(at) - Date.parse(stack.now())) / hourMs;

async function holidaysOf({ holidayEvery, timeZone }: Case): Promise<readonly string[]> {
  if (holidayEvery === 0) return [];
  const first = localDateAt(stack.now(), timeZone);
  const dates = Array.from({ length: 40 }, (_, index) => addDays(first, 2 + index * holidayEvery));
  const free = dates.filter((date) => ![0, 6].includes(weekday(date)));
  const calendar = await stack.api.request('POST', '/v1/holiday-calendars', {
    name: `Every ${holidayEvery} days from ${first}`,
    dates: free.map((date) => ({ date, name: 'Closed' })),
  });
  expect(calendar.status).toBe(201);
  return [String(calendar.body['id'])];
}

/** The user, who sends and works the tasks, is away for some days; gives the leave's path, to take it away again. */
async function leaveOf({ leave, timeZone }: Case): Promise<string | undefined> {
  if (leave === null) return undefined;
  const firstOn = addDays(localDateAt(stack.now(), timeZone), leave.after);
  const path = `/v1/users/${user.id}/absences`;
  const body = { firstOn, lastOn: addDays(firstOn, leave.days - 1) };
  const made = await stack.api.request('POST', path, body, user.id);
  expect(made.status).toBe(201);
  return `${path}/${String(made.body['id'])}`;
}

/** Reports when the contact opened mails, with some by a machine that must not count. */
async function reportOpens(contact: { readonly id: string }, { opens }: Case): Promise<void> {
  const dayMs = 24 * hourMs;
  const today = Math.floor(Date.parse(stack.now()) / dayMs) * dayMs;
  const events = opens.map((minute, day) => ({
    automatic: false,
    occurredAt: new Date(today - (day + 1) * dayMs + minute * minuteMs).toISOString(),
  }));
  const machine = [1, 2, 3].map(() => ({ automatic: true, occurredAt: stack.now() }));
  const report = (open: object) =>
    stack.api.request('POST', '/v1/events', { id: randomUUID(), type: 'open', contact, ...open });
  const answers = await Promise.all([...events, ...machine].map(report));
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
}

const settled = (id: string, before: EnrollmentView) =>
  eventually(
    () => stack.api.enrollment(id),
    (now) => now.changedAt !== before.changedAt,
    60_000,
  );

async function say(path: string): Promise<void> {
  const answer = await stack.api.request('POST', path, {}, user.id);
  expect(answer.status).toBeLessThan(300);
}

/** Time passes until somebody completes the task that is waited for. */
async function completeTask(id: string, now: EnrollmentView, afterHours: number): Promise<void> {
  await stack.forward([id], afterHours);
  const tasks = await stack.api.tasks(`enrollmentId=${id}&state=open&limit=100`);
  const task = tasks.find(({ stepId }) => stepId === now.currentStep?.id);
  await say(`/v1/tasks/${task?.id ?? ''}/complete`);
}

/** The enrollment once its first step has run, or as it is where that runs later. */
async function begunWith(id: string): ReturnType<typeof settledFirst> {
  const begun = await stack.api.enrollment(id);
  return hoursUntil(begun.nextAction?.at ?? '') > 0.1 ? begun : settledFirst(id);
}

/** Lives an enrollment through on the real server: time is moved on to whatever comes next, and people do their part. */
async function live(id: string, { completionHours, pauseHours }: Case): Promise<void> {
  let pause = pauseHours;
  let completed = 0;
  let now = await begunWith(id);
  while (!['finished', 'unenrolled', 'errored'].includes(now.state)) {
    if (now.state === 'waiting_task') {
      await completeTask(id, now, completionHours[completed] ?? 1);
      completed += 1;
    } else if (pause !== null && hoursUntil(now.nextAction?.at ?? '') > pause.after + 1) {
      await stack.forward([id], pause.after);
      await say(`/v1/enrollments/${id}/pause`);
      await stack.forward([id], pause.lasts);
      await say(`/v1/enrollments/${id}/resume`);
      pause = null;
    } else {
      // Well past the step: a target that passes while it runs might be missed (see `fastForward`).
      await stack.forward([id], Math.max(0, hoursUntil(now.nextAction?.at ?? '')) + 1 / 120);
    }
    now = await settled(id, now);
  }
}

/** The first step has run, which is due at once. */
const settledFirst = (id: string) =>
  eventually(
    () => stack.api.enrollment(id),
    ({ changedAt, enrolledAt }) => changedAt !== enrolledAt,
    60_000,
  );

const scripted: Readonly<Record<string, string>> = {
  task_completed: 'complete_task',
  paused: 'pause',
  resumed: 'resume',
};

/** What people did, as a script: the rest must follow from it. */
const scriptOf = (timeline: readonly TimelineView[]) =>
  timeline.flatMap(({ type, at, stepId }) => {
    const event = scripted[type];
    if (event === undefined) return [];
    return [{ type: event, at, ...(event === 'complete_task' && { stepId }) }];
  });

/** An entry as far as it is planned: when a machine got round to it, and its ids, are its own. */
function planOf({ type, stepId, data }: Pick<TimelineView, 'type' | 'stepId' | 'data'>) {
  const planned = Object.entries(data).filter(([name]) => name !== 'taskId' && name !== 'sendId');
  return { type, stepId, data: Object.fromEntries(planned) };
}

it(`SET-05 SET-08 SET-09: what a preview and a simulation say is what happens, for ${cases} sequences of all kinds`, async () => {
  const generated = fc.sample(anyCase, { numRuns: cases, seed: 20_261_126 });
  expect(generated.some(({ pauseHours }) => pauseHours !== null)).toBe(true);
  const met = new Set<string>();
  for (const one of generated) {
    await stack.forward([], hoursUntil(startOf(one)));
    const holidayCalendarIds = await holidaysOf(one);
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Comes true',
      steps: stepsOf(one),
      settings: { ...one.settings, sendTime: one.sendTime, holidayCalendarIds },
    });
    const leave = await leaveOf(one);
    const contact = { id: await stack.api.contact() };
    if (one.opens.length > 0) await reportOpens(contact, one);
    const { timeZone } = one;
    const choices = choicesOf(one);
    const asked = { sequenceId, contact, timeZone, ...choices };
    const seen = await stack.api.request('POST', '/v1/enrollments/preview', asked, user.id);
    const { id, enrolledAt } = await stack.api.enroll(user.id, asked);
    await stack.catchUp(id);
    await live(id, one);
    const timeline = await stack.api.timeline(id);

    const simulated = await stack.api.request(
      'POST',
      `/v1/sequences/${sequenceId}/simulate`,
      { timeZone, contact, from: enrolledAt, script: scriptOf(timeline), choices },
      user.id,
    );
    const life = simulationReply.parse(simulated.body);
    expect([one, life.refusedEvents]).toEqual([one, []]);
    expect([one, life.timeline.map(planOf)]).toEqual([one, timeline.map(planOf)]);
    life.timeline.forEach(({ at }, index) => {
      const lateMs = Date.parse(timeline[index]?.at ?? '') - Date.parse(at);
      expect(lateMs).toSatisfy((ms: number) => ms >= 0 && ms < minuteMs);
    });
    for (const { type, data } of timeline)
      [type, ...rulesIn(data['why'])].forEach((each) => met.add(each));
    if (leave !== undefined) await stack.api.request('DELETE', leave, undefined, user.id);
    checkPreview(previewReply.parse(seen.body), timeline, enrolledAt);
  }
  // All of this was on the way, or the sequences show little.
  const wanted = ['email_sent', 'task_created', 'task_completed', 'paused', 'resumed', 'finished'];
  const rules = [
    'delay',
    'weekend',
    'holiday',
    'before_window',
    'after_window',
    'start_of_day',
    'leave',
    'usual_open_time',
  ];
  expect([...wanted, ...rules].filter((each) => !met.has(each))).toEqual([]);
}, 540_000);

/** The preview was made a moment before, and knew of nothing that people would do: it holds up to there. */
function checkPreview(
  { results }: ReturnType<typeof previewReply.parse>,
  timeline: readonly TimelineView[],
  enrolledAt: string,
): void {
  const steps = results[0]?.steps ?? [];
  const byHand = timeline.findIndex(({ type }) => type in scripted);
  const untouched = byHand < 0 ? timeline : timeline.slice(0, byHand);
  const planned = steps.find(({ outcome }) => outcome !== 'before_start');
  const isAtOnce = planned?.because === 'at once';
  const shiftMs = isAtOnce ? msBetween(planned.plannedAt, enrolledAt) : 0;
  expect(shiftMs).toSatisfy((ms: number) => ms >= 0 && ms < minuteMs);
  for (const { type, stepId, data } of untouched) {
    if (type !== 'email_sent' && type !== 'task_created') continue;
    const step = steps.find((each) => each.stepId === stepId);
    expect(step?.assumesCompletionOf).toEqual([]);
    // Only what the moment between preview and enrolling moved.
    const aheadMs = msBetween(step?.plannedAt, data['plannedAt']);
    expect(aheadMs).toSatisfy((ms: number) => ms >= 0 && ms <= shiftMs);
    expect(rulesIn(data['why'])).toEqual(rulesIn(step?.why));
  }
}

const msBetween = (from: unknown, to: unknown): number =>
  Date.parse(String(to)) - Date.parse(String(from));

const chain = z.array(z.looseObject({ rule: z.string() }));

const rulesIn = (why: unknown): readonly string[] => chain.parse(why ?? []).map(({ rule }) => rule);
