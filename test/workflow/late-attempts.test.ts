import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { eq } from 'drizzle-orm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { startApi } from '../../src/assembly/start-api.js';
import { accounts, sendSlots } from '../../src/db/schema/index.js';
import { createLogger } from '../../src/observability/logger.js';
import { fixtureBundle } from '../support/bundles.js';
import { eventually } from '../support/eventually.js';
import type { sendTwice } from '../support/fixtures/twice/index.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import { createStackClient } from '../support/stack-client.js';

let stack: Stack | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await stack?.close();
});

const heldMs = 4_000;

describe('an email that waits for a slot of the worker', () => {
  it('knows how late it is: its date, its timeline and its send slot are those of when it goes out', async () => {
    let asked = 0;
    const running = await startStack({
      worker: {
        maxConcurrentActivities: 1,
        maxConcurrentSends: 1,
        sendCaps: { accountAtHost: 1, host: 1, mailbox: 1, account: 1 },
        sweepEverySeconds: 3_600,
      },
      mail: {
        respond: async (stage) => {
          if (stage === 'rcpt' && (asked += 1) === 1) await delay(heldMs);
          return undefined;
        },
      },
    });
    stack = running;
    const user = await running.api.user(running.catcher.port);
    const sequenceId = await running.api.sequence(user.id, {
      name: 'Two mails',
      steps: [emailStep('one', 0), emailStep('two', 2)],
      settings: anyTime,
    });
    const enroll = async (): Promise<string> => {
      const contact = { id: await running.api.contact() };
      return (await running.api.enroll(user.id, { sequenceId, contact })).id;
    };
    await enroll();
    await eventually(
      () => asked,
      (count) => count === 1,
    );
    const late = await enroll();
    const mails = await eventually(
      () => running.catcher.messages(),
      (all) => all.length === 2,
    );
    const goneMs = Date.now();
    const [sent] = await eventually(
      async () => (await running.api.timeline(late)).filter(({ type }) => type === 'email_sent'),
      (entries) => entries.length === 1,
    );
    const [slot] = await running.db
      .select()
      .from(sendSlots)
      .where(eq(sendSlots.enrollmentId, late));
    for (const at of [sent?.at, slot?.at, mails[1]?.date]) {
      expect(Date.parse(at ?? '')).toBeGreaterThan(goneMs - heldMs / 2);
      expect(Date.parse(at ?? '')).toBeLessThan(goneMs + 1_000);
    }
  });
});

describe('limits hold by the minute of Postgres', () => {
  const perMinute = 6;

  it('when Temporal’s clock is 80 s ahead for half of the emails, no minute has more than its limit', async () => {
    const queue = `skewed-${randomUUID()}`;
    const arrivedMs: number[] = [];
    const bundle = await fixtureBundle('twice');
    const running = await startStack({
      worker: { bundle, taskQueue: queue, sweepEverySeconds: 3_600, clocksApartMs: 120_000 },
    });
    stack = running;
    running.catcher.onMail(() => arrivedMs.push(Date.now()));
    const client = new Client({ connection: running.connection, namespace: running.namespace });
    const user = await running.api.user(running.catcher.port);
    const sequenceId = await running.api.sequence(user.id, {
      name: 'One mail',
      steps: [emailStep('one', 0), emailStep('two', 2)],
      settings: anyTime,
    });
    await running.db
      .update(accounts)
      .set({ mailboxPerMinute: perMinute })
      .where(eq(accounts.id, running.accountId));
    const ids: string[] = [];
    for (let count = 0; count < 2 * perMinute; count += 1) {
      const contact = { id: await running.api.contact() };
      ids.push((await running.api.enroll(user.id, { sequenceId, contact })).id);
    }
    // Away from the end of a minute, so that the time in which none more may go is long enough to be seen.
    const ofMinuteMs = Date.now() % 60_000;
    if (ofMinuteMs > 50_000) await delay(60_000 - ofMinuteMs);
    const start = (enrollmentId: string, aheadMs: number) => {
      const at = new Date(Date.now() + aheadMs).toISOString();
      const { accountId } = running;
      return client.workflow.start<typeof sendTwice>('sendTwice', {
        workflowId: randomUUID(),
        taskQueue: queue,
        args: [{ accountId, enrollmentId, stepId: 'one', at }],
      });
    };
    const handles = await Promise.all(
      ids.map((id, index) => start(id, index < perMinute ? 0 : 80_000)),
    );
    await eventually(
      () => arrivedMs.length,
      (count) => count >= perMinute,
    );
    await delay(3_000);
    const byMinute = new Map<number, number>();
    for (const ms of arrivedMs) {
      const minute = Math.floor(ms / 60_000);
      byMinute.set(minute, (byMinute.get(minute) ?? 0) + 1);
    }
    expect(Math.max(...byMinute.values())).toBeLessThanOrEqual(perMinute);
    await Promise.all(handles.map((handle) => handle.terminate().catch(() => undefined)));
  });

  it('the API takes its slots by that minute too, whatever its machine’s clock says', async () => {
    const running = await startStack({ worker: false });
    stack = running;
    const { database, temporal, taskQueue, uiUrl, searchAttributesEachStep, encryptionKeys } =
      running.workerSettings;
    const api = await startApi({
      ...{ database, temporal, taskQueue, uiUrl, searchAttributesEachStep, encryptionKeys },
      logger: createLogger({ level: 'silent' }),
      http: { host: '127.0.0.1', port: 0 },
    });
    try {
      const user = await running.api.user(running.catcher.port);
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 80_000 });
      const path = `/v1/mailboxes/${user.mailboxId}/sending-status`;
      const { body } = await createStackClient(api.url, running.apiKey).request('GET', path);
      vi.useRealTimers();
      expect(Math.abs(Date.parse(String(body['at'])) - Date.now())).toBeLessThan(5_000);
    } finally {
      await api.close();
    }
  });
});
