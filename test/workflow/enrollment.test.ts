import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SeededUser } from '../support/stack-client.js';
import { eventually } from '../support/eventually.js';
import { anyTime, callStep, emailStep, fiveSteps } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';

const day = 24;

describe('an enrollment, from its first step to its end', () => {
  let stack: Stack;
  let user: SeededUser;

  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
  });
  afterAll(() => stack.close());

  async function enroll(sequence: object, contact: object = {}) {
    const sequenceId = await stack.api.sequence(user.id, sequence);
    const contactId = await stack.api.contact(contact);
    const enrollment = await stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
    await stack.catchUp(enrollment.id);
    return enrollment;
  }

  const mailsOf = async (enrollmentId: string) => {
    const { contactId } = await stack.api.enrollment(enrollmentId);
    const contact = await stack.api.request('GET', `/v1/contacts/${contactId}`);
    return stack.catcher.messages().filter((mail) => mail.envelope.to[0] === contact.body['email']);
  };

  const atStep = (id: string, stepId: string | null) =>
    eventually(
      () => stack.api.enrollment(id),
      (enrollment) => (enrollment.currentStep?.id ?? null) === stepId,
    );

  it('SEQ-01 SEQ-04 SEQ-06 TSK-11: runs every step once, in order, and finishes', async () => {
    const { id } = await enroll({ ...fiveSteps, settings: anyTime });
    await atStep(id, 'follow-up');
    await stack.forward([id], 2 * day + 1);
    await atStep(id, 'call');
    await stack.forward([id], day + 1);
    const waiting = await eventually(
      () => stack.api.enrollment(id),
      ({ state }) => state === 'waiting_task',
    );
    expect(waiting.nextAction).toBeNull();
    const [task] = await stack.api.tasks(`enrollmentId=${id}&state=open`);
    expect(task).toMatchObject({ kind: 'call', title: 'Call Ada', assigneeId: user.id });
    await stack.api.request('POST', `/v1/tasks/${task?.id ?? ''}/complete`, {}, user.id);
    await atStep(id, 'connect');
    await stack.forward([id], day + 1);
    await atStep(id, 'closing');
    await stack.forward([id], 3 * day + 1);
    const finished = await atStep(id, null);
    expect(finished).toMatchObject({ state: 'finished', reason: 'all_steps', nextAction: null });
    const mails = await mailsOf(id);
    expect(mails.map((mail) => mail.subject)).toEqual([
      'About intro',
      'Re: About intro',
      'About closing',
    ]);
    expect(mails[1]?.inReplyTo).toBe(mails[0]?.messageId);
    expect(mails[1]?.references).toEqual([mails[0]?.messageId]);
    expect(mails[2]?.references).toEqual([]);
    const timeline = await stack.api.timeline(id);
    expect(timeline.map(({ type }) => type)).toEqual([
      'enrolled',
      'email_sent',
      'email_sent',
      'task_created',
      'task_completed',
      'task_created',
      'email_sent',
      'finished',
    ]);
    expect(timeline.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it('ENR-20 SEQ-23: a reply ends it, and nothing is sent any more', async () => {
    const { id } = await enroll({
      name: 'Two mails',
      steps: [emailStep('one', 0), emailStep('two', 1)],
      settings: anyTime,
    });
    await atStep(id, 'two');
    const reply = await stack.api.reply(id);
    expect(reply.body['effects']).toEqual([
      { enrollmentId: id, state: 'unenrolled', reason: 'replied' },
    ]);
    await stack.forward([id], 3 * day);
    expect(await mailsOf(id)).toHaveLength(1);
    const { state, reason } = await stack.api.enrollment(id);
    expect({ state, reason }).toEqual({ state: 'unenrolled', reason: 'replied' });
  });

  it('worked date 12: a three-day delay, paused after two and resumed in a month, has one day left', async () => {
    const { id } = await enroll({
      name: 'Long delay',
      steps: [emailStep('one', 0), emailStep('two', 3)],
      settings: anyTime,
    });
    await atStep(id, 'two');
    await stack.forward([id], 2 * day);
    const paused = await stack.api.request('POST', `/v1/enrollments/${id}/pause`, {}, user.id);
    expect(paused.body).toMatchObject({ state: 'paused', reason: 'manual', nextAction: null });
    await stack.forward([id], 30 * day);
    expect(await mailsOf(id)).toHaveLength(1);
    const before = stack.now();
    const resumed = await stack.api.request('POST', `/v1/enrollments/${id}/resume`, {}, user.id);
    expect(resumed.status).toBe(200);
    const { nextAction } = await stack.api.enrollment(id);
    const leftHours = (Date.parse(nextAction?.at ?? '') - Date.parse(before)) / 3_600_000;
    expect(leftHours).toBeGreaterThan(23.9);
    expect(leftHours).toBeLessThan(24.1);
    await stack.forward([id], day + 1);
    await atStep(id, null);
    expect(await mailsOf(id)).toHaveLength(2);
  });

  it('worked date 13: after a required task the delay counts from its completion', async () => {
    const { id } = await enroll({
      name: 'Late task',
      steps: [callStep('call', 0), emailStep('after', 2)],
      settings: anyTime,
    });
    await eventually(
      () => stack.api.enrollment(id),
      ({ state }) => state === 'waiting_task',
    );
    await stack.forward([id], 5 * day);
    const [task] = await stack.api.tasks(`enrollmentId=${id}`);
    const done = stack.now();
    await stack.api.request('POST', `/v1/tasks/${task?.id ?? ''}/complete`, {}, user.id);
    const { nextAction } = await stack.api.enrollment(id);
    const hours = (Date.parse(nextAction?.at ?? '') - Date.parse(done)) / 3_600_000;
    expect(hours).toBeCloseTo(48, 1);
    await stack.forward([id], 2 * day + 1);
    await atStep(id, null);
  });
});
