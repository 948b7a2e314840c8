import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  WorkflowNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { sweeperWorkflowType, type SweeperInput } from '../contract/sweeper.js';

export interface Sweeping {
  /** How long the sweeper waits between two rounds. */
  readonly everySeconds: number;
  /** How long a run of it goes on; then the schedule has begun the next one. A quarter of an hour without it. */
  readonly forSeconds?: number;
}

const quarterOfAnHour = 900;
/** More than the last round of a run takes. */
const overtimeSeconds = 600;

/**
 * Sees to it that the sweeper runs on a task queue, as this release has it run; harmless when it does already. The schedule
 * begins a run whatever has become of the one before, and a run that is stuck is ended by its time-out: so nothing
 * stops it for longer than a run goes on.
 */
export async function scheduleSweeper(
  client: Client,
  taskQueue: string,
  sweeping: Sweeping,
): Promise<void> {
  const scheduleId = `sweeper/${taskQueue}`;
  const wanted = scheduleOf(taskQueue, scheduleId, sweeping);
  try {
    await client.schedule.create({ scheduleId, ...wanted, state: { triggerImmediately: true } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await bringUpToDate(client, scheduleId, wanted);
  }
}

type Wanted = Required<Pick<ScheduleOptions, 'spec' | 'policies' | 'action'>>;

function scheduleOf(taskQueue: string, workflowId: string, sweeping: Sweeping): Wanted {
  const { everySeconds, forSeconds = Math.max(quarterOfAnHour, everySeconds) } = sweeping;
  const input: SweeperInput = { everySeconds, forSeconds };
  return {
    spec: { intervals: [{ every: forSeconds * 1000 }] },
    policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType: sweeperWorkflowType,
      workflowId,
      taskQueue,
      args: [input],
      workflowExecutionTimeout: (forSeconds + overtimeSeconds) * 1000,
      staticSummary: 'Delivers what a crash or an outage left undelivered',
    },
  };
}

/** Gives the schedule what this release wants of it; one that an operator has paused stays paused. */
async function bringUpToDate(client: Client, scheduleId: string, wanted: Wanted): Promise<void> {
  const handle = client.schedule.getHandle(scheduleId);
  let before: ScheduleDescription | undefined;
  await handle.update((current) => {
    before = current;
    return { ...wanted, state: current.state };
  });
  if (before === undefined || before.action.workflowType === wanted.action.workflowType) return;
  // Runs of an earlier release have no time-out, and nobody knows their code any more.
  for (const { action } of before.info.recentActions) {
    await client.workflow
      .getHandle(action.workflow.workflowId)
      .terminate('this release sweeps in another way')
      .catch((error: unknown) => {
        if (!(error instanceof WorkflowNotFoundError)) throw error;
      });
  }
  await handle.trigger(ScheduleOverlapPolicy.ALLOW_ALL);
}
