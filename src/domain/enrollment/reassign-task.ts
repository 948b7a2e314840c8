import type { Decision, EnrollmentCase, OpenTask } from './enrollment.js';
import { entry, type Happening } from './progress.js';

/** Who has a task, and who is to have it. */
export interface Reassignment {
  readonly fromAssigneeId: string;
  readonly assigneeId: string;
}

/** An open task goes to somebody else; the enrollment stays where it is, and so do those who work its other tasks. */
export function reassignTask(
  { standing }: EnrollmentCase,
  { id: taskId, stepId }: OpenTask,
  reassignment: Reassignment,
  happening: Happening,
): Decision {
  const data = { taskId, ...reassignment };
  return {
    kind: 'decision',
    standing,
    log: [entry('task_reassigned', stepId, happening, data)],
  };
}
