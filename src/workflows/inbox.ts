import type { UpdateDefinition } from '@temporalio/common';
import {
  ApplicationFailure,
  currentUpdateInfo,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { SignalCounts } from '../contract/enrollment.js';
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
  type MessageReceipt,
} from '../contract/messages.js';
import type { EnrollmentMessage, MessageType } from '../domain/enrollment/message.js';
import { objectionTo, type Position } from '../domain/enrollment/objection.js';
import {
  isUsableId,
  objectionToEnd,
  readFields,
  type MessageFields,
} from '../domain/enrollment/read-message.js';
import { isLive } from '../domain/enrollment/state.js';
import type { EnrollmentStatus } from '../domain/enrollment/status.js';

interface UpdateRule {
  readonly type: MessageType;
  readonly update: UpdateDefinition<MessageReceipt, [input: MessageInput | undefined]>;
  readonly description: string;
  readonly leadsTo: (from: Position, said: MessageFields) => Position;
}

const active: Position = { state: 'active', reason: null };
const paused: Position = { state: 'paused', reason: 'manual' };

/** Where an enrollment stands after its step was skipped or done: a pause stays, but the uncertain send is settled. */
function oneStepOn(from: Position): Position {
  if (from.state !== 'paused') return active;
  return from.reason === 'send_uncertain' ? paused : from;
}

const updateRules: readonly UpdateRule[] = [
  {
    type: 'pause',
    update: pauseUpdate,
    description:
      'Pause: the rest of the delay is kept. Needs no argument; {"until": "2026-12-01T09:00:00Z"} resumes by itself then.',
    leadsTo: (_from, { until }) => ({ ...paused, pausedUntil: until ?? null }),
  },
  {
    type: 'resume',
    update: resumeUpdate,
    description: 'Resume: the rest of the delay runs on. Needs no argument.',
    leadsTo: () => active,
  },
  {
    type: 'unenroll',
    update: unenrollUpdate,
    description: 'Unenroll the contact: nothing more is sent. Needs no argument.',
    leadsTo: () => ({ state: 'unenrolled', reason: 'manual' }),
  },
  {
    type: 'completeTask',
    update: completeTaskUpdate,
    description: 'Complete the task that is waited for, or the one named: {"taskId": "…"}.',
    leadsTo: oneStepOn,
  },
  {
    type: 'skipStep',
    update: skipStepUpdate,
    description:
      'Leave out the step that is next, or awaited. {"stepId": "…"} guards against a late click.',
    leadsTo: oneStepOn,
  },
];

const signalRules = [
  {
    type: 'reply',
    signal: replySignal,
    description: 'The contact replied: unenroll. Needs no argument.',
  },
  {
    type: 'meeting',
    signal: meetingSignal,
    description:
      'The contact booked a meeting: unenroll. Needs no argument; {"via": "link"} says that it was booked through a link in an email.',
  },
  {
    type: 'outOfOffice',
    signal: outOfOfficeSignal,
    description:
      'The contact is out of office: pause. Needs no argument; {"returnAt": "2026-12-01T09:00:00Z"} says until when.',
  },
  {
    type: 'versionChanged',
    signal: versionChangedSignal,
    description: 'Something was changed in Postgres: look again. Needs no argument.',
  },
] as const;

/** What an inbox begins with: where the enrollment stands, and what an earlier run of it hands on. */
export interface InboxStart {
  readonly status: Position;
  readonly messages?: readonly EnrollmentMessage[];
  readonly signalCounts?: SignalCounts;
}

/** What was said to the enrollment and has not been taken to Postgres yet. Its handlers only record. */
export class Inbox {
  private readonly messages: EnrollmentMessage[];
  private position: Position;
  /**
   * Nobody here knows where the enrollment stands: Postgres was changed and the run has not looked yet, or an earlier run
   * handed on what it had not taken.
   */
  private isBehind: boolean;
  private counts: SignalCounts;
  private readonly idPrefix: string;

