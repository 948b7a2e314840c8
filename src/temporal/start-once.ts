import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { WorkflowIdReusePolicy, type TypedSearchAttributes } from '@temporalio/common';
import { installationMemo } from '../contract/installation.js';

/** Where workflows are started. */
export interface StartingDeps {
  readonly client: Client;
  readonly taskQueue: string;
  /** Whether an enrollment's search attributes follow each of its steps. */
  readonly searchAttributesEachStep: boolean;
  /** Which installation the runs belong to. */
  readonly installationId: () => Promise<string>;
}

/** A run as it is started under its id. */
export interface OnceStarted {
  readonly type: string;
  readonly workflowId: string;
  readonly input: { readonly accountId: string };
  readonly attributes: TypedSearchAttributes;
  /** One line for the Temporal UI. */
  readonly summary: string;
  /** Lines of markdown for the Temporal UI. */
  readonly details: readonly string[];
}

/** Whether a run is started although one with its id has completed. One that has failed or was ended never stands in the way. */
export type Reuse = 'unless_completed' | 'even_if_completed';

/** `open`: there is one already. `completed`: there was one, and it came to its end. */
export type Started = 'started' | 'open' | 'completed';

/** A run of another installation, in the same namespace, has the id. */
export class ForeignRunError extends Error {
  override readonly name = 'ForeignRunError';
}

/**
 * Starts a run, unless there is one with its id: there are never two at a time, and doing it twice is harmless. Accounts
 * share workers fairly. Throws a ForeignRunError when the open run is another installation's.
 */
export async function startOnce(
  deps: StartingDeps,
  { type, workflowId, input, attributes, summary, details }: OnceStarted,
  reuse: Reuse,
): Promise<Started> {
  const { client, taskQueue } = deps;
  const installationId = await deps.installationId();
  try {
    await client.workflow.start(type, {
      taskQueue,
      workflowId,
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy:
        reuse === 'unless_completed'
          ? WorkflowIdReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY
          : WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      args: [{ ...input, installationId }],
      memo: { [installationMemo]: installationId },
      priority: { fairnessKey: input.accountId },
      typedSearchAttributes: attributes,
      staticSummary: summary,
      staticDetails: details.join('\n'),
    });
    return 'started';
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
    return (await lookUpRun(deps, workflowId)) === 'gone' ? 'completed' : 'open';
  }
}

function isAlreadyStarted(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
}

/**
 * How a run stands. `idle`: it waits for a time or a message. `busy`: it is at work, or nobody has taken its work yet.
 * `gone`: it was never started, has ended in whatever way, or was deleted. Throws a ForeignRunError for an open run of another installation.
 */
export async function lookUpRun(
  { client, installationId }: Pick<StartingDeps, 'client' | 'installationId'>,
  workflowId: string,
): Promise<'gone' | 'idle' | 'busy'> {
  const found = await describe(client, workflowId);
  if (found?.closeTime !== undefined || found === undefined) return 'gone';
  const owner = found.memo?.[installationMemo];
  if (owner !== undefined && owner !== (await installationId())) {
    throw new ForeignRunError(`${workflowId} is another installation's`);
  }
  const { pendingActivities, pendingWorkflowTask } = found.raw;
  const isIdle =
    found.status.name === 'RUNNING' &&
    (pendingActivities ?? []).length === 0 &&
    (pendingWorkflowTask ?? null) === null;
  return isIdle ? 'idle' : 'busy';
}

async function describe(client: Client, workflowId: string) {
  try {
    return await client.workflow.getHandle(workflowId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}
