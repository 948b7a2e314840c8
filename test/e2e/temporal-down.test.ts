import { eq } from 'drizzle-orm';
import { Client } from '@temporalio/client';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from 'vitest';
import { openGateway } from '../../src/assembly/open-gateway.js';
import { pendingWords } from '../../src/db/queries/outbox.js';
import { readEnrollmentStart } from '../../src/db/queries/run-starts.js';
import { outbox } from '../../src/db/schema/index.js';
import type { RunningWorker } from '../../src/assembly/start-worker.js';
import type { WorkflowGateway } from '../../src/contract/gateway.js';
import { stateQuery } from '../../src/contract/messages.js';
import { searchAttributes } from '../../src/contract/search-attributes.js';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.js';

const day = 24;
/** An API call waits this long for Temporal, and not much longer. */
const patienceMs = 6_000;
/** gRPC's code for a deadline that has passed, or for a server that does not answer; or our own limit, when that is first. */
const unreachable = /^(?:GRPC_(?:4|14)|TemporalTimeoutError)$/;

describe('while the API cannot reach Temporal', () => {
  let wire: TcpSwitch;
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let client: Client;
  let worker: RunningWorker;

  beforeAll(async () => {
    wire = await startTcpSwitch(inject('temporalAddress'));
    stack = await startStack({ temporalAddress: wire.address, worker: false });
    await startWorker();
    user = await stack.api.user(stack.catcher.port);
    const steps = [emailStep('one', 0), emailStep('two', 1)];
    sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterEach(() => {
    wire.off();
  });
  afterAll(async () => {
    await stack.close();
    await wire.stop();
  });

  const startWorker = async (): Promise<void> => {
    worker = await stack.startWorker({
      temporal: { address: inject('temporalAddress'), namespace: stack.namespace },
    });
  };

  async function enroll(): Promise<{ readonly id: string; readonly status: number }> {
    const contactId = await stack.api.contact();
    const body = { sequenceId, contact: { id: contactId } };
    const answer = await stack.api.request('POST', '/v1/enrollments', body, user.id);
    return { id: String(answer.body['id']), status: answer.status };
  }

  /** Enrolls when the API has found Temporal again, which it has to within seconds. */
  async function enrollOnline(): Promise<string> {
    wire.on();
    const { id } = await eventually(enroll, ({ status }) => status === 201, 10_000);
    return id;
  }

  const owed = (enrollmentId: string) =>
    stack.db.select().from(outbox).where(eq(outbox.targetId, enrollmentId));
  const told = (enrollmentId: string) =>
    eventually(
      () => owed(enrollmentId),
      (rows) => rows.length === 0,
    );
  const sent = (enrollmentId: string, stepId: string) =>
    eventually(
      () => readRecord(stack.db, enrollmentId),
      ({ sends }) => sends.get(stepId)?.state === 'sent',
    );
  const handleOf = (enrollmentId: string) =>
    client.workflow.getHandle(`enrollment/${enrollmentId}`);

  async function mailCount(enrollmentId: string): Promise<number> {
    const { sends } = await readRecord(stack.db, enrollmentId);
    const ids = new Set<string | undefined>([...sends.values()].map((send) => send.messageId));
    return stack.catcher.messages().filter(({ messageId }) => ids.has(messageId)).length;
  }

  it('an enrollment is answered with 202 and kept, and the sweeper starts it', async () => {
    const begun = performance.now();
    const { id, status } = await enroll();
    expect(status).toBe(202);
    expect(performance.now() - begun).toBeLessThan(patienceMs);
    const [word] = await owed(id);
    expect(word).toMatchObject({ targetKind: 'enrollment', message: null, tries: 1 });
    expect(word?.lastError).toMatch(unreachable);
    expect(await stack.api.enrollment(id)).toMatchObject({
      state: 'active',
      currentStep: { id: 'one' },
    });
    await sent(id, 'one');
    await told(id);
    expect(await mailCount(id)).toBe(1);
    expect(lines((await readRecord(stack.db, id)).log)).toEqual(['enrolled', 'email_sent one']);
  });

  it('a start that is delivered many times over is one run', async () => {
    const { id } = await enroll();
    const gateway = gatewayOf(stack, client);
    const ref = { kind: 'enrollment', accountId: stack.accountId, id } as const;
    const outcomes = await Promise.all(Array.from({ length: 10 }, () => gateway.deliver(ref)));
    expect(new Set(outcomes)).toEqual(new Set(['delivered']));
    expect(await owed(id)).toEqual([]);
    await sent(id, 'one');
    const { firstExecutionRunId, runId } = await runsOf(id);
    expect(runId).toBe(firstExecutionRunId);
    expect(await mailCount(id)).toBe(1);
  });

  it('an enrollment that is paused before it was started starts paused, and sends once resumed', async () => {
    const { id } = await enroll();
    const paused = await stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, user.id);
    expect(paused.body).toMatchObject({ state: 'paused', currentStep: { id: 'one' } });
    await told(id);
    const { typedSearchAttributes: shown } = await handleOf(id).describe();
    expect(shown.get(searchAttributes.enrollmentState)).toBe('paused');
    expect(shown.get(searchAttributes.waitingFor)).toBe('resume');
    expect(shown.get(searchAttributes.nextActionAt)).toBeUndefined();
    expect(await mailCount(id)).toBe(0);
    wire.on();
    const resumed = await stack.api.request('POST', `/v1/enrollments/${id}/resume`, {}, user.id);
    expect(resumed.status).toBe(200);
    await sent(id, 'one');
    expect(await mailCount(id)).toBe(1);
  });

  it('an enrollment that ended before it was started never runs', async () => {
    await worker.stop();
    const { id } = await enroll();
    const reply = await stack.api.reply(id);
    expect(reply.status).toBe(200);
    await startWorker();
    await told(id);
    await expect(handleOf(id).describe()).rejects.toThrow(/not found/i);
    expect(await mailCount(id)).toBe(0);
    expect(lines((await readRecord(stack.db, id)).log)).toEqual(['enrolled', 'unenrolled one']);
  });

  it('a start that is handed over late, of an enrollment that has ended meanwhile, sends nothing and ends', async () => {
    const { id } = await enroll();
    const ref = { kind: 'enrollment', accountId: stack.accountId, id } as const;
    const [word] = await pendingWords(stack.db, ref);
    const start = await readEnrollmentStart(stack.db, ref);
    if (!word || !start) throw new Error('nothing is owed');
    expect(start.input.status.state).toBe('active');
    expect((await stack.api.reply(id)).status).toBe(200);
    await told(id);
    await expect(handleOf(id).describe()).rejects.toThrow(/not found/i);
    const given = { id: word.id, start };
    expect(await gatewayOf(stack, client).deliver(ref, given)).toBe('delivered');
    expect(await handleOf(id).result()).toEqual({ state: 'unenrolled', reason: 'replied' });
    expect(await mailCount(id)).toBe(0);
    expect(lines((await readRecord(stack.db, id)).log)).toEqual(['enrolled', 'unenrolled one']);
  });

  it('a reply counts at once: nothing is sent, and the run ends when the sweeper tells it', async () => {
    const id = await enrollOnline();
    await sent(id, 'one');
    wire.off();
    const begun = performance.now();
    const reply = await stack.api.reply(id);
    expect(performance.now() - begun).toBeLessThan(patienceMs);
    expect(reply.status).toBe(200);
    expect(reply.body['effects']).toMatchObject([{ state: 'unenrolled', reason: 'replied' }]);
    expect((await handleOf(id).describe()).status.name).toBe('RUNNING');
    expect(await handleOf(id).result()).toEqual({ state: 'unenrolled', reason: 'replied' });
    await told(id);
    expect(lines((await readRecord(stack.db, id)).log)).toEqual([
      'enrolled',
      'email_sent one',
      'unenrolled two',
    ]);
    expect(await mailCount(id)).toBe(1);
  });

  it('a reply counts even if the next step falls due before the run hears of it', async () => {
    const id = await enrollOnline();
    await sent(id, 'one');
    wire.off();
    expect((await stack.api.reply(id)).status).toBe(200);
    await stack.forward([id], 2 * day);
    expect(await handleOf(id).result()).toEqual({ state: 'unenrolled', reason: 'replied' });
    expect(await mailCount(id)).toBe(1);
    await told(id);
  });

  it('a pause counts while no worker runs, and the run hears of it later', async () => {
    const id = await enrollOnline();
    await stack.catchUp(id);
    await sent(id, 'one');
    await worker.stop();
    const begun = performance.now();
    const paused = await stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, user.id);
    expect(performance.now() - begun).toBeLessThan(patienceMs);
    expect(paused.status).toBe(200);
    expect(paused.body).toMatchObject({ state: 'paused', reason: 'manual', nextAction: null });
    // Temporal has the word, and needs no worker for it.
    expect(await owed(id)).toEqual([]);
    await startWorker();
    // Told is not yet seen to: the run takes the message to Postgres before it adopts what stands there.
    await eventually(
      () => handleOf(id).query(stateQuery),
      ({ state, nextAt }) => state === 'paused' && nextAt === null,
    );
    await stack.forward([id], 3 * day);
    expect(await mailCount(id)).toBe(1);
    const resumed = await stack.api.request('POST', `/v1/enrollments/${id}/resume`, {}, user.id);
    expect(resumed.status).toBe(200);
    await stack.forward([id], 2 * day);
    await sent(id, 'two');
    expect(await mailCount(id)).toBe(2);
    const types = lines((await readRecord(stack.db, id)).log);
    expect(types).toEqual([
      'enrolled',
      'email_sent one',
      'paused two',
      'resumed two',
      'email_sent two',
      'finished',
    ]);
  });

  async function runsOf(enrollmentId: string) {
    const { raw, runId } = await handleOf(enrollmentId).describe();
    const first = raw.workflowExecutionInfo?.firstRunId ?? '';
    return { runId, firstExecutionRunId: first };
  }
});

function gatewayOf(stack: Stack, client: Client): WorkflowGateway {
  const options = {
    taskQueue: stack.taskQueue,
    uiUrl: 'http://temporal.example',
    searchAttributesEachStep: true,
    logger: pino({ level: 'fatal' }),
  };
  return openGateway(options, stack.db, { client, namespace: stack.namespace });
}
