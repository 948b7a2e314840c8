import type { GivenStart } from '../../contract/outbox.js';
import type { Tx } from '../../db/client.js';
import type { EnrollmentListing } from '../../db/queries/enrollments/list.js';
import type { Reference } from '../../db/queries/reference.js';
import type { User } from '../../db/queries/users.js';
import type { Pace } from '../../domain/capacity/limits.js';
import type { Ineligible, OverLimit } from '../../domain/enrollment/eligibility.js';
import type { Actor, Cause } from '../../domain/enrollment/log.js';
import type { EnrollmentSource } from '../../domain/enrollment/source.js';
import type { DraftProblem } from '../../domain/sequence/draft.js';
import type { Instant, TimeZone } from '../../domain/time/types.js';
import type { CheckedChoices, WrittenChoices } from './choices.js';

/** The transaction in which somebody is enrolled, when, by whom and through what. */
export interface EnrollingContext {
  readonly tx: Tx;
  readonly accountId: string;
  readonly now: Instant;
  /** What the log says about who did it. */
  readonly actor: Actor;
  readonly cause: Cause;
  /** The person who enrolls: their rights count, and the tasks are theirs (TSK-01). */
  readonly enroller: User;
}

/** What is asked for. Its steps, settings and tokens are checked against the sequence (`checkChoices`). */
export interface EnrollmentRequest extends WrittenChoices {
  readonly sequenceId: string;
  readonly contact: Reference;
  readonly sender?: Reference | undefined;
  readonly mailboxId?: string | undefined;
  readonly timeZone?: TimeZone | undefined;
  /** As the sequence says, if left out (SET-16). */
  readonly useContactTimeZone?: boolean | undefined;
  readonly taskAssignee?: Reference | undefined;
  readonly source: EnrollmentSource;
  /** The version to run; if left out, the current one. */
  readonly sequenceVersion?: number | undefined;
  /** The bulk enrollment that it belongs to, whose pace the first email keeps: its slot is reserved at once (LIM-07). */
  readonly pace?: Pace | undefined;
  /** What happens when no sending budget is left. */
  readonly onLimit: 'refuse' | 'defer';
  /**
   * The steps, settings and tokens that were checked before, perhaps for an earlier version. They count instead of what
   * is written here, and a first step whose time has passed meanwhile runs at once.
   */
  readonly checked?: CheckedChoices;
}

/** A name in the request that the account does not know. */
export interface UnknownName {
  readonly code: 'NOT_FOUND';
  readonly detail: string;
  /** The kind of thing that it should have named, such as `contact`. */
  readonly noun: string;
  /** Where it stands in the request, as a JSON pointer. */
  readonly pointer: string;
}

/** Choices that the sequence does not allow. */
export interface BadChoices {
  readonly code: 'VALIDATION_FAILED';
  readonly detail: string;
  /** Everything that is wrong, with JSON pointers into the request. */
  readonly errors: readonly DraftProblem[];
}

/** Why a contact was not enrolled; nothing is written then. */
export type EnrollmentRefusal =
  | UnknownName
  | BadChoices
  | {
      readonly code: Ineligible['code'] | OverLimit['code'] | 'CONFLICT' | 'USER_DEACTIVATED';
      /** What was refused and how to mend it. */
      readonly detail: string;
      /** The field of the request that is meant, as a JSON pointer. */
      readonly pointer?: string;
      /** Whole seconds after which the same request may succeed. */
      readonly retryAfter?: number;
      /** What else belongs to the code, such as the tokens of MISSING_TOKENS. */
      readonly extensions?: Readonly<Record<string, unknown>>;
    };

export interface Refused {
  readonly kind: 'refused';
  readonly refusal: EnrollmentRefusal;
}

/** A new enrollment, and what Temporal is told about it after the commit. */
export interface Enrolled {
  readonly kind: 'enrolled';
  readonly listing: EnrollmentListing;
  readonly start: GivenStart<'enrollment'>;
}

/** Refuses a name that the account does not know. */
export function unknownName(noun: string, pointer: string): Refused {
  const detail = `There is no such ${noun}.`;
  return { kind: 'refused', refusal: { code: 'NOT_FOUND', detail, noun, pointer } };
}

/** Refuses for a reason of the rules; everything in the reason except its text becomes the refusal's extensions. */
export function refused({ code, detail, ...rest }: Ineligible | OverLimit): Refused {
  const { retryAfter, pointer, ...extensions } = {
    retryAfter: undefined,
    pointer: undefined,
    ...rest,
  };
  return {
    kind: 'refused',
    refusal: {
      ...{ code, detail, extensions },
      ...(retryAfter !== undefined && { retryAfter }),
      ...(pointer !== undefined && { pointer }),
    },
  };
}
