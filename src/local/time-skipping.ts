import { randomUUID } from 'node:crypto';
import {
  Client,
  WorkflowFailedError,
  type Connection,
  type WorkflowHandle,
} from '@temporalio/client';
import { msNumberToTs, tsToDate } from '@temporalio/common/lib/time.js';

/**
 * Everything that this project knows about the server's time skipping. It works on any workflow that runs on a server
 * started with `timeSkipping`; neither the workflow nor its worker notices it.
 */
export interface WorkflowRef {
  readonly connection: Connection;
  readonly namespace: string;
  readonly workflowId: string;
}

/** `closed`: the workflow had ended, or ended on the way. */
export type Arrival = 'arrived' | 'closed';

/** The server's own bound is low, but a long sequence of short waits is no fault here. */
const maxSkips = 10_000;

/** How far beyond its target a workflow may be found: the time that has passed since it got there. */
const toleranceMs = 60_000;

/**
 * Moves a workflow on. Everything that falls due on the way happens; then its time runs on as usual.
 * It moves only while it waits: a task or activity under way is waited for.
 *
 * The target should not lie a second after something that is due. If it passes in real time while an activity is under
 * way, there is a moment in which server 1.32 skips to the next timer instead of stopping. That is an error here.
 */
export async function fastForward(target: WorkflowRef & { seconds: number }): Promise<Arrival> {
  const id = randomUUID();
  const duration = msNumberToTs(target.seconds * 1000);
  const isRunning = await setTimeSkipping(target, { fastForwardConfig: { id, duration } });
  if (!isRunning) return 'closed';
  for (;;) {
    const answer = await target.connection.workflowService.pollWorkflowExecutionTimeSkipping({
      ...execution(target),
      fastForwardId: id,
    });
    if (answer.fastForwardInfo?.hasCompleted) {
      await checkArrival(target, answer.fastForwardInfo.targetTime);
      return 'arrived';
    }
    if (answer.failedReason === '') continue;
    if (await isClosed(target)) return 'closed';
    throw new Error(`${target.workflowId} was not moved on: ${answer.failedReason}`);
  }
}

async function checkArrival(
  target: WorkflowRef,
  wanted: Parameters<typeof tsToDate>[0] | null | undefined,
): Promise<void> {
  if (!wanted) return;
  const beyondMs = (await workflowNow(target)).getTime() - tsToDate(wanted).getTime();
  if (beyondMs <= toleranceMs) return;
  throw new Error(
    `${target.workflowId} was moved ${Math.round(beyondMs / 1000)} s too far: its target passed while it was busy`,
  );
}

/** Lets a workflow's time jump from wait to wait, and resolves when it has ended, well or not. */
export async function skipToEnd(target: WorkflowRef): Promise<void> {
  if (!(await setTimeSkipping(target, {}))) return;
  try {
    await handleOf(target).result();
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error;
  }
}

/** The current time of the workflow. */
export async function workflowNow(target: WorkflowRef): Promise<Date> {
  const { raw } = await handleOf(target).describe();
  const now = raw.workflowExtendedInfo?.timeSkippingInfo?.currentTime;
  return now ? tsToDate(now) : new Date();
}

interface Skipping {
  readonly fastForwardConfig?: {
    readonly id: string;
    readonly duration: ReturnType<typeof msNumberToTs>;
  };
}

async function setTimeSkipping(target: WorkflowRef, skipping: Skipping): Promise<boolean> {
  try {
    await target.connection.workflowService.updateWorkflowExecutionOptions({
      ...execution(target),
      workflowExecutionOptions: {
        timeSkippingConfig: { enabled: true, maxSessionSkipCount: maxSkips, ...skipping },
      },
      updateMask: { paths: ['time_skipping_config'] },
    });
    return true;
  } catch (error) {
    if (await isClosed(target)) return false;
    throw error;
  }
}
async function isClosed(target: WorkflowRef): Promise<boolean> {
  const { status } = await handleOf(target).describe();
  return status.name !== 'RUNNING' && status.name !== 'PAUSED';
}

function handleOf({ connection, namespace, workflowId }: WorkflowRef): WorkflowHandle {
  return new Client({ connection, namespace }).workflow.getHandle(workflowId);
}

function execution(target: WorkflowRef): {
  namespace: string;
  workflowExecution: { workflowId: string };
} {
  return { namespace: target.namespace, workflowExecution: { workflowId: target.workflowId } };
}
