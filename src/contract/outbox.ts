import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import type { BulkStart } from './bulk.js';
import type { EnrollmentStart } from './enrollment.js';
import type { TaskEmailStart } from './task-email.js';

/**
 * What Temporal is told of each kind of target to begin its run. A kind more is a line here, and one in the list of
 * `assembly/targets.ts`, which says how it is read and told.
 */
export interface Starts {
  readonly enrollment: EnrollmentStart;
  readonly bulk: BulkStart;
  readonly task_email: TaskEmailStart;
}

export type TargetKind = keyof Starts;

/** A thing that has a run in Temporal: an enrollment, a bulk enrollment, or a task whose email a user sent. */
export interface Target<Kind extends TargetKind = TargetKind> {
  readonly kind: Kind;
  readonly accountId: string;
  readonly id: string;
}

/** One thing that Temporal has yet to be told of a target: a message to its run, or, with null, to start it. */
export interface Word {
  readonly id: number;
  readonly message: EnrollmentMessage | null;
}

/** The word that starts a target which was just made, with all that is to be told. */
export interface GivenStart<Kind extends TargetKind = TargetKind> {
  readonly id: number;
  readonly start: Starts[Kind];
}

/** The outbox as the gateway sees it. */
export interface OutboxStore {
  /** What is to be told of a target, in the order in which it happened. */
  pending(target: Target): Promise<readonly Word[]>;
  /** Told; it is not told again. */
  told(wordId: number): Promise<void>;
  /** Not told, for a reason given as a code; tried again after a while. */
  failed(wordId: number, reason: string): Promise<void>;
}
