import type { RunStepInput } from '../../contract/activities.js';
import type { Tx } from '../../db/client.js';
import { findCorrespondence, type Correspondence } from '../../db/queries/correspondence.js';
import {
  advanceSend,
  findSend,
  hasSends,
  insertSend,
  takeLease,
  type EmailSendRow,
} from '../../db/queries/email-sends.js';
import { slotOfEmail } from '../../usecases/sending/slot-of-email.js';
import { takeSlot, type SlotRequest } from '../../usecases/sending/slots.js';
import { lockEnrollment, type LockedEnrollment } from '../../db/queries/enrollments/read.js';
import { saveDecision } from '../../db/queries/enrollments/save.js';
import { holdPause } from '../../db/queries/sending-pauses.js';
import { suppressionOf } from '../../db/queries/suppressions.js';
import { findThreadParent } from '../../db/queries/thread-parent.js';
import { bulkPerMinute } from '../../domain/capacity/limits.js';
import { calendarOf, type Decision, type Refusal } from '../../domain/enrollment/enrollment.js';
import { heldByLeave } from '../../domain/enrollment/leave.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import { hold, pause } from '../../domain/enrollment/pause.js';
import { awaitSlot, hasCome, lateEmail, postpone } from '../../domain/enrollment/postpone.js';
import { end, type Happening } from '../../domain/enrollment/progress.js';
import type { EnrollmentReason } from '../../domain/enrollment/state.js';
import { statusOf, type EnrollmentStatus } from '../../domain/enrollment/status.js';
import { endingOf } from '../../domain/enrollment/suppression.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { AutomatedEmailStep } from '../../domain/sequence/step.js';
import type { ActivityDeps } from '../deps.js';
import { InvariantError } from '../../usecases/invariant-error.js';
import { renderEmail } from './render-email.js';
import { sendIdOf } from './send-id.js';
import type { Claimed } from './send-under-lease.js';

/** What an attempt to send may do; when that is nothing more, where the enrollment stands. */
export type Reservation = Claimed<EnrollmentStatus>;

/** What the steps of a reservation share. */
interface Claim {
  readonly tx: Tx;
  readonly deps: ActivityDeps;
  readonly now: string;
  readonly locked: LockedEnrollment;
  readonly step: AutomatedEmailStep;
  readonly due: Happening;
}

/**
 * Claims the send of one step in one transaction: the enrollment is locked and still live, nothing suppresses the
 * address, it has its slot, the ledger's row is there once, and this attempt holds its lease. An email without a slot now is
 * put off to the one that it got; one that is tried again keeps its slot.
 */
