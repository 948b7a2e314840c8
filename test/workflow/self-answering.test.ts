import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { playAnswers } from '../../src/assembly/play-answers.js';
import { refuseBouncing } from '../../src/local/self-answering.js';
import { eventually } from '../support/eventually.js';
import { anyTime, emailStep } from '../support/sequences.js';
import type { SeededUser } from '../support/stack-client.js';
import { startStack, type Stack } from '../support/stack.js';

const delayMs = 100;

describe('addresses of a trial that answer by themselves', () => {
  let stack: Stack;
  let user: SeededUser;
  let sequenceId: string;
  let answers: Awaited<ReturnType<typeof playAnswers>>;
  const told: string[] = [];
  beforeAll(async () => {
    stack = await startStack({ mail: { respond: refuseBouncing } });
    const tell = (answer: string, address: string) => told.push(`${answer} ${address}`);
    const logger = pino({ level: 'fatal' });
    const { workerSettings, catcher: mail } = stack;
    answers = await playAnswers({ ...workerSettings, logger, mail, delayMs, tell });
    user = await stack.api.user(mail.port);
    const steps = [emailStep('one', 0), emailStep('two', 3)];
    sequenceId = await stack.api.sequence(user.id, { name: 'Two', steps, settings: anyTime });
  });
  afterAll(async () => {
    await answers.stop();
    await stack.close();
  });

  const enroll = async (email: string) => {
    const contactId = await stack.api.contact({ email });
    return stack.api.enroll(user.id, { sequenceId, contact: { id: contactId } });
  };

  it.each([
    ['ada+reply@example.com', 'unenrolled replied'],
    ['ada+meeting@example.com', 'unenrolled meeting_link'],
    ['ada+unsubscribe@example.com', 'unenrolled unsubscribed'],
    ['ada+bounce@example.com', 'errored bounced'],
    ['ada+ooo@contact.example', 'paused out_of_office'],
  ])('%s becomes %s after its first email', async (email, standing) => {
    const { id } = await enroll(email);
    const { state, reason, pausedUntil } = await eventually(
      () => stack.api.enrollment(id),
      (enrollment) => enrollment.state !== 'active',
    );
    expect(`${state} ${reason ?? ''}`).toBe(standing);
    expect(pausedUntil === null).toBe(state !== 'paused');
    const mails = stack.catcher.messages().filter(({ envelope }) => envelope.to.includes(email));
    expect(mails).toHaveLength(email.includes('bounce') ? 0 : 1);
  });

  it('all others say nothing: without the word, with another, or at a domain that somebody may have', async () => {
    const silent = ['ada@example.com', 'ada+news@example.com', 'ada+reply@gmail.com'];
    const enrolled = await Promise.all(silent.map(enroll));
    for (const email of silent) {
      await eventually(
        () => Promise.resolve(stack.catcher.messages()),
        (mails) => mails.some(({ envelope }) => envelope.to.includes(email)),
      );
    }
    // One that answers comes after them, so theirs would have come by then.
    await enroll('last+reply@example.com');
    await eventually(
      () => Promise.resolve(told),
      (all) => all.includes('reply last+reply@example.com'),
    );
    for (const { id } of enrolled) expect((await stack.api.enrollment(id)).state).toBe('active');
    expect(told.toSorted()).toEqual([
      'meeting ada+meeting@example.com',
      'out_of_office ada+ooo@contact.example',
      'reply ada+reply@example.com',
      'reply last+reply@example.com',
      'unsubscribe ada+unsubscribe@example.com',
    ]);
  });
});
