import { newId } from '../db/new-id.js';
import { findCorrespondence, findSuppression } from '../db/queries/correspondence.js';
import { findContact, type Contact } from '../db/queries/contacts.js';
import { appendLog, queueForWorkflow } from '../db/queries/enrollment-changes.js';
import {
  findLiveEnrollment,
  insertEnrollment,
  type EnrollmentListing,
} from '../db/queries/enrollments.js';
import { findMailbox, listMailboxes, type Mailbox } from '../db/queries/mailboxes.js';
import type { Reference } from '../db/queries/reference.js';
import { findSequence, type Sequence } from '../db/queries/sequences.js';
import { findUser, type User } from '../db/queries/users.js';
import {
  alreadyEnrolled,
  whyIneligible,
  type Ineligible,
} from '../domain/enrollment/eligibility.js';
import { missingTokens } from '../domain/enrollment/missing-tokens.js';
import { begin, entry } from '../domain/enrollment/progress.js';
import { tokenValues } from '../domain/message/token-values.js';
import { chooseTimeZone } from '../domain/time/choose-zone.js';
import type { TimeZone } from '../domain/time/types.js';
import type { CallContext } from './endpoint.js';
import { refuse, refuseUnknown } from './problem.js';

/** What a caller asks for. */
export interface EnrollmentRequest {
  readonly sequenceId: string;
  readonly contact: Reference;
  readonly sender?: Reference | undefined;
  readonly mailboxId?: string | undefined;
  readonly timeZone?: TimeZone | undefined;
  readonly useContactTimeZone: boolean;
  readonly taskAssignee?: Reference | undefined;
  readonly source: string;
}

/** Everybody and everything that the request names. */
interface Cast {
  readonly sequence: Sequence;
  readonly contact: Contact;
  readonly enroller: User;
  readonly sender: User;
  readonly assignee: User;
  readonly mailbox: Mailbox | undefined;
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
): Promise<EnrollmentListing> {
  const cast = await loadCast(call, enroller, request);
  const ineligible = await judge(call, cast);
  if (ineligible) return refuseEnrollment(ineligible);
  const { accountId, tx, now, actor, requestId } = call;
  const { sequence, contact, sender, mailbox } = cast;
  if (mailbox === undefined) return refuseUnknown('mailbox');
  const standing = begin(sequence.definition, now);
  const row = {
    ...standing,
    accountId,
    id: newId(now),
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
  const inserted = await insertEnrollment(tx, row);
  if (!inserted) {
    const live = await findLiveEnrollment(tx, accountId, contact.id);
    return live === undefined
      ? refuse('CONFLICT', 'The contact was just enrolled and unenrolled by others; try again.')
      : refuseEnrollment(alreadyEnrolled(live));
  }
  const happening = { at: now, actor, cause: { kind: 'request', id: requestId } } as const;
  const next = { stepId: standing.stepId ?? '', at: standing.nextAt, why: standing.why };
  await appendLog(tx, row, 0, [entry('enrolled', null, happening, { state: row.state, next })]);
  await queueForWorkflow(tx, row);
  return { row: { ...row, pausedState: null, restMs: null }, definition: sequence.definition };
}

async function loadCast(
  call: CallContext,
  enroller: User,
  request: EnrollmentRequest,
): Promise<Cast> {
  const { tx, accountId } = call;
  const sequence = await findSequence(tx, accountId, request.sequenceId);
  if (sequence === undefined) return refuseUnknown('sequence', '/sequenceId');
  const contact = await findContact(tx, accountId, request.contact);
  if (contact === undefined) return refuseUnknown('contact', '/contact');
  const sender = await userOr(call, request.sender, enroller, '/sender');
  const assignee = await userOr(call, request.taskAssignee, enroller, '/taskAssignee');
  const mailbox = await chooseMailbox(call, sender, request.mailboxId);
  return { sequence, contact, enroller, sender, assignee, mailbox };
}

async function userOr(
  { tx, accountId }: CallContext,
  reference: Reference | undefined,
  otherwise: User,
  pointer: string,
): Promise<User> {
  if (reference === undefined) return otherwise;
  return (await findUser(tx, accountId, reference)) ?? refuseUnknown('user', pointer);
}

/** The mailbox that was asked for, which must be the sender's, or the sender's first connected personal one (ENR-17). */
async function chooseMailbox(
  { tx, accountId }: CallContext,
  sender: User,
  mailboxId: string | undefined,
): Promise<Mailbox | undefined> {
  if (mailboxId === undefined) return personalMailbox(await mailboxesOf(tx, accountId, sender.id));
  const mailbox = await findMailbox(tx, accountId, mailboxId);
  if (mailbox === undefined) return refuseUnknown('mailbox', '/mailboxId');
  if (mailbox.userId !== sender.id) {
    return refuse('SENDER_NOT_ELIGIBLE', 'The mailbox is not the sender’s; choose one of theirs.');
  }
  return mailbox;
}

function mailboxesOf(
  tx: CallContext['tx'],
  accountId: string,
  userId: string,
): Promise<readonly Mailbox[]> {
  return listMailboxes(tx, accountId, { userId, limit: 100, after: undefined });
}

function personalMailbox(mailboxes: readonly Mailbox[]): Mailbox | undefined {
  return mailboxes.find(({ kind, state }) => kind === 'personal' && state === 'connected');
}

async function judge(call: CallContext, cast: Cast): Promise<Ineligible | undefined> {
  const { tx, accountId } = call;
  const { contact, enroller, sender, mailbox, sequence } = cast;
  const address = contact.emailNormalized;
  const people =
    mailbox &&
    (await findCorrespondence(tx, accountId, {
      contactId: contact.id,
      senderId: sender.id,
      mailboxId: mailbox.id,
    }));
  const values = people && tokenValues(people.contact, people.company, people.sender);
  const hasMailbox = async (userId: string): Promise<boolean> =>
    personalMailbox(await mailboxesOf(tx, accountId, userId)) !== undefined;
  return whyIneligible({
    contact: {
      address,
      liveEnrollment: (await findLiveEnrollment(tx, accountId, contact.id)) ?? null,
      suppression:
        address === null ? null : ((await findSuppression(tx, accountId, address)) ?? null),
    },
    enroller: { ...enroller, hasMailbox: await hasMailbox(enroller.id) },
    sender,
    mailbox: mailbox ?? null,
    missingTokens: values ? missingTokens(sequence.definition, values) : [],
  });
}

function zoneOf(request: EnrollmentRequest, { contact, sender }: Cast): TimeZone {
  return (
    request.timeZone ??
    chooseTimeZone({
      useContactZone: request.useContactTimeZone,
      contactZone: contact.timeZone,
      senderZone: sender.timeZone,
    })
  );
}

function refuseEnrollment(ineligible: Ineligible): never {
  const { code, detail, ...extensions } = ineligible;
  return refuse(code, { detail, extensions });
}
