import { Context } from '@temporalio/activity';
import type { MaintenanceActivities, ReminderReport } from '../../contract/activities.js';
import type { Mailbox } from '../../db/queries/mailboxes.js';
import {
  claimReminder,
  enterReminderData,
  findReminderFacts,
  settleReminder,
  type ReminderFacts,
  type ReminderLease,
  type TaskReminder,
} from '../../db/queries/task-reminders.js';
import { fullName } from '../../domain/message/full-name.js';
import { messageIdFor } from '../../domain/message/message-id.js';
import { afterAttempt, reminderMail, type ReminderAttempt } from '../../domain/task/reminder.js';
import type { Instant } from '../../domain/time/types.js';
import { textOfHtml } from '../../html/text-of-html.js';
import { ComposeError } from '../../mail/outgoing/compose-error.js';
import { composeMessage } from '../../mail/outgoing/compose.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import { activityClock } from '../activity-clock.js';
import type { ActivityDeps } from '../deps.js';
import { serverOf } from './smtp-server.js';
import { untilWritten } from './until-written.js';

/** Longer than any attempt: who holds it beyond that has died. */
const leaseMs = 5 * 60_000;
/** A round takes no further reminder after this, so that the sweeper's next one is not held up. */
const roundMs = 60_000;
const heartbeatMs = 3_000;
const longestSilenceMs = 30_000;

/**
 * Sends the reminders of new tasks that are due, each once in effect: claimed under a lease, committed as `in_data` before the
 * first byte of the body, settled by the server's answer. One that was left in `in_data` is not sent again.
 */
export function createSendReminders(deps: ActivityDeps): MaintenanceActivities['sendReminders'] {
  return async ({ at }) => {
    const now = activityClock(at);
    const context = Context.current();
    const alive = setInterval(() => {
      context.heartbeat();
    }, heartbeatMs);
    const begun = performance.now();
    const report = { sent: 0, withdrawn: 0, failed: 0, later: 0, unknown: 0 };
    try {
      while (performance.now() - begun < roundMs && !context.cancellationSignal.aborted) {
        const reminder = await deps.db.transaction((tx) => claimReminder(tx, now(), leaseMs));
        if (reminder === undefined) break;
        const outcome = await remind(deps, reminder, now);
        if (outcome !== undefined) report[outcome] += 1;
      }
      return report;
    } finally {
      clearInterval(alive);
    }
  };
}

async function remind(
  deps: ActivityDeps,
  reminder: TaskReminder,
  now: () => Instant,
): Promise<keyof ReminderReport | undefined> {
  const { accountId, taskId } = reminder;
  if (reminder.state === 'in_data') return settle(deps, reminder, { result: 'unknown' }, now());
  const facts = await deps.db.transaction((tx) => findReminderFacts(tx, accountId, taskId));
  if (facts?.task.state !== 'open') return withdraw(deps, reminder);
  const { mailbox } = facts;
  if (mailbox === null) return settle(deps, reminder, { result: 'not_now' }, now());
  const raw = await compose(deps, facts, mailbox);
  if (raw === undefined) return settle(deps, reminder, { result: 'refused' }, now());
  const outcome = await deps.transport.submit({
    server: serverOf(deps, mailbox),
    envelope: { from: mailbox.address, to: facts.assignee.email },
    raw,
    timeouts: { idleMs: Math.min(deps.smtpIdleMs, longestSilenceMs) },
    beforeData: async () =>
      (await deps.db.transaction((tx) => enterReminderData(tx, reminder))) ? 'go' : 'stop',
  });
  return outcome.kind === 'stopped'
    ? withdraw(deps, reminder)
    : settle(deps, reminder, judge(outcome), now());
}

/** The task is closed: nothing is sent. No effect for an attempt that lost its lease. */
async function withdraw(
  deps: ActivityDeps,
  lease: ReminderLease,
): Promise<'withdrawn' | undefined> {
  const change = { state: 'withdrawn' } as const;
  const settled = await deps.db.transaction((tx) => settleReminder(tx, lease, change));
  return settled ? 'withdrawn' : undefined;
}

/** The bytes of the mail, the same for each attempt from one mailbox; undefined when no mail can be made of the task. */
async function compose(
  deps: ActivityDeps,
  { task, timeZone, contact, assignee }: ReminderFacts,
  mailbox: Mailbox,
): Promise<Buffer | undefined> {
  const { title, dueAt } = task;
  const notes = textOfHtml(task.notes);
  const mail = reminderMail({ title, notes, dueAt, timeZone, contactName: fullName(contact) });
  const domain = mailbox.address.slice(mailbox.address.lastIndexOf('@') + 1);
  try {
    return await composeMessage({
      ...mail,
      messageId: messageIdFor({ sendId: task.id, domain, key: deps.messageIdKey }),
      date: task.createdAt,
      from: { name: mailbox.displayName, address: mailbox.address },
      to: { address: assignee.email },
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
  } catch (error) {
    if (error instanceof ComposeError) return undefined;
    throw error;
  }
}

interface Judged {
  readonly result: ReminderAttempt;
  readonly smtpReply?: string;
}

/** A mailbox that is locked out, or a server that is away, may be mended; a refused recipient or message is not. */
function judge(outcome: Exclude<SubmitOutcome, { kind: 'stopped' }>): Judged {
  switch (outcome.kind) {
    case 'accepted':
      return { result: 'taken', smtpReply: outcome.reply };
    case 'unknown':
      return { result: 'unknown' };
    case 'refused': {
      const { permanent, stage, reply: smtpReply } = outcome;
      const final = permanent && stage !== 'connect' && stage !== 'auth';
      return { result: final ? 'refused' : 'not_now', smtpReply };
    }
    case 'not_attempted':
      return { result: 'not_now' };
  }
}

const reported = { sent: 'sent', failed: 'failed', unknown: 'unknown', waiting: 'later' } as const;

async function settle(
  deps: ActivityDeps,
  reminder: TaskReminder,
  { result, smtpReply }: Judged,
  now: Instant,
): Promise<keyof ReminderReport | undefined> {
  const verdict = afterAttempt(result, reminder.attempts, now);
  const { accountId, taskId } = reminder;
  const settled = await untilWritten(deps, () =>
    deps.db.transaction((tx) =>
      settleReminder(tx, reminder, {
        ...verdict,
        ...(smtpReply !== undefined && { smtpReply }),
        ...(verdict.state !== 'waiting' && { settledAt: now }),
      }),
    ),
  );
  if (settled && (verdict.state === 'unknown' || verdict.state === 'failed')) {
    deps.logger.warn({ accountId, taskId, state: verdict.state }, 'a task reminder was not sent');
  }
  return settled ? reported[verdict.state] : undefined;
}
