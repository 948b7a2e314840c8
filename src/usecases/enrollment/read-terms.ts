import { workingDaysOf } from '../../db/queries/accounts.js';
import { readHolidays } from '../../db/queries/holiday-calendars.js';
import {
  findSendingMailbox,
  findSendingMailboxes,
  listMailboxes,
  type Mailbox,
  type SendingMailbox,
} from '../../db/queries/mailboxes.js';
import type { Reference } from '../../db/queries/reference.js';
import { findSequence, lockSequence, type Sequence } from '../../db/queries/sequences.js';
import { findVersion } from '../../db/queries/sequence-versions.js';
import { readAbsences } from '../../db/queries/user-absences.js';
import { findUser, type User } from '../../db/queries/users.js';
import { accessTo } from '../../domain/access/sharing.js';
import { noHolidays, type PlanningCase } from '../../domain/enrollment/enrollment.js';
import { overlay } from '../../domain/enrollment/overlay.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { checkChoices } from './check-choices.js';
import type { CheckedChoices } from './choices.js';
import {
  unknownName,
  type EnrollingContext,
  type EnrollmentRequest,
  type Refused,
} from './request.js';

/** What is asked for, no matter which contact is enrolled. */
export type CommonRequest = Omit<EnrollmentRequest, 'contact'>;

/** What all contacts enrolled by one request share: read once, however many there are. */
export interface Terms {
  readonly sequence: Sequence;
  /** What they would run: the current version with the choices laid over. */
  readonly definition: SequenceDefinition;
  /** What would differ from the sequence, and where and when they would begin. */
  readonly choices: CheckedChoices;
  /** Who sends and works the tasks. If nobody can, the reason is told only for a contact that is known. */
  readonly people: People | Refused;
  /** What first emails that wait for the send window are planned by; nobody is away and no day is off where none does. */
  readonly calendars: Pick<PlanningCase, 'holidays' | 'workingDays' | 'absences'>;
}

/** Who sends and works the tasks. */
export interface People {
  readonly sender: User;
  /** Whether the sequence is the sender's or shared with them. */
  readonly senderHasAccess: boolean;
  readonly assignee: User;
  /** The mailbox that would send; null when the sender has none that can. */
  readonly mailbox: SendingMailbox | null;
  /** Whether the person who enrolls has a connected personal mailbox. */
  readonly enrollerHasMailbox: boolean;
}

/** What terms are read for: `enroll` keeps the sequence from being changed or deleted until the transaction ends. */
export type Purpose = 'enroll' | 'judge';

/** Reads everything that a request names except the contact, or says which name is unknown. */
export async function readTerms(
  context: EnrollingContext,
  request: CommonRequest,
  purpose: Purpose,
): Promise<Terms | Refused> {
  const sequence = await readSequence(context, request, purpose);
  if (sequence === undefined || !(await hasAccess(context, sequence, context.enroller))) {
    return unknownName('sequence', '/sequenceId');
  }
  const choices = request.checked ?? (await checkChoices(context, sequence.definition, request));
  if (choices.kind === 'refused') return choices;
  const people = await readPeople(context, request, sequence);
  const definition = overlay(sequence.definition, choices.overrides);
  return {
    ...{ sequence, choices, people, definition },
    calendars: await readCalendars(context, definition, people),
  };
}

async function readCalendars(
  { tx, accountId }: EnrollingContext,
  { settings }: SequenceDefinition,
  people: People | Refused,
): Promise<Terms['calendars']> {
  if (!settings.firstEmailInWindow || 'kind' in people) return { holidays: noHolidays };
  const { sender, assignee } = people;
  const needed = { senderId: sender.id, taskAssigneeId: assignee.id };
  return {
    holidays: await readHolidays(tx, accountId, settings.holidayCalendarIds),
    workingDays: await workingDaysOf(tx, accountId),
    absences: await readAbsences(tx, accountId, needed),
  };
}

/** The sequence with the version that is asked for, or the current one. */
async function readSequence(
  { tx, accountId }: EnrollingContext,
  { sequenceId, sequenceVersion }: CommonRequest,
  purpose: Purpose,
): Promise<Sequence | undefined> {
  const sequence =
    purpose === 'enroll'
      ? await lockSequence(tx, accountId, sequenceId, 'enroll')
      : await findSequence(tx, accountId, sequenceId);
  if (sequence === undefined || sequenceVersion === undefined) return sequence;
  if (sequence.version === sequenceVersion) return sequence;
  const found = await findVersion(tx, accountId, sequenceId, sequenceVersion);
  return found && { ...sequence, version: found.version, definition: found.definition };
}

async function readPeople(
  context: EnrollingContext,
  request: CommonRequest,
  sequence: Sequence,
): Promise<People | Refused> {
  const sender = await userOr(context, request.sender, '/sender');
  if ('kind' in sender) return sender;
  const assignee = await userOr(context, request.taskAssignee, '/taskAssignee');
  if ('kind' in assignee) return assignee;
  const mailbox = await chooseMailbox(context, sender, request.mailboxId);
  if (mailbox === undefined) return unknownName('mailbox', '/mailboxId');
  return {
    ...{ sender, assignee, mailbox },
    senderHasAccess: await hasAccess(context, sequence, sender),
    enrollerHasMailbox: await hasMailbox(context, context.enroller, mailbox),
  };
}

/** The user who is named, or else the one who enrolls; a deactivated user cannot be chosen. */
async function userOr(
  { tx, accountId, enroller }: EnrollingContext,
  reference: Reference | undefined,
  pointer: string,
): Promise<User | Refused> {
  if (reference === undefined) return enroller;
  const user = await findUser(tx, accountId, reference);
  if (user === undefined) return unknownName('user', pointer);
  if (user.deactivatedAt === null) return user;
  const detail = `The user that ${pointer} of the body names is deactivated; choose another.`;
  return { kind: 'refused', refusal: { code: 'USER_DEACTIVATED', detail, pointer } };
}

/**
 * The mailbox that was asked for (ENR-17), or undefined when it does not exist. If none was asked for, the sender's
 * first connected personal mailbox, or null when they have none.
 */
async function chooseMailbox(
  { tx, accountId, now }: EnrollingContext,
  sender: User,
  mailboxId: string | undefined,
): Promise<SendingMailbox | null | undefined> {
  if (mailboxId !== undefined) return findSendingMailbox(tx, accountId, mailboxId, now);
  return (await findSendingMailboxes(tx, accountId, sender.id, now)).find(canSend) ?? null;
}

function canSend({ kind, state }: Mailbox): boolean {
  return kind === 'personal' && state === 'connected';
}

/** Whether a sequence is somebody's, or shared with them. */
async function hasAccess(
  { tx, accountId }: EnrollingContext,
  sequence: Sequence,
  person: User,
): Promise<boolean> {
  if (accessTo(sequence, person) !== undefined) return true;
  // A row that was waited for comes with the shares that it had before the wait; nobody is refused because of those.
  const now = await findSequence(tx, accountId, sequence.id);
  return now !== undefined && accessTo(now, person) !== undefined;
}

/** Whether somebody has a connected personal mailbox; if the sending mailbox is one, no look is needed. */
async function hasMailbox(
  { tx, accountId }: EnrollingContext,
  user: User,
  sending: Mailbox | null,
): Promise<boolean> {
  if (sending?.userId === user.id && canSend(sending)) return true;
  const page = { userId: user.id, limit: 100, after: undefined };
  return (await listMailboxes(tx, accountId, page)).some(canSend);
}
