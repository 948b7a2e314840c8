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
import {
  calendarOf,
  keepsWindow,
  type Decision,
  type Refusal,
} from '../../domain/enrollment/enrollment.js';
import { heldByLeave } from '../../domain/enrollment/leave.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import { hold, pause } from '../../domain/enrollment/pause.js';
import {
  awaitPassword,
  awaitServer,
  awaitSlot,
  hasCome,
  lateEmail,
  postpone,
} from '../../domain/enrollment/postpone.js';
import { end, type Happening } from '../../domain/enrollment/progress.js';
import type { LogData } from '../../domain/enrollment/log.js';
import type { EnrollmentReason } from '../../domain/enrollment/state.js';
import { statusOf, type EnrollmentStatus } from '../../domain/enrollment/status.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { afterRest } from '../../domain/sending/mail-server.js';
import {
  endingFor,
  turnOfStep,
  whyNotNow,
  type SendObstacle,
} from '../../domain/sending/may-send.js';
import { findStep } from '../../domain/sequence/definition.js';
import type { AutomatedEmailStep } from '../../domain/sequence/step.js';
import type { ActivityDeps } from '../deps.js';
import { InvariantError } from '../../usecases/invariant-error.js';
import { renderEmail } from './render-email.js';
import { leasedSend, ledgerRow, sendIdOf } from './ledger-row.js';
import { serverOf } from './smtp-server.js';
import { claimedEarly } from './claimed-early.js';
import type { Claimed, ClaimTerms } from './send-under-lease.js';

/** What an attempt to send may do; when that is nothing more, where the enrollment stands. */
export type Reservation = Claimed<EmailSendRow, EnrollmentStatus>;

/** What the steps of a reservation share. */
interface Claim extends ClaimTerms {
  readonly tx: Tx;
  readonly deps: ActivityDeps;
  readonly locked: LockedEnrollment;
  readonly step: AutomatedEmailStep;
  readonly due: Happening;
}

/**
 * Claims the send of one step in one transaction. Once it is leased, the enrollment is locked and live, nothing suppresses the
 * address, the email has its slot and its one row in the ledger, and this attempt holds the lease. An email that gets a later
 * slot is put off until then; one that is tried again keeps its slot.
 */
export async function reserveSend(
  tx: Tx,
  input: RunStepInput,
  deps: ActivityDeps,
  terms: ClaimTerms,
): Promise<Reservation> {
  const { now } = terms;
  const locked = await lockEnrollment(tx, input.accountId, input.enrollmentId);
  if (locked === undefined) throw new InvariantError(`no enrollment ${input.enrollmentId}`);
  const step = stepToSend(locked, input.stepId, now);
  if (step === undefined) return { kind: 'settled', status: statusOf(locked) };
  const due: Happening = { at: now, actor: { kind: 'system' }, cause: { kind: 'due' } };
  const claim: Claim = { ...terms, tx, deps, locked, step, due };

  const held = await holdBack(claim);
  if (held) return held;
  const existing = await findSend(tx, { ...input, stepId: step.id });
  if (existing && existing.leaseMs > 0) return { kind: 'busy', waitMs: existing.leaseMs };
  if (existing?.send.state === 'in_data' || existing?.send.state === 'unknown') {
    return holdUncertain(claim, existing.send);
  }
  return (await putOff(claim)) ?? lease(claim, existing?.send);
}

/** Puts off an email whose sender is on leave, or that comes so late that its window has closed. */
async function putOff(claim: Claim): Promise<Reservation | undefined> {
  const { locked, now, due } = claim;
  const later = heldByLeave(locked, 'email', now) ?? lateEmail(locked, now);
  if (later === undefined) return undefined;
  return settle(claim, postpone(locked, later, due, { type: 'rescheduled', data: {} }));
}

/** The step, if the enrollment is to run it now and it sends an email. */
function stepToSend(
  locked: LockedEnrollment,
  stepId: string,
  now: string,
): AutomatedEmailStep | undefined {
  const { standing } = locked;
  if (turnOfStep(standing, stepId) !== 'now' || !hasCome(standing, now)) return undefined;
  const step = findStep(locked.definition, stepId)?.step;
  return step?.kind === 'automated_email' ? step : undefined;
}

/** Saves what was decided; without a decision the enrollment stays as it is. */
async function settle(
  { tx, locked }: Claim,
  decision: Decision | Refusal | undefined,
): Promise<Reservation> {
  const isDecided = decision?.kind === 'decision';
  const record = isDecided ? await saveDecision(tx, locked, decision) : locked;
  return { kind: 'settled', status: statusOf(record) };
}

/** Pauses an enrollment whose sequence or account is paused: it may have been enrolled while that was so. */
async function holdBack(claim: Claim): Promise<Reservation | undefined> {
  const { tx, locked, due } = claim;
  const reason = locked.heldBy && (await holdPause(tx, locked.row));
  return reason ? settle(claim, hold(locked, { reason, until: null }, due)) : undefined;
}

/** Pauses after an attempt that began the body and saw no answer: a person has to decide, since the mail may have arrived. */
async function holdUncertain(claim: Claim, send: EmailSendRow): Promise<Reservation> {
  await advanceSend(claim.tx, send, { from: ['in_data'], to: 'unknown', settledAt: claim.now });
  return settle(claim, pause(claim.locked, 'send_uncertain', claim.due, { sendId: send.id }));
}

