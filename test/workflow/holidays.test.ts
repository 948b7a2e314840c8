import { afterAll, beforeAll, expect, it } from 'vitest';
import { addDays, weekday } from '../../src/domain/time/local-date.js';
import { instantAt, localDateAt, localTimeAt } from '../../src/domain/time/zone.js';
import { eventually } from '../support/eventually.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const newYork = 'America/New_York';
const hourMs = 3_600_000;
const fiveMs = 17 * hourMs;

let stack: Stack;
let user: SeededUser;
beforeAll(async () => {
  stack = await startStack();
  user = await stack.api.user(stack.catcher.port, { timeZone: newYork });
});
afterAll(() => stack.close());

/** The next Wednesday that leaves the clock alone until Friday, from the story's time on. */
function nextWednesday(): string {
  let date = addDays(localDateAt(stack.now(), newYork), 1);
  while (weekday(date) !== 3) date = addDays(date, 1);
  return date;
}

it('SET-02 worked date 20: from Wednesday 17:00, + 1 over a holiday is Friday 17:00, and nothing is sent on it', async () => {
  const wednesday = nextWednesday();
  const [thursday, friday] = [addDays(wednesday, 1), addDays(wednesday, 2)];
  const start = Date.parse(instantAt(wednesday, fiveMs, newYork));
  await stack.forward([], (start - Date.parse(stack.now())) / hourMs);
  const calendar = await stack.api.request('POST', '/v1/holiday-calendars', {
    name: 'Closed',
    dates: [{ date: thursday, name: 'Closed' }],
  });
  const sequenceId = await stack.api.sequence(user.id, {
    name: 'Over a holiday',
    steps: [emailStep('one', 0), emailStep('two', 1)],
    settings: { holidayCalendarIds: [calendar.body['id']] },
  });
  const contactId = await stack.api.contact();
  const { id } = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
  await stack.catchUp(id);
  const waiting = await eventually(
    () => stack.api.enrollment(id),
    ({ currentStep }) => currentStep?.id === 'two',
  );
  expect(waiting.nextAction?.why).toMatchObject([
    { rule: 'delay', days: 1 },
    { rule: 'holiday', on: thursday, movedTo: friday },
  ]);
  const { date, clockMs } = localTimeAt(waiting.nextAction?.at ?? '', newYork);
  expect({ date, minutes: Math.floor(clockMs / 60_000) }).toEqual({ date: friday, minutes: 1020 });
  await stack.forward([id], 40);
  expect((await stack.api.enrollment(id)).currentStep?.id).toBe('two');
  await stack.forward([id], 9);
  const finished = await eventually(
    () => stack.api.enrollment(id),
    ({ state }) => state === 'finished',
  );
  expect(finished.reason).toBe('all_steps');
  const log = await stack.api.timeline(id);
  const second = log.filter(({ type }) => type === 'email_sent')[1];
  expect(localDateAt(second?.at ?? '', newYork)).toBe(friday);
});

it('SET-02: an email whose day becomes a holiday while it waits keeps its time, and moves on when it is due', async () => {
  const calendar = await stack.api.request('POST', '/v1/holiday-calendars', {
    name: 'Closed later',
    dates: [],
  });
  const sequenceId = await stack.api.sequence(user.id, {
    name: 'A holiday comes up',
    steps: [emailStep('one', 0), emailStep('two', 1)],
    settings: { ...anyTime, holidayCalendarIds: [calendar.body['id']] },
  });
  const contactId = await stack.api.contact();
  const { id } = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
  await stack.catchUp(id);
  const waiting = await eventually(
    () => stack.api.enrollment(id),
    ({ currentStep }) => currentStep?.id === 'two',
  );
  const dueOn = localDateAt(waiting.nextAction?.at ?? '', newYork);
  const edited = await stack.api.request(
    'PATCH',
    `/v1/holiday-calendars/${String(calendar.body['id'])}`,
    { dates: [{ date: dueOn, name: 'Closed after all' }] },
  );
  expect(edited.status).toBe(200);
  const stillDue = await stack.api.enrollment(id);
  expect(stillDue.nextAction).toEqual(waiting.nextAction);
  await stack.forward([id], 25);
  const moved = await eventually(
    () => stack.api.enrollment(id),
    ({ nextAction }) => nextAction?.at !== waiting.nextAction?.at,
  );
  expect(moved.currentStep?.id).toBe('two');
  expect(localDateAt(moved.nextAction?.at ?? '', newYork)).toBe(addDays(dueOn, 1));
  await stack.forward([id], 24);
  await eventually(
    () => stack.api.enrollment(id),
    ({ state }) => state === 'finished',
  );
});
