import type { Candidate } from '../../db/queries/candidates.js';
import type { SendingMailbox } from '../../db/queries/mailboxes.js';
import type { Sequence } from '../../db/queries/sequences.js';
import type { User } from '../../db/queries/users.js';
import type { EligibilityFacts, MissingToken } from '../../domain/enrollment/eligibility.js';
import { calendarOf, holdsFirst } from '../../domain/enrollment/enrollment.js';
import { missingTokens } from '../../domain/enrollment/missing-tokens.js';
import { valuesAt } from '../../domain/enrollment/overlay.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { findStep, type SequenceDefinition } from '../../domain/sequence/definition.js';
import { chooseTimeZone } from '../../domain/time/choose-zone.js';
import type { Calendar, TimeZone } from '../../domain/time/types.js';
import { isTimeZone } from '../../domain/time/zone.js';
import type { CheckedChoices } from './choices.js';
import type { CommonRequest, People, Terms } from './read-terms.js';

/** Everybody and everything that a request names, and what an enrollment of it would run. */
export interface Prospect {
  readonly sequence: Sequence;
  /** What it would run: the current version with the choices laid over. */
  readonly definition: SequenceDefinition;
  /** What would differ from the sequence, and where and when it would begin. */
  readonly choices: CheckedChoices;
  readonly candidate: Candidate;
  readonly sender: User;
  readonly assignee: User;
  /** The mailbox that would send; null when the sender has none that can. */
  readonly mailbox: SendingMailbox | null;
  readonly timeZone: TimeZone;
  /** The tokens without a value, from the step where it would begin onwards (ENR-14). */
  readonly missingTokens: readonly MissingToken[];
  /** The ids of the steps before the one that it begins at; null when that is the first. */
  readonly stepsBeforeStart: readonly string[] | null;
  /** What its first email is planned by, where that waits for the send window; null where it does not. */
  readonly firstCalendar: Calendar | null;
}

/** Puts together what a request means for one contact; reads nothing. */
export function prospectOf(
  { sequence, definition, choices, calendars }: Terms,
  { sender, assignee, mailbox }: People,
  request: CommonRequest,
  candidate: Candidate,
): Prospect {
  const startAt = startIndex(definition, choices);
  const { contact, company } = candidate;
  const values = tokenValues(contact, company, sender, candidate);
  const timeZone = zoneOf(request, { candidate, sender, sequence });
  const isHeld = holdsFirst(definition, choices.start.firstStepAt);
  return {
    ...{ sequence, definition, choices, candidate, sender, assignee, mailbox, timeZone },
    firstCalendar: isHeld ? calendarOf({ definition, timeZone, ...calendars }) : null,
    // Steps before the start never run, so nothing can be missing there.
    missingTokens: missingTokens(definition.steps.slice(startAt), (id) =>
      valuesAt(values, choices.overrides, id),
    ),
    stepsBeforeStart: startAt === 0 ? null : definition.steps.slice(0, startAt).map(({ id }) => id),
  };
}

/** What the rules of enrolling need to know about a prospect. */
export function eligibilityFacts(
  enroller: User,
  { senderHasAccess, enrollerHasMailbox }: People,
  prospect: Prospect,
): EligibilityFacts {
  const { sequence, definition, choices, candidate, sender, mailbox } = prospect;
  const { startStepId: stepId } = choices.start;
  const { contact, liveEnrollment, suppressions } = candidate;
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
    enroller: { ...enroller, hasMailbox: enrollerHasMailbox },
    sender: { ...sender, hasAccess: senderHasAccess },
    mailbox: mailbox && { ...mailbox, isSenders: mailbox.userId === sender.id },
    missingTokens: prospect.missingTokens,
  };
}

/** Where it would begin, counted from 0; also 0 for a step that does not exist. */
function startIndex(definition: SequenceDefinition, { start }: CheckedChoices): number {
  const { startStepId } = start;
  return startStepId === undefined ? 0 : (findStep(definition, startStepId)?.position ?? 1) - 1;
}

function zoneOf(
  request: CommonRequest,
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

/** Zone data changes: a zone that was valid when it was saved may be invalid now, and is then ignored. */
function knownZone(timeZone: TimeZone | null): TimeZone | null {
  return timeZone !== null && isTimeZone(timeZone) ? timeZone : null;
}
