import type { Instant } from '../time/types.js';
import type { EnrollmentMessage } from './message.js';
import { meetingOrigins } from './stopping.js';

/** What a message says besides its type. */
export type MessageFields = Partial<Omit<EnrollmentMessage, 'type'>>;

/** What can be used of the argument of a message, and what is wrong with the rest. */
export interface ReadFields {
  readonly fields: MessageFields;
  readonly problem?: string;
}

/** A line of text that Postgres can hold and an index takes. */
const usableId = /^[^\p{Cc}\p{Cs}]{1,200}$/u;

const notAhead = '"until" must be an instant ahead: write it like 2026-12-01T09:00:00Z';

/** Whether a value can be the id of a message, a task or a step: a line of 1 to 200 characters. */
export function isUsableId(value: unknown): value is string {
  return typeof value === 'string' && usableId.test(value);
}

/**
 * Reads the argument of a message, which comes from outside and may be anything. Nothing and null stand for an object
 * without fields, and null for a field that is not there.
 */
export function readFields(input: unknown): ReadFields {
  if (input === undefined || input === null) return { fields: {} };
  if (typeof input !== 'object' || Array.isArray(input)) {
    return { fields: {}, problem: 'the argument must be one JSON object, such as {}' };
  }
  const given = (name: string): unknown => Reflect.get(input, name) ?? undefined;
  const problem = problemOf(input, given);
  const [messageId, taskId, stepId] = [given('messageId'), given('taskId'), given('stepId')];
  const [until, returnAt] = [instantOf(given('until')), instantOf(given('returnAt'))];
  const via = meetingOrigins.find((origin) => origin === given('via'));
  return {
    fields: {
      ...(isUsableId(messageId) && { messageId }),
      ...(isUsableId(taskId) && { taskId }),
      ...(isUsableId(stepId) && { stepId }),
      ...(until !== undefined && { until }),
      ...(returnAt !== undefined && { returnAt }),
      ...(via !== undefined && { via }),
    },
    ...(problem !== undefined && { problem }),
  };
}

const knownFields: readonly string[] = [
  ...['messageId', 'taskId', 'stepId', 'until', 'returnAt', 'via'],
  // What the API was told, as word of it says.
  'said',
];

/** What must not be overlooked: a message would mean something else without it. */
function problemOf(input: object, given: (name: string) => unknown): string | undefined {
  const unknown = Object.keys(input).find((name) => !knownFields.includes(name));
  if (unknown !== undefined) {
    const name = isUsableId(unknown) ? `"${unknown}"` : 'one';
    return `of its fields ${name} is not known; there are ${knownFields.slice(0, -1).join(', ')}`;
  }
  for (const name of ['messageId', 'taskId', 'stepId']) {
    const value = given(name);
    if (value !== undefined && !isUsableId(value)) {
      return `"${name}" must be a line of 1 to 200 characters`;
    }
  }
  const until = given('until');
  return until !== undefined && instantOf(until) === undefined ? notAhead : undefined;
}

/** Why the end of a pause cannot be meant at that time. */
export function objectionToEnd(until: Instant | undefined, nowMs: number): string | undefined {
  return until !== undefined && Date.parse(until) <= nowMs ? notAhead : undefined;
}

/** The one spelling of an instant that the rest of the house reads, or undefined for what is none. */
function instantOf(value: unknown): Instant | undefined {
  const ms = isUsableId(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
}
