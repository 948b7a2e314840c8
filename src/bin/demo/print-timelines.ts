import { explain, formatLocal } from '../../domain/time/format.js';
import { pad, paint } from '../shared/paint.js';
import type { Entry, Life } from './life.js';
import { cityOf, dueTime, duration, nameOf, shortTime, stepName } from './words.js';

const widths = { what: 33, time: 17 } as const;
const sameMinuteMs = 60_000;

/**
 * Prints each contact's way through the sequence, in the contact's own zone: each step with its planned time, its
 * actual time and the reason for it.
 */
export function printTimelines(lives: readonly Life[]): void {
  console.log(`\n${paint('bold', 'Timelines')}, each in the contact's own zone`);
  for (const life of lives) {
    const { person, enrollment } = life;
    const ending = `${enrollment.state} (${enrollment.reason ?? ''})`;
    const title = `${nameOf(person)}, ${person.company}, ${cityOf(person.timeZone)}`;
    console.log(`\n  ${paint('bold', title)}: ${paint('cyan', ending)}`);
    const begun = life.entries[0];
    if (begun)
      console.log(`  ${paint('dim', `enrolled ${formatLocal(begun.at, person.timeZone)}`)}`);
    console.log(paint('dim', row('step', 'planned', 'done', 'why then')));
    for (const entry of life.entries.slice(1)) console.log(rowOf(entry, person.timeZone));
    console.log(paint('dim', `  ${enrollment.runUrl}`));
  }
}

function rowOf(entry: Entry, timeZone: string): string {
  const { at, data } = entry;
  const planned = data.plannedAt === undefined ? '' : shortTime(data.plannedAt, timeZone);
  const onTime =
    data.plannedAt !== undefined && Date.parse(at) - Date.parse(data.plannedAt) < sameMinuteMs;
  const done = onTime && planned === shortTime(at, timeZone) ? 'on time' : shortTime(at, timeZone);
  const why = data.why === undefined ? '' : explain(data.why, timeZone);
  const due = data.dueAt === undefined ? '' : ` (due ${dueTime(data.dueAt, at, timeZone)})`;
  return row(whatOf(entry), planned, done, `${why}${due}` || remarkOn(entry));
}

function whatOf({ type, stepId }: Entry): string {
  switch (type) {
    case 'email_sent':
    case 'task_created':
      return stepName(stepId);
    case 'task_completed':
      return `${stepName(stepId)} completed`;
    case 'paused':
      return `paused before ${stepName(stepId)}`;
    case 'resumed':
      return 'resumed';
    default:
      return type;
  }
}

function remarkOn({ type, data }: Entry): string {
  switch (type) {
    case 'paused':
      return `${duration(data.restMs ?? 0)} of its delay are kept`;
    case 'finished':
    case 'unenrolled':
    case 'errored':
      return data.reason ?? '';
    default:
      return '';
  }
}

function row(what: string, planned: string, done: string, why: string): string {
  const { time } = widths;
  return `  ${pad(what, widths.what)} ${pad(planned, time)} ${pad(done, time)} ${why}`.trimEnd();
}
