import { randomUUID } from 'node:crypto';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { mailboxes, outbox, taskEmails } from '../../../src/db/schema/index.js';
import type { TaskEmailState } from '../../../src/domain/task/task-email.js';
import { createRecordingGateway, startApi, type TestApi } from '../../support/api.js';
import { anyTime, callStep, emailStep, manualStep } from '../../support/sequences.js';
import { createStepRunner, type StepRunner } from '../../support/steps.js';
import { createWorld, type World } from '../../support/world.js';

const workflows = createRecordingGateway();
let api: TestApi;
let world: World;
let runner: StepRunner;
beforeAll(async () => {
  api = await startApi({ workflows });
  world = await createWorld(api);
  runner = createStepRunner(api);
  // Whoever tests a limit sets it.
  await patch('/v1/account', { limits: { mailboxPerMinute: 1000 } });
});
afterAll(() => api.close());

const ask = (method: string, path: string, body?: unknown) =>
  world.request(method, path, body, { 'cadenza-user': 'ada', 'if-match': '*' });
const patch = (path: string, body: unknown) => ask('PATCH', path, body);

interface Made {
  readonly id: string;
  readonly email: string;
  readonly enrollmentId: string;
  readonly contactId: string;
}

/** Enrolls somebody in these steps, sends the emails that come first, and makes the task of the one that comes then. */
async function made(
  steps: readonly { readonly id?: unknown; readonly kind?: unknown }[],
  options: { readonly contact?: object; readonly settings?: object } = {},
): Promise<Made> {
  const settings = { ...anyTime, ...options.settings };
  const sequence = await ask('POST', '/v1/sequences', { name: 'Steps', steps, settings });
  const email = `${randomUUID()}@contact.example`;
  const body = { email, firstName: 'Grace', ...options.contact };
  const contactId = (await ask('POST', '/v1/contacts', body)).id;
  const enrolled = { sequenceId: sequence.id, contact: { id: contactId } };
  const enrollmentId = (await ask('POST', '/v1/enrollments', enrolled)).id;
  for (const { id: stepId, kind } of steps) {
    const at = new Date().toISOString();
    const input = { accountId: world.accountId, enrollmentId, stepId: String(stepId), at };
    if (kind === 'automated_email') {
      await runner.send(input);
      continue;
    }
    const id = await runner.awaitTask(input, kind === 'call' ? 'call' : 'manual_email');
    return { id, email, enrollmentId, contactId };
  }
  throw new Error('no step makes a task');
}

const draftOf = ({ id }: Made) => ask('GET', `/v1/tasks/${id}/draft`);
const send = ({ id }: Made, body: object = {}) => ask('POST', `/v1/tasks/${id}/send`, body);

describe('the draft of a manual email task', () => {
  it('TSK-16: is its template as the contact would get it', async () => {
    const task = await made([manualStep('write', 0)]);
    const { status, body } = await draftOf(task);
    expect(status).toBe(200);
    expect(body).toEqual({
      taskId: task.id,
      from: { name: 'Ada', address: 'ada@example.com' },
      to: { name: 'Grace', address: task.email },
      subject: 'About write',
      html: '<p>Hello Grace, this is write.</p>',
      text: 'Hello Grace, this is write.',
      template: null,
      answers: null,
      missingTokens: [],
      canBeSent: true,
    });
  });

  it('TSK-21: stands in the thread of the email that it answers', async () => {
    const answer = { replyTo: 'one' };
    const task = await made([emailStep('one', 0), manualStep('write', 0, answer)]);
    const { body } = await draftOf(task);
    expect(body).toMatchObject({ subject: 'Re: About one', answers: { stepId: 'one' } });
    expect(JSON.stringify(body['answers'])).toMatch(/"messageId":"<[^"]+@example.com>"/);
    const bare = { ...answer, email: undefined };
    const written = await made([emailStep('one', 0), manualStep('write', 0, bare)]);
    expect((await draftOf(written)).body).toMatchObject({ subject: 'Re: About one', html: '' });
    expect((await send(written)).pointers).toEqual(['/html']);
    expect((await send(written, { html: '<p>And?</p>' })).status).toBe(202);
  });

  it('is empty without a template, and shows what is missing', async () => {
    const empty = (await draftOf(await made([manualStep('write', 0, { email: undefined })]))).body;
    expect(empty).toMatchObject({ subject: '', html: '', text: '', canBeSent: false });
    const email = { subject: 'For {{contact.plan}}', html: '<p>{{contact.plan}}</p>' };
    const contact = { properties: { plan: 'Gold' } };
    const task = await made([manualStep('write', 0, { email })], { contact });
    expect((await draftOf(task)).body).toMatchObject({ subject: 'For Gold', canBeSent: true });
    await patch(`/v1/contacts/${task.contactId}`, { properties: { plan: null } });
    expect((await draftOf(task)).body).toMatchObject({
      subject: 'For [contact.plan]',
      html: '<p>[contact.plan]</p>',
      missingTokens: ['subject', 'html'].map((field) => ({ field, token: 'contact.plan' })),
      canBeSent: false,
    });
  });

  it('is refused for another kind of task, and a closed one', async () => {
    const call = await draftOf(await made([callStep('call', 0)]));
    expect([call.status, call.code]).toEqual([409, 'NOT_A_MANUAL_EMAIL']);
    expect(call.body['detail']).toContain('call');
    const task = await made([manualStep('write', 0)]);
    await ask('POST', `/v1/tasks/${task.id}/complete`, {});
    expect((await draftOf(task)).code).toBe('TASK_CLOSED');
    expect((await send(task)).code).toBe('TASK_CLOSED');
  });
});

