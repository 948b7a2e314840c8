import type { MissingToken } from '../../domain/enrollment/eligibility.js';
import type { LogEntry } from '../../domain/enrollment/log.js';
import type { PlayedLife } from '../../domain/enrollment/play-through/play-through.js';
import { describeNeed } from '../../domain/message/describe-missing.js';
import { explain, formatLocal } from '../../domain/time/format.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import { pad, paint } from '../shared/paint.js';

/** What is printed of a life. */
export interface Printed {
  readonly name: string;
  readonly timeZone: TimeZone;
  readonly life: PlayedLife;
  readonly missingTokens: readonly MissingToken[];
}

const timeWidth = 17;

/**
 * Prints a life as a table in the enrollment's zone: each step with its planned time, its actual time and the reason
 * for it; and how the life ends.
 */
export function printLife(printed: Printed): void {
  const { name, timeZone, life } = printed;
  const [begun, ...entries] = life.timeline;
  const lines = entries.map((entry) => ({ entry, what: whatOf(entry, life) }));
  const width = Math.max(...lines.map(({ what }) => what.length), 4);
  console.log(`${paint('bold', name)}, in ${timeZone}`);
  if (begun) console.log(paint('dim', `enrolled ${formatLocal(begun.at, timeZone)}`));
  console.log(paint('dim', row([pad('step', width), 'planned', 'done', 'why then'])));
  for (const { entry, what } of lines) {
    console.log(row([pad(what, width), ...timesOf(entry, timeZone), whyOf(entry, timeZone)]));
  }
  printEnding(printed);
}

function printEnding({ life, missingTokens }: Printed): void {
  const { state, reason } = life.standing;
  const outcome = reason === null ? state : `${state} (${reason})`;
  console.log(`${paint('bold', 'outcome')}  ${paint('cyan', outcome)}`);
  if (life.standing.endedAt === null) console.log(`  ${life.explanation}`);
  const assumed = [...new Set(life.steps.flatMap((step) => step.assumesCompletionOf))];
  if (assumed.length > 0) {
    const note = `dates behind ${assumed.join(', ')} rest on when its task is completed, which nobody said`;
    console.log(paint('dim', `  ${note}`));
  }
  for (const { index, detail } of life.refused) {
    console.log(paint('yellow', `  entry ${index + 1} of the script had no effect: ${detail}`));
  }
  for (const { stepId, field, token, placeholder, needs } of missingTokens) {
    const reason = placeholder === undefined ? '' : ` ("${placeholder}" counts as missing)`;
    const place = `in ${field} of step ${stepId}`;
    const what =
      needs === undefined
        ? `no value for ${token} ${place}${reason}`
        : `${place}: ${describeNeed(token, needs)}`;
    console.log(paint('red', `  ${what}`));
  }
}

function whatOf({ type, stepId }: LogEntry, { steps }: PlayedLife): string {
  const step = steps.find((each) => each.stepId === stepId);
  if (step === undefined) return type.replaceAll('_', ' ');
  const name = `${step.position}/${steps.length} ${step.stepId}`;
  switch (type) {
    case 'email_sent':
      return `${name}: email`;
    case 'task_created':
      return `${name}: ${step.kind.replaceAll('_', ' ')} task`;
    case 'task_completed':
      return `${name}: completed`;
    case 'step_skipped':
      return `${name}: skipped`;
    default:
      return `${name}: ${type.replaceAll('_', ' ')}`;
  }
}

function timesOf({ at, data }: LogEntry, timeZone: TimeZone): readonly [string, string] {
  const done = shortTime(at, timeZone);
  const planned = data.plannedAt === undefined ? '' : shortTime(data.plannedAt, timeZone);
  return [planned, planned === done ? 'on time' : done];
}

function whyOf({ data }: LogEntry, timeZone: TimeZone): string {
  const why = explain(data.why ?? [], timeZone);
  const due = data.dueAt === undefined ? '' : `due ${shortTime(data.dueAt, timeZone)}`;
  const next = data.next?.at ?? null;
  const resumed =
    data.state === undefined || next === null ? '' : `goes on ${shortTime(next, timeZone)}`;
  const until = data.until === undefined ? '' : `until ${shortTime(data.until, timeZone)}`;
  return [why, due, resumed, until, why === '' ? (data.reason ?? '') : '']
    .filter((part) => part !== '')
    .join('; ');
}

/** "Tue  1 Dec 17:00". */
function shortTime(instant: Instant, timeZone: TimeZone): string {
  const [day = '', date = '', month = '', , clock = ''] = formatLocal(instant, timeZone).split(' ');
  return `${day} ${date.padStart(2)} ${month} ${clock}`;
}

function row([what = '', planned = '', done = '', why = '']: readonly string[]): string {
  return `  ${what}  ${pad(planned, timeWidth)} ${pad(done, timeWidth)} ${why}`.trimEnd();
}
