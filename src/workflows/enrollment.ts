import type { SearchAttributeUpdatePair } from '@temporalio/common';
import {
  CancellationScope,
  allHandlersFinished,
  condition,
  continueAsNew,
  isCancellation,
  patched,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import type { EnrollmentInput, EnrollmentOutcome } from '../contract/enrollment.js';
import type { OutlineStep } from '../domain/sequence/outline.js';
import { stateQuery } from '../contract/messages.js';
import { searchAttributes } from '../contract/search-attributes.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import { isLive, waitingFor } from '../domain/enrollment/state.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import { currentDetails, stepSummary, type DoneStep } from './details.js';
import { Inbox } from './inbox.js';
import { patches } from './patches.js';
import { onSendQueue, recording, sending } from './proxies.js';

/**
 * One enrollment, from its first step to its end: waits until the next step is due or a message comes, has an activity act on
 * it, and adopts where the enrollment stands then. Nothing is decided here.
 */
export async function enrollment(input: EnrollmentInput): Promise<EnrollmentOutcome> {
  const run = new EnrollmentRun(input);
  run.listen();
  try {
    await run.play();
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(() => run.unenroll());
    throw error;
  }
  await condition(allHandlersFinished);
  return run.outcome();
}

class EnrollmentRun {
  private readonly input: EnrollmentInput;
  private readonly inbox: Inbox;
  private readonly done: DoneStep[] = [];
  private status: EnrollmentStatus;
  private shown: EnrollmentStatus;
  private outline: readonly OutlineStep[];

  constructor(input: EnrollmentInput) {
    this.input = input;
    this.status = input.status;
    this.shown = input.status;
    this.outline = input.outline;
    this.inbox = new Inbox(input.status, input.messages);
  }

  listen(): void {
    setHandler(stateQuery, () => this.status, {
      description: 'Where the enrollment stands, and why.',
    });
    this.inbox.listen();
    this.describe();
  }

  async play(): Promise<void> {
    while (isLive(this.status.state)) {
      if (workflowInfo().continueAsNewSuggested) await this.startAnew();
      const message = this.inbox.next();
      if (message) {
        await this.apply(message);
      } else if (await this.waitUntilDue()) {
        await (this.status.state === 'paused' ? this.endPause() : this.runStep());
      }
    }
  }

  async unenroll(): Promise<void> {
    if (isLive(this.status.state)) await this.apply({ type: 'unenroll', messageId: uuid4() });
  }

  outcome(): EnrollmentOutcome {
    return { state: this.status.state, reason: this.status.reason };
  }

  /** Waits for the time of the next step, or of the end of a pause: true when it has come, false when a message came first. */
  private async waitUntilDue(): Promise<boolean> {
    this.publish();
    const { summary } = this.status;
    const wakeAt = this.status.nextAt ?? this.endOfPause();
    if (wakeAt === undefined) {
      await condition(() => !this.inbox.isEmpty());
      return false;
    }
    // A timer of at least 1 ms is always in history, so that a replay does not depend on the clocks.
    const waitMs = Math.max(1, Date.parse(wakeAt) - Date.now());
    return !(await condition(() => !this.inbox.isEmpty(), waitMs, { summary }));
  }

  private endOfPause(): string | undefined {
    const { pausedUntil } = this.status;
    return pausedUntil !== undefined && patched(patches.pauseUntil) ? pausedUntil : undefined;
  }

  private async endPause(): Promise<void> {
    const at = new Date().toISOString();
    const status = await recording.endPause.executeWithOptions({ summary: 'end of the pause' }, [
      { ...this.ref(), at },
    ]);
    this.adopt(status);
  }

  private async runStep(): Promise<void> {
    const { step } = this.status;
    if (step === null) return;
    const summary = stepSummary(this.status, this.outline.length);
    const at = new Date().toISOString();
    const args = [{ ...this.ref(), stepId: step.id, at }] as const;
    const status =
      step.kind === 'automated_email'
        ? await sending.sendEmail.executeWithOptions({ ...onSendQueue(), summary }, [...args])
        : await recording.createTask.executeWithOptions({ summary }, [...args]);
    if (status.step?.id !== step.id || status.state === 'waiting_task') {
      this.done.push({ id: step.id, at });
    }
    this.adopt(status);
  }

  private async apply(message: EnrollmentMessage): Promise<void> {
    const { outline, ...status } = await recording.applyMessage.executeWithOptions(
      { summary: message.type },
      [{ ...this.ref(), message, at: new Date().toISOString() }],
    );
    this.outline = outline ?? this.outline;
    this.adopt(status);
  }

  private adopt(status: EnrollmentStatus): void {
    this.status = status;
    this.inbox.settle(status);
    this.describe();
    if (!isLive(status.state)) this.publish();
  }

  private describe(): void {
    setCurrentDetails(currentDetails(this.status, this.outline, this.done));
  }

  private ref(): { accountId: string; enrollmentId: string } {
    return { accountId: this.input.accountId, enrollmentId: this.input.enrollmentId };
  }

  /** Brings the search attributes up to date, in the same workflow task that starts a timer or ends the run. */
  private publish(): void {
    const changes = changedAttributes(this.shown, this.status, this.input.searchAttributesEachStep);
    this.shown = this.status;
    if (changes.length > 0) upsertSearchAttributes(changes);
  }

  /** Goes on in a fresh history when thousands of messages have made this one long. */
  private async startAnew(): Promise<void> {
    await condition(allHandlersFinished);
    const messages = this.inbox.drain();
    const { input, outline, status } = this;
    await continueAsNew<typeof enrollment>({ ...input, outline, status, messages });
  }
}

function changedAttributes(
  before: EnrollmentStatus,
  after: EnrollmentStatus,
  eachStep: boolean,
): SearchAttributeUpdatePair[] {
  const changes: SearchAttributeUpdatePair[] = [];
  if (before.state !== after.state) {
    changes.push(
      { key: searchAttributes.enrollmentState, value: after.state },
      { key: searchAttributes.waitingFor, value: waitingFor(after.state) },
    );
  }
  if (!eachStep) return changes;
  if (before.step?.id !== after.step?.id) {
    changes.push({ key: searchAttributes.currentStep, value: after.step?.position ?? null });
  }
  if (before.nextAt !== after.nextAt) {
    changes.push({
      key: searchAttributes.nextActionAt,
      value: after.nextAt === null ? null : new Date(after.nextAt),
    });
  }
  return changes;
}
