import type { Instant } from '../time/types.js';
import type { MeetingOrigin } from './stopping.js';

/** The messages that an enrollment takes. The API, the workflow's handlers and the log use the same names. */
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
  /** The task or the step that is meant; when absent, the one that the enrollment is at. */
  readonly taskId?: string;
  readonly stepId?: string;
  /** How a meeting came about; when absent, somebody logged it. */
  readonly via?: MeetingOrigin;
  /** When a pause ends by itself; when absent, it lasts until it is lifted. */
  readonly until?: Instant;
  /** When somebody who is out of office says they will be back. */
  readonly returnAt?: Instant;
}
