/** What a refusal is about. */
type ProblemScope =
  'request' | 'account' | 'contact' | 'sender' | 'sequence' | 'enrollment' | 'task' | 'server';

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  readonly scope: ProblemScope;
  /** Whether the same request may succeed later without anybody changing it. */
  readonly retryable: boolean;
}

const refused = (status: number, scope: ProblemScope, title: string): ProblemKind => ({
  status,
  title,
  scope,
  retryable: false,
});
const notNow = (status: number, scope: ProblemScope, title: string): ProblemKind => ({
  status,
  title,
  scope,
  retryable: true,
});

/** Every code that an answer can carry. The names are a promise to callers: add, never rename. */
const catalogue = {
  MALFORMED_JSON: refused(400, 'request', 'The body is not valid JSON'),
  VALIDATION_FAILED: refused(422, 'request', 'The request has fields that are not acceptable'),
  INVALID_CURSOR: refused(400, 'request', 'The cursor does not belong to this list'),
  UNAUTHENTICATED: refused(401, 'request', 'No valid API key was given'),
  FORBIDDEN_SCOPE: refused(403, 'request', 'The API key may not do this'),
  FORBIDDEN_PERMISSION: refused(403, 'request', 'The acting user lacks a right'),
  ADMIN_REQUIRED: refused(403, 'request', 'Only an admin may do this'),
  ACTING_USER_REQUIRED: refused(400, 'request', 'The request must name the acting user'),
  ACTING_USER_UNKNOWN: refused(422, 'request', 'The acting user is unknown'),
  USER_DEACTIVATED: refused(422, 'request', 'The user is deactivated'),
  NOT_FOUND: refused(404, 'request', 'Nothing is known under this name'),
  METHOD_NOT_ALLOWED: refused(405, 'request', 'The path does not know this method'),
  PAYLOAD_TOO_LARGE: refused(413, 'request', 'The body is too large'),
  UNSUPPORTED_MEDIA_TYPE: refused(415, 'request', 'The body must be JSON'),
  IDEMPOTENCY_KEY_REUSED: refused(
    422,
    'request',
    'The Idempotency-Key was used for another request',
  ),
  IDEMPOTENCY_IN_PROGRESS: notNow(409, 'request', 'The first request with this key still runs'),
  CONFLICT: refused(409, 'request', 'Something else has this value already'),
  PRECONDITION_REQUIRED: refused(428, 'request', 'The request must say which version it changes'),
  PRECONDITION_FAILED: refused(412, 'request', 'It was changed by somebody else meanwhile'),
  HOLIDAY_CALENDAR_IN_USE: refused(409, 'account', 'The holiday calendar is needed'),
  LIST_NOT_STATIC: refused(409, 'account', 'The members of the list are not chosen one by one'),
  NO_PUBLIC_HOLIDAYS: refused(409, 'account', 'No public holidays are known for the calendar'),
  LIMIT_REACHED: refused(409, 'account', 'The account has as many as it may have'),

  NO_EMAIL: refused(422, 'contact', 'The contact has no usable address'),
  ALREADY_ENROLLED: refused(409, 'contact', 'The contact is in a sequence already'),
  PREVIOUSLY_BOUNCED: refused(422, 'contact', 'An earlier mail to the address bounced'),
  BLOCKED_ADDRESS: refused(422, 'contact', 'The address is on the block list'),
  BLOCKED_DOMAIN: refused(422, 'contact', 'The domain is on the block list'),
  UNSUBSCRIBED: refused(422, 'contact', 'The address opted out of all mail'),
  UNSUBSCRIBED_PERSONAL: refused(422, 'contact', 'The address opted out of one-to-one mail'),
  MARKED_AS_SPAM: refused(422, 'contact', 'A complaint is on record for the address'),
  MISSING_TOKENS: refused(422, 'contact', 'Tokens have no value'),
  ENROLLER_NOT_ELIGIBLE: refused(403, 'request', 'The acting user may not enroll'),
  SENDER_NO_ACCESS: refused(403, 'sender', 'The sequence is not shared with the sender'),
  SENDER_NOT_ELIGIBLE: refused(422, 'sender', 'The sender cannot send sequence emails'),
  SEND_LIMIT: notNow(409, 'sender', 'No sending budget is left for now'),
  EDIT_ACCESS_REQUIRED: refused(403, 'sequence', 'The sequence may be used but not edited'),
  SEQUENCE_NOT_ACTIVE: refused(409, 'sequence', 'The sequence takes no enrollments'),
  SEQUENCE_IN_USE: refused(409, 'sequence', 'Contacts are enrolled in the sequence'),
  SEQUENCE_EMPTY: refused(422, 'sequence', 'The sequence has no steps'),
  STEP_NOT_FOUND: refused(422, 'sequence', 'The sequence has no such step'),
  BULK_TOO_LARGE: refused(422, 'request', 'Too many contacts at once'),
  BULK_INVALID_STATE: refused(409, 'request', 'The bulk enrollment is in another state'),
  BULK_EMPTY: refused(422, 'request', 'The bulk enrollment has no contacts'),

  ENROLLMENT_ENDED: refused(409, 'enrollment', 'The enrollment has ended'),
  INVALID_STATE: refused(409, 'enrollment', 'The enrollment is in another state'),
  TASK_CLOSED: refused(409, 'task', 'The task is closed'),
  NOT_A_MANUAL_EMAIL: refused(409, 'task', 'The task has no email to send'),
  TASK_EMAIL_UNDER_WAY: refused(409, 'task', 'The email of the task is on its way'),
  TASK_EMAIL_UNCERTAIN: refused(409, 'task', 'The email of the task may have arrived'),
  THREAD_PARENT_MISSING: refused(409, 'enrollment', 'The email to be answered was never sent'),
  ACCOUNT_PAUSED: refused(409, 'account', 'The account is paused'),

  INTERNAL: notNow(500, 'server', 'Something went wrong on our side'),
  UNAVAILABLE: notNow(503, 'server', 'The service is not available for the moment'),
} satisfies Record<string, ProblemKind>;

