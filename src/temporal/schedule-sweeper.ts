import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import type { SweepInput } from '../contract/activities.js';

/** Makes sure that the sweeper runs every `everySeconds` on a task queue; harmless when it does already. */
export async function scheduleSweeper(
  client: Client,
  taskQueue: string,
  everySeconds: number,
): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: `sweeper/${taskQueue}`,
      spec: { intervals: [{ every: everySeconds * 1000 }] },
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: 'sweep',
        workflowId: `sweeper/${taskQueue}`,
        taskQueue,
        args: [{ remindersApart: true } satisfies SweepInput],
        staticSummary: 'Delivers what a crash or an outage left undelivered',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
