import { randomBytes, randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunningWorker, WorkerProcessOptions } from '../../src/assembly/start-worker.js';
import { createVault } from '../../src/config/vault.js';
import { mailboxes } from '../../src/db/schema/index.js';
import { parseMessageId } from '../../src/domain/message/message-id.js';
import type { ScriptedReply } from '../../src/local/mail-catcher.js';
import { fastForward } from '../../src/local/time-skipping.js';
import { eventually } from '../support/eventually.js';
import { readRecord, type EnrollmentRecords } from '../support/records.js';
import { anyTime, emailStep, manualStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { SeededUser } from '../support/stack-client.js';

const credentials = { username: 'robin', password: 'right' };

let stack: Stack;
/** The one that works now. */
let worker: RunningWorker | undefined;
let user: SeededUser;
let address: string;
let refusal: ScriptedReply | undefined;
beforeAll(async () => {
  const respond = (stage: string) => Promise.resolve(stage === 'rcpt' ? refusal : undefined);
  stack = await startStack({ worker: false, mail: { credentials, respond } });
});
beforeEach(async () => {
  refusal = undefined;
  user = await stack.api.user(stack.catcher.port);
  const { body } = await stack.api.request('GET', mailboxPath());
  address = String(body['address']);
  await setPassword();
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
});
afterAll(() => stack.close());

/** Has a worker with these secrets take the place of the one before. */
async function workWith(secrets: Partial<WorkerProcessOptions>): Promise<void> {
  await worker?.stop();
  worker = await stack.startWorker(secrets);
}
/** Moves a run on by so many seconds. */
const skip = (workflowId: string, seconds: number) => {
  const { connection, namespace } = stack;
  return fastForward({ connection, namespace, workflowId, seconds });
};
const mails = () => stack.catcher.messages().filter(({ from }) => from.address === address);

const mailboxPath = () => `/v1/mailboxes/${user.mailboxId}`;
const mailbox = async () => (await stack.api.request('GET', mailboxPath())).body;
const sendingStatus = async () =>
  (await stack.api.request('GET', `${mailboxPath()}/sending-status`)).body;
async function setPassword(): Promise<void> {
  const server = { host: '127.0.0.1', port: stack.catcher.port, security: 'none' };
  const body = { address, smtp: { ...server, ...credentials } };
  const { status } = await stack.api.request('PUT', '/v1/mailboxes', body, user.id);
  expect(status).toBe(200);
}
async function enroll(steps: readonly object[]): Promise<{ id: string; sequenceId: string }> {
  const body = { name: 'Mails', steps, settings: anyTime };
  const sequenceId = await stack.api.sequence(user.id, body);
  const contact = { id: await stack.api.contact() };
  const { id } = await stack.api.enroll(user.id, { sequenceId, contact });
  return { id, sequenceId };
}
const reaches = (id: string, satisfies: (records: EnrollmentRecords) => boolean) =>
  eventually(() => readRecord(stack.db, id), satisfies);
const isHeld = ({ row }: EnrollmentRecords): boolean => row.why[0]?.rule === 'password_unreadable';

describe('a worker whose keys do not open the password of a mailbox', () => {
  // The API has another one.
  beforeEach(() => workWith({ encryptionKeys: [randomBytes(32)] }));

  it('sends nothing, says why, and leaves the mailbox as it is; with the key it is sent once', async () => {
    const { id, sequenceId } = await enroll([emailStep('one', 0)]);
    const first = await reaches(id, isHeld);
    expect(first.row).toMatchObject({ state: 'active', stepId: 'one' });
    expect(first.sends.size).toBe(0);
    const view = await stack.api.enrollment(id);
    expect(JSON.stringify(view)).toContain('password_unreadable');
    const sequence = await stack.api.request('GET', `/v1/sequences/${sequenceId}/sending-status`);
    expect(sequence.body['waitingFor']).toEqual([{ rule: 'password_unreadable', count: 1 }]);
    // It is this worker that lacks the key: the others go on with the mailbox.
    expect(await mailbox()).toMatchObject({
      state: 'connected',
      smtp: { passwordState: 'kept' },
    });
    expect(await sendingStatus()).toMatchObject({ maySend: true, rule: null });

    await skip(`enrollment/${id}`, 100);
    const second = await reaches(id, ({ row }) => row.nextAt !== first.row.nextAt);
    expect(second.row.why).toEqual(first.row.why);
    expect(mails()).toEqual([]);

    await workWith({});
    await skip(`enrollment/${id}`, 300);
    const done = await reaches(id, ({ row }) => row.state === 'finished');
    expect(done.sends.get('one')).toMatchObject({ state: 'sent', attempts: 1 });
    expect(mails()).toHaveLength(1);
  });

  it('SEQ-26: has the email of a task wait likewise', async () => {
    const { id } = await enroll([manualStep('one', 0)]);
    const taskOf = async () => (await stack.api.tasks(`enrollmentId=${id}`))[0];
    const task = await eventually(taskOf, (found) => found !== undefined);
    const taskId = task?.id ?? '';
    const send = () => stack.api.request('POST', `/v1/tasks/${taskId}/send`, {}, user.id);
    expect((await send()).status).toBe(202);
    const held = await eventually(taskOf, (found) => found?.email?.state === 'deferred');
    expect(held).toMatchObject({ state: 'open', email: { rule: 'password_unreadable' } });
    await workWith({});
    await skip(`task-email/${taskId}/1`, 100);
    const sent = await eventually(taskOf, (found) => found?.email?.state === 'sent');
    expect(sent).toMatchObject({ state: 'completed', email: { rule: null } });
    expect(mails()).toHaveLength(1);
  });
});

describe('a mailbox whose password no key opens', () => {
  it('says so, sends nothing, by hand neither, and goes on when the password is set anew', async () => {
    await workWith({});
    const { id } = await enroll([manualStep('hand', 0), emailStep('one', 0)]);
    const [task] = await eventually(
      () => stack.api.tasks(`enrollmentId=${id}`),
      (tasks) => tasks.length === 1,
    );
    const path = `/v1/tasks/${task?.id ?? ''}`;
    const place = { accountId: stack.accountId, mailboxId: user.mailboxId };
    const lost = createVault([randomBytes(32)]).seal(credentials.password, place);
    await stack.db
      .update(mailboxes)
      .set({ smtpPasswordEncrypted: lost })
      .where(eq(mailboxes.id, user.mailboxId));
    expect(await mailbox()).toMatchObject({
      state: 'connected',
      smtp: { passwordState: 'unreadable' },
    });
    expect(await sendingStatus()).toMatchObject({
      maySend: false,
      rule: 'password_unreadable',
      until: null,
    });
    const refused = await stack.api.request('POST', `${path}/send`, {}, user.id);
    expect(refused).toMatchObject({ status: 422, body: { code: 'SENDER_NOT_ELIGIBLE' } });
    expect(refused.body['detail']).toContain('cannot be opened');

    await stack.api.request('POST', `${path}/complete`, {}, user.id);
    await reaches(id, isHeld);
    expect(mails()).toEqual([]);
    await setPassword();
    expect(await mailbox()).toMatchObject({ smtp: { passwordState: 'kept' } });
    await skip(`enrollment/${id}`, 100);
    await reaches(id, ({ row }) => row.state === 'finished');
    expect(mails()).toHaveLength(1);
  });
});

describe('a Message-ID secret that was changed', () => {
  it('leaves the id of a mail that is tried again as it was, and answers name what was sent', async () => {
    const before = `the earlier secret ${randomUUID()}`;
    const after = `the later secret ${randomUUID()}`;
    await workWith({ messageIdKeys: [before] });
    refusal = { code: 451, text: '4.7.1 greylisted' };
    const { id } = await enroll([emailStep('one', 0), emailStep('two', 0, 'one')]);
    await reaches(id, ({ sends }) => sends.get('one')?.state === 'deferred');
    refusal = undefined;
    await workWith({ messageIdKeys: [after, before] });
    await skip(`enrollment/${id}`, 302);
    const { sends } = await reaches(id, ({ row }) => row.state === 'finished');
    const [one, two] = mails();
    expect(mails()).toHaveLength(2);
    expect(parseMessageId(one?.messageId ?? '', [before])).toBe(sends.get('one')?.id);
    expect(parseMessageId(two?.messageId ?? '', [after])).toBe(sends.get('two')?.id);
    expect(two).toMatchObject({ inReplyTo: one?.messageId, references: [one?.messageId] });
  });
});
