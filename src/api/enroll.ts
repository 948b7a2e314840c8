import type { OutboxItem } from '../contract/gateway.js';
import { newId } from '../db/new-id.js';
import { itemOf } from '../db/outbox-store.js';
import { findCandidate, type Candidate } from '../db/queries/candidates.js';
import { insertEnrollment } from '../db/queries/enrollment-changes.js';
import { findLiveEnrollment, type EnrollmentListing } from '../db/queries/enrollments.js';
import {
  findSendingMailbox,
  findSendingMailboxes,
  listMailboxes,
  type Mailbox,
  type SendingMailbox,
} from '../db/queries/mailboxes.js';
import type { Reference } from '../db/queries/reference.js';
import { findSequence, lockSequence, type Sequence } from '../db/queries/sequences.js';
import { takeSlot } from '../db/slot-store.js';
import { findUser, type User } from '../db/queries/users.js';
import { accessTo } from '../domain/access/sharing.js';
import {
  alreadyEnrolled,
  whyIneligible,
  type Ineligible,
} from '../domain/enrollment/eligibility.js';
import { missingTokens } from '../domain/enrollment/missing-tokens.js';
import { beginAtSlot } from '../domain/enrollment/postpone.js';
import { begin, entry } from '../domain/enrollment/progress.js';
import { tokenValues } from '../domain/message/token-values.js';
import { chooseTimeZone } from '../domain/time/choose-zone.js';
import type { TimeZone } from '../domain/time/types.js';
import { awaitBudget, slotOfFirst } from './send-budget.js';
import type { CallContext } from './endpoint.js';
import { refuse, refuseUnknown } from './problem.js';

/** What a caller asks for. */
export interface EnrollmentRequest {
  readonly sequenceId: string;
  readonly contact: Reference;
  readonly sender?: Reference | undefined;
  readonly mailboxId?: string | undefined;
  readonly timeZone?: TimeZone | undefined;
  /** As the sequence says, without it (SET-16). */
  readonly useContactTimeZone?: boolean | undefined;
  readonly taskAssignee?: Reference | undefined;
  readonly source: string;
  /** What becomes of it when no sending budget is left. */
  readonly onLimit: 'refuse' | 'defer';
}

/** A new enrollment, and what Temporal is to be told of it once it is committed. */
export interface Enrolled {
  readonly listing: EnrollmentListing;
  readonly start: OutboxItem;
}

/** Everybody and everything that the request names. */
interface Cast {
  readonly sequence: Sequence;
  readonly candidate: Candidate;
  readonly enroller: User;
  readonly sender: User;
  readonly assignee: User;
  readonly mailbox: SendingMailbox | undefined;
}

/**
 * Enrolls a contact, or refuses with the reason: loads the sequence's current version, judges eligibility, plans the first
 * step and writes the enrollment, its first log entry and the word to Temporal, all in the call's transaction.
 * That a contact is in one sequence at a time is the unique index's doing (ENR-08), however many ask at once.
 */
export async function enroll(
  call: CallContext,
  enroller: User,
  request: EnrollmentRequest,
): Promise<Enrolled> {
  const cast = await loadCast(call, enroller, request);
  const ineligible = await judge(call, cast);
  if (ineligible) return refuseEnrollment(ineligible);
  const { accountId, tx, now, actor, requestId } = call;
  const { sequence, sender, mailbox } = cast;
  const { contact } = cast.candidate;
  if (mailbox === undefined) return refuseUnknown('mailbox');
  const id = newId(now);
  const wish = slotOfFirst(call, { enrollmentId: id, definition: sequence.definition, mailbox });
  const slot = wish && (await awaitBudget(call, wish, request.onLimit));
  const standing = slot
    ? beginAtSlot(sequence.definition, now, slot)
    : begin(sequence.definition, now);
  const row = {
    ...standing,
    accountId,
    id,
    sequenceId: sequence.id,
    sequenceVersion: sequence.version,
    contactId: contact.id,
    senderId: sender.id,
    mailboxId: mailbox.id,
    enrolledById: enroller.id,
    taskAssigneeId: cast.assignee.id,
    timeZone: zoneOf(request, cast),
    source: request.source,
    eventCount: 1,
    enrolledAt: now,
    changedAt: now,
  };
  const happening = { at: now, actor, cause: { kind: 'request', id: requestId } } as const;
  const next = { stepId: standing.stepId ?? '', at: standing.nextAt, why: standing.why };
  const log = entry('enrolled', null, happening, { state: row.state, next });
  const word = await insertEnrollment(tx, row, log);
  if (word === undefined) {
    const live = await findLiveEnrollment(tx, accountId, contact.id, enroller);
    return live === undefined
      ? refuse('CONFLICT', 'The contact was just enrolled and unenrolled by others; try again.')
      : refuseEnrollment(alreadyEnrolled(live));
  }
  if (wish && slot) await takeSlot(tx, wish);
  const { definition, name: sequenceName } = sequence;
  const made = { ...row, pausedState: null, restMs: null, versionChangedAt: null };
  return {
    listing: { row: made, definition },
    start: itemOf({ word: { ...word, message: null }, row: made, definition, sequenceName }),
  };
}

