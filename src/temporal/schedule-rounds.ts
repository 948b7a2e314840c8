import {
  ScheduleAlreadyRunning,
  ScheduleOverlapPolicy,
  WorkflowNotFoundError,
  type Client,
  type ScheduleDescription,
  type ScheduleOptions,
} from '@temporalio/client';
import { remindWorkflowType, sweeperWorkflowType, type RoundsInput } from '../contract/rounds.js';

export interface Rounds {
  /** How long a run waits between two rounds. */
  readonly everySeconds: number;
  /** How long a run goes on; then the schedule has begun the next one. A quarter of an hour without it. */
  readonly forSeconds?: number;
}

const quarterOfAnHour = 900;

/** What works in rounds; `overtimeSeconds` is more than the last round of a run takes. */
const works = [
  {
    prefix: 'sweeper',
    workflowType: sweeperWorkflowType,
    overtimeSeconds: 600,
    staticSummary: 'Delivers what a crash or an outage left undelivered',
  },
  {
    prefix: 'reminders',
    workflowType: remindWorkflowType,
    overtimeSeconds: 2400,
    staticSummary: 'Sends the reminders of tasks that are due',
  },
] as const;
type Work = (typeof works)[number];

/**
 * Sees to it that the sweeper and the reminders run on a task queue, as this release has them run; harmless when they do
 * already. A schedule begins a run whatever has become of the one before, and a run that is stuck is ended by its
 * time-out: so nothing stops them for longer than a run goes on.
 */
export async function scheduleRounds(
  client: Client,
  taskQueue: string,
  rounds: Rounds,
): Promise<void> {
  for (const work of works) await schedule(client, taskQueue, work, rounds);
}

async function schedule(
  client: Client,
  taskQueue: string,
  work: Work,
  rounds: Rounds,
): Promise<void> {
  const scheduleId = `${work.prefix}/${taskQueue}`;
  const wanted = scheduleOf(taskQueue, scheduleId, work, rounds);
  try {
    await client.schedule.create({ scheduleId, ...wanted, state: { triggerImmediately: true } });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
    await bringUpToDate(client, scheduleId, wanted);
  }
}

type Wanted = Required<Pick<ScheduleOptions, 'spec' | 'policies' | 'action'>>;

function scheduleOf(
  taskQueue: string,
  workflowId: string,
  { workflowType, overtimeSeconds, staticSummary }: Work,
  { everySeconds, forSeconds = Math.max(quarterOfAnHour, everySeconds) }: Rounds,
): Wanted {
  const input: RoundsInput = { everySeconds, forSeconds };
  return {
    spec: { intervals: [{ every: forSeconds * 1000 }] },
    policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL, catchupWindow: '1 minute' },
    action: {
      type: 'startWorkflow',
      workflowType,
      workflowId,
      taskQueue,
      args: [input],
      workflowExecutionTimeout: (forSeconds + overtimeSeconds) * 1000,
      staticSummary,
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
