import { afterEach, describe, expect, it } from 'vitest';
import { eventually } from '../support/eventually.js';
import { startMailSink, type MailSink, type SinkStage } from '../support/mail-sink.js';
import { readRecord } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const limitMs = 60_000;
const slots = 8;
const perHost = Math.floor(slots / 8);

describe.each(['stall', 'drip'] as const)('a mail server that answers with a %s', (act) => {
  let stack: Stack;
  let sink: MailSink;
  let script: { at: SinkStage; act: string };
  afterEach(async () => {
    await sink.stop();
    await stack.close();
  });

  async function start(smtpReadyMs: number): Promise<void> {
    script = { at: 'ehlo', act };
    sink = await startMailSink(script);
    stack = await startStack({
      worker: {
        maxConcurrentActivities: slots,
        maxConcurrentSends: slots,
        smtpReadyMs,
        sweepEverySeconds: 3_600,
      },
    });
  }
  const twoMails = (user: SeededUser) =>
    stack.api.sequence(user.id, {
      name: 'Two mails',
      steps: [emailStep('one', 0), emailStep('two', 2)],
      settings: anyTime,
      sharing: { everyone: 'use' },
    });
  async function enroll(user: SeededUser, sequenceId: string): Promise<string> {
    const contact = { id: await stack.api.contact() };
    return (await stack.api.enroll(user.id, { sequenceId, contact })).id;
  }
  /** Mails of two mailboxes of the server, more than the worker has slots. */
  async function crowd(): Promise<{
    readonly users: readonly [SeededUser, SeededUser];
    readonly sequenceId: string;
    readonly ids: readonly string[];
  }> {
    const users = [await stack.api.user(sink.port), await stack.api.user(sink.port)] as const;
    const sequenceId = await twoMails(users[0]);
    const ids: string[] = [];
    for (let index = 0; index < slots; index += 1) {
      for (const user of users) ids.push(await enroll(user, sequenceId));
    }
    return { users, sequenceId, ids };
  }
  const statusOf = async ({ mailboxId }: SeededUser) =>
    (await stack.api.request('GET', `/v1/mailboxes/${mailboxId}/sending-status`)).body;
  const openNow = () =>
    sink.connections() - sink.events().filter((event) => event === 'closed').length;
  const rowsOf = (ids: readonly string[]) =>
    Promise.all(ids.map(async (id) => (await readRecord(stack.db, id)).row));

  it(
    'has its share of the slots: mails, follow-ups and replies of others go on',
    async () => {
      await start(10 * limitMs);
      const { ids } = await crowd();
      await eventually(openNow, (count) => count === perHost, limitMs);
      const good = await stack.api.user(stack.catcher.port);
      const sequenceId = await twoMails(good);
      const taskFirst = await stack.api.sequence(good.id, {
        name: 'Task first',
        steps: [callStep('call', 0), emailStep('after', 0)],
        settings: anyTime,
      });
      const asked = await enroll(good, taskFirst);
      const [task] = await eventually(
        () => stack.api.tasks(`enrollmentId=${asked}`),
        (tasks) => tasks.length === 1,
        limitMs / 2,
      );
      await stack.api.request('POST', `/v1/tasks/${task?.id ?? ''}/complete`, {}, good.id);
      const fine = [await enroll(good, sequenceId), await enroll(good, sequenceId)];
      await eventually(
        () => stack.catcher.messages().length,
        (count) => count === fine.length + 1,
        limitMs / 2,
      );
      await stack.api.reply(ids.at(-1) ?? '');
      expect(openNow()).toBe(perHost);
    },
    limitMs,
  );

  // A server that drips fails in the same way.
  if (act === 'drip') return;
  it(
    'is left alone after five failures, shown, tried by one mail, and used again',
    async () => {
      await start(1_000);
      const { users, sequenceId, ids } = await crowd();
      await eventually(
        () => rowsOf(ids),
        (rows) => rows.every(({ why }) => why[0]?.rule === 'no_connection'),
        limitMs / 2,
      );
      const [one, other] = users;
      expect(await statusOf(other)).toMatchObject({
        maySend: false,
        rule: 'mail_server',
        mailServer: { reason: 'unreachable', reply: null },
      });
      const sending = await stack.api.request('GET', `/v1/sequences/${sequenceId}/sending-status`);
      expect(sending.body['waitingFor']).toEqual([{ rule: 'mail_server', count: ids.length }]);
      const tried = sink.connections();
      const late = await enroll(one, sequenceId);
      await eventually(
        () => rowsOf([late]),
        ([row]) => row?.why[0]?.rule === 'no_connection',
      );
      expect(sink.connections()).toBe(tried);

      script.at = 'rcpt';
      script.act = '250 ok\r\n';
      const all = [...ids, late];
      const left = async () => (await rowsOf(all)).filter(({ stepId }) => stepId !== 'two').length;
      for (let minutes = 0; minutes < 30 && (await left()) > 0; minutes += 3) {
        await stack.forward(all, 3 / 60);
      }
      await eventually(left, (count) => count === 0, limitMs / 4);
      expect(sink.complete()).toHaveLength(all.length);
      expect(await statusOf(other)).toMatchObject({ maySend: true, mailServer: null });
    },
    2 * limitMs,
  );
});
