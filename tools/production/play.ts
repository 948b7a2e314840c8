import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { MailCatcher } from '../../src/local/mail-catcher.js';

const timeoutMs = 60_000;
const pollMs = 200;

const made = z.object({ id: z.string() });
const enrollment = z.object({ state: z.string(), reason: z.string().nullable() });
const tasks = z.object({ results: z.array(made) });
const timeline = z.object({ results: z.array(z.object({ type: z.string() })) });

interface Caller {
  get<T extends z.ZodType>(shape: T, path: string): Promise<z.output<T>>;
  post<T extends z.ZodType>(
    shape: T,
    path: string,
    body: object,
    user?: string,
  ): Promise<z.output<T>>;
}

const sender = 'robin.reed@sender.example';
const recipient = 'ada.byron@contact.example';

/** Any day and hour will do, so that the outcome does not depend on when the check is run. */
const sequence = {
  name: 'Production check',
  settings: {
    eligibleFollowUpDays: 'EVERYDAY',
    sendWindowStartMinute: 0,
    sendWindowEndMinute: 1440,
    taskCreationMinute: 0,
  },
  steps: [
    {
      id: 'intro',
      kind: 'automated_email',
      email: { subject: 'About intro', html: '<p>Hello {{contact.firstName|there}}.</p>' },
    },
    { id: 'call', kind: 'call', delayDays: 0, title: 'Call them' },
  ],
};

/** An enrollment whose mail was sent, and whose call waits to be made. */
export interface Half {
  /** Makes the call and sees the enrollment through to its end; returns the types of its timeline. */
  finish(): Promise<readonly string[]>;
}

/** Enrolls somebody over HTTP and waits for the call. Throws when something on the way is not as it must be. */
export async function playHalf(url: string, token: string, mail: MailCatcher): Promise<Half> {
  const api = createCaller(url, token);
  await api.post(made, '/v1/users', { email: sender, name: 'Robin Reed', timeZone: 'UTC' });
  const smtp = { host: mail.host, port: mail.port, security: 'none' };
  await api.post(made, '/v1/mailboxes', { address: sender, smtp }, sender);
  await api.post(made, '/v1/contacts', { email: recipient, firstName: 'Ada' });
  const { id: sequenceId } = await api.post(made, '/v1/sequences', sequence, sender);
  const wanted = { sequenceId, contact: { email: recipient } };
  const { id } = await api.post(made, '/v1/enrollments', wanted, sender);
  const task = await eventually('the call to be there', async () => {
    const { results } = await api.get(tasks, `/v1/tasks?enrollmentId=${id}`);
    return results[0];
  });
  const caught = mail.messages().map(({ subject, text }) => `${subject}: ${text.trim()}`);
  if (caught.join() !== 'About intro: Hello Ada.') throw new Error(`mails: ${caught.join()}`);
  return {
    finish: async () => {
      await api.post(z.unknown(), `/v1/tasks/${task.id}/complete`, {}, sender);
      return watchToEnd(api, id);
    },
  };
}

async function watchToEnd(api: Caller, id: string): Promise<readonly string[]> {
  await eventually('the enrollment to finish', async () => {
    const { state, reason } = await api.get(enrollment, `/v1/enrollments/${id}`);
    if (state === 'finished') return state;
    if (reason !== null) throw new Error(`the enrollment is ${state}: ${reason}`);
    return undefined;
  });
  const { results } = await api.get(timeline, `/v1/enrollments/${id}/timeline?limit=100`);
  return results.map((entry) => entry.type);
}

function createCaller(url: string, token: string): Caller {
  const call = async (path: string, init: RequestInit, user?: string): Promise<unknown> => {
    const response = await fetch(`${url}${path}`, {
      ...init,
      headers: {
        authorization: `Bearer ${token}`,
        'content-type': 'application/json',
        ...(user === undefined ? {} : { 'cadenza-user': user }),
        ...(init.method === 'POST' ? { 'idempotency-key': randomUUID() } : {}),
      },
    });
    const text = await response.text();
    if (!response.ok)
      throw new Error(`${init.method ?? 'GET'} ${path}: ${response.status} ${text}`);
    return JSON.parse(text);
  };
  return {
    get: async (shape, path) => shape.parse(await call(path, {})),
    post: async (shape, path, body, user) =>
      shape.parse(await call(path, { method: 'POST', body: JSON.stringify(body) }, user)),
  };
}

async function eventually<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) throw new Error(`waited ${timeoutMs / 1000} s for ${what}`);
    await delay(pollMs);
  }
}
