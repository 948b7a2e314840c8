import type { Refusal } from '../../usecases/refusal.js';
import {
  final,
  passing,
  refusalKinds,
  type RefusalCode,
  type RefusalDetails,
  type RefusalKind,
  type FieldError,
} from '../../usecases/refusal.js';

interface ProblemKind extends RefusalKind {
  readonly status: number;
}

/** The HTTP status for each refusal of a use case. */
const statuses: Readonly<Record<RefusalCode, number>> = {
  VALIDATION_FAILED: 422,
  FORBIDDEN_SCOPE: 403,
  FORBIDDEN_PERMISSION: 403,
  ADMIN_REQUIRED: 403,
  ACTING_USER_REQUIRED: 400,
  USER_DEACTIVATED: 422,
  USER_ACTIVE: 409,
  LAST_ADMIN: 409,
  NOT_FOUND: 404,
  CONFLICT: 409,
  HOLIDAY_CALENDAR_IN_USE: 409,
  LIST_NOT_STATIC: 409,
  NO_PUBLIC_HOLIDAYS: 409,
  LIMIT_REACHED: 409,
  NO_EMAIL: 422,
  ALREADY_ENROLLED: 409,
  PREVIOUSLY_BOUNCED: 422,
  BLOCKED_ADDRESS: 422,
  BLOCKED_DOMAIN: 422,
  UNSUBSCRIBED: 422,
  UNSUBSCRIBED_PERSONAL: 422,
  MARKED_AS_SPAM: 422,
  MISSING_TOKENS: 422,
  ENROLLER_NOT_ELIGIBLE: 403,
  SENDER_NO_ACCESS: 403,
  SENDER_NOT_ELIGIBLE: 422,
  SEND_LIMIT: 409,
  EDIT_ACCESS_REQUIRED: 403,
  SEQUENCE_NOT_ACTIVE: 409,
  SEQUENCE_IN_USE: 409,
  SEQUENCE_EMPTY: 422,
  STEP_NOT_FOUND: 422,
  BULK_TOO_LARGE: 422,
  BULK_INVALID_STATE: 409,
  BULK_EMPTY: 422,
  ENROLLMENT_ENDED: 409,
  INVALID_STATE: 409,
  TASK_CLOSED: 409,
  NOT_A_MANUAL_EMAIL: 409,
  TASK_EMAIL_UNDER_WAY: 409,
  TASK_EMAIL_UNCERTAIN: 409,
  THREAD_PARENT_MISSING: 409,
  ACCOUNT_PAUSED: 409,
  INTERNAL: 500,
};

/** Reasons to refuse a call before any use case is asked. The names are a promise to callers: add, never rename. */
const callKinds = {
  MALFORMED_JSON: { status: 400, ...final('request', 'The body is not valid JSON') },
  INVALID_CURSOR: { status: 400, ...final('request', 'The cursor does not belong to this list') },
  UNAUTHENTICATED: { status: 401, ...final('request', 'No valid API key was given') },
  ACTING_USER_UNKNOWN: { status: 422, ...final('request', 'The acting user is unknown') },
  KEY_BOUND_TO_USER: { status: 403, ...final('request', 'The API key speaks for another user') },
  METHOD_NOT_ALLOWED: { status: 405, ...final('request', 'The path does not know this method') },
  PAYLOAD_TOO_LARGE: { status: 413, ...final('request', 'The body is too large') },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    ...final('request', 'The body has another media type than this call takes'),
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 422,
    ...final('request', 'The Idempotency-Key was used for another request'),
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    ...passing('request', 'The first request with this key still runs'),
  },
  PRECONDITION_REQUIRED: {
    status: 428,
    ...final('request', 'The request must say which version it changes'),
  },
  PRECONDITION_FAILED: {
    status: 412,
    ...final('request', 'Another version is current'),
  },
  RATE_LIMITED: { status: 429, ...passing('account', 'Too many calls for the moment') },
  UNAVAILABLE: { status: 503, ...passing('server', 'The service is not available for the moment') },
} satisfies Record<string, ProblemKind>;

type CallCode = keyof typeof callKinds;

/** Every code that an answer can carry. */
export type ProblemCode = RefusalCode | CallCode;

/** All of them. */
export const problemCodes: readonly ProblemCode[] = [...keysOf(statuses), ...keysOf(callKinds)];

function keysOf<K extends string>(record: Readonly<Record<K, unknown>>): K[] {
  return Object.keys(record).filter((key): key is K => Object.hasOwn(record, key));
}

/** The page that tells of a code: a reference relative to the API that has answered. */
export function pageOfProblem(code: ProblemCode): string {
  return `${errorsPath}#${code}`;
}

/** Where the codes are explained. */
export const errorsPath = '/docs/errors';

/** Status and title of a code, for the API's documentation. */
export function problemKind(code: ProblemCode): ProblemKind {
  return isCallCode(code) ? callKinds[code] : { status: statuses[code], ...refusalKinds[code] };
}

function isCallCode(code: ProblemCode): code is CallCode {
  return Object.hasOwn(callKinds, code);
}

/** Thrown where a call is refused before it reaches a use case; answered like any other refusal. */
export class CallRefusal extends Error {
  override readonly name = 'CallRefusal';
  readonly code: CallCode;
  readonly details: RefusalDetails;

  constructor(code: CallCode, details: RefusalDetails) {
    super(`${code}: ${details.detail}`, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** Refuses the call. */
export function refuseCall(code: CallCode, details: RefusalDetails | string): never {
  throw new CallRefusal(code, typeof details === 'string' ? { detail: details } : details);
}

export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * The RFC 9457 form of a refusal. A 5xx reveals nothing but its title. A 403 begins with what was asked for, where that is
 * known, since what it lacks may be a key's, a user's or a sequence's.
 */
export function renderProblem(
  error: Refusal | CallRefusal,
  requestId: string,
  asked?: string,
): RenderedProblem {
  const { status, title, scope, retryable } = problemKind(error.code);
  const { errors, retryAfter, extensions } = error.details;
  const isForbidden = status === 403 && asked !== undefined;
  const detail = isForbidden ? `${asked}: ${error.details.detail}` : error.details.detail;
  const shown = status < 500;
  return {
    status,
    headers: retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
    body: {
      ...(shown && extensions),
      type: pageOfProblem(error.code),
      title,
      status,
      code: error.code,
      scope,
      retryable,
      detail: shown ? detail : `${title}. Quote the requestId when you report it.`,
      ...(shown && errors !== undefined && { errors: errors.map(placed) }),
      ...(retryAfter !== undefined && { retryAfter }),
      requestId,
    },
  };
}

function placed(error: FieldError): FieldError {
  return { in: 'body', ...error };
}
