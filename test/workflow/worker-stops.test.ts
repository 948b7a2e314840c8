import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { lines, readRecord } from '../support/records.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

describe('a worker that is stopped', () => {
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let bodies = 0;
  beforeAll(async () => {
    stack = await startStack({
      worker: false,
      mail: {
        respond: async (stage) => {
          if (stage !== 'data') return undefined;
          bodies += 1;
          await delay(1_500);
          return undefined;
        },
      },
    });
    user = await stack.api.user(stack.catcher.port);
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
  });
  afterAll(() => stack.close());

  const enroll = async (): Promise<string> => {
    const contact = { id: await stack.api.contact() };
    return (await stack.api.enroll(user.id, { sequenceId, contact })).id;
  };

  it('takes no more work, finishes the send that it is at, and lets go of everything then', async () => {
    const worker = await stack.startWorker();
    const up = { postgres: 'ok', temporal: 'ok', worker: 'ok' };
    expect(await worker.health()).toMatchObject({ ready: true, checks: up });
    const first = await enroll();
    await eventually(
      () => Promise.resolve(bodies),
      (count) => count === 1,
    );
    const stopped = worker.stop();
    const draining = { ...up, worker: 'draining' };
    expect(await worker.health()).toMatchObject({ ready: false, checks: draining });
    const second = await enroll();
    await stopped;
    await worker.done;
    expect(stack.catcher.messages()).toHaveLength(1);
    const { log, sends } = await readRecord(stack.db, first);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one']);
    expect(sends.get('one')).toMatchObject({ state: 'sent', attempts: 1 });
    expect((await readRecord(stack.db, second)).sends.size).toBe(0);
    const gone = { postgres: 'stopped', temporal: 'stopped', worker: 'stopped' };
    expect(await worker.health()).toMatchObject({ ready: false, checks: gone });
  });

  it('leaves what it did not take to the next one', async () => {
    await stack.startWorker();
    await eventually(
      () => Promise.resolve(stack.catcher.messages().length),
      (count) => count === 2,
    );
  });
});
