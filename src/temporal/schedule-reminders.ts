import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';

/**
 * Makes sure that reminders of tasks are sent every `everySeconds`; harmless when they are already. A round that a mail server
 * holds up does not keep the next from beginning: each reminder is sent under a lease.
 */
export async function scheduleReminders(
  client: Client,
  taskQueue: string,
  everySeconds: number,
): Promise<void> {
  try {
    await client.schedule.create({
      scheduleId: `reminders/${taskQueue}`,
      spec: { intervals: [{ every: everySeconds * 1000 }] },
      policies: { overlap: ScheduleOverlapPolicy.ALLOW_ALL, catchupWindow: '1 minute' },
      action: {
        type: 'startWorkflow',
        workflowType: 'remind',
        workflowId: `reminders/${taskQueue}`,
        taskQueue,
        args: [],
        // A round whose workers are gone must not be there for ever.
        workflowExecutionTimeout: '1 hour',
        staticSummary: 'Sends the reminders of tasks that are due',
      },
    });
  } catch (error) {
    if (!(error instanceof ScheduleAlreadyRunning)) throw error;
  }
}
