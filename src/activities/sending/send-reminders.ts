import { Context } from '@temporalio/activity';
import type { MaintenanceActivities, ReminderReport } from '../../contract/activities.js';
import type { Tx } from '../../db/client.js';
import {
  advanceReminder,
  claimReminder,
  findReminderFacts,
  renewReminder,
  type TaskReminder,
} from '../../db/queries/task-reminders.js';
import type { Mailbox } from '../../db/queries/mailboxes.js';
import { findTask, type TaskListing } from '../../db/queries/tasks.js';
import type { SendResult } from '../../domain/enrollment/send-outcome.js';
import { domainOf } from '../../domain/message/address.js';
import { messageIdFor, type MessageIdKeys } from '../../domain/message/message-id.js';
import { afterRest } from '../../domain/sending/mail-server.js';
import { turnOfTask, whyNotNow } from '../../domain/sending/may-send.js';
import { replyCodes } from '../../domain/sending/reply-codes.js';
import { afterAttempt, type ReminderAttempt } from '../../domain/task/reminder.js';
import { later } from '../../domain/time/instant.js';
import type { Instant } from '../../domain/time/types.js';
import type { SubmitOutcome } from '../../mail/outgoing/port.js';
import { activityClock, type ActivityClock } from '../activity-clock.js';
import type { ActivityDeps } from '../deps.js';
import { waitForPlace } from '../no-place.js';
import { composeReminder } from './compose-reminder.js';
import { serverOf } from './smtp-server.js';
import { factsOf, judge } from './judge-outcome.js';
import { sendUnderLease, type Claimed, type ClaimTerms } from './send-under-lease.js';

/** A round takes no further reminder after this; what it has begun it finishes. */
const roundMs = 60_000;
/** How many are sent at once, so that those of a mail server that hangs hold up no other. */
const lanes = 10;
const lanesOfAccount = lanes / 2;

/** A reminder whose mail is written to the assignee of that time. */
interface AddressedReminder extends TaskReminder {
  readonly assigneeId: string;
}

/** What a round reports of one reminder; undefined when another attempt settles it. */
type Reported = keyof ReminderReport | undefined;

/**
 * Sends the reminders of new tasks that are due, each once in effect and under a lease like any other mail. One that an attempt
 * has left in `in_data` is not sent again. Rounds may overlap. No account has more than half of the lanes of one.
 */
export function createSendReminders(deps: ActivityDeps): MaintenanceActivities['sendReminders'] {
  return async ({ at }) => {
    const clock = activityClock(deps, at);
    const context = Context.current();
    const begun = performance.now();
    const report = { sent: 0, withdrawn: 0, failed: 0, later: 0, unknown: 0 };
    const claims = new Claims(deps, clock);
    const lane = async (): Promise<void> => {
      while (performance.now() - begun < roundMs && !context.cancellationSignal.aborted) {
        context.heartbeat();
        const reminder = await claims.next();
        if (reminder === undefined) return;
        const reported = await remind(deps, reminder, clock).finally(() => {
          claims.end(reminder);
        });
        if (reported !== undefined) report[reported] += 1;
      }
    };
    const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
    const failed = ended.find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
    return report;
  };
}

/** The reminders that a round takes, one after the other, so that it is known how many of an account are under way. */
class Claims {
  readonly #deps: ActivityDeps;
  readonly #clock: ActivityClock;
  readonly #underWay = new Map<string, number>();
  #latest: Promise<unknown> = Promise.resolve();

  constructor(deps: ActivityDeps, clock: ActivityClock) {
    this.#deps = deps;
    this.#clock = clock;
  }

  /** The next one; undefined when none is due but of accounts that have their share. */
  next(): Promise<TaskReminder | undefined> {
    const claimed = this.#latest.then(() => this.#claim());
    this.#latest = claimed.catch(() => undefined);
    return claimed;
  }

  end({ accountId }: TaskReminder): void {
    this.#count(accountId, -1);
  }