describe('sending a manual email task', () => {
  it('TSK-17: is taken with 202 and said to Temporal, once, and the task says so', async () => {
    const task = await made([manualStep('write', 0)]);
    const taken = await send(task);
    expect(taken.status).toBe(202);
    const email = { state: 'sending', requestedById: world.userId, nextAttemptAt: null };
    expect(taken.body).toMatchObject({ id: task.id, state: 'open', email });
    const shown = await ask('GET', `/v1/tasks/${task.id}`);
    expect(shown.body).toEqual(taken.body);
    expect(workflows.deliveredTaskEmails.filter(({ taskId }) => taskId === task.id)).toHaveLength(
      1,
    );
    const again = await send(task);
    expect([again.status, again.code]).toEqual([409, 'TASK_EMAIL_UNDER_WAY']);
    const [row] = await api.db.select().from(taskEmails).where(eq(taskEmails.taskId, task.id));
    expect(row).toMatchObject({
      number: 1,
      recipient: task.email,
      content: { subject: 'About write', html: '<p>Hello Grace, this is write.</p>' },
    });
    const words = await api.db.select().from(outbox).where(eq(outbox.targetId, task.id));
    expect(words).toMatchObject([{ targetKind: 'task_email', message: null }]);
  });

  it('SEQ-26: takes what the user writes, cleaned and with its tokens resolved', async () => {
    const task = await made([manualStep('write', 0, { email: undefined })]);
    const html = '<p class="x">Dear {{contact.firstName}}</p>';
    expect((await send(task, { subject: 'For {{contact.firstName}}', html })).status).toBe(202);
    const [row] = await api.db.select().from(taskEmails).where(eq(taskEmails.taskId, task.id));
    expect(row?.content).toEqual({ subject: 'For Grace', html: '<p>Dear Grace</p>' });
  });

  it('SEQ-26: takes from the template what the user leaves out', async () => {
    const task = await made([manualStep('write', 0)]);
    expect((await send(task, { html: '<p>Quite another</p>' })).status).toBe(202);
    const [row] = await api.db.select().from(taskEmails).where(eq(taskEmails.taskId, task.id));
    expect(row?.content).toEqual({ subject: 'About write', html: '<p>Quite another</p>' });
  });

  it('refuses content that is neither written nor attached, and what a mail may not hold, with its place', async () => {
    const task = await made([manualStep('write', 0, { email: undefined })]);
    const nothing = await send(task);
    expect([nothing.status, nothing.pointers]).toEqual([422, ['/subject', '/html']]);
    const script = await send(task, { subject: 'a\nb', html: '<script>x</script>' });
    expect([script.status, script.pointers]).toEqual([422, ['/html', '/subject']]);
    const unknown = await send(task, { subject: 'Hello', html: '<p>{{nobody.name}}</p>' });
    expect(unknown.errors).toMatchObject([{ pointer: '/html', code: 'token_unknown_root' }]);
    expect((await send(task, { subject: 'Hello', text: 'Hello' })).pointers).toEqual(['/text']);
  });

  it('ERR-09: refuses tokens that have neither a value nor a fallback', async () => {
    const task = await made([manualStep('write', 0)]);
    const refused = await send(task, { html: '<p>{{contact.lastName}}, {{company.name}}</p>' });
    expect([refused.status, refused.code]).toEqual([422, 'MISSING_TOKENS']);
    expect(refused.body['missingTokens']).toEqual([
      { stepId: 'write', field: 'html', token: 'contact.lastName' },
      { stepId: 'write', field: 'html', token: 'company.name' },
    ]);
  });

  test.each([
    ['blocked_domain', 'BLOCKED_DOMAIN'],
    ['unsubscribed', 'UNSUBSCRIBED'],
    ['bounced', 'PREVIOUSLY_BOUNCED'],
  ])('to an address that is %s is refused with %s', async (reason, code) => {
    // It is noted while the contact has another address, so that it does not end the enrollment.
    const email = `${randomUUID()}@${randomUUID()}.example`;
    const task = await made([manualStep('write', 0)], { contact: { email } });
    await patch(`/v1/contacts/${task.contactId}`, { email: `x${email}` });
    const domain = email.split('@')[1];
    const address = reason === 'blocked_domain' ? { domain } : { address: email };
    expect((await ask('POST', '/v1/suppressions', { ...address, reason })).status).toBe(201);
    await patch(`/v1/contacts/${task.contactId}`, { email });
    const refused = await send(task);
    expect([refused.status, refused.code]).toEqual([422, code]);
  });

  it('to a contact without an address is refused', async () => {
    const task = await made([manualStep('write', 0)]);
    await patch(`/v1/contacts/${task.contactId}`, { externalId: randomUUID(), email: null });
    expect((await draftOf(task)).body).toMatchObject({ to: { address: null }, canBeSent: false });
    expect((await send(task)).code).toBe('NO_EMAIL');
  });

  it('from a mailbox that is disconnected, and by a sender without a seat, is refused', async () => {
    const task = await made([manualStep('write', 0)]);
    const setState = (state: 'connected' | 'disconnected') =>
      api.db.update(mailboxes).set({ state }).where(eq(mailboxes.id, world.mailboxId));
    await setState('disconnected');
    expect((await send(task)).code).toBe('SENDER_NOT_ELIGIBLE');
    await setState('connected');
    await patch(`/v1/users/${world.userId}`, { hasSeat: false });
    expect((await send(task)).code).toBe('SENDER_NOT_ELIGIBLE');
    await patch(`/v1/users/${world.userId}`, { hasSeat: true });
    expect((await send(task)).status).toBe(202);
  });

  it('is possible while its sequence is paused, and not while the account is', async () => {
    const task = await made([manualStep('write', 0)]);
    await ask('POST', '/v1/account/pause', {});
    expect((await send(task)).code).toBe('ACCOUNT_PAUSED');
    await ask('POST', '/v1/account/resume', {});
    await ask('POST', `/v1/enrollments/${task.enrollmentId}/pause`, {});
    expect((await send(task)).status).toBe(202);
  });

  it('settled 14: that answers an email which was never sent opens a thread, or is refused where the sequence says so', async () => {
    const stop = { settings: { onParentMissing: 'stop' } };
    const steps = (id: string) => [manualStep('first', 0), manualStep(id, 0, { replyTo: 'first' })];
    const skipped = async (options: object): Promise<Made> => {
      const first = await made(steps('write'), options);
      await ask('POST', `/v1/tasks/${first.id}/complete`, {});
      const at = new Date().toISOString();
      const { enrollmentId } = first;
      const input = { accountId: world.accountId, enrollmentId, stepId: 'write', at };
      return { ...first, id: await runner.awaitTask(input, 'manual_email') };
    };
    const open = await skipped({});
    const answers = { stepId: 'first', messageId: null };
    expect((await draftOf(open)).body).toMatchObject({ subject: 'About write', answers });
    expect((await send(open)).status).toBe(202);
    const stopped = await skipped(stop);
    expect((await draftOf(stopped)).body).toMatchObject({ canBeSent: false, answers });
    expect((await send(stopped)).code).toBe('THREAD_PARENT_MISSING');
  });

  test.each<[TaskEmailState, number, string | undefined]>([
    ['unknown', 409, 'TASK_EMAIL_UNCERTAIN'],
    ['rejected', 202, undefined],
    ['given_up', 202, undefined],
    ['withdrawn', 202, undefined],
  ])('again after one that is %s: %i %s', async (state, status, code) => {
    const task = await made([manualStep('write', 0)]);
    await send(task);
    const which = eq(taskEmails.taskId, task.id);
    await api.db.update(taskEmails).set({ state }).where(which);
    const again = await send(task);
    expect([again.status, again.code]).toEqual([status, code]);
    const [row] = await api.db.select().from(taskEmails).where(which);
    expect(row?.number).toBe(status === 202 ? 2 : 1);
    expect((await ask('POST', `/v1/tasks/${task.id}/complete`, {})).status).toBe(200);
  });

  it('is refused without a send slot now, and takes one with it', async () => {
    const task = await made([manualStep('write', 0)]);
    const path = `/v1/mailboxes/${world.mailboxId}`;
    await patch(path, { limits: { perDay: 1 } });
    const refused = await send(task);
    expect([refused.status, refused.code]).toEqual([409, 'SEND_LIMIT']);
    expect(refused.body).toMatchObject({ limit: 'mailbox_day', retryable: true });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3600);
    await patch(path, { limits: { perDay: null } });
    const before = (await ask('GET', `${path}/capacity`)).body;
    expect((await send(task)).status).toBe(202);
    expect((await ask('GET', `${path}/capacity`)).body).not.toEqual(before);
  });

  it('of a deleted contact is withdrawn, and nothing personal is kept', async () => {
    const task = await made([manualStep('write', 0)]);
    await send(task);
    await ask('DELETE', `/v1/contacts/${task.contactId}`);
    const [row] = await api.db.select().from(taskEmails).where(eq(taskEmails.taskId, task.id));
    expect(row).toMatchObject({ state: 'withdrawn', content: null, recipient: '' });
  });
});
