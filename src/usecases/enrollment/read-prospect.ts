import { findCandidate, type Candidate } from '../../db/queries/candidates.js';
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
import { findUser, type User } from '../../db/queries/users.js';
import { accessTo } from '../../domain/access/sharing.js';
import type { EligibilityFacts, MissingToken } from '../../domain/enrollment/eligibility.js';
import { overlay, valuesAt } from '../../domain/enrollment/overlay.js';
import { missingTokens } from '../../domain/enrollment/missing-tokens.js';
import { tokenValues } from '../../domain/message/token-values.js';
import type { TokenValues } from '../../domain/message/tokens.js';
import { findStep, type SequenceDefinition } from '../../domain/sequence/definition.js';
import { chooseTimeZone } from '../../domain/time/choose-zone.js';
import type { TimeZone } from '../../domain/time/types.js';
import { isTimeZone } from '../../domain/time/zone.js';
import { checkChoices } from './check-choices.js';
import type { CheckedChoices } from './choices.js';
import {
  unknownName,
  type EnrollingContext,
  type EnrollmentRequest,
  type Refused,
} from './request.js';

/** Everybody and everything that a request names, and what an enrollment of it would run. */
export interface Prospect {
  readonly sequence: Sequence;
  /** What it would run: the current version with the choices laid over. */
  readonly definition: SequenceDefinition;
  /** What it would have otherwise than the sequence, and where and when it would begin. */
  readonly choices: CheckedChoices;
  readonly candidate: Candidate;
  readonly sender: User;
  readonly assignee: User;
  /** The mailbox that would send; null when the sender has none that can. */
  readonly mailbox: SendingMailbox | null;
  readonly timeZone: TimeZone;
  /** What tokens stand for as far as the contact, its company and the sender tell; `valuesAt` adds what was typed in. */
  readonly values: TokenValues;
  /** The tokens without a value, from the step that it would begin at on (ENR-14). */
  readonly missingTokens: readonly MissingToken[];
}

/** How a sequence is read: `enroll` keeps it from being changed or deleted until the transaction ends. */
export type Purpose = 'enroll' | 'judge';

/** Reads what a request names, or says which name is unknown. */
export async function readProspect(
  context: EnrollingContext,
  request: EnrollmentRequest,
  purpose: Purpose,
): Promise<Prospect | Refused> {
  const { tx, accountId, enroller } = context;
  const sequence = await readSequence(context, request, purpose);
  if (sequence === undefined || !(await hasAccess(context, sequence, enroller))) {
    return unknownName('sequence', '/sequenceId');
  }
  const choices = request.checked ?? (await checkChoices(context, sequence.definition, request));
  if (choices.kind === 'refused') return choices;
  const candidate = await findCandidate(tx, accountId, request.contact, enroller);
  if (candidate === undefined) return unknownName('contact', '/contact');
  const sender = await userOr(context, request.sender, '/sender');
  if ('kind' in sender) return sender;
  const assignee = await userOr(context, request.taskAssignee, '/taskAssignee');
  if ('kind' in assignee) return assignee;
  const mailbox = await chooseMailbox(context, sender, request.mailboxId);
  if (mailbox === undefined) return unknownName('mailbox', '/mailboxId');
  const { contact, company } = candidate;
  const definition = overlay(sequence.definition, choices.overrides);
  const values = tokenValues(contact, company, sender);
  return {
    sequence,
    definition,
    choices,
    candidate,
    sender,
    assignee,
    mailbox,
    timeZone: zoneOf(request, { candidate, sender, sequence }),
    values,
    // Steps before the start never run, so nothing can be missing there.
    missingTokens: missingTokens(definition.steps.slice(startIndex(definition, choices)), (id) =>
      valuesAt(values, choices.overrides, id),
    ),
  };
}

/** What the rules of enrolling want to know of a prospect. */
export async function factsOf(
  context: EnrollingContext,
  prospect: Prospect,
): Promise<EligibilityFacts> {
  const { sequence, definition, choices, candidate, sender, mailbox } = prospect;
  const { startStepId: stepId } = choices.start;
  const { contact, liveEnrollment, suppressions } = candidate;
  const { enroller } = context;
  return {
    sequence: {
      ...sequence,
      hasSteps: definition.steps.length > 0,
      start:
        stepId === undefined
          ? undefined
          : { stepId, isKnown: findStep(definition, stepId) !== undefined },
    },
    contact: { address: contact.emailNormalized, liveEnrollment, suppressions },
    enroller: { ...enroller, hasMailbox: await hasMailbox(context, enroller, mailbox) },
    sender: { ...sender, hasAccess: await hasAccess(context, sequence, sender) },
    mailbox: mailbox && { ...mailbox, isSenders: mailbox.userId === sender.id },
    missingTokens: prospect.missingTokens,
  };
}

/** The ids of the steps before the one that it begins at; null when that is the first. */
export function stepsBeforeStart({ definition, choices }: Prospect): readonly string[] | null {
  const startAt = startIndex(definition, choices);
  return startAt === 0 ? null : definition.steps.slice(0, startAt).map(({ id }) => id);
}

/** Where it would begin, counted from 0; 0 too for a step that there is not. */
function startIndex(definition: SequenceDefinition, { start }: CheckedChoices): number {
  const { startStepId } = start;
  return startStepId === undefined ? 0 : (findStep(definition, startStepId)?.position ?? 1) - 1;
}

/** The sequence with the version that is asked for, or the current one. */
async function readSequence(
  { tx, accountId }: EnrollingContext,
  { sequenceId, sequenceVersion }: EnrollmentRequest,
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

/** The user who is named, or the one who enrolls; one who is deactivated cannot be chosen. */
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
 * The mailbox that was asked for (ENR-17), or undefined when there is no such; without a wish the sender's first connected
 * personal one, or null when they have none.
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
  // A row that was waited for comes with the shares that it had before; nobody is refused for those.
  const now = await findSequence(tx, accountId, sequence.id);
  return now !== undefined && accessTo(now, person) !== undefined;
}

/** Whether somebody has a connected personal mailbox; the one that is to send may show it without a look. */
async function hasMailbox(
  { tx, accountId }: EnrollingContext,
  user: User,
  sending: Mailbox | null,
): Promise<boolean> {
  if (sending?.userId === user.id && canSend(sending)) return true;
  const page = { userId: user.id, limit: 100, after: undefined };
  return (await listMailboxes(tx, accountId, page)).some(canSend);
}

function zoneOf(
  request: EnrollmentRequest,
  { candidate, sender, sequence }: Pick<Prospect, 'candidate' | 'sender' | 'sequence'>,
): TimeZone {
  return (
    request.timeZone ??
    chooseTimeZone({
      useContactZone: request.useContactTimeZone ?? sequence.definition.settings.useContactTimeZone,
      contactZone: knownZone(candidate.contact.timeZone),
      senderZone: sender.timeZone,
    })
  );
}

/** Zone data changes: a zone that was one when it was saved may be none now, and counts as none. */
function knownZone(timeZone: TimeZone | null): TimeZone | null {
  return timeZone !== null && isTimeZone(timeZone) ? timeZone : null;
}