export async function reserveSend(
  tx: Tx,
  input: RunStepInput,
  deps: ActivityDeps,
  now: string,
): Promise<Reservation> {
  const locked = await lockEnrollment(tx, input.accountId, input.enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${input.enrollmentId}`);
  const step = stepToSend(locked, input.stepId, now);
  if (step === undefined) return { kind: 'settled', status: statusOf(locked) };
  const due: Happening = { at: now, actor: { kind: 'system' }, cause: { kind: 'due' } };
  const claim: Claim = { tx, deps, now, locked, step, due };

  const held = await holdBack(claim);
  if (held) return held;
  const existing = await findSend(tx, { ...input, stepId: step.id });
  if (existing && existing.leaseMs > 0) return { kind: 'busy', waitMs: existing.leaseMs };
  if (existing?.send.state === 'in_data' || existing?.send.state === 'unknown') {
    return holdUncertain(claim, existing.send);
  }
  return (await putOff(claim)) ?? lease(claim, existing?.send);
}

/** Comes in a leave of the sender, or late and outside the window. */
async function putOff(claim: Claim): Promise<Reservation | undefined> {
  const { locked, now, due } = claim;
  const later = heldByLeave(locked, 'email', now) ?? lateEmail(locked, now);
  if (later === undefined) return undefined;
  return settle(claim, postpone(locked, later, due, { type: 'rescheduled', data: {} }));
}

/** The step, if it is this enrollment's to run now and sends an email. */
function stepToSend(
  locked: LockedEnrollment,
  stepId: string,
  now: string,
): AutomatedEmailStep | undefined {
  const { state, stepId: current } = locked.standing;
  if ((state !== 'active' && state !== 'scheduled') || current !== stepId) return undefined;
  if (!hasCome(locked.standing, now)) return undefined;
  const step = findStep(locked.definition, stepId)?.step;
  return step?.kind === 'automated_email' ? step : undefined;
}

async function settle(claim: Claim, decision: Decision | Refusal): Promise<Reservation> {
  const { tx, locked } = claim;
  if (decision.kind === 'refusal') return { kind: 'settled', status: statusOf(locked) };
  return { kind: 'settled', status: statusOf(await saveDecision(tx, locked, decision)) };
}

/** Its sequence or account is paused: whoever was enrolled meanwhile waits like the others. */
async function holdBack(claim: Claim): Promise<Reservation | undefined> {
  const { tx, locked, due } = claim;
  const reason = locked.heldBy && (await holdPause(tx, locked.row));
  return reason ? settle(claim, hold(locked, { reason, until: null }, due)) : undefined;
}

/** An attempt got as far as the body and nobody saw an answer: a person decides, nothing is guessed. */
async function holdUncertain(claim: Claim, send: EmailSendRow): Promise<Reservation> {
  const ref = { accountId: send.accountId, sendId: send.id, fence: send.fence };
  await advanceSend(claim.tx, ref, { from: ['in_data'], to: 'unknown', settledAt: claim.now });
  return settle(claim, pause(claim.locked, 'send_uncertain', claim.due, { sendId: send.id }));
}

async function lease(claim: Claim, existing: EmailSendRow | undefined): Promise<Reservation> {
  const { tx, deps, locked, due } = claim;
  const { accountId } = locked.row;
  // Lock order: enrollment, mailbox, user, send.
  const lock = existing === undefined;
  const people = await findCorrespondence(tx, accountId, locked.row, { lock });
  if (people === undefined) throw new InvariantError('an enrollment lost its contact or sender');
  const fail = (reason: EnrollmentReason): Promise<Reservation> =>
    settle(claim, end(locked, { state: 'errored', reason }, due));

  // Who was deactivated while somebody chose them is found out here.
  if (people.sender.deactivatedAt !== null) {
    return settle(claim, end(locked, { state: 'unenrolled', reason: 'user_removed' }, due));
  }
  // A mail that is tried again goes where it went before, whatever address the contact has by now.
  const recipient = existing?.recipient ?? people.contact.email;
  if (recipient === null) return fail('send_failed');
  const suppression = await suppressionOf(tx, accountId, recipient);
  if (suppression !== undefined) {
    return settle(claim, end(locked, endingOf(suppression), due, { suppression }));
  }
  if (existing === undefined) {
    const slot = await takeSlot(tx, await slotRequest(claim, people, recipient));
    if (slot.kind === 'later') return settle(claim, awaitSlot(locked, slot, due));
    const refused = await writeIntent(claim, people, recipient);
    if (refused) return fail(refused);
  }
  const sendId = existing?.id ?? sendIdOf(locked.row.id, claim.step.id);
  const send = await takeLease(tx, { accountId, sendId }, deps.sendLeaseMs);
  return { kind: 'leased', send, people };
}

async function slotRequest(
  claim: Claim,
  people: Correspondence,
  address: string,
): Promise<SlotRequest> {
  const { locked, step, now } = claim;
  const calendar = locked.standing.lastDoneAt === null ? null : calendarOf(locked);
  const wish = slotOfEmail(locked.row, people, { stepId: step.id, address, now, calendar });
  return { ...wish, ...(await paceOf(claim)) };
}

/** The pace that the first email of an enrollment keeps with the others of its bulk enrollment (LIM-07). */
async function paceOf({ tx, locked }: Claim): Promise<Pick<SlotRequest, 'pace'>> {
  const { accountId, id: enrollmentId, bulkId } = locked.row;
  if (bulkId === null || (await hasSends(tx, { accountId, enrollmentId }))) return {};
  return { pace: { id: bulkId, perMinute: bulkPerMinute } };
}

/** Renders the email and writes its ledger row, or says why it cannot be. */
async function writeIntent(
  claim: Claim,
  people: Correspondence,
  recipient: string,
): Promise<EnrollmentReason | undefined> {
  const { tx, deps, locked, step, now } = claim;
  const { accountId, id: enrollmentId } = locked.row;
  const { parent, isMissing } = await findThreadParent(tx, locked.row, step.threading);
  if (isMissing && locked.definition.settings.onParentMissing === 'stop') {
    return 'thread_parent_missing';
  }
  const sendId = sendIdOf(enrollmentId, step.id);
  const known = tokenValues(people.contact, people.company, people.sender);
  const email = await renderEmail({
    sendId,
    content: step.email,
    values: valuesAt(known, locked.row.overrides, step.id),
    people,
    recipient,
    parent,
    date: now,
    messageIdKey: deps.messageIdKey,
  });
  if (email.kind !== 'rendered') return email.kind;
  const { messageId, subject, inReplyTo, references, raw } = email;
  await insertSend(tx, {
    messageId,
    subject,
    inReplyTo,
    references: [...references],
    raw,
    accountId,
    id: sendId,
    enrollmentId,
    stepId: step.id,
    mailboxId: people.mailbox.id,
    recipient,
    reservedAt: now,
  });
  return undefined;
}
