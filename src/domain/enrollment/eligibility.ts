import { describeMissing } from '../message/describe-missing.js';
import type { MissingValue } from '../message/render-template.js';
import { hasPermission, type Role } from '../access/permission.js';
import { formatLocal } from '../time/format.js';
import { secondsUntil } from '../time/instant.js';
import type { Instant, TimeZone } from '../time/types.js';
import { weightiest, type SuppressionReason } from './suppression.js';

/** What is known of the people and things that a requested enrollment involves; read once, for every caller. */
export interface EligibilityFacts {
  readonly sequence: {
    readonly deletedAt: Instant | null;
    readonly archivedAt: Instant | null;
    readonly hasSteps: boolean;
    /** The step that is to be the first to run (ENR-13), if one was chosen, and whether the sequence has it. */
    readonly start?: { readonly stepId: string; readonly isKnown: boolean } | undefined;
  };
  readonly contact: {
    /** The normalised address, or null for a contact without a usable one. */
    readonly address: string | null;
    /** Where the contact is enrolled already. */
    readonly liveEnrollment: LiveEnrollment | null;
    /** All that forbids writing to the address. */
    readonly suppressions: readonly SuppressionReason[];
  };
  /** The person who enrolls. */
  readonly enroller: {
    readonly hasSeat: boolean;
    readonly role: Role;
    readonly permissions: readonly string[];
    /** Whether a connected personal mailbox is theirs. */
    readonly hasMailbox: boolean;
  };
  /** The person whose mailbox sends. */
  readonly sender: {
    readonly hasSeat: boolean;
    /** Whether the sequence is theirs or shared with them (ENR-07). */
    readonly hasAccess: boolean;
  };
  /** The mailbox that is to send; null when the sender has none that can. */
  readonly mailbox: {
    readonly kind: 'personal' | 'team';
    readonly state: 'connected' | 'disconnected';
    /** Whether it is the sender's (ENR-17). */
    readonly isSenders: boolean;
  } | null;
  readonly missingTokens: readonly MissingToken[];
}

export interface LiveEnrollment {
  readonly id: string;
  readonly sequenceId: string;
  readonly sequenceName: string;
  /** Whether the person who enrolls may know of it. */
  readonly visible: boolean;
}

/** A token that has neither a value that can be used nor a fallback, and where it stands. */
export interface MissingToken extends MissingValue {
  readonly stepId: string;
  readonly field: 'subject' | 'html' | 'title' | 'notes';
}

/** What each suppression is refused with, and what can be done about it. */
const refusalsBySuppression = {
  marked_as_spam: {
    code: 'MARKED_AS_SPAM',
    detail: 'Somebody at this address marked a mail as spam; do not write to it again.',
  },
  unsubscribed: {
    code: 'UNSUBSCRIBED',
    detail: 'This address opted out of all mail; only its owner can take that back.',
  },
  unsubscribed_personal: {
    code: 'UNSUBSCRIBED_PERSONAL',
    detail:
      'This address opted out of one-to-one mail, which a sequence sends; only its owner can take that back.',
  },
  blocked: {
    code: 'BLOCKED_ADDRESS',
    detail: 'This address is on the block list of the account; an administrator can take it off.',
  },
  blocked_domain: {
    code: 'BLOCKED_DOMAIN',
    detail:
      'The domain of this address is on the block list of the account; an administrator can take it off.',
  },
  bounced: {
    code: 'PREVIOUSLY_BOUNCED',
    detail: 'An earlier mail to this address bounced for good; give the contact another address.',
  },
} as const satisfies Record<SuppressionReason, object>;
type SuppressionCode = (typeof refusalsBySuppression)[SuppressionReason]['code'];

/** Why a contact is not enrolled. */
export type Ineligible =
  | { readonly code: 'NO_EMAIL' | SuppressionCode; readonly detail: string }
  | {
      readonly code:
        | 'SEQUENCE_NOT_ACTIVE'
        | 'SEQUENCE_EMPTY'
        | 'ENROLLER_NOT_ELIGIBLE'
        | 'SENDER_NO_ACCESS'
        | 'SENDER_NOT_ELIGIBLE';
      readonly detail: string;
    }
  | { readonly code: 'STEP_NOT_FOUND'; readonly detail: string; readonly pointer: string }
  | {
      readonly code: 'ALREADY_ENROLLED';
      readonly detail: string;
      /** Left out when the person who enrolls may not know of it. */
      readonly enrollment?: Omit<LiveEnrollment, 'visible'>;
    }
  | {
      readonly code: 'MISSING_TOKENS';
      readonly detail: string;
      readonly missingTokens: readonly MissingToken[];
    };

/**
 * Whether a contact may be enrolled, from facts alone: the first reason that forbids it, or undefined
 * (ENR-03 to ENR-08, ENR-17, ENR-24, ENR-25, SHR-06, ERR-03 to ERR-07, ERR-09).
 */
export function whyIneligible(facts: EligibilityFacts): Ineligible | undefined {
  return (
    whyNotSequence(facts.sequence) ??
    whyNotEnroller(facts.enroller) ??
    whyNotSender(facts) ??
    whyNotContact(facts)
  );
}