  constructor({ status, messages = [], signalCounts }: InboxStart) {
    this.position = status;
    this.messages = [...messages];
    this.isBehind = messages.length > 0;
    this.counts = signalCounts ?? {};
    // Both stay when a run is reset. Where an older release continued it, nobody knows how many signals there were before.
    const { firstExecutionRunId, originalExecutionRunId } = workflowInfo();
    this.idPrefix = `signal:${signalCounts ? firstExecutionRunId : originalExecutionRunId}`;
  }

  /** Registers all handlers; called before the workflow's first await. */
  listen(): void {
    for (const { type, signal, description } of signalRules) {
      setHandler(
        signal,
        (input) => {
          // A signal cannot be refused, and a reply counts whatever else is said with it.
          this.take(type, readFields(input).fields);
        },
        { description },
      );
    }
    for (const rule of updateRules) {
      setHandler(rule.update, (input: MessageInput | undefined) => this.accept(rule, input), {
        description: rule.description,
        validator: (input: MessageInput | undefined) => {
          this.check(rule, input);
        },
      });
    }
  }

  isEmpty(): boolean {
    return this.messages.length === 0;
  }

  /** Takes out what the next run has to know of: all messages that wait, in their order. */
  handOn(): Required<Pick<InboxStart, 'messages' | 'signalCounts'>> {
    return { messages: this.messages.splice(0), signalCounts: this.counts };
  }

  next(): EnrollmentMessage | undefined {
    return this.messages.shift();
  }

  /**
   * Tells an empty inbox where the enrollment stands; while messages wait, the inbox knows better. What failed was only
   * put off, and has not looked.
   */
  settle(position: Position & Pick<EnrollmentStatus, 'failing'>): void {
    if (!this.isEmpty()) return;
    this.position = position;
    this.isBehind &&= position.failing !== undefined;
  }

  private accept(rule: UpdateRule, input: MessageInput | undefined): MessageReceipt {
    const { fields, problem } = readFields(input);
    // No validator has seen what a release without this check accepted; taken without its fields it would mean another thing.
    if (problem !== undefined) return { messageId: this.idOf(rule.type), ...this.position };
    const messageId = this.take(rule.type, fields);
    this.position = rule.leadsTo(this.position, fields);
    return { messageId, ...this.position };
  }

  /** Whoever gives a message id has changed Postgres already; only an operator's own update can come at a bad time. */
  private check(rule: UpdateRule, input: MessageInput | undefined): void {
    const { fields, problem } = readFields(input);
    const isDone = fields.messageId !== undefined;
    const objection = problem ?? (isDone ? undefined : this.objectionTo(rule, fields));
    if (objection !== undefined) {
      throw ApplicationFailure.nonRetryable(
        `The enrollment cannot do that now: ${objection}.`,
        'INVALID_STATE',
      );
    }
  }

  private objectionTo(
    { type }: UpdateRule,
    { until, taskId, stepId }: MessageFields,
  ): string | undefined {
    if (!isLive(this.position.state)) return 'it has ended';
    const objection = objectionToEnd(until, Date.now());
    if (objection !== undefined || this.isBehind) return objection;
    if (type === 'completeTask' && taskId !== undefined) return undefined;
    return objectionTo({ type, until, stepId }, this.position);
  }

  private take(type: MessageType, fields: MessageFields): string {
    const messageId = fields.messageId ?? this.idOf(type);
    this.messages.push({ type, ...fields, messageId });
    this.isBehind ||= type === 'versionChanged';
    return messageId;
  }

  /** An id that is the same when the run is reset and the message comes to it again: an update's own, or a signal's number. */
  private idOf(type: MessageType): string {
    const updateId = currentUpdateInfo()?.id;
    if (updateId !== undefined && isUsableId(`update:${updateId}`)) return `update:${updateId}`;
    const number = (this.counts[type] ?? 0) + 1;
    this.counts = { ...this.counts, [type]: number };
    return `${this.idPrefix}:${type}:${number}`;
  }
}