async function loadCast(
  call: CallContext,
  enroller: User,
  request: EnrollmentRequest,
): Promise<Cast> {
  const { tx, accountId } = call;
  const sequence = await lockSequence(tx, accountId, request.sequenceId, 'enroll');
  if (sequence === undefined || !(await hasAccess(call, sequence, enroller))) {
    return refuseUnknown('sequence', '/sequenceId');
  }
  if (sequence.deletedAt !== null) {
    return refuse('SEQUENCE_NOT_ACTIVE', 'The sequence was deleted and takes no enrollments.');
  }
  if (sequence.archivedAt !== null) {
    return refuse(
      'SEQUENCE_NOT_ACTIVE',
      'The sequence is archived; take it out of the archive first.',
    );
  }
  const candidate = await findCandidate(tx, accountId, request.contact, enroller);
  if (candidate === undefined) return refuseUnknown('contact', '/contact');
  const sender = await userOr(call, request.sender, enroller, '/sender');
  const assignee = await userOr(call, request.taskAssignee, enroller, '/taskAssignee');
  const mailbox = await chooseMailbox(call, sender, request.mailboxId);
  return { sequence, candidate, enroller, sender, assignee, mailbox };
}

async function userOr(
  { tx, accountId }: CallContext,
  reference: Reference | undefined,
  otherwise: User,
  pointer: string,
): Promise<User> {
  if (reference === undefined) return otherwise;
  const user = (await findUser(tx, accountId, reference)) ?? refuseUnknown('user', pointer);
  if (user.deactivatedAt === null) return user;
  return refuse('USER_DEACTIVATED', {
    detail: `The user that ${pointer} of the body names is deactivated; choose another.`,
  });
}

/** The mailbox that was asked for, which must be the sender's, or the sender's first connected personal one (ENR-17). */
async function chooseMailbox(
  { tx, accountId, now }: CallContext,
  sender: User,
  mailboxId: string | undefined,
): Promise<SendingMailbox | undefined> {
  if (mailboxId === undefined) {
    return (await findSendingMailboxes(tx, accountId, sender.id, now)).find(canSend);
  }
  const mailbox = await findSendingMailbox(tx, accountId, mailboxId, now);
  if (mailbox === undefined) return refuseUnknown('mailbox', '/mailboxId');
  if (mailbox.userId !== sender.id) {
    return refuse('SENDER_NOT_ELIGIBLE', 'The mailbox is not the sender’s; choose one of theirs.');
  }
  return mailbox;
}

function canSend({ kind, state }: Mailbox): boolean {
  return kind === 'personal' && state === 'connected';
}

async function judge(call: CallContext, cast: Cast): Promise<Ineligible | undefined> {
  const { candidate, enroller, sender, mailbox, sequence } = cast;
  const { contact, company, liveEnrollment, suppressions } = candidate;
  const values = tokenValues(contact, company, sender);
  return whyIneligible({
    contact: { address: contact.emailNormalized, liveEnrollment, suppressions },
    enroller: { ...enroller, hasMailbox: await hasMailbox(call, enroller, mailbox) },
    sender: { ...sender, hasAccess: await hasAccess(call, sequence, sender) },
    mailbox: mailbox ?? null,
    missingTokens: missingTokens(sequence.definition, values),
  });
}

/** Whether a sequence is somebody's, or shared with them. */
async function hasAccess(
  { tx, accountId }: CallContext,
  sequence: Sequence,
  person: User,
): Promise<boolean> {
  if (accessTo(sequence, person) !== undefined) return true;
  // A row that was waited for comes with the shares that it had before; nobody is refused for those.
  const now = await findSequence(tx, accountId, sequence.id);
  return now !== undefined && accessTo(now, person) !== undefined;
}

/** Whether somebody has a connected personal mailbox; the one that is to send may show it without a look. */
async function hasMailbox(
  { tx, accountId }: CallContext,
  user: User,
  sending: Mailbox | undefined,
): Promise<boolean> {
  if (sending?.userId === user.id && canSend(sending)) return true;
  const page = { userId: user.id, limit: 100, after: undefined };
  return (await listMailboxes(tx, accountId, page)).some(canSend);
}

function zoneOf(request: EnrollmentRequest, { candidate, sender, sequence }: Cast): TimeZone {
  return (
    request.timeZone ??
    chooseTimeZone({
      useContactZone: request.useContactTimeZone ?? sequence.definition.settings.useContactTimeZone,
      contactZone: candidate.contact.timeZone,
      senderZone: sender.timeZone,
    })
  );
}

function refuseEnrollment(ineligible: Ineligible): never {
  const { code, detail, ...extensions } = ineligible;
  return refuse(code, { detail, extensions });
}
