import { formatLocal } from '../../../domain/time/format.js';
import { planRest, restOfDelay } from '../../../domain/time/rest.js';
import { planStep } from '../../../domain/time/plan-step.js';
import type { Instant } from '../../../domain/time/types.js';
import { localTimeAt } from '../../../domain/time/zone.js';
import { demoSequence } from '../../../local/demo-sequence.js';
import { entryOf, type Entry, type Life } from '../life.js';
import { calendarIn, lateMs, pauseMs } from '../scenes.js';
import { nameOf, stepName } from '../words.js';
import type { Findings } from './findings.js';

const onTimeMs = 60_000;
const twoDaysMs = 2 * 86_400_000;

/**
 * Every step ran when the planner says, on a business day and in its window; the pause and the late call moved it
 * correctly.
 */
export function checkTimes(findings: Findings, lives: readonly Life[]): void {
  for (const life of lives) {
    checkPlans(findings, life);
    if (life.person.role === 'paused') checkPause(findings, life);
    if (life.person.role === 'late_task') checkLateCall(findings, life);
  }
}

function checkPlans(findings: Findings, life: Life): void {
  const { person, entries } = life;
  let after: Instant | undefined;
  // Emails are wanted at the time of day of the enrollment, or of the completion of the task that was waited for.
  let wantedClockMs: number | null = null;
  for (const entry of entries) {
    if (entry.type === 'task_completed') after = entry.at;
    if (entry.type === 'enrolled' || entry.type === 'task_completed') {
      wantedClockMs = localTimeAt(entry.at, person.timeZone).clockMs;
    }
    const { plannedAt } = entry.data;
    if (plannedAt === undefined) continue;
    const what = `${nameOf(person)}, step ${stepName(entry.stepId)}`;
    const lateness = Date.parse(entry.at) - Date.parse(plannedAt);
    findings.check(lateness >= 0 && lateness < onTimeMs, `${what} ran when it was planned`);
    if (after !== undefined) {
      checkFollowUp(findings, life, entry, { after, wantedClockMs, plannedAt, what });
    }
    after = plannedAt;
  }
}

interface FollowUp {
  readonly after: Instant;
  readonly wantedClockMs: number | null;
  readonly plannedAt: Instant;
  readonly what: string;
}

function checkFollowUp(findings: Findings, life: Life, entry: Entry, step: FollowUp): void {
  const { after, wantedClockMs, plannedAt, what } = step;
  const { timeZone } = life.person;
  const kind = entry.type === 'email_sent' ? 'email' : 'task';
  const resumed = entry.data.why?.[0]?.rule === 'resumed';
  const delayDays = delayOf(entry);
  if (!resumed) {
    const plan = planStep({ kind, after, delayDays, wantedClockMs }, calendarIn(timeZone));
    findings.equal(plannedAt, plan.dueAt, `${what}, by the planner`);
  }
  // A task without a delay comes at once, whatever the day.
  if (delayDays === 0) return;
  const { weekday, minute } = wallClock(plannedAt, timeZone);
  const told = `${what} ran on ${formatLocal(plannedAt, timeZone)}`;
  findings.check(!['Sat', 'Sun'].includes(weekday), `${told}: that is a business day`);
  const { sendWindowStartMinute: opens, sendWindowEndMinute: closes } = demoSequence.settings;
  if (kind === 'email') {
    findings.check(minute >= opens && minute < closes, `${told}: that is in the send window`);
  } else {
    findings.equal(minute, 0, `${told}: that is the start of the day`);
  }
}

/** The clock in a zone, read without the project's own calendar. */
function wallClock(instant: Instant, timeZone: string): { weekday: string; minute: number } {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(new Date(instant));
  const part = (type: string): string => parts.find((each) => each.type === type)?.value ?? '';
  return { weekday: part('weekday'), minute: Number(part('hour')) * 60 + Number(part('minute')) };
}

function checkPause(findings: Findings, life: Life): void {
  const paused = entryOf(life, 'paused');
  const resumed = entryOf(life, 'resumed');
  const dueAt = entryOf(life, 'email_sent', 'intro')?.data.next?.at;
  const ran = entryOf(life, 'email_sent', 'follow-up');
  const found = paused !== undefined && resumed !== undefined && typeof dueAt === 'string';
  findings.check(found, 'the pause, its end and what was due stand in the timeline');
  if (!found) return;
  const calendar = calendarIn(life.person.timeZone);
  const restMs = paused.data.restMs ?? 0;
  findings.equal(
    restMs,
    restOfDelay({ pausedAt: paused.at, dueAt }, calendar),
    'the rest of the delay',
  );
  findings.check(
    Math.abs(restMs - twoDaysMs) < onTimeMs,
    `of three business days two were left when the pause began, not ${restMs} ms`,
  );
  const lasted = Date.parse(resumed.at) - Date.parse(paused.at);
  findings.check(Math.abs(lasted - pauseMs) < onTimeMs, 'the pause lasted a week');
  const plan = planRest({ kind: 'email', resumedAt: resumed.at, restMs }, calendar);
  findings.equal(resumed.data.next?.at, plan.dueAt, 'the follow-up is planned by the rest');
  findings.equal(ran?.data.plannedAt, plan.dueAt, 'the follow-up ran by the rest');
}

function checkLateCall(findings: Findings, life: Life): void {
  const dueAt = entryOf(life, 'task_created', 'call')?.data.dueAt ?? '';
  const completed = entryOf(life, 'task_completed', 'call');
  const closing = entryOf(life, 'email_sent', 'closing');
  const late = Date.parse(completed?.at ?? '') - Date.parse(dueAt);
  findings.check(Math.abs(late - lateMs) < onTimeMs, 'the late call was five days late');
  const step = { kind: 'email', after: completed?.at ?? dueAt, delayDays: 4 } as const;
  const plan = planStep(step, calendarIn(life.person.timeZone));
  findings.equal(
    closing?.data.plannedAt,
    plan.dueAt,
    'the closing email counts from the late call',
  );
}

function delayOf({ stepId }: Entry): number {
  const step = demoSequence.steps.find(({ id }) => id === stepId);
  return step !== undefined && 'delayDays' in step ? step.delayDays : 0;
}
