import type { UpdateDefinition } from '@temporalio/common';
import { ApplicationFailure, setHandler, uuid4 } from '@temporalio/workflow';
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
import { isLive } from '../domain/enrollment/state.js';
import { meetingOrigins, type MeetingOrigin } from '../domain/enrollment/stopping.js';

interface UpdateRule {
  readonly type: MessageType;
  readonly update: UpdateDefinition<MessageReceipt, [input: MessageInput | undefined]>;
  readonly description: string;
  readonly leadsTo: (from: Position, input: MessageInput | undefined) => Position;
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
    leadsTo: (_from, input) => ({ ...paused, pausedUntil: untilOf(input).until ?? null }),
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

const notAhead = '"until" must be an instant ahead: write it like 2026-12-01T09:00:00Z';

function hasBadEnd(input: MessageInput | undefined): boolean {
  const { until } = input ?? {};
  return until !== undefined && !(Date.parse(until) > Date.now());
}

/** The one spelling of an instant that the rest of the house reads, or undefined for a text that is none. */
function instantOf(text: string | undefined): string | undefined {
  const ms = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}

function untilOf(input: MessageInput | undefined | null): { readonly until?: string } {
  const until = instantOf(input?.until);
  return until === undefined ? {} : { until };
}

function returnOf(input: MessageInput | undefined | null): { readonly returnAt?: string } {
  const returnAt = instantOf(input?.returnAt);
  return returnAt === undefined ? {} : { returnAt };
}

function viaOf(input: MessageInput | undefined | null): { readonly via?: MeetingOrigin } {
  const via = meetingOrigins.find((origin) => origin === input?.via);
  return via === undefined ? {} : { via };
}

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
        description:
          'The contact booked a meeting: unenroll. Needs no argument; {"via": "link"} says that it was booked through a link in an email.',
      },
    );
    setHandler(
      outOfOfficeSignal,
      (input) => {
        this.take('outOfOffice', input);
      },
      {
        description:
          'The contact is out of office: pause. Needs no argument; {"returnAt": "2026-12-01T09:00:00Z"} says until when.',
      },
    );
    setHandler(
      versionChangedSignal,
      (input) => {
        this.take('versionChanged', input);
      },
      {
        description: 'The sequence was edited, paused or resumed: look again. Needs no argument.',
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

  /** Takes out all messages that wait, in their order. */
  drain(): readonly EnrollmentMessage[] {
    return this.messages.splice(0);
  }

  next(): EnrollmentMessage | undefined {
    return this.messages.shift();
  }

  /** Tells an empty inbox where the enrollment stands; while messages wait, the inbox knows better. */
  settle(position: Position): void {
    if (this.isEmpty()) this.position = position;
  }

  private accept(rule: UpdateRule, input: MessageInput | undefined): MessageReceipt {
    const messageId = this.take(rule.type, input);
    this.position = rule.leadsTo(this.position, input);
    return { messageId, ...this.position };
  }

  /** Whoever gives a message id has changed Postgres already; only an operator's own update can be refused. */
  private check(rule: UpdateRule, input: MessageInput | undefined): void {
    if (input?.messageId !== undefined) return;
    const objection = this.objectionTo(rule, input);
    if (objection !== undefined) {
      throw ApplicationFailure.nonRetryable(
        `The enrollment cannot do that now: ${objection}.`,
        'INVALID_STATE',
      );
    }
  }

  private objectionTo({ type }: UpdateRule, input: MessageInput | undefined): string | undefined {
    if (!isLive(this.position.state)) return 'it has ended';
    if (hasBadEnd(input)) return notAhead;
    const namesTask = type === 'completeTask' && input?.taskId !== undefined;
    return namesTask ? undefined : objectionTo({ type, ...untilOf(input) }, this.position);
  }

  private take(type: MessageType, input: MessageInput | undefined | null): string {
    const messageId = input?.messageId ?? uuid4();
    this.messages.push({
      type,
      messageId,
      ...(input?.taskId === undefined ? {} : { taskId: input.taskId }),
      ...(input?.stepId === undefined ? {} : { stepId: input.stepId }),
      ...untilOf(input),
      ...returnOf(input),
      ...viaOf(input),
    });
    return messageId;
  }
}