async function lease(claim: Claim, existing: EmailSendRow | undefined): Promise<Reservation> {
  const { tx, deps, locked, step, due } = claim;
  const { accountId, id: enrollmentId } = locked.row;
  // Lock order: enrollment, mailbox, user, send.
  const lock = existing === undefined;
  const people = await findCorrespondence(tx, accountId, locked.row, { lock });
  if (people === undefined) throw new InvariantError('an enrollment lost its contact or sender');
  // A mail that is tried again goes where it went before, whatever address the contact has by now.
  const address = existing?.recipient ?? people.contact.email;
  const obstacle = whyNotNow({
    turn: turnOfStep(locked.standing, step.id),
    // An earlier release may have left an enrollment with a sender who is deactivated.
    isSenderFit: people.sender.deactivatedAt === null,
    address,
    suppression: address === null ? undefined : await suppressionOf(tx, accountId, address),
  });
  if (obstacle) return stopBy(claim, obstacle);
  const id = existing?.id ?? sendIdOf(enrollmentId, step.id);
  const server = serverOf(deps, people.mailbox);
  if (server === undefined) return settle(claim, awaitPassword(locked, id, due));
  const restsUntil = await claim.server.restsUntil(people.mailbox);
  if (restsUntil) return settle(claim, awaitServer(locked, afterRest(restsUntil, id), due));

  const held = existing ? undefined : await begin(claim, people, address);
  if (held) return held;
  await claim.server.enter(people.mailbox);
  const send = await takeLease(tx, { accountId, id }, deps.sendLeaseMs);
  return leasedSend(send, people, server);
}

/** Takes the slot of an email and writes its intent; says what becomes of it where it cannot go now. */
async function begin(
  claim: Claim,
  people: Correspondence,
  address: string | null,
): Promise<Reservation | undefined> {
  const { tx, locked, due, now, limitsNow } = claim;
  const slot = await takeSlot(tx, await slotRequest(claim, people, address));
  if (slot.kind === 'later') {
    if (slot.at <= now) throw claimedEarly(slot.at, limitsNow);
    return settle(claim, awaitSlot(locked, slot, due));
  }
  const refused = await writeIntent(claim, people, address);
  if (refused === undefined) return undefined;
  const { reason, data } = refused;
  return settle(claim, end(locked, { state: 'errored', reason }, due, data));
}

/** Ends the enrollment where its email can never go out; where it only waits, the enrollment stays as it is. */
function stopBy(claim: Claim, obstacle: SendObstacle): Promise<Reservation> {
  const { locked, due } = claim;
  const ending = endingFor(obstacle);
  const data: LogData =
    obstacle.kind === 'suppressed'
      ? { suppression: obstacle.suppression }
      : { ...(obstacle.kind === 'no_address' && { problem: 'no_address' }) };
  return settle(claim, ending && end(locked, ending, due, data));
}

async function slotRequest(
  claim: Claim,
  people: Correspondence,
  address: string | null,
): Promise<SlotRequest> {
  const { locked, step, limitsNow: now } = claim;
  const calendar = keepsWindow(locked) ? calendarOf(locked) : null;
  const wish = slotOfEmail(locked.row, people, { stepId: step.id, address, now, calendar });
  return { ...wish, ...(await paceOf(claim)) };
}

/** The pace of a bulk enrollment, which limits the first emails of its enrollments (LIM-07). */
async function paceOf({ tx, locked }: Claim): Promise<Pick<SlotRequest, 'pace'>> {
  const { accountId, id: enrollmentId, bulkId } = locked.row;
  if (bulkId === null || (await hasSends(tx, { accountId, enrollmentId }))) return {};
  return { pace: { id: bulkId, perMinute: bulkPerMinute } };
}

/** Renders the email and writes its ledger row, or says why it cannot be. */
async function writeIntent(
  claim: Claim,
  people: Correspondence,
  recipient: string | null,
): Promise<{ readonly reason: EnrollmentReason; readonly data?: LogData } | undefined> {
  const { tx, deps, locked, step, now } = claim;
  const { accountId, id: enrollmentId } = locked.row;
  const stepId = step.id;
  if (recipient === null) throw new InvariantError('an email without an address has no slot');
  const { parent, isMissing } = await findThreadParent(tx, locked.row, step.threading);
  if (isMissing && locked.definition.settings.onParentMissing === 'stop') {
    return { reason: 'thread_parent_missing' };
  }
  const sendId = sendIdOf(enrollmentId, stepId);
  const { messageIdKeys } = deps;
  const dispatch = { sendId, people, recipient, parent, date: now, messageIdKeys };
  const known = tokenValues(people.contact, people.company, people.sender, people);
  const values = valuesAt(known, locked.row.overrides, stepId);
  const email = await renderEmail({ ...dispatch, content: step.email, values });
  if (email.kind !== 'rendered') return { reason: email.kind, data: email.data };
  await insertSend(tx, ledgerRow({ accountId, enrollmentId, stepId }, dispatch, email));
  return undefined;
}
