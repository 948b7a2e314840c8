import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { EnrollmentReason, EnrollmentState } from '../domain/enrollment/state.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';

/**
 * The argument of every signal and update: one object, of which an operator in the Temporal UI may leave out everything.
 * A message takes effect once by its `messageId`; without one it gets an id that stays the same when the run is reset.
 */
export interface MessageInput {
  readonly messageId?: string;
  /** The task or the step that is meant; without it, the one that the enrollment is at. */
  readonly taskId?: string;
  readonly stepId?: string;
  /** Of a meeting: `link` when it was booked through a link in an email of the sequence, else `logged`. */
  readonly via?: string;
  /** When a pause ends by itself, as any ISO-8601 instant; without it the pause lasts until somebody lifts it. */
  readonly until?: string;
  /** Of `versionChanged`: what Postgres has been told, for whoever reads the run's history. */
  readonly said?: string;
  /** When somebody who is out of office says they are back; without it, after a default number of days. */
  readonly returnAt?: string;
}

/** What an update answers: the state that the enrollment is moving to. */
export interface MessageReceipt {
  readonly messageId: string;
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
  /** When the pause ends by itself. */
  readonly pausedUntil?: string | null;
}

export const replySignal = defineSignal<[input: MessageInput | undefined]>('reply');
export const meetingSignal = defineSignal<[input: MessageInput | undefined]>('meeting');
/** An automatic answer said that the contact is away: no reply, but a pause until they are back. */
export const outOfOfficeSignal = defineSignal<[input: MessageInput | undefined]>('outOfOffice');
/**
 * Something of the enrollment was changed in Postgres: it looks there and adopts what stands. It is all that the API ever
 * says, whatever was changed, since the API changes Postgres itself; a signal waits for no worker. Runs of every release
 * know it.
 */
export const versionChangedSignal =
  defineSignal<[input: MessageInput | undefined]>('versionChanged');
export const pauseUpdate = defineUpdate<MessageReceipt, [input: MessageInput | undefined]>('pause');
export const resumeUpdate = defineUpdate<MessageReceipt, [input: MessageInput | undefined]>(
  'resume',
);
export const unenrollUpdate = defineUpdate<MessageReceipt, [input: MessageInput | undefined]>(
  'unenroll',
);
export const completeTaskUpdate = defineUpdate<MessageReceipt, [input: MessageInput | undefined]>(
  'completeTask',
);
export const skipStepUpdate = defineUpdate<MessageReceipt, [input: MessageInput | undefined]>(
  'skipStep',
);
export const stateQuery = defineQuery<EnrollmentStatus>('state');