/** Why an otherwise eligible contact is not enrolled now (ERR-01). */
export interface OverLimit {
  readonly code: 'SEND_LIMIT';
  readonly detail: string;
  readonly limit: 'mailbox_day' | 'user_day';
  /** When the next email can go out. */
  readonly nextSlotAt: Instant;
  /** The same in whole seconds from now, at least 1. */
  readonly retryAfter: number;
}

/** The refusal of a first email that finds no room in the rolling 24 hours (ERR-01). */
export function overLimit(
  { limit, nextSlotAt }: Pick<OverLimit, 'limit' | 'nextSlotAt'>,
  now: Instant,
  timeZone: TimeZone,
): OverLimit {
  const detail = `${spentBy[limit]}; the next email can go out on ${formatLocal(nextSlotAt, timeZone)}. Enroll again then, or with "onLimit": "defer".`;
  const retryAfter = secondsUntil(nextSlotAt, now);
  return { code: 'SEND_LIMIT', detail, limit, nextSlotAt, retryAfter };
}

const spentBy = {
  mailbox_day: 'The mailbox has sent or reserved all the emails of 24 hours',
  user_day: 'The sender has sent or reserved all the emails of 24 hours',
} as const;

/** The refusal that names where the contact is enrolled already (ENR-09, ERR-03), unless that is hidden from who asks. */
export function alreadyEnrolled({ visible, ...enrollment }: LiveEnrollment): Ineligible {
  const code = 'ALREADY_ENROLLED';
  if (!visible) {
    const hidden = 'The contact is in a sequence that is not shared with the acting user.';
    return { code, detail: `${hidden} Somebody who may see it must unenroll it there first.` };
  }
  const detail = `The contact is in the sequence "${enrollment.sequenceName}" (enrollment ${enrollment.id}); unenroll it there first.`;
  return { code, detail, enrollment };
}

function whyNotSequence(sequence: EligibilityFacts['sequence']): Ineligible | undefined {
  const code = 'SEQUENCE_NOT_ACTIVE';
  if (sequence.deletedAt !== null) {
    return { code, detail: 'The sequence was deleted and takes no enrollments.' };
  }
  if (sequence.archivedAt !== null) {
    return { code, detail: 'The sequence is archived; take it out of the archive first.' };
  }
  if (!sequence.hasSteps) {
    return { code: 'SEQUENCE_EMPTY', detail: 'The sequence has no steps; add one first.' };
  }
  const { start } = sequence;
  return start === undefined || start.isKnown ? undefined : stepNotFound(start.stepId);
}

/** The refusal of a start at a step that the sequence does not have (ENR-13). */
export function stepNotFound(stepId: string): Ineligible {
  const detail = `The sequence has no step with the id "${stepId}" to start at; choose one of its steps.`;
  return { code: 'STEP_NOT_FOUND', detail, pointer: '/startStepId' };
}

function whyNotEnroller(enroller: EligibilityFacts['enroller']): Ineligible | undefined {
  const code = 'ENROLLER_NOT_ELIGIBLE';
  if (!enroller.hasSeat) {
    return { code, detail: 'The acting user has no assigned seat; an admin can give them one.' };
  }
  if (!hasPermission(enroller, 'sequences')) {
    return {
      code,
      detail: 'The acting user lacks the permission "sequences"; an admin can give it to them.',
    };
  }
  if (!enroller.hasMailbox) {
    return {
      code,
      detail: 'The acting user has no connected personal mailbox; connect one first.',
    };
  }
  return undefined;
}

function whyNotSender({ sender, mailbox }: EligibilityFacts): Ineligible | undefined {
  if (!sender.hasAccess) {
    const detail =
      'The sequence is not shared with the sender; share it with them, or choose another sender.';
    return { code: 'SENDER_NO_ACCESS', detail };
  }
  const code = 'SENDER_NOT_ELIGIBLE';
  if (!sender.hasSeat) {
    return { code, detail: 'The sender has no assigned seat; choose another sender.' };
  }
  if (mailbox === null) {
    return { code, detail: 'The sender has no connected personal mailbox; connect one first.' };
  }
  if (!mailbox.isSenders) {
    return { code, detail: 'The mailbox is not the sender’s; choose one of theirs.' };
  }
  if (mailbox.kind === 'team') {
    return {
      code,
      detail: 'A team address cannot send sequence emails; choose a personal mailbox.',
    };
  }
  if (mailbox.state === 'disconnected') {
    return { code, detail: 'The mailbox is disconnected; connect it again or choose another.' };
  }
  return undefined;
}

function whyNotContact({ contact, missingTokens }: EligibilityFacts): Ineligible | undefined {
  if (contact.address === null) {
    return { code: 'NO_EMAIL', detail: 'The contact has no email address; add one first.' };
  }
  if (contact.liveEnrollment) {
    return alreadyEnrolled(contact.liveEnrollment);
  }
  const suppression = weightiest(contact.suppressions);
  if (suppression !== undefined) return suppressedRefusal(suppression);
  return missingTokens.length > 0 ? missingRefusal(missingTokens) : undefined;
}

/** The refusal to write to an address that must not be written to. */
export function suppressedRefusal(suppression: SuppressionReason): Ineligible {
  return refusalsBySuppression[suppression];
}

/** The refusal that lists every token without a value that can be used, with its place (ERR-09). */
export function missingRefusal(missingTokens: readonly MissingToken[]): Ineligible {
  return { code: 'MISSING_TOKENS', detail: describeMissing(missingTokens), missingTokens };
}
