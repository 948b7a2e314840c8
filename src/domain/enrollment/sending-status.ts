import { formatLocal } from '../time/format.js';
import type { Instant, TimeZone, Why } from '../time/types.js';
import { whoPausedSince, type PausedBy } from './paused-by.js';
import type { EnrollmentReason, EnrollmentState } from './state.js';

/** How many live enrollments have the same state, reason and rules. */
export interface StandingCount {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
  /** The rules behind the time of their next step, in order. */
  readonly rules: readonly Why['rule'][];
  readonly count: number;
}

/** What a live enrollment waits for: a task, the end of a pause by its reason, or a rule that holds its next step. */
export type WaitingRule =
  | 'task'
  | 'delay'
  | 'window'
  | 'weekend'
  | 'holiday'
  | 'leave'
  | 'send_limit'
  | 'mail_server'
  | 'password_unreadable'
  | 'chosen_time'
  | EnrollmentReason;

/** The rule that best says why a time is not earlier, the weightiest first. */
const weightiestFirst: readonly (readonly [WaitingRule, readonly Why['rule'][]])[] = [
  ['send_limit', ['send_limit']],
  ['mail_server', ['deferred', 'no_connection']],
  ['password_unreadable', ['password_unreadable']],
  ['leave', ['leave']],
  ['holiday', ['holiday']],
  ['weekend', ['weekend']],
  ['window', ['before_window', 'after_window']],
  ['chosen_time', ['chosen_time']],
];

/** What enrollments with this standing wait for. */
export function waitsFor({ state, reason, rules }: Omit<StandingCount, 'count'>): WaitingRule {
  if (state === 'paused') return reason ?? 'manual';
  if (state === 'waiting_task') return 'task';
  const found = weightiestFirst.find(([, kinds]) => kinds.some((kind) => rules.includes(kind)));
  return found?.[0] ?? 'delay';
}

/** How many enrollments wait for each rule, the most first. */
export function tallyWaits(
  standings: readonly StandingCount[],
): readonly { readonly rule: WaitingRule; readonly count: number }[] {
  const counts = new Map<WaitingRule, number>();
  for (const standing of standings) {
    const rule = waitsFor(standing);
    counts.set(rule, (counts.get(rule) ?? 0) + standing.count);
  }
  return [...counts]
    .map(([rule, count]) => ({ rule, count }))
    .sort((a, b) => b.count - a.count || a.rule.localeCompare(b.rule));
}

/** A time of an enrollment, in the zone of it. */
export interface LocalInstant {
  readonly at: Instant;
  readonly timeZone: TimeZone;
}

/** What is known of a sequence's sending. */
export interface SequenceSending {
  readonly at: Instant;
  /** The zone of the account, for what concerns no enrollment alone. */
  readonly timeZone: TimeZone;
  /** The pauses that are in force, each of the account, the sequence, or what one user enrolled. */
  readonly pauses: readonly (PausedBy & { readonly scope: 'account' | 'sequence' | 'user' })[];
  readonly waits: ReturnType<typeof tallyWaits>;
  /** Emails that are later than a worker should take to send them. */
  readonly overdue: number;
  /** The earliest time of an email that has passed without it. */
  readonly late: LocalInstant | null;
  /** The earliest time that is still ahead. */
  readonly next: LocalInstant | null;
}

/** Why nothing goes out, or when something does, in one sentence for a person. */
export function explainSending(known: SequenceSending): string {
  const { pauses, waits, overdue, late, next, timeZone } = known;
  const wide = pauses.find(({ scope }) => scope === 'account') ?? pauses.find(isOfSequence);
  if (wide !== undefined) {
    const what = wide.scope === 'account' ? 'The account' : 'The sequence';
    const whole = wide.scope === 'account' ? '' : ' as a whole';
    return `${what} is paused${whole} ${whoPausedSince(wide, timeZone)}: an admin resumes it.`;
  }
  if (waits.length === 0) return 'All who were enrolled have come to the end.';
  const named = waits.map(({ rule, count }) => `${count} ${waitText(rule, known)}`).join(', ');
  if (late !== null && overdue > 0) {
    return `${overdue} ${overdue === 1 ? 'email is overdue,' : 'emails are overdue, the first'} since ${localText(late)}: see whether workers run and Temporal is reached (${named}).`;
  }
  if (late !== null) return `An email is due since ${localText(late)}, or being sent: ${named}.`;
  return next === null
    ? `No email has a time: ${named}.`
    : `The next email goes out on ${localText(next)}: ${named}.`;
}

function isOfSequence({ scope }: SequenceSending['pauses'][number]): boolean {
  return scope === 'sequence';
}

function localText({ at, timeZone }: LocalInstant): string {
  return formatLocal(at, timeZone);
}

const texts: Partial<Record<WaitingRule, string>> = {
  task: 'waiting for a task',
  delay: 'waiting for the delay',
  window: 'waiting for the send window',
  weekend: 'waiting for the end of a weekend',
  holiday: 'waiting for the end of a holiday',
  leave: 'waiting for somebody on leave',
  send_limit: 'waiting for a send slot',
  chosen_time: 'waiting for the chosen time',
  mail_server: 'waiting for a mail server',
  password_unreadable: 'waiting for a mailbox whose password cannot be opened',
  send_uncertain: 'paused with a send of unknown fate, to be looked into',
  mailbox_disconnected: 'paused since the mailbox takes no login',
};

function waitText(rule: WaitingRule, { pauses, timeZone }: SequenceSending): string {
  const [only, ...others] = rule === 'sequence_paused' ? pauses : [];
  return only !== undefined && others.length === 0
    ? `paused ${whoPausedSince(only, timeZone)} (${rule})`
    : (texts[rule] ?? `paused (${rule})`);
}
