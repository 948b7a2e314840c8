import { Client } from '@temporalio/client';
import type { PayloadCodec } from '@temporalio/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateQuery } from '../../src/contract/messages.js';
import { eventually } from '../support/eventually.js';
import { exampleCodec } from '../support/example-codec.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';

/** A payload as JSON shows it, its bytes in base64. */
interface Shown {
  readonly metadata: { readonly encoding: string };
  readonly data: string;
}

function isShown(value: object): value is Shown {
  return 'metadata' in value && 'data' in value;
}

/** Search attributes are for the server to search, so they are never encoded. */
const readable = ['searchAttributes', 'indexedFields'];

/** All payloads in a history or a description. */
function payloadsIn(value: unknown): readonly Shown[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isShown(value)) return [value];
  return Object.entries(value).flatMap(([name, each]) =>
    readable.includes(name) ? [] : payloadsIn(each),
  );
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString();
const encodingsOf = (value: unknown): readonly string[] => [
  ...new Set(payloadsIn(value).map(({ metadata }) => decoded(metadata.encoding))),
];
/** As it is sent over the wire. */
const asJson = (value: unknown): unknown =>
  JSON.parse(
    JSON.stringify(value, (_key, each: unknown) =>
      each instanceof Uint8Array ? Buffer.from(each).toString('base64') : each,
    ),
  );

describe('with a payload codec', () => {
  let codec: PayloadCodec;
  let stack: Stack;
  let plain: Client;
  let sequenceId: string;
  let userId: string;

  beforeAll(async () => {
    codec = await exampleCodec();
    stack = await startStack({ payloadCodec: codec });
    plain = new Client({ connection: stack.connection, namespace: stack.namespace });
    const user = await stack.api.user(stack.catcher.port);
    userId = user.id;
    sequenceId = await stack.api.sequence(user.id, {
      name: 'Encoded',
      steps: [emailStep('mail', 0), callStep('call', 0), emailStep('last', 1)],
      settings: anyTime,
    });
  });
  afterAll(() => stack.close());

  const sent = (id: string, step: string) =>
    eventually(
      () => readRecord(stack.db, id),
      ({ sends }) => sends.get(step)?.state === 'sent',
    );

  it('an enrollment runs through, and Temporal holds nothing of it in plain', async () => {
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(userId, { sequenceId, contact });
    await sent(id, 'mail');
    const own = new Client({
      connection: stack.connection,
      namespace: stack.namespace,
      dataConverter: { payloadCodecs: [codec] },
    });
    // The run is asked, told and described by clients with the codec, and by no other.
    const handle = own.workflow.getHandle(`enrollment/${id}`);
    await eventually(
      () => handle.query(stateQuery),
      ({ state }) => state === 'active',
    );
    await expect(plain.workflow.getHandle(`enrollment/${id}`).query(stateQuery)).rejects.toThrow(
      /encod/i,
    );
    const paused = await stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, userId);
    expect(paused.status).toBe(200);
    await eventually(
      () => handle.query(stateQuery),
      ({ state }) => state === 'paused',
    );
    const resumed = await stack.api.request('POST', `/v1/enrollments/${id}/resume`, {}, userId);
    expect(resumed.status).toBe(200);
    const { body } = await stack.api.request(
      'GET',
      `/v1/tasks?enrollmentId=${id}`,
      undefined,
      userId,
    );
    expect(body).toMatchObject({ results: [{ kind: 'call' }] });
    expect((await stack.api.reply(id)).status).toBe(200);
    expect(await handle.result()).toEqual({ state: 'unenrolled', reason: 'replied' });

    const history = asJson(await plain.workflow.getHandle(`enrollment/${id}`).fetchHistory());
    expect(payloadsIn(history).length).toBeGreaterThan(10);
    expect(encodingsOf(history)).toEqual(['binary/encrypted']);
    const described = asJson((await handle.describe()).raw);
    expect(encodingsOf(described)).toEqual(['binary/encrypted']);
    const schedule = `sweeper/${stack.taskQueue}`;
    const { raw } = await own.schedule.getHandle(schedule).describe();
    expect(payloadsIn(asJson(raw)).length).toBeGreaterThan(0);
    expect(encodingsOf(asJson(raw))).toEqual(['binary/encrypted']);
  });

  it('a message of the Temporal UI, which has no codec, is taken', async () => {
    const contact = { id: await stack.api.contact() };
    const { id } = await stack.api.enroll(userId, { sequenceId, contact });
    await sent(id, 'mail');
    const handle = plain.workflow.getHandle(`enrollment/${id}`);
    await handle.signal('reply', {});
    await eventually(
      () => readRecord(stack.db, id),
      ({ log }) => lines(log).some((line) => line.startsWith('unenrolled')),
    );
  });
});

describe('what was plain before there was a codec', () => {
  it('goes on: runs that were begun without it', async () => {
    const stack = await startStack({ worker: false });
    try {
      const user = await stack.api.user(stack.catcher.port);
      const sequenceId = await stack.api.sequence(user.id, {
        name: 'Plain first',
        steps: [emailStep('one', 0), emailStep('two', 1)],
        settings: anyTime,
      });
      const before = await stack.startWorker();
      const contact = { id: await stack.api.contact() };
      const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
      await eventually(
        () => readRecord(stack.db, id),
        ({ sends }) => sends.get('one')?.state === 'sent',
      );
      await before.stop();
      const { temporal } = stack.workerSettings;
      await stack.startWorker({ temporal: { ...temporal, payloadCodec: await exampleCodec() } });
      await stack.forward([id], 48);
      const run = new Client({ connection: stack.connection, namespace: stack.namespace });
      const handle = run.workflow.getHandle(`enrollment/${id}`);
      await eventually(
        () => readRecord(stack.db, id),
        ({ sends }) => sends.get('two')?.state === 'sent',
      );
      const history = asJson(await handle.fetchHistory());
      expect(encodingsOf(history).toSorted()).toEqual(['binary/encrypted', 'json/plain']);
    } finally {
      await stack.close();
    }
  });
});
