import { DateTime } from 'luxon';
import { planStep } from '../src/domain/time/plan-step.js';
import type { Calendar, Instant } from '../src/domain/time/types.js';
import { figureOf, type Figure, type Round } from './support/figure.js';

const contacts = 10_000;
const rounds = 3;
const least = 0.25;

/** Ten steps: emails and tasks, with the delays that sequences have. */
const steps = [
  { kind: 'email', delayDays: 2 },
  { kind: 'task', delayDays: 1 },
  { kind: 'email', delayDays: 3 },
  { kind: 'task', delayDays: 0 },
  { kind: 'email', delayDays: 4 },
  { kind: 'email', delayDays: 5 },
  { kind: 'task', delayDays: 2 },
  { kind: 'email', delayDays: 7 },
  { kind: 'task', delayDays: 3 },
  { kind: 'email', delayDays: 10 },
] as const;

export const zones = [
  'America/New_York',
  'America/Los_Angeles',
  'America/Chicago',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Istanbul',
  'Africa/Lagos',
  'Africa/Cairo',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Australia/Lord_Howe',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
] as const;

interface Person {
  readonly start: Instant;
  readonly calendar: Calendar;
}

/** What one step's plan needs of a zone at least: what the clock shows before, and the instant of a time after. */
export interface Conversion {
  readonly fromMs: number;
  readonly zone: string;
  readonly local: {
    readonly year: number;
    readonly month: number;
    readonly day: number;
    readonly hour: number;
    readonly minute: number;
    readonly second: number;
    readonly millisecond: number;
  };
}

/**
 * How many contacts a second a sequence of ten steps is planned for, against luxon's bare conversions for the same dates: an
 * instant to local time and a local time to an instant a step, and nothing decided.
 */
export function measurePlanning(): Promise<readonly Figure[]> {
  return Promise.resolve([
    planningFigure('without holidays', new Set()),
    planningFigure('with holidays', fridays()),
  ]);
}

function planningFigure(what: string, holidays: ReadonlySet<string>): Figure {
  const people = makePeople(holidays);
  const conversions = people.flatMap(conversionsOf);
  planAll(people);
  convertAll(conversions);
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const baseline = perSecond(() => {
      convertAll(conversions);
    });
    measured.push({
      value: perSecond(() => {
        planAll(people);
      }),
      baseline,
    });
  }
  const aim = {
    text: `at least ${least} of luxon's bare conversions`,
    met: ({ ratio }: { readonly ratio: number }) => ratio >= least,
  };
  return figureOf({ name: `planning: ten steps, ${what}`, unit: 'contacts/s', aim }, measured);
}

/** Contacts of all zones in turn, who begin at times spread over a year, so that clocks change on the way. */
function makePeople(holidays: ReadonlySet<string>): readonly Person[] {
  return Array.from({ length: contacts }, (_, index) => ({
    start: new Date(Date.UTC(2026, 0, 1) + index * 52 * 60_000 + (index % 997)).toISOString(),
    calendar: {
      timeZone: zones[index % zones.length] ?? 'UTC',
      eligibleFollowUpDays: 'BUSINESS_DAYS',
      sendWindowStartMinute: 8 * 60,
      sendWindowEndMinute: 18 * 60,
      taskCreationMinute: 0,
      holidays,
    },
  }));
}

/** A holiday every fifth week. */
function fridays(): ReadonlySet<string> {
  const first = Date.UTC(2026, 0, 2);
  return new Set(
    Array.from({ length: 30 }, (_, index) =>
      new Date(first + index * 35 * 86_400_000).toISOString().slice(0, 10),
    ),
  );
}

function plan({ start, calendar }: Person): readonly Instant[] {
  const dates: Instant[] = [];
  let after = start;
  for (const step of steps) {
    after = planStep({ ...step, after }, calendar).dueAt;
    dates.push(after);
  }
  return dates;
}

function planAll(people: readonly Person[]): void {
  for (const person of people) {
    if (plan(person).length !== steps.length) throw new Error('a step was not planned');
  }
}

function conversionsOf(person: Person): readonly Conversion[] {
  return conversionsFor(person.start, plan(person), person.calendar.timeZone);
}

/** What planning these dates, one after the other from `start` on, needs of a zone. */
export function conversionsFor(
  start: Instant,
  dates: readonly Instant[],
  zone: string,
): readonly Conversion[] {
  let from = start;
  return dates.map((dueAt) => {
    const fromMs = Date.parse(from);
    from = dueAt;
    const { year, month, day, hour, minute, second, millisecond } = DateTime.fromISO(dueAt, {
      zone,
    });
    return { fromMs, zone, local: { year, month, day, hour, minute, second, millisecond } };
  });
}

export function convertAll(conversions: readonly Conversion[]): void {
  let sum = 0;
  for (const { fromMs, zone, local } of conversions) {
    const before = DateTime.fromMillis(fromMs, { zone });
    sum += before.day + before.hour + DateTime.fromObject(local, { zone }).toMillis();
  }
  if (!Number.isFinite(sum)) throw new Error('a time could not be converted');
}

export function perSecond(run: () => void): number {
  const begun = performance.now();
  run();
  return (contacts * 1000) / (performance.now() - begun);
}
