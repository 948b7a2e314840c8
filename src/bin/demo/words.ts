import { formatLocal } from '../../domain/time/format.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import { stepNames, type Person } from './cast.js';
import { demoSequence } from '../../local/demo-sequence.js';
import type { Entry } from './life.js';

/** "Tue 1 Dec 17:00": for a list whose zone is known. */
export function shortTime(instant: Instant, timeZone: TimeZone): string {
  const [day, date, month, , clock] = formatLocal(instant, timeZone).split(' ');
  return `${day} ${(date ?? '').padStart(2)} ${month} ${clock}`;
}

/** "New York". */
export function cityOf(timeZone: TimeZone): string {
  return timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

export function nameOf({ firstName, lastName }: Person): string {
  return `${firstName} ${lastName}`;
}

/** "3/5 call task". */
export function stepName(stepId: string | null | undefined): string {
  const position = demoSequence.steps.findIndex(({ id }) => id === stepId) + 1;
  return `${position}/${demoSequence.steps.length} ${stepNames[stepId ?? ''] ?? ''}`;
}

/** "2 days 3 hours", in business time when it is the rest of a delay. */
export function duration(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  const parts = [
    [Math.floor(minutes / 1440), 'day'],
    [Math.floor((minutes % 1440) / 60), 'hour'],
    [minutes % 60, 'minute'],
  ] as const;
  return parts
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}${count === 1 ? '' : 's'}`)
    .join(' ');
}

/** "17:00" on the same day, otherwise with the day. */
export function dueTime(dueAt: Instant, at: Instant, timeZone: TimeZone): string {
  const due = shortTime(dueAt, timeZone);
  return due.slice(0, 10) === shortTime(at, timeZone).slice(0, 10) ? due.slice(11) : due;
}

type Wording = (entry: Entry, step: string, timeZone: TimeZone) => string;

const ending: Wording = ({ type, data }) => `${type}: ${data.reason ?? ''}`;
const wordings: Readonly<Record<string, Wording>> = {
  email_sent: (_, step) => `${step} sent`,
  task_created: ({ data, at }, step, timeZone) =>
    `${step} created, due ${dueTime(data.dueAt ?? '', at, timeZone)}`,
  task_completed: (_, step) => `${step} completed`,
  paused: ({ data }, step) =>
    `paused before ${step}; ${duration(data.restMs ?? 0)} of its delay are kept`,
  resumed: ({ data }, step, timeZone) =>
    `resumed; ${step} on ${shortTime(data.next?.at ?? '', timeZone)}`,
  finished: ending,
  unenrolled: ending,
  errored: ending,
};

/** What an entry of a timeline says, in a few words; undefined for the first, which goes without saying. */
export function wordsFor(entry: Entry, timeZone: TimeZone): string | undefined {
  if (entry.type === 'enrolled') return undefined;
  const step = stepName(entry.stepId);
  return wordings[entry.type]?.(entry, step, timeZone) ?? `${entry.type} ${step}`;
}
