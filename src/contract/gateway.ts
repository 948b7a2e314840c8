import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { BulkRef, BulkStart } from './bulk.js';
import type { EnrollmentInput } from './enrollment.js';
import type { TaskEmailRef, TaskEmailStart } from './task-email.js';

/** An enrollment, and the account it belongs to. */
export interface EnrollmentRef {
  readonly accountId: string;
  readonly enrollmentId: string;
}

/** What the API asks of Temporal. */
export interface WorkflowGateway {
  /**
   * Tells Temporal what the outbox holds for the enrollment, soon or not at all: `pending` leaves it to the sweeper.
   * Doing it twice is harmless. The start of an enrollment that was just made may be given along: it is the only thing
   * there is to tell then, and need not be read again.
   */
  readonly deliver: (ref: EnrollmentRef, start?: OutboxItem) => Promise<'delivered' | 'pending'>;
  /** Where an operator sees the enrollment's run. */
  readonly runUrl: (enrollmentId: string) => string;
  /** The same for a bulk enrollment that was confirmed. */
  readonly deliverBulk: (ref: BulkRef) => Promise<'delivered' | 'pending'>;
  readonly bulkRunUrl: (bulkId: string) => string;
  /** The same for the email that a user sent from a task. */
  readonly deliverTaskEmail: (ref: TaskEmailRef) => Promise<'delivered' | 'pending'>;
  readonly healthy: () => Promise<boolean>;
}

/** One thing that Temporal has yet to be told of an enrollment. */
export type OutboxItem =
  | { readonly id: number; readonly kind: 'start'; readonly start: WorkflowStart }
  | { readonly id: number; readonly kind: 'message'; readonly message: EnrollmentMessage };

/** What a workflow is started with: its input, and what operators filter by. */
export interface WorkflowStart {
  readonly input: Omit<EnrollmentInput, 'searchAttributesEachStep'>;
  readonly sequenceId: string;
  readonly sequenceName: string;
  readonly sequenceVersion: number;
  readonly contactId: string;
  readonly senderId: string;
}

/** The outbox as the gateway sees it. */
export interface OutboxStore {
  /** What is to be told, in the order in which it happened. */
  pending(ref: EnrollmentRef): Promise<readonly OutboxItem[]>;
  /** Told; it is not told again. */
  done(itemId: number): Promise<void>;
  /** What is to be told of a bulk enrollment; undefined when that has been done. */
  pendingBulk(ref: BulkRef): Promise<BulkStart | undefined>;
  bulkDone(ref: BulkRef): Promise<void>;
  /** What is to be told of the email of a task; undefined when that has been done. */
  pendingTaskEmail(ref: TaskEmailRef): Promise<TaskEmailStart | undefined>;
  taskEmailDone(start: TaskEmailStart): Promise<void>;
}
