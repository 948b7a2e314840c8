import { findStep } from '../sequence/definition.js';
import type { StepKind } from '../sequence/step.js';
import { explain, formatLocal, momentText } from '../time/format.js';
import type { Instant, Why } from '../time/types.js';
import type { EnrollmentCase } from './enrollment.js';
import { whoPaused, type PausedBy } from './paused-by.js';
import { isLive, type EnrollmentReason, type EnrollmentState } from './state.js';

/** The step that an enrollment runs next, or whose task it waits for. */
export interface StepRef {
  readonly id: string;
  /** 1-based. */
  readonly position: number;
  readonly kind: StepKind;
}

/** What a run knows of a thing that it cannot get done, since it fails each time. */
export interface Failing {
  readonly since: Instant;
  /** How often it was put off, from 1. */
  readonly rounds: number;
}

/**
 * Where an enrollment stands: what Postgres says and the workflow adopts. Ids, codes and times only, no personal data.
 * `nextAt` is null while it waits for a person (a task, or a pause) and when it has ended.
 */
export interface EnrollmentStatus {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
  readonly step: StepRef | null;
  readonly nextAt: Instant | null;
  /** When a pause ends by itself; absent where none does. */
  readonly pausedUntil?: Instant;
  /** Set while what comes next fails each time; only a run knows of it. */
  readonly failing?: Failing;
  /** What the timer in the Temporal UI says, under 150 characters. */
  readonly summary: string;
  /** "Why, and why not yet" as one sentence for an operator. */
  readonly why: string;
}

/** What a status is made from. */
export interface Situation extends Pick<EnrollmentCase, 'standing' | 'definition' | 'timeZone'> {
  /**
   * Who paused it, or the sequence or account that it was made in; left out of what Temporal is told, since it may name a
   * user.
   */
  readonly pausedBy?: PausedBy | undefined;
}

/** Says where an enrollment stands, and why. */
export function statusOf(current: Situation): EnrollmentStatus {
  const { standing, definition } = current;
  const placed = standing.stepId === null ? undefined : findStep(definition, standing.stepId);
  const step = placed && {
    id: placed.step.id,
    position: placed.position,
    kind: placed.step.kind,
  };
  return {
    state: standing.state,
    reason: standing.reason,
    step: step ?? null,
    nextAt: standing.nextAt,
    ...(standing.pausedUntil !== null && { pausedUntil: standing.pausedUntil }),
    summary: summaryOf(current, placed ? `step ${placed.position} of ${placed.total}` : 'end'),
    why: whyNot(current, step),
  };
}

/** "3 business days → step 3 of 5, Tue 1 Dec 2026 17:00 New York". */
function summaryOf(current: Situation, stepText: string): string {
  const { nextAt, pausedUntil, why } = current.standing;
  if (pausedUntil !== null) {
    return `paused before ${stepText}, until ${formatLocal(pausedUntil, current.timeZone)}`;
  }
  if (nextAt === null) return stepText;
  return `${cause(why)} → ${stepText}, ${formatLocal(nextAt, current.timeZone)}`;
}

function cause(why: readonly Why[]): string {
  const first = why[0];
  switch (first?.rule) {
    case 'delay':
      return `${first.days} ${first.unit === 'business_days' ? 'business ' : ''}day${first.days === 1 ? '' : 's'}`;
    case 'resumed':
      return 'rest of the delay';
    case 'at_once':
      return why.length === 1 ? 'at once' : 'next send window';
    case 'chosen_time':
      return 'at the chosen time';
    case 'send_limit':
      return 'next free send slot';
    case 'password_unreadable':
      return 'mailbox password cannot be opened';
    default:
      return 'next';
  }
}

function whyNot(current: Situation, step: StepRef | undefined): string {
  const { standing, timeZone } = current;
  if (!isLive(standing.state)) return `${standing.state}: ${standing.reason ?? ''}`;
  const name = step ? `step ${step.position} (${step.kind.replaceAll('_', ' ')})` : 'the next step';
  if (standing.state === 'paused') return pausedText(current, name);
  if (standing.state === 'waiting_task') {
    return `Waits until the task of ${name} is completed; the next delay counts from then.`;
  }
  if (standing.nextAt === null) return `Waits to run ${name}.`;
  const when = formatLocal(standing.nextAt, timeZone);
  const rules = explain(standing.why, timeZone);
  const { pausedBy } = current;
  if (pausedBy?.wide === undefined) return `Runs ${name} on ${when}: ${rules}`;
  const since = momentText(pausedBy.since, timeZone);
  return `Paused ${whoPaused(pausedBy)} (${pausedBy.wide}) since ${since} before ${name}, planned for ${when}: ${rules}`;
}

function pausedText({ standing, timeZone, pausedBy }: Situation, step: string): string {
  const { reason, restMs, pausedUntil } = standing;
  const by = pausedBy === undefined ? '' : ` ${whoPaused(pausedBy)}`;
  // One time of the sentence names the zone, the last.
  const format = pausedUntil === null ? formatLocal : momentText;
  const since = pausedBy === undefined ? '' : ` since ${format(pausedBy.since, timeZone)}`;
  const until = pausedUntil === null ? '' : `, until ${formatLocal(pausedUntil, timeZone)}`;
  const resuming = pausedUntil === null ? 'on resuming' : 'then';
  const rest =
    restMs === null ? '' : ` ${duration(restMs)} of the delay are left and run ${resuming}.`;
  const hint =
    reason === 'send_uncertain'
      ? ' Nobody knows whether the email arrived: look into the mailbox, then skip the step.'
      : '';
  return `Paused${by} (${reason ?? 'manual'})${since} before ${step}${until}.${rest}${hint}`;
}

function duration(ms: number): string {
  const minutes = Math.ceil(ms / 60_000);
  const days = Math.floor(minutes / 1440);
  const hours = Math.floor((minutes % 1440) / 60);
  const parts = [
    ...(days > 0 ? [`${days} d`] : []),
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes % 60 > 0 || minutes === 0 ? [`${minutes % 60} min`] : []),
  ];
  return parts.join(' ');
}
