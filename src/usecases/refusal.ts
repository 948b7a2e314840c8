/** What a refusal is about. */
export const refusalScopes = [
  'request',
  'account',
  'contact',
  'sender',
  'sequence',
  'enrollment',
  'task',
  'server',
] as const;
export type RefusalScope = (typeof refusalScopes)[number];

export interface RefusalKind {
  readonly scope: RefusalScope;
  readonly title: string;
  /** Whether the same request may succeed later without anybody changing anything. */
  readonly retryable: boolean;
}

/** Stays refused until somebody changes something. */
export const final = (scope: RefusalScope, title: string): RefusalKind => ({
  scope,
  title,
  retryable: false,
});
/** May succeed later. */
export const passing = (scope: RefusalScope, title: string): RefusalKind => ({
  scope,
  title,
  retryable: true,
});

/** Every reason why something is not done. The names are a promise to callers: add, never rename. */
export const refusalKinds = {
  VALIDATION_FAILED: final('request', 'The request has fields that are not acceptable'),
  FORBIDDEN_SCOPE: final('request', 'The API key may not do this'),
  FORBIDDEN_PERMISSION: final('request', 'The acting user lacks a permission'),
  ADMIN_REQUIRED: final('request', 'Only an admin may do this'),
  ACTING_USER_REQUIRED: final('request', 'The request must name the acting user'),
  USER_DEACTIVATED: final('request', 'The user is deactivated'),
  USER_ACTIVE: final('account', 'The user is active'),
  LAST_ADMIN: final('account', 'The account needs an admin'),
  NOT_FOUND: final('request', 'Nothing is known under this name'),
  CONFLICT: final('request', 'Something else has this value already'),
  HOLIDAY_CALENDAR_IN_USE: final('account', 'The holiday calendar is needed'),
  LIST_NOT_STATIC: final('account', 'The members of the list are not chosen one by one'),
  NO_PUBLIC_HOLIDAYS: final('account', 'No public holidays are known for the calendar'),
  LIMIT_REACHED: final('account', 'The account has as many as it may have'),
  NO_EMAIL: final('contact', 'The contact has no usable address'),
  ALREADY_ENROLLED: final('contact', 'The contact is in a sequence already'),
  PREVIOUSLY_BOUNCED: final('contact', 'An earlier mail to the address bounced'),
  BLOCKED_ADDRESS: final('contact', 'The address is on the block list'),
  BLOCKED_DOMAIN: final('contact', 'The domain is on the block list'),
  UNSUBSCRIBED: final('contact', 'The address opted out of all mail'),
  UNSUBSCRIBED_PERSONAL: final('contact', 'The address opted out of one-to-one mail'),
  MARKED_AS_SPAM: final('contact', 'A complaint is on record for the address'),
  MISSING_TOKENS: final('contact', 'Tokens have no value that can be used'),
  ENROLLER_NOT_ELIGIBLE: final('request', 'The acting user may not enroll'),
  SENDER_NO_ACCESS: final('sender', 'The sequence is not shared with the sender'),
  SENDER_NOT_ELIGIBLE: final('sender', 'The sender cannot send sequence emails'),
  SEND_LIMIT: passing('sender', 'No sending budget is left for now'),
  EDIT_ACCESS_REQUIRED: final('sequence', 'The sequence may be used but not edited'),
  SEQUENCE_NOT_ACTIVE: final('sequence', 'The sequence takes no enrollments'),
  SEQUENCE_IN_USE: final('sequence', 'Contacts are enrolled in the sequence'),
  SEQUENCE_EMPTY: final('sequence', 'The sequence has no steps'),
  STEP_NOT_FOUND: final('sequence', 'The sequence has no such step'),
  BULK_TOO_LARGE: final('request', 'Too many contacts at once'),
  BULK_INVALID_STATE: final('request', 'The bulk enrollment is in another state'),
  BULK_EMPTY: final('request', 'The bulk enrollment has no contacts'),
  ENROLLMENT_ENDED: final('enrollment', 'The enrollment has ended'),
  INVALID_STATE: final('enrollment', 'The enrollment is in another state'),
  TASK_CLOSED: final('task', 'The task is closed'),
  NOT_A_MANUAL_EMAIL: final('task', 'The task has no email to send'),
  TASK_EMAIL_UNDER_WAY: final('task', 'The email of the task is on its way'),
  TASK_EMAIL_UNCERTAIN: final('task', 'The email of the task may have arrived'),
  THREAD_PARENT_MISSING: final('enrollment', 'The email to be answered was never sent'),
  ACCOUNT_PAUSED: final('account', 'The account is paused'),
  INTERNAL: passing('server', 'Something went wrong on our side'),
} satisfies Record<string, RefusalKind>;

export type RefusalCode = keyof typeof refusalKinds;

/** All of them. */
export const refusalCodes: readonly RefusalCode[] = Object.keys(refusalKinds).filter(isRefusalCode);

function isRefusalCode(text: string): text is RefusalCode {
  return Object.hasOwn(refusalKinds, text);
}

/** One field of the input that is not acceptable. */
export interface FieldError {
  /** The part of the input that the field is in; the body if left out. */
  readonly in?: 'body' | 'query' | 'path' | 'header';
  /** A JSON pointer (RFC 6901) into that part, such as `/steps/2/delayDays`. */
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  /** For a mistake within a text: its offset there, in UTF-16 code units. */
  readonly position?: number;
}

export interface RefusalDetails {
  /** What was refused, where, and how to mend it. It is never shown when the fault is ours. */
  readonly detail: string;
  readonly errors?: readonly FieldError[];
  /** Seconds after which another try makes sense. */
  readonly retryAfter?: number;
  /** What else belongs to the refusal, such as the other enrollment of ALREADY_ENROLLED. */
  readonly extensions?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * Thrown where the transaction must end: it is rolled back, and the caller is told why. Where the caller goes on, a use
 * case returns its reason instead.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: RefusalCode;
  readonly details: RefusalDetails;

  constructor(code: RefusalCode, details: RefusalDetails) {
    super(`${code}: ${details.detail}`, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** Refuses what is asked. */
export function refuse(code: RefusalCode, details: RefusalDetails | string): never {
  throw new Refusal(code, typeof details === 'string' ? { detail: details } : details);
}

/**
 * Refuses with NOT_FOUND, which is the same for what does not exist and for what belongs to another account. `pointer`
 * names the field of the body that holds the unknown name.
 */
export function refuseUnknown(noun: string, pointer?: string): never {
  const detail =
    pointer === undefined
      ? `There is no such ${noun}.`
      : `There is no such ${noun} as ${pointer} of the body names.`;
  throw new Refusal('NOT_FOUND', {
    detail,
    ...(pointer !== undefined && {
      errors: [{ pointer, code: 'not_found', message: `There is no such ${noun}.` }],
    }),
  });
}

const maxErrors = 100;

/** Refuses with VALIDATION_FAILED and names all fields that are not acceptable at once, up to the first hundred. */
export function refuseFields(fields: readonly FieldError[]): never {
  const errors = fields.slice(0, maxErrors);
  const [first, ...others] = errors;
  const place = first && `${first.in ?? 'body'} ${first.pointer}: ${first.message}`;
  const more = others.length > 0 ? ` (and ${others.length} more, see errors)` : '';
  throw new Refusal('VALIDATION_FAILED', { detail: `${place ?? 'See errors.'}${more}`, errors });
}

/** RFC 6901. */
export function jsonPointer(path: readonly PropertyKey[]): string {
  return path
    .map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');
}
