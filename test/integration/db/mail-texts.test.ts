import { randomUUID } from 'node:crypto';
import { createHash } from 'node:crypto';
import { eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { eraseOldTexts } from '../../../src/db/queries/mail-texts.js';
import { emailSends, mailboxes, taskEmails } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';
import { readLedger, readRecord } from '../../support/records.js';
import { anyTime, emailStep, manualStep } from '../../support/sequences.js';
import { accepted, createStepRunner, leasedOf, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast } from '../../support/team.js';

const hour = 3_600_000;
let api: TestApi;
let cast: Cast;
let runner: StepRunner;
beforeAll(async () => {
  api = await startApi();
  runner = createStepRunner(api);
});
beforeEach(async () => {
  cast = await createCast(api);
});
afterAll(() => api.close());

const at = (hours: number): string => new Date(Date.now() + hours * hour).toISOString();

async function enroll(steps: readonly object[]): Promise<string> {
  const { owner } = cast;
  const body = { name: randomUUID(), steps, settings: anyTime };
  const { id: sequenceId } = await made(owner.request('POST', '/v1/sequences', body));
  const email = `${randomUUID()}@old.example`;
  const contact = await made(cast.request('POST', '/v1/contacts', { email }));
  const wanted = { sequenceId, contact: { id: contact.id } };
  return (await made(owner.request('POST', '/v1/enrollments', wanted))).id;
}
const step = (enrollmentId: string, stepId: string, when = at(0)) => ({
  ...{ accountId: cast.accountId, enrollmentId, stepId, at: when },
});
const erase = (limit = 100) => eraseOldTexts(api.db, { before: at(1), now: at(2), limit });
const sendOf = async (id: string, stepId = 'one') => {
  const send = (await readRecord(api.db, id)).sends.get(stepId);
  if (send === undefined) throw new Error(`no send of ${stepId}`);
  return send;
};

it('of a mail whose time is over the text goes, and its digest, ids and times stay', async () => {
  const id = await enroll([emailStep('one', 0)]);
  await runner.send(step(id, 'one'));
  const before = await sendOf(id);
  expect(await eraseOldTexts(api.db, { before: at(-1), now: at(2), limit: 100 })).toBe(0);
  expect(await sendOf(id)).toEqual(before);
  expect(await erase()).toBe(1);
  const after = await sendOf(id);
  expect(after.textErasedAt).toMatch(/^20/);
  expect(after).toEqual({
    ...before,
    ...{ recipient: '', subject: '', smtpReply: null, raw: Buffer.alloc(0) },
    rawSha256: createHash('sha256').update(before.raw).digest('hex'),
    textErasedAt: after.textErasedAt,
  });
  // Run again, it changes nothing.
  expect(await erase()).toBe(0);
  expect(await sendOf(id)).toEqual(after);
});

it('SEQ-09: an answer is threaded as ever when the text of the mail that it answers is gone', async () => {
  const id = await enroll([emailStep('one', 0), emailStep('two', 1, 'one')]);
  await runner.send(step(id, 'one'));
  expect(await erase()).toBe(1);
  expect(await erase()).toBe(0);
  const first = await sendOf(id);
  expect(first).toMatchObject({ recipient: '', subject: 'About one', raw: Buffer.alloc(0) });
  await runner.send(step(id, 'two', at(26)));
  const second = await sendOf(id, 'two');
  expect(second).toMatchObject({ subject: 'Re: About one', inReplyTo: first.messageId });
  expect(second.references).toEqual([first.messageId]);
  // Nothing can answer them any more.
  expect(await eraseOldTexts(api.db, { before: at(99), now: at(100), limit: 100 })).toBe(2);
  expect([(await sendOf(id)).subject, (await sendOf(id, 'two')).subject]).toEqual(['', '']);
});

it('TSK-21: the subject stays as long as a task may answer it', async () => {
  const id = await enroll([
    emailStep('one', 0),
    manualStep('by-hand', 0, { replyTo: 'one', email: { html: '<p>x</p>' } }),
  ]);
  await runner.send(step(id, 'one'));
  const taskId = await runner.awaitTask(step(id, 'by-hand'), 'manual_email');
  await made(cast.owner.request('POST', `/v1/enrollments/${id}/unenroll`));
  await api.db.execute(`update tasks set state = 'open', closed_at = null where id = '${taskId}'`);
  expect(await erase()).toBe(1);
  const draft = await cast.owner.request('GET', `/v1/tasks/${taskId}/draft`);
  expect(draft.body).toMatchObject({ subject: 'Re: About one' });
  await made(cast.owner.request('POST', `/v1/tasks/${taskId}/complete`, {}));
  expect(await erase()).toBe(1);
  expect((await sendOf(id)).subject).toBe('');
});

it('what is not settled stays whole, however old it is', async () => {
  const ids = await Promise.all(['a', 'b', 'c', 'd'].map(() => enroll([emailStep('one', 0)])));
  const [reserved = '', connecting = '', begun = '', deferred = ''] = ids;
  for (const id of ids) await runner.reserve(step(id, 'one'));
  await api.db
    .update(emailSends)
    .set({ state: 'reserved' })
    .where(eq(emailSends.enrollmentId, reserved));
  await runner.enterData(await sendOf(begun));
  const refused = { kind: 'refused', permanent: false, stage: 'data', code: 451 } as const;
  await runner.settle(await sendOf(deferred), { ...refused, reply: '451 later' }, at(0));
  const states = ['reserved', 'connecting', 'in_data', 'deferred'];
  const all = [reserved, connecting, begun, deferred];
  const before = await Promise.all(all.map((id) => sendOf(id)));
  expect(before.map(({ state }) => state)).toEqual(states);
  await erase();
  expect(await Promise.all(all.map((id) => sendOf(id)))).toEqual(before);
});

it('is done in batches, which several at once share', async () => {
  const ids = await Promise.all(Array.from({ length: 7 }, () => enroll([emailStep('one', 0)])));
  for (const id of ids) await runner.send(step(id, 'one'));
  const counts = await Promise.all([erase(3), erase(3), erase(3)]);
  expect(Math.max(...counts)).toBeLessThanOrEqual(3);
  while ((await erase(3)) > 0);
  const ledger = await readLedger(api.db, cast.accountId);
  expect(ledger.filter(({ textErasedAt }) => textErasedAt === null)).toEqual([]);
});

it('what servers said of the emails of tasks goes too, of one that is under way not', async () => {
  const [done, underWay] = await Promise.all([
    enroll([manualStep('by-hand', 0)]),
    enroll([manualStep('by-hand', 0)]),
  ]);
  const taskIds: string[] = [];
  for (const id of [done, underWay]) {
    const taskId = await runner.awaitTask(step(id, 'by-hand'), 'manual_email');
    taskIds.push(taskId);
    await made(cast.owner.request('POST', `/v1/tasks/${taskId}/send`, {}));
    const { accountId, row } = {
      accountId: cast.accountId,
      row: (await readRecord(api.db, id)).row,
    };
    await api.db.insert(emailSends).values({
      ...{ accountId, id: randomUUID(), enrollmentId: id, stepId: 'by-hand' },
      ...{ mailboxId: row.mailboxId, recipient: 'a@b.example', state: 'rejected' as const },
      ...{ messageId: `<${id}@x>`, subject: 'x', references: [], raw: Buffer.from('x') },
      ...{ reservedAt: at(-1), attempts: 1, fence: 1, settledAt: at(-1) },
    });
  }
  const [first = ''] = taskIds;
  await api.db
    .update(taskEmails)
    .set({ state: 'rejected', content: null, serverReply: '550 no', settledAt: at(-1) })
    .where(eq(taskEmails.taskId, first));
  expect(await erase()).toBe(2);
  const emails = await api.db.select().from(taskEmails).where(inArray(taskEmails.taskId, taskIds));
  const byTask = new Map(emails.map((email) => [email.taskId, email]));
  expect(byTask.get(first)).toMatchObject({ recipient: '', serverReply: null });
  expect(byTask.get(taskIds[1] ?? '')?.recipient).toMatch(/@old\.example$/);
});

it('of what an erased mailbox has sent nothing is waited for but the server', async () => {
  const id = await enroll([emailStep('one', 0), emailStep('two', 1)]);
  const leased = leasedOf(await runner.reserve(step(id, 'one')));
  await runner.enterData(leased);
  await api.db
    .update(mailboxes)
    .set({ erasedAt: at(0) })
    .where(eq(mailboxes.id, leased.mailboxId));
  const now = { before: at(-99), now: at(1), limit: 100 };
  expect(await eraseOldTexts(api.db, now)).toBe(0);
  await runner.settle(leased, accepted, at(0));
  expect(await eraseOldTexts(api.db, now)).toBe(1);
  expect(await sendOf(id)).toMatchObject({ subject: '', recipient: '' });
});
