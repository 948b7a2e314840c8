import type { Instant } from '../time/types.js';
import type { MeetingOrigin } from './stopping.js';

/** What can be said to an enrollment. The same names serve the API, the workflow's handlers and the log. */
export const messageTypes = [
  'reply',
  'meeting',
  'outOfOffice',
  'pause',
  'resume',
  'unenroll',
  'completeTask',
  'skipStep',
  'versionChanged',
] as const;
export type MessageType = (typeof messageTypes)[number];

/** A message to an enrollment; it takes effect once by its id, however often it is delivered. */
export interface EnrollmentMessage {
  readonly type: MessageType;
  readonly messageId: string;
  /** The task or the step that is meant; without it the one the enrollment is at. */
  readonly taskId?: string;
  readonly stepId?: string;
  /** Of a meeting: booked through a link in an email of the sequence, or logged by somebody; logged without. */
  readonly via?: MeetingOrigin;
  /** When a pause ends by itself; it lasts until it is lifted without. */
  readonly until?: Instant;
  /** When somebody who is out of office says to be back. */
  readonly returnAt?: Instant;
}
