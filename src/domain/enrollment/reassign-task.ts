import type { Decision, EnrollmentCase, OpenTask } from './enrollment.js';
import type { LogEntry } from './log.js';
import { entry, type Happening } from './progress.js';

/** Who has a task, and who is to have it. */
export interface Reassignment {
  readonly fromAssigneeId: string;
  readonly assigneeId: string;
}

/** An open task goes to somebody else; the enrollment stays where it is, and so do those who work its other tasks. */
export function reassignTask(
  { standing }: EnrollmentCase,
  task: OpenTask,
  reassignment: Reassignment,
  happening: Happening,
): Decision {
  return { kind: 'decision', standing, log: [reassigned(task, reassignment, happening)] };
}

/** What the log says of a task that goes to somebody else. */
export function reassigned(
  { id: taskId, stepId }: OpenTask,
  reassignment: Reassignment,
  happening: Happening,
): LogEntry {
  return entry('task_reassigned', stepId, happening, { taskId, ...reassignment });
}
