import { randomUUID } from 'node:crypto';
import { Client } from '@temporalio/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fixtureBundle } from '../support/bundles.js';
import type { canary as canaryWorkflow } from '../support/fixtures/canary/index.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import { startTcpSwitch, type TcpSwitch } from '../support/tcp-switch.js';
import { startWorkerChild, type WorkerChild } from '../support/worker-child.js';

/** What must be nowhere: an address, a name, a subject, a text, and the mail that is made of them. */
const canaries = {
  email: 'canary.address@contact.example',
  firstName: 'Canaryfirst',
  lastName: 'Canarylast',
  subject: 'Canarysubject',
  text: 'Canarytext',
};
/** A statement of the extended protocol that is not prepared under a name. */
const statement = /P[\s\S]{4}\0([^\0]*)\0/g;

describe('what is personal', () => {
  let stack: Stack;
  let wire: TcpSwitch;
  let worker: WorkerChild;
  let client: Client;
  const queue = `canary-${randomUUID()}`;
  const broken = new Set<string>();
  let isArmed = false;

  beforeAll(async () => {
    stack = await startStack({ worker: false });
    const url = new URL(stack.databaseUrl);
    wire = await startTcpSwitch(url.host, { forth: breakNew });
    wire.on();
    url.host = wire.address;
    const { workerSettings } = stack;
    worker = await startWorkerChild(
      {
        ...workerSettings,
        database: { ...workerSettings.database, url: url.href },
        taskQueue: queue,
        sendLeaseMs: 1_000,
        sweepEverySeconds: 3_600,
      },
      await fixtureBundle('canary'),
      { logLevel: 'debug' },
    );
    client = new Client({ connection: stack.connection, namespace: stack.namespace });
  });
  afterAll(async () => {
    await worker.kill();
    await client.schedule.getHandle(`sweeper/${queue}`).delete();
    await client.schedule.getHandle(`reminders/${queue}`).delete();
    await stack.close();
    await wire.stop();
  });

  /** Has Postgres refuse each statement once, the first time that it comes. */
  function breakNew(chunk: Buffer): Buffer {
    if (!isArmed) return chunk;
    const text = chunk.toString('latin1');
    for (const match of text.matchAll(statement)) {
      const [, query = ''] = match;
      if (broken.has(query)) continue;
      broken.add(query);
      chunk.write('?', match.index + match[0].indexOf(query), 'latin1');
    }
    return chunk;
  }

  it('is neither in the history, nor in a pending activity, nor in the log, whichever statement fails', async () => {
    const { email, firstName, lastName, subject, text } = canaries;
    const user = await stack.api.user(stack.catcher.port);
    const content = { subject: `${subject} for you`, html: `<p>${text} {{contact.firstName}}</p>` };
    const sequenceId = await stack.api.sequence(user.id, {
      name: 'Canary',
      steps: [{ ...emailStep('mail', 0), email: content }, callStep('call', 0)],
      settings: { ...anyTime, taskReminderMinute: 0 },
    });
    const contact = { id: await stack.api.contact({ email, firstName, lastName }) };
    const { id: enrollmentId } = await stack.api.enroll(user.id, { sequenceId, contact });
    const at = new Date().toISOString();
    const own = { accountId: stack.accountId, enrollmentId, at };
    isArmed = true;
    const run = await client.workflow.start<typeof canaryWorkflow>('canary', {
      workflowId: randomUUID(),
      taskQueue: queue,
      args: [
        {
          email: { ...own, stepId: 'mail' },
          task: { ...own, stepId: 'call' },
          message: { ...own, message: { type: 'reply', messageId: randomUUID() } },
        },
      ],
    });
    const pending: unknown[] = [];
    const over = run.result();
    for (;;) {
      const { raw, status } = await run.describe();
      if (status.name !== 'RUNNING') break;
      pending.push(...(raw.pendingActivities ?? []));
    }
    expect(await over).toBe('unenrolled');
    isArmed = false;
    expect(stack.catcher.messages().some(({ subject: sent }) => sent.includes(subject))).toBe(true);

    const history = JSON.stringify(await run.fetchHistory());
    const told = { history, pending: JSON.stringify(pending), log: worker.said() };
    // What they tell is there, so that nothing can be found in it.
    expect([...broken].some((query) => query.startsWith('insert into "email_sends"'))).toBe(true);
    expect(broken.size).toBeGreaterThan(20);
    for (const [place, all] of Object.entries(told)) {
      expect(all, `${place} tells of failures`).toContain('Failed query');
      for (const value of Object.values(canaries)) {
        for (const form of [value, Buffer.from(value).toString('base64').slice(0, -4)]) {
          expect(all.includes(form), `${value} in the ${place}`).toBe(false);
        }
      }
    }
    process.stdout.write(`canary: ${broken.size} statements were broken\n`);
  }, 120_000);
});
