import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplyStage } from '../../src/local/mail-catcher.js';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { Answer, SeededUser } from '../support/stack-client.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

const limitMs = 60_000;

/** Somebody whose mail had come so far when the worker was killed. */
interface Left {
  readonly id: string;
  readonly email: string;
  readonly contactId: string;
  readonly sequenceId: string;
  readonly sender: SeededUser;
}

/** What ends an enrollment or passes its step, and what the timeline then says besides. */
type Ending = readonly [name: string, end: (left: Left) => Promise<Answer>, line: string];

describe('a mail whose worker was killed, and whose step is then left before anybody tries again', () => {
  let stack: Stack;
  let owner: SeededUser;
  let worker: WorkerChild;
  /** Mails of these addresses are held at that stage until the worker is dead. */
  const held = new Map<string, ReplyStage>();
  const reached = new Set<string>();
  let release = (): void => undefined;
  const killed = new Promise<void>((resolve) => {
    release = resolve;
  });

  beforeAll(async () => {
    stack = await startStack({
      worker: false,
      workerConnections: 20,
      mail: {
        respond: async (stage, { envelope }) => {
          const email = envelope.to[0] ?? '';
          if (held.get(email) !== stage) return undefined;
          reached.add(email);
          await killed;
          return undefined;
        },
      },
    });
    owner = await stack.api.user(stack.catcher.port);
    // All mails wait at one mail server, none of which may be cut off before.
    const patient = { smtpReadyMs: limitMs, smtpAcceptMs: limitMs, maxConcurrentSends: 200 };
    const settings = { ...stack.workerSettings, ...patient, sweepEverySeconds: 3_600 };
    worker = await startWorkerChild(settings, await workflowBundle());
    for (const stage of ['data', 'rcpt'] as const) {
      for (const [name] of endings) lefts.set(`${stage} ${name}`, await enrolled(stage));
      for (const [name] of taskEndings) lefts.set(`${stage} ${name}`, await sentOff(stage));
    }
    await eventually(
      () => reached.size,
      (count) => count === held.size,
      limitMs,
    );
    await worker.kill();
    release();
    await eventually(
      () => stack.catcher.messages().length,
      (count) => count === held.size / 2,
      limitMs,
    );
    // All at once: without a worker each waits three seconds for Temporal.
    const all = [
      ...endings.map(([name, end]) => ({ name, end })),
      ...taskEndings.map(([name, end]) => ({ name, end })),
    ];
    await Promise.all(
      (['data', 'rcpt'] as const).flatMap((stage) =>
        all.map(async ({ name, end }) => {
          const { status, body } = await end(leftBy(stage, name));
          if (status >= 300) throw new Error(`${name}: ${JSON.stringify(body)}`);
        }),
      ),
    );
  }, 120_000);
  afterAll(async () => {
    await worker.kill();
    await stack.close();
  });

  const lefts = new Map<string, Left>();
  const act = (method: string, path: string, body?: object): Promise<Answer> =>
    stack.api.request(method, path, body, owner.id);

  async function person(steps: readonly object[]): Promise<Left> {
    const email = `${randomUUID()}@contact.example`;
    const sender = await stack.api.user(stack.catcher.port);
    const company = { id: await stack.api.company(`Company of ${email}`) };
    const contactId = await stack.api.contact({ email, companyId: company.id });
    const sequenceId = await stack.api.sequence(owner.id, {
      ...{ name: 'Left', steps },
      settings: { ...anyTime, unenrollCompany: true },
      sharing: { users: [{ id: sender.id }] },
    });
    const who = { sequenceId, contact: { id: contactId }, sender: { id: sender.id } };
    const { id } = await stack.api.enroll(owner.id, who);
    return { id, email, contactId, sequenceId, sender };
  }

  /** Enrolls somebody whose first mail comes as far as `stage`. */
  async function enrolled(stage: ReplyStage): Promise<Left> {
    const left = await person([emailStep('one', 0), emailStep('two', 3)]);
    held.set(left.email, stage);
    return left;
  }

  /** Enrolls somebody and sends the email of their task off, which comes as far as `stage`. */
  async function sentOff(stage: ReplyStage): Promise<Left> {
    const left = await person([manualStep('one', 0), emailStep('two', 3)]);
    held.set(left.email, stage);
    const taskId = await taskOf(left);
    expect((await act('POST', `/v1/tasks/${taskId}/send`, {})).status).toBe(202);
    return left;
  }

  async function taskOf({ id }: Left): Promise<string> {
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}`),
      (tasks) => tasks.length === 1,
    );
    return task?.id ?? '';
  }

  const endings: readonly Ending[] = [
    ['a reply', ({ id }) => stack.api.reply(id), 'unenrolled one'],
    [
      'an unenrollment',
      ({ id }) => act('POST', `/v1/enrollments/${id}/unenroll`),
      'unenrolled one',
    ],
    [
      'an unenrollment of many',
      ({ sequenceId }) => act('POST', '/v1/enrollments/unenroll', { sequenceId }),
      'unenrolled one',
    ],
    [
      'an opt-out',
      ({ email: address }) => act('POST', '/v1/suppressions', { address, reason: 'unsubscribed' }),
      'unenrolled one',
    ],
    ['a skip', ({ id }) => act('POST', `/v1/enrollments/${id}/skip-step`), 'step_skipped one'],
    [
      'the deletion of the contact',
      ({ contactId }) => stack.api.request('DELETE', `/v1/contacts/${contactId}`),
      'unenrolled one',
    ],
    [
      'the deletion of the sequence',
      ({ sequenceId }) => act('DELETE', `/v1/sequences/${sequenceId}?onActive=unenroll`),
      'unenrolled one',
    ],
    [
      'the removal of the sender',
      ({ sender }) => stack.api.request('POST', `/v1/users/${sender.id}/deactivate`, {}),
      'unenrolled one',
    ],
  ];

  it.each(endings)(
    '5.1: at its final dot, %s: it may have arrived, and all say so',
    async (name, _, line) => {
      const left = leftBy('data', name);
      const { row: enrollment, log, sends } = await readRecord(stack.db, left.id);
      expect(sends.get('one')).toMatchObject({ state: 'unknown', leaseUntil: null });
      expect(lines(log)).toEqual(['enrolled', 'email_uncertain one', line]);
      expect(log.map(({ number }) => number)).toEqual([1, 2, 3]);
      expect(enrollment.eventCount).toBe(3);
      expect(log[1]?.data).toEqual({ sendId: sends.get('one')?.id });
      const types = (await stack.api.timeline(left.id)).map(({ type }) => type);
      expect(types).toContain('email_uncertain');
      const { body } = await act('GET', `/v1/enrollments/${left.id}`);
      expect(body).toMatchObject({
        uncertainSteps: ['one'],
        steps: [{ progress: 'uncertain' }, {}],
      });
      const list = await act('GET', `/v1/enrollments?contactId=${left.contactId}`);
      expect(list.body).toMatchObject({ results: [{ uncertainSteps: ['one'] }] });
    },
  );

  it.each(endings)(
    'at its recipient, %s: it is withdrawn, and nothing is uncertain',
    async (name, _, line) => {
      const left = leftBy('rcpt', name);
      const { log, sends } = await readRecord(stack.db, left.id);
      expect(sends.get('one')).toMatchObject({ state: 'withdrawn', leaseUntil: null });
      expect(lines(log)).toEqual(['enrolled', line]);
      const { body } = await act('GET', `/v1/enrollments/${left.id}`);
      expect(body).toMatchObject({ uncertainSteps: [] });
    },
  );

  const taskEndings: readonly (readonly [string, (left: Left) => Promise<Answer>])[] = [
    ['a reply to a task’s email', ({ id }) => stack.api.reply(id)],
    [
      'a task that is completed by hand',
      async (left) => act('POST', `/v1/tasks/${await taskOf(left)}/complete`),
    ],
    ['a task that is skipped', ({ id }) => act('POST', `/v1/enrollments/${id}/skip-step`)],
    [
      'the deletion of a task’s contact',
      ({ contactId }) => stack.api.request('DELETE', `/v1/contacts/${contactId}`),
    ],
  ];

  it.each(taskEndings)('TSK-18: at its final dot, %s: it may have arrived', async (name) => {
    const left = leftBy('data', name);
    const { row, log, sends } = await readRecord(stack.db, left.id);
    expect(sends.get('one')).toMatchObject({ state: 'unknown', leaseUntil: null });
    expect(lines(log).slice(0, 3)).toEqual(['enrolled', 'task_created one', 'email_uncertain one']);
    expect(row.eventCount).toBe(log.length);
    expect(await stack.api.tasks(`enrollmentId=${left.id}`)).toMatchObject([
      { email: { state: 'unknown' } },
    ]);
  });

  it.each(taskEndings)('TSK-18: at its recipient, %s: it is withdrawn', async (name) => {
    const left = leftBy('rcpt', name);
    const { log, sends } = await readRecord(stack.db, left.id);
    expect(sends.get('one')).toMatchObject({ state: 'withdrawn', leaseUntil: null });
    expect(lines(log)).not.toContain('email_uncertain one');
    expect(await stack.api.tasks(`enrollmentId=${left.id}`)).toMatchObject([
      { email: { state: 'withdrawn' } },
    ]);
  });

  it(
    'the next worker sends nothing of all this again',
    async () => {
      worker = await startWorkerChild(stack.workerSettings, await workflowBundle());
      const rows = () => Promise.all([...lefts.values()].map(({ id }) => readRecord(stack.db, id)));
      const before = await rows();
      const late = await stack.api.enroll(owner.id, {
        sequenceId: await stack.api.sequence(owner.id, {
          ...{ name: 'Late', steps: [emailStep('one', 0)], settings: anyTime },
        }),
        contact: { id: await stack.api.contact() },
      });
      await eventually(
        () => readRecord(stack.db, late.id),
        ({ row }) => row.state === 'finished',
        limitMs,
      );
      const stateOf = ({ sends }: (typeof before)[number]) => sends.get('one')?.state;
      expect((await rows()).map(stateOf)).toEqual(before.map(stateOf));
      expect(stack.catcher.messages()).toHaveLength(held.size / 2 + 1);
    },
    limitMs,
  );

  function leftBy(stage: ReplyStage, name: string): Left {
    const left = lefts.get(`${stage} ${name}`);
    if (left === undefined) throw new Error(`nobody is left at ${stage} for ${name}`);
    return left;
  }
});
