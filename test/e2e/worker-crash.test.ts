import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReplyStage, Scripted } from '../../src/local/mail-catcher.js';
import { workflowBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import { seededRandom } from '../support/random.js';
import { lines, readLedger, readRecords, type EnrollmentRecords } from '../support/records.js';
import { anyTime, callStep, emailStep, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

/** All of it runs in one go, so that every moment of it can be hit. */
const hurried = {
  name: 'In one go',
  steps: [
    emailStep('one', 0),
    callStep('call', 0, false),
    emailStep('two', 0, 'one'),
    emailStep('three', 0),
  ],
  settings: anyTime,
};
const emailSteps = ['one', 'two', 'three'];

/** When a worker is killed: as a mail server is told something, or so many milliseconds after new enrollments. */
type Blow =
  | { readonly kind: 'stage'; readonly stage: ReplyStage; readonly reply?: Scripted }
  | { readonly kind: 'time'; readonly withinMs: number };

const blows: readonly Blow[] = [
  // The mail is taken over, but nobody is left to hear it.
  { kind: 'stage', stage: 'data' },
  // Reserved and leased; the mail server has not even said who it is.
  { kind: 'stage', stage: 'connect' },
  { kind: 'time', withinMs: 300 },
  // The mail is there and not taken over, which nobody hears either.
  { kind: 'stage', stage: 'data', reply: { code: 451, text: 'try later' } },
  { kind: 'stage', stage: 'rcpt' },
  { kind: 'time', withinMs: 600 },
  { kind: 'time', withinMs: 1_000 },
];
const perBlow = 4;
/** Mails that several kills have stopped are put off by a minute, then two: what is stuck would be so for ever. */
const limitMs = 280_000;

describe('a worker that is killed again and again', () => {
  const random = seededRandom(17);
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let worker: WorkerChild;
  let trap: { readonly stage: ReplyStage; readonly spring: () => Promise<Scripted> } | undefined;

  beforeAll(async () => {
    stack = await startStack({
      worker: false,
      mail: {
        respond: async (stage) => {
          if (trap?.stage !== stage) return undefined;
          const { spring } = trap;
          trap = undefined;
          return spring();
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
    sequenceId = await stack.api.sequence(user.id, hurried);
  });
  afterAll(async () => {
    await worker.kill();
    await stack.close();
  });

  const startWorker = async (): Promise<void> => {
    worker = await startWorkerChild(
      { ...stack.workerSettings, sendLeaseMs: 2_000 },
      await workflowBundle(),
    );
  };

  async function enroll(): Promise<string> {
    const contactId = await stack.api.contact();
    const { id } = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    return id;
  }

  /** Resolves when the worker is dead. */
  function prepare(blow: Blow): () => Promise<void> {
    if (blow.kind === 'time') {
      return async () => {
        await delay(random() * blow.withinMs);
        await worker.kill();
      };
    }
    const struck = new Promise<void>((resolve, reject) => {
      const spring = async (): Promise<Scripted> => {
        await worker.kill();
        await expectTraces(blow.stage);
        return blow.reply;
      };
      trap = {
        stage: blow.stage,
        spring: () => {
          const reply = spring();
          reply.then(() => {
            resolve();
          }, reject);
          return reply;
        },
      };
    });
    return () => struck;
  }

  /** Proves that the blow fell where it was meant to. */
  async function expectTraces(stage: ReplyStage): Promise<void> {
    const states = (await readLedger(stack.db, stack.accountId)).map(({ state }) => state);
    expect(states).toContain(stage === 'data' ? 'in_data' : 'connecting');
  }

  const recordsOf = (ids: readonly string[]): Promise<readonly EnrollmentRecords[]> =>
    readRecords(stack.db, ids);
  const act = async (id: string, verb: string): Promise<void> => {
    const { status } = await stack.api.request(
      'POST',
      `/v1/enrollments/${id}/${verb}`,
      {},
      user.id,
    );
    expect(status).toBe(200);
  };

  it(
    'loses no enrollment, leaves none stuck, and sends each mail once or says that nobody knows',
    async () => {
      const ids: string[] = [];
      for (const blow of blows) {
        await startWorker();
        const strike = prepare(blow);
        ids.push(...(await Promise.all(Array.from({ length: perBlow }, enroll))));
        await strike();
      }
      await startWorker();
      const settled = await eventually(
        () => recordsOf(ids),
        (all) => all.every((records) => isFinished(records) || isUncertain(records)),
        limitMs,
      );
      const uncertain = settled.filter(isUncertain);
      expect(uncertain.length).toBeGreaterThanOrEqual(2);
      for (const { row } of uncertain) {
        await act(row.id, 'skip-step');
        await act(row.id, 'resume');
      }
      const finished = await eventually(
        () => recordsOf(ids),
        (all) => all.every(isFinished),
        limitMs,
      );
      const unknown = finished.flatMap(({ sends }) =>
        [...sends.values()].filter(({ state }) => state === 'unknown'),
      );
      expect(unknown).toHaveLength(uncertain.length);
      for (const records of finished) expectConsistent(records);
      const ledger = finished.flatMap(({ sends }) => [...sends.values()]);
      const arrived = stack.catcher.messages().map(({ messageId }) => messageId);
      expect(new Set(arrived).size).toBe(arrived.length);
      const intended = new Set<string | undefined>(ledger.map(({ messageId }) => messageId));
      expect(arrived.filter((messageId) => !intended.has(messageId))).toEqual([]);
      const retried = ledger.filter(({ attempts }) => attempts > 1).length;
      const figures = {
        enrollments: ids.length,
        kills: blows.length,
        mails: arrived.length,
        unknown: unknown.length,
        unknownButThere: unknown.filter(({ messageId }) => arrived.includes(messageId)).length,
        retried,
      };
      process.stdout.write(`crashes: ${JSON.stringify(figures)}\n`);
    },
    2 * limitMs,
  );

  it(
    'TSK-18: sends the emails of tasks once, or says that nobody knows',
    async () => {
      const steps = [manualStep('write', 0)];
      const body = { name: 'By hand', steps, settings: anyTime };
      sequenceId = await stack.api.sequence(user.id, body);
      const ids = await Promise.all(Array.from({ length: perBlow }, enroll));
      const made = await eventually(
        () => recordsOf(ids),
        (all) => all.every(({ tasks }) => tasks.length === 1),
        limitMs,
      );
      const strike = prepare({ kind: 'stage', stage: 'data' });
      const taskIds = made.flatMap(({ tasks }) => tasks.map(({ id }) => id));
      const send = (id: string) => stack.api.request('POST', `/v1/tasks/${id}/send`, {}, user.id);
      await Promise.all(taskIds.map(send));
      await strike();
      await startWorker();
      const tasks = await eventually(
        async () =>
          (await Promise.all(ids.map((id) => stack.api.tasks(`enrollmentId=${id}`)))).flat(),
        (all) => all.every(({ email }) => email?.state === 'sent' || email?.state === 'unknown'),
        limitMs,
      );
      const unknown = tasks.filter(({ email }) => email?.state === 'unknown');
      expect(unknown.length).toBeGreaterThanOrEqual(1);
      for (const { id } of unknown) {
        expect((await send(id)).body).toMatchObject({ code: 'TASK_EMAIL_UNCERTAIN' });
      }
      const arrived = stack.catcher.messages().map(({ messageId }) => messageId);
      expect(new Set(arrived).size).toBe(arrived.length);
      for (const { row, sends } of await recordsOf(ids)) {
        const { state, messageId } = sends.get('write') ?? {};
        expect(row.state).toBe(state === 'sent' ? 'finished' : 'waiting_task');
        if (state === 'sent') expect(arrived).toContain(messageId);
      }
    },
    limitMs,
  );

  function expectConsistent({ row, log, sends, tasks }: EnrollmentRecords): void {
    const mails = stack.catcher.messages();
    expect([...sends.keys()].sort()).toEqual([...emailSteps].sort());
    for (const send of sends.values()) {
      const there = mails.filter(({ messageId }) => messageId === send.messageId);
      expect(['sent', 'unknown']).toContain(send.state);
      if (send.state === 'sent') expect(there).toHaveLength(1);
      else expect(there.length).toBeLessThanOrEqual(1);
    }
    expect(tasks).toHaveLength(1);
    expect(row.eventCount).toBe(log.length);
    expect(log.map(({ number }) => number)).toEqual(log.map((_, index) => index + 1));
    const expected = ['enrolled'];
    for (const step of ['one', 'call', 'two', 'three']) {
      if (step === 'call') expected.push('task_created call');
      else if (sends.get(step)?.state === 'sent') expected.push(`email_sent ${step}`);
      else expected.push(`paused ${step}`, `step_skipped ${step}`);
    }
    const told = lines(log).filter((line) => !line.startsWith('resumed'));
    expect(told).toEqual([...expected, 'finished']);
  }
});

function isFinished({ row }: EnrollmentRecords): boolean {
  return row.state === 'finished';
}

function isUncertain({ row, sends }: EnrollmentRecords): boolean {
  const isHeld = row.state === 'paused' && row.reason === 'send_uncertain';
  return isHeld && sends.get(row.stepId ?? '')?.state === 'unknown';
}