export type ProblemCode = keyof typeof catalogue;

/** Status and title of a code, for the API's documentation. */
export function problemKind(code: ProblemCode): ProblemKind {
  return catalogue[code];
}

/** One field that is not acceptable. */
export interface FieldError {
  readonly in: 'body' | 'query' | 'path' | 'header';
  /** A JSON pointer (RFC 6901) into the body, such as `/steps/2/delayDays`; elsewhere `/` and the name. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** Of a mistake within a text: its offset there, in UTF-16 code units. */
  readonly position?: number;
}

export interface ProblemDetails {
  /** What was refused, where, and how to mend it; of a 5xx it is never shown. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number;
  /** Further members of the problem, such as the other enrollment of ALREADY_ENROLLED. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** Thrown by whatever serves a request; rolls its transaction back and is answered as problem+json. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ProblemCode;
  readonly details: ProblemDetails;

  constructor(code: ProblemCode, details: ProblemDetails) {
    super(`${code}: ${details.detail}`, { cause: details.cause });
    this.code = code;
    this.details = details;
  }

  get status(): number {
    return catalogue[this.code].status;
  }
}

/** Refuses the request. */
export function refuse(code: ProblemCode, details: ProblemDetails | string): never {
  throw new ApiError(code, typeof details === 'string' ? { detail: details } : details);
}

/**
 * Refuses with NOT_FOUND: the same for what does not exist and for what belongs to another account.
 * `pointer` names the field of the body that the unknown name stands in.
 */
export function refuseUnknown(noun: string, pointer?: string): never {
  const detail =
    pointer === undefined
      ? `There is no such ${noun}.`
      : `There is no such ${noun} as ${pointer} of the body names.`;
  throw new ApiError('NOT_FOUND', {
    detail,
    ...(pointer !== undefined && {
      errors: [{ in: 'body', pointer, code: 'not_found', message: `There is no such ${noun}.` }],
    }),
  });
}

const maxErrors = 100;

/** Refuses with VALIDATION_FAILED: all fields that are not acceptable, at once; of very many the first hundred. */
export function refuseFields(fields: readonly FieldError[]): never {
  const errors = fields.slice(0, maxErrors);
  const [first, ...others] = errors;
  const place = first && `${first.in} ${first.pointer}: ${first.message}`;
  const more = others.length > 0 ? ` (and ${others.length} more, see errors)` : '';
  throw new ApiError('VALIDATION_FAILED', { detail: `${place ?? 'See errors.'}${more}`, errors });
}

export interface RenderedProblem {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The RFC 9457 form of an error. A 5xx says nothing but its title. */
export function renderProblem(error: ApiError, requestId: string): RenderedProblem {
  const { status, title, scope, retryable } = catalogue[error.code];
  const { detail, errors, retryAfter, extensions } = error.details;
  const shown = status < 500;
  return {
    status,
    headers: retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) },
    body: {
      ...(shown && extensions),
      type: `urn:cadenza:problem:${error.code}`,
      title,
      status,
      code: error.code,
      scope,
      retryable,
      detail: shown ? detail : `${title}. Quote the requestId when you report it.`,
      ...(shown && errors !== undefined && { errors }),
      ...(retryAfter !== undefined && { retryAfter }),
      requestId,
    },
  };
}
