import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { eventually } from './eventually.js';
import type { Stack } from './stack.js';

const { CommandType, EventType } = temporal.api.enums.v1;

/** The ways in which a run can be lost while its row stays live. */
export const losses = [
  'terminated',
  'deleted',
  'timed out',
  'failed',
  'completed',
  'reset',
] as const;
export type Loss = (typeof losses)[number];

type Where = Pick<Stack, 'connection' | 'namespace'>;

/** Loses the open run of a workflow id in one of these ways, and resolves when it is lost. */
export async function loseRun(where: Where, workflowId: string, loss: Loss): Promise<void> {
  const { connection, namespace } = where;
  const client = new Client({ connection, namespace });
  const handle = client.workflow.getHandle(workflowId);
  const status = async (): Promise<string> =>
    handle.describe().then(
      (found) => found.status.name,
      () => 'none',
    );
  const becomes = (wanted: string) => eventually(status, (name) => name === wanted);
  if (loss === 'reset') return resetToStart(where, workflowId);
  if (loss === 'deleted') {
    await connection.workflowService.deleteWorkflowExecution({
      namespace,
      workflowExecution: { workflowId },
    });
    await becomes('none');
    return;
  }
  await handle.terminate('lost');
  if (loss === 'timed out') {
    await client.workflow.start('nobody-runs-this', {
      ...{ workflowId, taskQueue: `nowhere-${randomUUID()}` },
      workflowExecutionTimeout: '1 second',
    });
    await becomes('TIMED_OUT');
  }
  if (loss === 'failed' || loss === 'completed') await endAs(where, client, workflowId, loss);
}

/** Has a run of the id end as if its code had ended it. */
async function endAs(
  { connection, namespace }: Where,
  client: Client,
  workflowId: string,
  end: 'failed' | 'completed',
): Promise<void> {
  const taskQueue = `nowhere-${randomUUID()}`;
  await client.workflow.start('nobody-runs-this', { workflowId, taskQueue });
  const { workflowService } = connection;
  const { taskToken } = await connection.withDeadline(Date.now() + 10_000, () =>
    workflowService.pollWorkflowTaskQueue({
      namespace,
      taskQueue: { name: taskQueue },
      identity: 'test',
    }),
  );
  const command =
    end === 'failed'
      ? {
          commandType: CommandType.COMMAND_TYPE_FAIL_WORKFLOW_EXECUTION,
          failWorkflowExecutionCommandAttributes: { failure: { message: 'no enrollment' } },
        }
      : {
          commandType: CommandType.COMMAND_TYPE_COMPLETE_WORKFLOW_EXECUTION,
          completeWorkflowExecutionCommandAttributes: {},
        };
  await workflowService.respondWorkflowTaskCompleted({
    ...{ namespace, taskToken, identity: 'test' },
    commands: [command],
  });
}

async function resetToStart({ connection, namespace }: Where, workflowId: string): Promise<void> {
  const client = new Client({ connection, namespace });
  const { events } = await client.workflow.getHandle(workflowId).fetchHistory();
  const first = events?.find(
    ({ eventType }) => eventType === EventType.EVENT_TYPE_WORKFLOW_TASK_COMPLETED,
  );
  await connection.workflowService.resetWorkflowExecution({
    ...{ namespace, workflowExecution: { workflowId }, reason: 'lost', requestId: randomUUID() },
    workflowTaskFinishEventId: first?.eventId ?? null,
  });
}