  /** In a transaction of its own: if it cannot be prepared it keeps its lease, and the others are not held up. */
  async #claim(): Promise<TaskReminder | undefined> {
    const { db, sendLeaseMs: leaseMs } = this.#deps;
    const without = [...this.#underWay]
      .filter(([, count]) => count >= lanesOfAccount)
      .map(([accountId]) => accountId);
    const reminder = await db.transaction((tx) =>
      claimReminder(tx, this.#clock.now(), { leaseMs, without }),
    );
    if (reminder) this.#count(reminder.accountId, 1);
    return reminder;
  }

  #count(accountId: string, change: 1 | -1): void {
    this.#underWay.set(accountId, (this.#underWay.get(accountId) ?? 0) + change);
  }
}

async function remind(
  deps: ActivityDeps,
  reminder: TaskReminder,
  clock: ActivityClock,
): Promise<Reported> {
  const reported = await sendUnderLease<AddressedReminder, Reported>(deps, clock, {
    mailId: `reminder/${reminder.taskId}`,
    claim: (tx, terms) => prepare(tx, reminder, deps, terms),
    renew: (lease) => renewReminder(deps.db, lease, deps.sendLeaseMs),
    enterData,
    settle: settleReminder,
  }).catch((error: unknown) => {
    const waitMs = waitForPlace(error);
    if (waitMs === undefined) throw error;
    const at = later(clock.now(), waitMs);
    return deps.db.transaction((tx) => giveBack(tx, reminder, at));
  });
  if (reported === 'unknown' || reported === 'failed') {
    const { accountId, taskId } = reminder;
    deps.logger.warn({ accountId, taskId, state: reported }, 'a task reminder was not sent');
  }
  return reported;
}

/** Composes the mail of a reminder whose lease is taken, or settles the reminder when there is nothing to send. */
async function prepare(
  tx: Tx,
  reminder: TaskReminder,
  deps: ActivityDeps,
  terms: ClaimTerms,
): Promise<Claimed<AddressedReminder, Reported>> {
  const { accountId, taskId } = reminder;
  const settled = async (
    reported: Promise<Reported>,
  ): Promise<Claimed<AddressedReminder, Reported>> => ({
    kind: 'settled',
    status: await reported,
  });
  const conclude = (result: ReminderAttempt) =>
    settled(settle(tx, reminder, { result }, terms.now));
  if (reminder.state === 'in_data') return conclude('unknown');
  const facts = await findReminderFacts(tx, accountId, taskId);
  if (facts === undefined) return settled(withdraw(tx, reminder));
  const { task, mailbox } = facts;
  const obstacle = whyNotNow({ turn: turnOfTask(task), hasMailbox: mailbox !== null });
  if (obstacle?.kind === 'over') return settled(withdraw(tx, reminder));
  if (obstacle || mailbox === null) return conclude('not_now');
  const server = serverOf(deps, mailbox);
  if (server === undefined) return conclude('not_now');
  const until = await terms.server.restsUntil(mailbox);
  if (until !== undefined) return settled(giveBack(tx, reminder, afterRest(until, taskId)));
  const messageId = await messageIdOf(tx, reminder, mailbox, deps.messageIdKeys);
  const raw = await composeReminder(facts, mailbox, messageId);
  if (raw === undefined) return conclude('refused');
  await terms.server.enter(mailbox);
  const mail = { mailbox, server, to: facts.assignee.email, raw, ids: { accountId, taskId } };
  return { kind: 'leased', lease: { ...reminder, assigneeId: task.assigneeId }, mail };
}

/** Each attempt carries the id of the first, whatever the keys are by then. */
async function messageIdOf(
  tx: Tx,
  reminder: TaskReminder,
  { address }: Mailbox,
  keys: MessageIdKeys,
): Promise<string> {
  if (reminder.messageId !== null) return reminder.messageId;
  const domain = domainOf(address);
  const messageId = messageIdFor({ sendId: reminder.taskId, domain, keys });
  await advanceReminder(tx, reminder, { from: begun, to: { messageId } });
  return messageId;
}

