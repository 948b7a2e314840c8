import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler, uuid4 } from '@temporalio/workflow';
import {
  completeTaskUpdate,
  meetingSignal,
  pauseUpdate,
  replySignal,
  resumeUpdate,
  skipStepUpdate,
  unenrollUpdate,
  type MessageInput,
  type MessageReceipt,
} from '../contract/messages.js';
import type { EnrollmentMessage, MessageType } from '../domain/enrollment/message.js';
import { isLive, type EnrollmentReason, type EnrollmentState } from '../domain/enrollment/state.js';

interface Position {
  readonly state: EnrollmentState;
  readonly reason: EnrollmentReason | null;
}

interface UpdateRule {
  readonly type: MessageType;
  readonly update: UpdateDefinition<MessageReceipt, [input: MessageInput | undefined]>;
  readonly description: string;
  /** Why the update is out of place in this state, or undefined. */
  readonly objection: (state: EnrollmentState) => string | undefined;
  readonly leadsTo: Position;
}

const manual = { reason: 'manual' } as const;
const updateRules: readonly UpdateRule[] = [
  {
    type: 'pause',
    update: pauseUpdate,
    description: 'Pause: the rest of the delay is kept. Needs no argument.',
    objection: (state) => (state === 'paused' ? 'it is paused already' : undefined),
    leadsTo: { state: 'paused', ...manual },
  },
  {
    type: 'resume',
    update: resumeUpdate,
    description: 'Resume: the rest of the delay runs on. Needs no argument.',
    objection: (state) => (state === 'paused' ? undefined : 'it is not paused'),
    leadsTo: { state: 'active', reason: null },
  },
  {
    type: 'unenroll',
    update: unenrollUpdate,
    description: 'Unenroll the contact: nothing more is sent. Needs no argument.',
    objection: () => undefined,
    leadsTo: { state: 'unenrolled', ...manual },
  },
  {
    type: 'completeTask',
    update: completeTaskUpdate,
    description: 'Complete the task that is waited for, or the one named: {"taskId": "…"}.',
    objection: () => undefined,
    leadsTo: { state: 'active', reason: null },
  },
  {
    type: 'skipStep',
    update: skipStepUpdate,
    description:
      'Leave out the step that is next, or awaited. {"stepId": "…"} guards against a late click.',
    objection: () => undefined,
    leadsTo: { state: 'active', reason: null },
  },
];

/** What was said to the enrollment and has not been taken to Postgres yet. Its handlers only record. */
export class Inbox {
  private readonly messages: EnrollmentMessage[];
  private position: Position;

  constructor(position: Position, messages: readonly EnrollmentMessage[] = []) {
    this.position = position;
    this.messages = [...messages];
  }

  /** Registers all handlers; called before the workflow's first await. */
  listen(): void {
    setHandler(
      replySignal,
      (input) => {
        this.take('reply', input);
      },
      {
        description: 'The contact replied: unenroll. Needs no argument.',
      },
    );
    setHandler(
      meetingSignal,
      (input) => {
        this.take('meeting', input);
      },
      {
        description: 'The contact booked a meeting: unenroll. Needs no argument.',
      },
    );
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

  /** Everything that waits, in order; the inbox is empty then. */
  drain(): readonly EnrollmentMessage[] {
    return this.messages.splice(0);
  }

  next(): EnrollmentMessage | undefined {
    return this.messages.shift();
  }

  /** Tells the inbox where the enrollment really stands, once nothing is waiting in it. */
  settle(position: Position): void {
    if (this.isEmpty()) this.position = position;
  }

  private accept(rule: UpdateRule, input: MessageInput | undefined): MessageReceipt {
    const messageId = this.take(rule.type, input);
    this.position = rule.leadsTo;
    return { messageId, ...rule.leadsTo };
  }

  /** Whoever gives a message id has changed Postgres already; only an operator's own update can be refused. */
  private check(rule: UpdateRule, input: MessageInput | undefined): void {
    if (input?.messageId !== undefined) return;
    const { state } = this.position;
    const objection = isLive(state) ? rule.objection(state) : 'it has ended';
    if (objection !== undefined) {
      throw ApplicationFailure.nonRetryable(
        `The enrollment cannot do that now: ${objection}.`,
        'INVALID_STATE',
      );
    }
  }

  private take(type: MessageType, input: MessageInput | undefined | null): string {
    const messageId = input?.messageId ?? uuid4();
    this.messages.push({
      type,
      messageId,
      ...(input?.taskId === undefined ? {} : { taskId: input.taskId }),
      ...(input?.stepId === undefined ? {} : { stepId: input.stepId }),
    });
    return messageId;
  }
}
