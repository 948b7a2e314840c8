import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { enrollmentReply } from '../../src/api/shapes/enrollment.js';
import { taskReply } from '../../src/api/shapes/task.js';
import { timelineEntry } from '../../src/api/shapes/timeline.js';

export type EnrollmentView = z.output<typeof enrollmentReply>;
export type TimelineView = z.output<typeof timelineEntry>;
export type TaskView = z.output<typeof taskReply>;

export interface Answer {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A seeded person who enrolls and sends. */
export interface SeededUser {
  readonly id: string;
  readonly mailboxId: string;
}

const withId = z.looseObject({ id: z.string() });
const anyObject = z.record(z.string(), z.unknown());

/** The API as a caller sees it, over HTTP, with what most tests need in one call. */
export interface StackClient {
  request(method: string, path: string, body?: unknown, user?: string): Promise<Answer>;
  user(smtpPort: number, fields?: object): Promise<SeededUser>;
  company(name: string): Promise<string>;
  contact(fields?: object): Promise<string>;
  sequence(user: string, body: object): Promise<string>;
  enroll(user: string, body: object): Promise<EnrollmentView>;
  enrollment(id: string): Promise<EnrollmentView>;
  timeline(id: string): Promise<readonly TimelineView[]>;
  tasks(filter: string): Promise<readonly TaskView[]>;
  reply(enrollmentId: string): Promise<Answer>;
}

export function createStackClient(url: string, key: string): StackClient {
  const request: StackClient['request'] = async (method, path, body, user) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(user === undefined ? {} : { 'cadenza-user': user }),
        // Whichever version is current: tests of If-Match itself do without this client.
        ...(method === 'GET' || (method === 'POST' && !path.endsWith('/confirm'))
          ? {}
          : { 'if-match': '*' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: anyObject.parse(await response.json()) };
  };
  const get = async <T extends z.ZodType>(path: string, shape: T): Promise<z.output<T>> =>
    shape.parse(expect2xx(await request('GET', path)).body);
  const make = async (path: string, body: object, user?: string): Promise<string> =>
    withId.parse(expect2xx(await request('POST', path, body, user)).body).id;
  return {
    request,
    user: async (smtpPort, fields = {}) => {
      const name = randomUUID();
      const email = `${name}@sender.example`;
      const id = await make('/v1/users', {
        email,
        name: 'Robin Reed',
        timeZone: 'UTC',
        ...fields,
      });
      const mailboxId = await make('/v1/mailboxes', {
        userId: id,
        address: email,
        displayName: 'Robin Reed',
        smtp: { host: '127.0.0.1', port: smtpPort, security: 'none' },
      });
      return { id, mailboxId };
    },
    company: (name) => make('/v1/companies', { name }),
    contact: (fields = {}) =>
      make('/v1/contacts', {
        email: `${randomUUID()}@contact.example`,
        firstName: 'Ada',
        ...fields,
      }),
    sequence: (user, body) => make('/v1/sequences', body, user),
    enroll: async (user, body) =>
      enrollmentReply.parse(expect2xx(await request('POST', '/v1/enrollments', body, user)).body),
    enrollment: (id) => get(`/v1/enrollments/${id}`, enrollmentReply),
    timeline: async (id) =>
      (
        await get(
          `/v1/enrollments/${id}/timeline?limit=100`,
          z.object({ results: z.array(timelineEntry) }),
        )
      ).results,
    tasks: async (filter) =>
      (await get(`/v1/tasks?${filter}`, z.object({ results: z.array(taskReply) }))).results,
    reply: (enrollmentId) =>
      request('POST', '/v1/events', { id: randomUUID(), type: 'reply', enrollmentId }),
  };
}

function expect2xx(answer: Answer): Answer {
  if (answer.status >= 300) {
    throw new Error(`unexpected ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer;
}
