import type { TaskEmailState } from '../domain/task/task-email.js';
import type { OfInstallation } from './installation.js';
import type { Instant } from '../domain/time/types.js';

/** The workflow type of the email that a user sent from a task. */
export const taskEmailWorkflowType = 'taskEmail';

/** A task whose email a user has sent, and the account it belongs to. */
export interface TaskEmailRef extends OfInstallation {
  readonly accountId: string;
  readonly taskId: string;
}

/** What the workflow is started with: one try of a user, counted from 1. Ids only. */
export interface TaskEmailInput extends TaskEmailRef {
  readonly enrollmentId: string;
  readonly number: number;
}

/** The workflow id of one try: a further try after a refusal gets another run. */
export function taskEmailWorkflowId({
  taskId,
  number,
}: Pick<TaskEmailInput, 'taskId' | 'number'>): string {
  return `task-email/${taskId}/${number}`;
}

/** Where the email stands, as Postgres says. */
export interface TaskEmailProgress {
  readonly state: TaskEmailState;
  /** When to look again; null when nothing is left to be done. */
  readonly nextAt: Instant | null;
}

/** One attempt, at the workflow's `at`. */
export interface TaskEmailAttemptInput extends TaskEmailInput {
  readonly at: Instant;
}

/** Every activity may run twice, and answers with where the email stands afterwards. */
export interface TaskEmailActivities {
  sendTaskEmail(input: TaskEmailAttemptInput): Promise<TaskEmailProgress>;
  /** Withdraws the email, unless its first byte has left. */
  withdrawTaskEmail(input: TaskEmailAttemptInput): Promise<TaskEmailProgress>;
}

/** What Temporal is told of it: its run's input, and what operators filter by. */
export interface TaskEmailStart {
  readonly input: TaskEmailInput;
  readonly sequenceId: string;
  readonly sequenceName: string;
  readonly contactId: string;
  readonly senderId: string;
}
