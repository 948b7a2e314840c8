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
  workflowInfo,
} from '@temporalio/workflow';
import { aboutEnrollment } from '../contract/about-enrollment.js';
import type {
  DoneStep,
  EnrollmentInput,
  EnrollmentOutcome,
  ShownAttributes,
} from '../contract/enrollment.js';
import { installationOf, type OfInstallation } from '../contract/installation.js';
import type { OutlineStep } from '../domain/sequence/outline.js';
import type { AppliedMessage } from '../contract/activities.js';
import { stateQuery } from '../contract/messages.js';
import { patches } from '../contract/patches.js';
import { searchAttributes } from '../contract/search-attributes.js';
import type { Belief } from '../domain/enrollment/failing.js';
import type { EnrollmentMessage } from '../domain/enrollment/message.js';
import { isLive, waitingFor } from '../domain/enrollment/state.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';
import { currentDetails, minutesIn, stepSummary } from './details.js';
import { Inbox } from './inbox.js';
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

/** What `WaitingFor` says while what comes next fails. */
const retry = 'retry';

class EnrollmentRun {
  private readonly input: EnrollmentInput;
  private readonly inbox: Inbox;
  private readonly done: DoneStep[];
  private readonly heading: readonly string[];
  private status: EnrollmentStatus;
  private shown: ShownAttributes;
  private outline: readonly OutlineStep[];
  private givenUp: string | undefined;

  constructor(input: EnrollmentInput) {
    this.input = input;
    this.done = [...(input.done ?? [])];
    this.heading = headingOf(input);
    this.status = input.status;
    const { status } = input;
    const started = { status, waitingFor: status.failing ? retry : waitingFor(status.state) };
    this.shown = input.shown ?? started;
    this.outline = input.outline;
    this.inbox = new Inbox(input);
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
        await this.take(message);
      } else if (await this.waitUntilDue()) {
        await (this.status.state === 'paused' ? this.endPause() : this.runStep());
      }
    }
  }

  async unenroll(): Promise<void> {
    if (!isLive(this.status.state)) return;
    const messageId = `cancel:${workflowInfo().firstExecutionRunId}`;
    this.adopt(await this.apply({ type: 'unenroll', messageId }, { isFinal: true }));
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
      { ...this.ref(), at, belief: this.belief() },
    ]);
    this.adopt(status);
  }

  private async runStep(): Promise<void> {
    const { step } = this.status;
    if (step === null) return;
    const summary = stepSummary(this.status, this.outline.length);
    const at = new Date().toISOString();
    const args = [{ ...this.ref(), stepId: step.id, at, belief: this.belief() }] as const;
    const status =
      step.kind === 'automated_email'
        ? await sending.sendEmail.executeWithOptions({ ...onSendQueue(), summary }, [...args])
        : await recording.createTask.executeWithOptions({ summary }, [...args]);
    const isDone = status.step?.id !== step.id || status.state === 'waiting_task';
    if (isDone && !this.done.some(({ id }) => id === step.id)) this.done.push({ id: step.id, at });
    this.adopt(status);
  }

  private async take(message: EnrollmentMessage): Promise<void> {
    const { outline, givenUp, ...status } = await this.apply(message, { belief: this.belief() });
    this.outline = outline ?? this.outline;
    if (givenUp !== undefined) this.givenUp = this.givenUpText(message, givenUp);
    this.adopt(status);
  }

  private givenUpText({ type }: EnrollmentMessage, code: string): string {
    const at = minutesIn(this.input.timeZone)(new Date().toISOString());
    return `The message \`${type}\` was given up (${code}) at ${at} and changed nothing: look into the worker's log, then say it again.`;
  }

  private apply(
    message: EnrollmentMessage,
    options: { readonly belief: Belief } | { readonly isFinal: true },
  ): Promise<AppliedMessage> {
    return recording.applyMessage.executeWithOptions({ summary: message.type }, [
      { ...this.ref(), message, at: new Date().toISOString(), ...options },
    ]);
  }

  private adopt(status: EnrollmentStatus): void {
    this.status = status;
    this.inbox.settle(status);
    this.describe();
    if (!isLive(status.state)) this.publish();
  }

  private describe(): void {
    const { status, outline, done, heading, givenUp } = this;
    const { timeZone } = this.input;
    setCurrentDetails(currentDetails({ status, outline, done, heading, givenUp, timeZone }));
  }

  private ref(): { accountId: string; enrollmentId: string } & OfInstallation {
    const { accountId, enrollmentId } = this.input;
    return { accountId, enrollmentId, ...installationOf(this.input) };
  }

  /** What its activities go on with when they fail. */
  private belief(): Belief {
    const { state, reason, step, failing } = this.status;
    const { timeZone } = this.input;
    return { state, reason, step, timeZone, ...(failing && { failing }) };
  }

  /** Brings the search attributes up to date, in the same workflow task that starts a timer or ends the run. */
  private publish(): void {
    const { status } = this;
    const isRetry = status.failing !== undefined && patched(patches.showRetry);
    const now = { status, waitingFor: isRetry ? retry : waitingFor(status.state) };
    const changes = changedAttributes(this.shown, now, this.input.searchAttributesEachStep);
    this.shown = now;
    if (changes.length > 0) upsertSearchAttributes(changes);
  }

  /** Goes on in a fresh history when thousands of messages have made this one long. */
  private async startAnew(): Promise<void> {
    await condition(allHandlersFinished);
    const { input, outline, status, done, shown } = this;
    await continueAsNew<typeof enrollment>({
      ...input,
      ...{ outline, status, done, shown },
      ...this.inbox.handOn(),
    });
  }
}

/** A run that continues another has neither its summary nor its details, so its own details begin with them. */
function headingOf(input: EnrollmentInput): readonly string[] {
  const { continuedFromExecutionRunId, typedSearchAttributes } = workflowInfo();
  if (continuedFromExecutionRunId === undefined) return [];
  const { summary, details } = aboutEnrollment({
    ...input,
    steps: input.outline.length,
    sequenceName: typedSearchAttributes.get(searchAttributes.sequence) ?? '',
    contactId: typedSearchAttributes.get(searchAttributes.contactId) ?? '',
    senderId: typedSearchAttributes.get(searchAttributes.senderId) ?? '',
  });
  return [`**${summary}**`, '', ...details, ''];
}

function changedAttributes(
  { status: before, waitingFor: waitedFor }: ShownAttributes,
  { status: after, waitingFor: waitsFor }: ShownAttributes,
  eachStep: boolean,
): SearchAttributeUpdatePair[] {
  const changes: SearchAttributeUpdatePair[] = [];
  if (before.state !== after.state) {
    changes.push({ key: searchAttributes.enrollmentState, value: after.state });
  }
  if (before.state !== after.state || waitedFor !== waitsFor) {
    changes.push({ key: searchAttributes.waitingFor, value: waitsFor });
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
