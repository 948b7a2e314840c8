import type { Client } from '@temporalio/client';
import { WorkflowIdReusePolicy, type TypedSearchAttributes } from '@temporalio/common';

/** Where workflows are started. */
export interface StartingDeps {
  readonly client: Client;
  readonly taskQueue: string;
  /** Whether an enrollment's search attributes follow each of its steps. */
  readonly searchAttributesEachStep: boolean;
}

/** A run that is started once for its id, and never again. */
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

/** Starts a workflow, unless there is or was one with its id: doing it twice is harmless. Accounts share workers fairly. */
export async function startOnce(
  { client, taskQueue }: StartingDeps,
  { type, workflowId, input, attributes, summary, details }: OnceStarted,
): Promise<void> {
  try {
    await client.workflow.start(type, {
      taskQueue,
      workflowId,
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      args: [input],
      priority: { fairnessKey: input.accountId },
      typedSearchAttributes: attributes,
      staticSummary: summary,
      staticDetails: details.join('\n'),
    });
  } catch (error) {
    if (!isAlreadyStarted(error)) throw error;
  }
}

function isAlreadyStarted(error: unknown): boolean {
  return error instanceof Error && error.name === 'WorkflowExecutionAlreadyStartedError';
}