/**
 * A last look before the first byte: `in_data` is committed if the task is still open, still of whom the mail goes to, and the
 * lease still ours.
 */
async function enterData(tx: Tx, reminder: AddressedReminder): Promise<'go' | 'stop'> {
  const { accountId, taskId, assigneeId } = reminder;
  const found = await findTask(tx, accountId, taskId, null);
  if (!isOpen(found) || found?.task.assigneeId !== assigneeId) return 'stop';
  const change = { from: ['connecting', 'in_data'], to: { state: 'in_data' } } as const;
  return (await advanceReminder(tx, reminder, change)) ? 'go' : 'stop';
}

/** Writes what became of the attempt. No effect for one that lost its lease. */
async function settleReminder(
  tx: Tx,
  reminder: TaskReminder,
  outcome: SubmitOutcome,
  now: Instant,
): Promise<Reported> {
  if (outcome.kind !== 'stopped') {
    const { smtpReply } = factsOf(outcome);
    return settle(tx, reminder, { result: attemptOf(judge(outcome)), smtpReply }, now);
  }
  // No byte has left. A reminder is withdrawn only when its task is closed: after a cancellation the next attempt sends it, as it
  // does to whom the task was given meanwhile.
  const found = await findTask(tx, reminder.accountId, reminder.taskId, null);
  if (!isOpen(found)) return withdraw(tx, reminder);
  const to = { state: 'waiting', leaseUntil: null, settledAt: null } as const;
  return (await advanceReminder(tx, reminder, { from: begun, to })) ? 'later' : undefined;
}

function isOpen(found: TaskListing | undefined): boolean {
  return whyNotNow({ turn: turnOfTask(found?.task) }) === undefined;
}

/** Its turn comes later: it was not tried, so that is no attempt. */
async function giveBack(tx: Tx, reminder: TaskReminder, at: Instant): Promise<Reported> {
  const attempts = reminder.attempts - 1;
  const to = { state: 'waiting', at, attempts, leaseUntil: null } as const;
  return (await advanceReminder(tx, reminder, { from: begun, to })) ? 'later' : undefined;
}

/** The task is closed: nothing is sent. */
async function withdraw(tx: Tx, reminder: TaskReminder): Promise<Reported> {
  const to = { state: 'withdrawn', leaseUntil: null } as const;
  return (await advanceReminder(tx, reminder, { from: begun, to })) ? 'withdrawn' : undefined;
}

/** What an attempt that holds the fence settles, late as it may be: others may have taken it for uncertain meanwhile. */
const begun = ['connecting', 'in_data', 'unknown'] as const;

/** A mailbox that is locked out, or a server that is away, may be mended; a refused recipient or message is not. */
function attemptOf({ kind }: SendResult): ReminderAttempt {
  switch (kind) {
    case 'sent':
      return 'taken';
    case 'unknown':
      return 'unknown';
    case 'bounced':
    case 'rejected':
      return 'refused';
    case 'deferred':
    case 'locked_out':
    case 'no_connection':
      return 'not_now';
  }
}

const reportedAs = {
  sent: 'sent',
  failed: 'failed',
  unknown: 'unknown',
  waiting: 'later',
} as const;

async function settle(
  tx: Tx,
  reminder: TaskReminder,
  attempt: { readonly result: ReminderAttempt; readonly smtpReply?: string | undefined },
  now: Instant,
): Promise<Reported> {
  const { result, smtpReply } = attempt;
  const verdict = afterAttempt(result, reminder.attempts, now);
  const settled = await advanceReminder(tx, reminder, {
    from: result === 'unknown' ? ['connecting', 'in_data'] : begun,
    to: {
      ...verdict,
      leaseUntil: null,
      settledAt: verdict.state === 'waiting' ? null : now,
      ...(smtpReply !== undefined && { smtpReply: replyCodes(smtpReply) }),
    },
  });
  return settled ? reportedAs[verdict.state] : undefined;
}
