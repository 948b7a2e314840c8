import type { Instant, Why } from '../time/types.js';
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

/** What is known of a sequence's sending. */
export interface SequenceSending {
  readonly at: Instant;
  /** The widest pause that is in force, or null. */
  readonly pausedBy: 'account' | 'sequence' | null;
  readonly waits: ReturnType<typeof tallyWaits>;
  /** Emails that are later than a worker should take to send them. */
  readonly overdue: number;
  /** The earliest time of an email that has passed without it. */
  readonly lateSince: Instant | null;
  /** The earliest time that is still ahead. */
  readonly nextEmailAt: Instant | null;
}

/** Why nothing goes out, or when something does, in one sentence for a person. */
export function explainSending(known: SequenceSending): string {
  const { pausedBy, waits, overdue, lateSince, nextEmailAt } = known;
  if (pausedBy === 'account') return 'The account is paused: an admin resumes it.';
  if (pausedBy === 'sequence') return 'The sequence is paused as a whole: an admin resumes it.';
  if (waits.length === 0) return 'All who were enrolled have come to the end.';
  const named = waits.map(({ rule, count }) => `${count} ${waitText(rule)}`).join(', ');
  if (lateSince !== null && overdue > 0) {
    return `${overdue} ${overdue === 1 ? 'email is overdue,' : 'emails are overdue, the first'} since ${minuteOf(lateSince)}: see whether workers run and Temporal is reached (${named}).`;
  }
  if (lateSince !== null)
    return `An email is due since ${minuteOf(lateSince)}, or being sent: ${named}.`;
  return nextEmailAt === null
    ? `No email has a time: ${named}.`
    : `The next email goes out at ${minuteOf(nextEmailAt)}: ${named}.`;
}

function minuteOf(instant: Instant): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
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

function waitText(rule: WaitingRule): string {
  return texts[rule] ?? `paused (${rule})`;
}
