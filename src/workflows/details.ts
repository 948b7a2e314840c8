import type { DoneStep } from '../contract/enrollment.js';
import type { OutlineStep } from '../domain/sequence/outline.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';

/** What there is to show of a run. */
export interface Shown {
  readonly timeZone: string;
  readonly status: EnrollmentStatus;
  readonly outline: readonly OutlineStep[];
  readonly done: readonly DoneStep[];
  /** Lines that come first, in markdown. */
  readonly heading: readonly string[];
  /** The last message that was given up, and why. */
  readonly givenUp: string | undefined;
}

/** What the Temporal UI shows of a running enrollment: where it stands, why, and its steps. */
export function currentDetails(shown: Shown): string {
  const { status, outline, done, heading, givenUp, timeZone } = shown;
  const minuteOf = minutesIn(timeZone);
  const startsAt = outline.findIndex(({ isBeforeStart }) => isBeforeStart !== true);
  const rows = outline.map((step, index) => {
    const isNext = status.step?.id === step.id;
    return rowOf(
      `${index + 1}`,
      readable(step.kind),
      index < startsAt ? '' : delayText(step, index === startsAt),
      progressOf(step, isNext ? status : undefined, { done, minuteOf }),
    );
  });
  return [
    ...heading,
    `**${readable(status.state)}**${status.reason === null ? '' : ` (${readable(status.reason)})`} — ${status.why}`,
    '',
    ...(givenUp === undefined ? [] : [givenUp, '']),
    rowOf('#', 'step', 'delay', `progress (${timeZone})`),
    '|---|---|---|---|',
    ...rows,
  ].join('\n');
}

/** The UI sets cells side by side without a gap, so each cell ends with a space of its own. */
function rowOf(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => `${cell}\u2003`).join(' | ')} |`;
}

/** "step 3 of 5: call". */
export function stepSummary(status: EnrollmentStatus, total: number): string {
  return status.step === null
    ? 'no step'
    : `step ${status.step.position} of ${total}: ${readable(status.step.kind)}`;
}

function progressOf(
  step: OutlineStep,
  status: EnrollmentStatus | undefined,
  { done, minuteOf }: { readonly done: readonly DoneStep[]; readonly minuteOf: MinuteText },
): string {
  if (status?.state === 'waiting_task') return 'task is open';
  if (status?.state === 'paused') return 'paused before it';
  if (status) return status.nextAt === null ? 'next' : `next: ${minuteOf(status.nextAt)}`;
  if (step.isBeforeStart) return 'before the start';
  const run = done.find((one) => one.id === step.id);
  return run ? `done ${minuteOf(run.at)}` : '';
}

function delayText(step: OutlineStep, isFirst: boolean): string {
  return isFirst ? 'at once' : `+${step.delayDays} d`;
}

type MinuteText = (instant: string) => string;

/**
 * Tells instants as `2026-11-26 17:00`, in the zone of the enrollment. Zone data may differ from one worker to the next, which
 * does no harm: what is shown is no part of a history.
 */
export function minutesIn(timeZone: string): MinuteText {
  try {
    const text = new Intl.DateTimeFormat('sv-SE', {
      timeZone,
      dateStyle: 'short',
      timeStyle: 'short',
    });
    return (instant) => text.format(Date.parse(instant));
  } catch {
    // A run goes on where a worker does not know its zone.
    return (instant) => `${instant.slice(0, 16).replace('T', ' ')} UTC`;
  }
}

function readable(code: string): string {
  return code.replaceAll('_', ' ');
}
