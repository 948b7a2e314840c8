import { WorkflowNotFoundError, WorkflowUpdateStage } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import type { Logger } from 'pino';
import { bulkWorkflowId } from '../contract/bulk.js';
import {
  enrollmentWorkflowId,
  enrollmentWorkflowType,
  type EnrollmentInput,
} from '../contract/enrollment.js';
import type {
  EnrollmentRef,
  OutboxItem,
  OutboxStore,
  WorkflowGateway,
  WorkflowStart,
} from '../contract/gateway.js';
import {
  completeTaskUpdate,
  meetingSignal,
  outOfOfficeSignal,
  pauseUpdate,
  replySignal,
  resumeUpdate,
  skipStepUpdate,
  unenrollUpdate,
  versionChangedSignal,
  type MessageInput,
} from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import { isLive, waitingFor } from '../domain/enrollment/state.js';
import { startBulk } from './start-bulk.js';
import { startOnce, type StartingDeps } from './start-once.js';
import { startTaskEmail } from './start-task-email.js';

export interface GatewayDeps extends StartingDeps {
  readonly namespace: string;
  readonly outbox: OutboxStore;
  /** The Temporal UI's address, without a slash at its end. */
  readonly uiUrl: string;
  readonly searchAttributesEachStep: boolean;
  readonly logger: Logger;
}

/** How long a caller is kept waiting for Temporal before the sweeper takes over. */
const deadlineMs = 3_000;

/** Tells Temporal what Postgres says. Each call is harmless when it is repeated. */
export function createGateway(deps: GatewayDeps): WorkflowGateway {
  const { client, outbox } = deps;
  return {
    deliver: (ref, given) =>
      toldOrPending(deps, { enrollmentId: ref.enrollmentId }, async () => {
        for (const item of given ? [given] : await outbox.pending(ref)) {
          await client.withDeadline(deadline(), () => tell(deps, ref, item));
          await outbox.done(item.id);
        }
      }),
    runUrl: (enrollmentId) => urlOf(deps, enrollmentWorkflowId(enrollmentId)),
    deliverBulk: (ref) =>
      toldOrPending(deps, { bulkId: ref.bulkId }, async () => {
        const start = await outbox.pendingBulk(ref);
        if (start === undefined) return;
        await client.withDeadline(deadline(), () => startBulk(deps, start));
        await outbox.bulkDone(ref);
      }),
    deliverTaskEmail: (ref) =>
      toldOrPending(deps, { taskId: ref.taskId }, async () => {
        const start = await outbox.pendingTaskEmail(ref);
        if (start === undefined) return;
        await client.withDeadline(deadline(), () => startTaskEmail(deps, start));
        await outbox.taskEmailDone(start);
      }),
    bulkRunUrl: (bulkId) => urlOf(deps, bulkWorkflowId(bulkId)),
    healthy: async () => {
      try {
        await client.withDeadline(deadline(), () => client.workflowService.getSystemInfo({}));
        return true;
      } catch {
        return false;
      }
    },
  };
}

/** What could not be told now is the sweeper's. */
async function toldOrPending(
  { logger }: GatewayDeps,
  what: object,
  deliver: () => Promise<void>,
): Promise<'delivered' | 'pending'> {
  try {
    await deliver();
    return 'delivered';
  } catch (error) {
    logger.warn({ err: error, ...what }, 'Temporal was not told yet');
    return 'pending';
  }
}

function urlOf({ uiUrl, namespace }: GatewayDeps, workflowId: string): string {
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId)}`;
}

/** When a call is given up; the machine's time is for gRPC alone. */
function deadline(): number {
  return Date.now() + deadlineMs;
}

async function tell(deps: GatewayDeps, ref: EnrollmentRef, item: OutboxItem): Promise<void> {
  if (item.kind === 'start') {
    await start(deps, item.start);
    return;
  }
  try {
    await pass(deps, ref, item.message);
  } catch (error) {
    // A run that is gone has nothing left to be told.
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function start(deps: GatewayDeps, begin: WorkflowStart): Promise<void> {
  const { status } = begin.input;
  // Ended before Temporal ever heard of it: there is nothing to run.
  if (!isLive(status.state)) return;
  const input: EnrollmentInput = {
    ...begin.input,
    searchAttributesEachStep: deps.searchAttributesEachStep,
  };
  await startOnce(deps, {
    type: enrollmentWorkflowType,
    workflowId: enrollmentWorkflowId(input.enrollmentId),
    input,
    attributes: attributesOf(begin),
    summary: `${begin.sequenceName}: ${input.outline.length} steps`,
    details: detailsOf(begin),
  });
}

function attributesOf(begin: WorkflowStart): TypedSearchAttributes {
  const { status, accountId } = begin.input;
  return new TypedSearchAttributes([
    { key: searchAttributes.accountId, value: accountId },
    { key: searchAttributes.sequenceId, value: begin.sequenceId },
    { key: searchAttributes.sequence, value: begin.sequenceName },
    { key: searchAttributes.contactId, value: begin.contactId },
    { key: searchAttributes.senderId, value: begin.senderId },
    { key: searchAttributes.enrollmentState, value: status.state },
    { key: searchAttributes.waitingFor, value: waitingFor(status.state) },
    ...(status.step === null
      ? []
      : [{ key: searchAttributes.currentStep, value: status.step.position }]),
    ...(status.nextAt === null
      ? []
      : [{ key: searchAttributes.nextActionAt, value: new Date(status.nextAt) }]),
  ]);
}

function detailsOf(begin: WorkflowStart): readonly string[] {
  const { input } = begin;
  return [
    `Sequence **${begin.sequenceName}**, version ${begin.sequenceVersion}, in ${input.timeZone}.`,
    '',
    `- Enrollment \`${input.enrollmentId}\``,
    `- Contact \`${begin.contactId}\`, sender \`${begin.senderId}\``,
    '',
    'Under "More Actions": updates `pause`, `resume`, `unenroll`, `completeTask`, `skipStep` and signals `reply`, `meeting`, `outOfOffice`; none needs an argument. `pause` takes `until`, `outOfOffice` takes `returnAt`.',
  ];
}

async function pass(
  { client }: GatewayDeps,
  ref: EnrollmentRef,
  message: EnrollmentMessage,
): Promise<void> {
  const handle = client.workflow.getHandle(enrollmentWorkflowId(ref.enrollmentId));
  const { type, ...rest } = message;
  const input: MessageInput = rest;
  if (type === 'reply') return handle.signal(replySignal, input);
  if (type === 'outOfOffice') return handle.signal(outOfOfficeSignal, input);
  if (type === 'versionChanged') return handle.signal(versionChangedSignal, input);
  if (type === 'meeting') return handle.signal(meetingSignal, input);
  await handle.startUpdate(updates[type], {
    args: [input],
    updateId: message.messageId,
    waitForStage: WorkflowUpdateStage.ACCEPTED,
  });
}

const updates = {
  pause: pauseUpdate,
  resume: resumeUpdate,
  unenroll: unenrollUpdate,
  completeTask: completeTaskUpdate,
  skipStep: skipStepUpdate,
} as const;
