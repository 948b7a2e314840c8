import { inOneLine } from '../message/one-line.js';
import { later } from '../time/instant.js';
import { formatLocal } from '../time/format.js';
import type { Instant, TimeZone } from '../time/types.js';

/**
 * waiting: to go out at its time · connecting: an attempt holds the lease, no byte of the body has left · in_data: committed
 * before the first byte of the body · sent: the server took it over · unknown: the body was begun and no answer came; it is not
 * sent again · failed: refused for good, or too often · withdrawn: the task was closed first.
 */
export const reminderStates = [
  'waiting',
  'connecting',
  'in_data',
  'sent',
  'unknown',
  'failed',
  'withdrawn',
] as const;
export type ReminderState = (typeof reminderStates)[number];

/** What one attempt came to: taken over, refused for good, not possible now, or nobody knows. */
export type ReminderAttempt = 'taken' | 'refused' | 'not_now' | 'unknown';

/** Where a reminder stands after an attempt; `at` is when a waiting one is tried again. */
export interface ReminderVerdict {
  readonly state: Extract<ReminderState, 'waiting' | 'sent' | 'unknown' | 'failed'>;
  readonly at?: Instant;
}

/** A reminder is useless after its day: with gaps that double from a minute, the tenth attempt is about eight hours late. */
const maxAttempts = 10;
const firstGapMs = 60_000;

/** What becomes of a reminder after its attempt number `attempts` (from 1) at `now`; one that may have arrived is never sent again. */
export function afterAttempt(
  attempt: ReminderAttempt,
  attempts: number,
  now: Instant,
): ReminderVerdict {
  switch (attempt) {
    case 'taken':
      return { state: 'sent' };
    case 'unknown':
      return { state: 'unknown' };
    case 'refused':
      return { state: 'failed' };
    case 'not_now': {
      if (attempts >= maxAttempts) return { state: 'failed' };
      const gapMs = firstGapMs * 2 ** (attempts - 1);
      return { state: 'waiting', at: later(now, gapMs) };
    }
  }
}

/** What a reminder speaks of. */
export interface RemindedTask {
  readonly title: string;
  /** As plain text. */
  readonly notes: string;
  readonly dueAt: Instant;
  readonly timeZone: TimeZone;
  /** Null for a contact without a name. */
  readonly contactName: string | null;
}

/** The mail that reminds of a task, as plain text. */
export function reminderMail(task: RemindedTask): {
  readonly subject: string;
  readonly text: string;
} {
  const title = inOneLine(task.title);
  const lines = [
    title,
    ...(task.contactName === null ? [] : [`Contact: ${inOneLine(task.contactName)}`]),
    `Due: ${formatLocal(task.dueAt, task.timeZone)}`,
    ...(task.notes.trim() === '' ? [] : ['', task.notes.trim()]),
  ];
  return { subject: withoutTokens(`Task: ${title}`), text: withoutTokens(`${lines.join('\n')}\n`) };
}

/** What looks like a token is none here, and no mail goes out with one. */
function withoutTokens(text: string): string {
  return text.replaceAll(/\{(?=\{)/g, '{ ');
}
