import type { ProblemCode } from './problem.js';

/** What to do about each code, in a sentence or two. */
export const mending: Readonly<Record<ProblemCode, string>> = {
  VALIDATION_FAILED:
    'Each entry of "errors" names a field by a JSON pointer, and says what it must be. Codes that begin with token_ are about tokens in a text.',
  FORBIDDEN_SCOPE: 'Call with a key that has the scope "requiredScope".',
  FORBIDDEN_PERMISSION:
    'Have an admin give the acting user the permission "requiredPermission", or act for somebody who has it.',
  ADMIN_REQUIRED: 'Name an admin in Cadenza-User, with a key of the scope admin.',
  ACTING_USER_REQUIRED: 'Name the user in Cadenza-User: by id, externalId or email.',
  USER_DEACTIVATED: 'Choose another user, or have an admin reactivate this one.',
  USER_ACTIVE: 'Deactivate the user first, with POST /v1/users/{id}/deactivate.',
  LAST_ADMIN: 'Make somebody else an admin first.',
  NOT_FOUND:
    'Look at the id, or at the field that "errors" names. What belongs to another account, or is not shared with the acting user, is answered alike.',
  CONFLICT: 'Choose another value for the field that "errors" names, or change what has it.',
  HOLIDAY_CALENDAR_IN_USE: 'Take it out of the sequences that name it first.',
  LIST_NOT_STATIC: 'Change the filter of an active list, or convert it to a static one.',
  NO_PUBLIC_HOLIDAYS: 'Only a calendar of a country can be refreshed; edit the dates of others.',
  LIMIT_REACHED:
    'Delete what is not needed, or have an admin raise the limit in PATCH /v1/account.',
  NO_EMAIL: 'Give the contact an email address.',
  ALREADY_ENROLLED:
    'A contact is in one sequence at a time: unenroll it from "enrollmentId" first.',
  PREVIOUSLY_BOUNCED: 'Correct the address of the contact; a bounced one is not written to again.',
  BLOCKED_ADDRESS: 'The address is a suppression; only an admin takes it away.',
  BLOCKED_DOMAIN: 'The domain is a suppression; only an admin takes it away.',
  UNSUBSCRIBED: 'Whoever opted out is not written to.',
  UNSUBSCRIBED_PERSONAL: 'Whoever opted out of one-to-one mail is not written to.',
  MARKED_AS_SPAM: 'Whoever complained is not written to.',
  MISSING_TOKENS:
    'Give the contact a value for each of "missingTokens", one that fits the link where "needs" says so, pass one in "tokenValues", or give the token a fallback.',
  ENROLLER_NOT_ELIGIBLE: 'The acting user needs a seat and the permission to enroll.',
  SENDER_NO_ACCESS: 'Share the sequence with the sender, or choose another.',
  SENDER_NOT_ELIGIBLE: 'The sender needs a seat and a connected mailbox of their own.',
  SEND_LIMIT: 'Wait as long as "retryAfter" says, or enroll with "onLimit": "defer".',
  EDIT_ACCESS_REQUIRED: 'Make a copy, or ask the owner for the level "edit".',
  SEQUENCE_NOT_ACTIVE: 'Take the sequence out of the archive first.',
  SEQUENCE_IN_USE: 'Delete it with ?onActive=unenroll or ?onActive=finish.',
  SEQUENCE_EMPTY: 'Give the sequence a step.',
  STEP_NOT_FOUND: 'Name a step by its id, as GET /v1/sequences/{id} shows it.',
  BULK_TOO_LARGE: 'Make several batches, or one of the kind "import".',
  BULK_INVALID_STATE: 'GET /v1/bulk-enrollments/{id} shows the state; only a draft is changed.',
  BULK_EMPTY: 'Put contacts into the batch first.',
  ENROLLMENT_ENDED: 'Nothing is left to stop; enroll the contact again to go on.',
  INVALID_STATE: 'GET /v1/enrollments/{id} shows the state, and why.',
  TASK_CLOSED:
    'A closed task is neither changed nor sent, and a cancelled one not completed; nothing is left to do.',
  NOT_A_MANUAL_EMAIL: 'Only a task of the kind manual_email is sent; complete others.',
  TASK_EMAIL_UNDER_WAY: 'GET /v1/tasks/{id} says what becomes of it, in "email.state".',
  TASK_EMAIL_UNCERTAIN: 'Look into the Sent folder of the mailbox, then complete the task by hand.',
  THREAD_PARENT_MISSING: 'Skip the step, or have it begin a thread of its own.',
  ACCOUNT_PAUSED: 'An admin resumes the account with POST /v1/account/resume.',
  INTERNAL: 'Try again later. Quote the requestId when you report it.',
  MALFORMED_JSON: 'Send JSON in UTF-8, with Content-Type: application/json.',
  INVALID_CURSOR:
    'Pass "paging.next.after" of the page before, with the same filters and the same order, or begin without "after".',
  UNAUTHENTICATED: 'Send Authorization: Bearer and a key that is neither revoked nor expired.',
  ACTING_USER_UNKNOWN: 'Name a user of the account in Cadenza-User: by id, externalId or email.',
  KEY_BOUND_TO_USER: 'Leave Cadenza-User out: the key speaks for one user.',
  METHOD_NOT_ALLOWED: 'The header Allow names the methods of the path.',
  PAYLOAD_TOO_LARGE: 'Send less at once: a body has at most 1 MB.',
  UNSUPPORTED_MEDIA_TYPE:
    'Send one Content-Type: application/json, or application/x-ndjson to POST /v1/contacts/bulk.',
  IDEMPOTENCY_KEY_REUSED: 'Use a new key for another request.',
  IDEMPOTENCY_IN_PROGRESS: 'Wait for the first answer, then repeat.',
  PRECONDITION_REQUIRED: 'Send If-Match with the ETag of what you have read.',
  PRECONDITION_FAILED: 'Somebody else was faster: read it again, and repeat with its ETag.',
  RATE_LIMITED: 'Wait as many seconds as Retry-After says.',
  UNAVAILABLE: 'Repeat after as many seconds as Retry-After says, with the same Idempotency-Key.',
};
