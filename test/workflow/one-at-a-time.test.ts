import { and, eq } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enrollments, outbox } from '../../src/db/schema/index.js';
import { eventually } from '../support/eventually.js';
import { anyTime, emailStep } from '../support/sequences.js';
import { startStack, type Stack } from '../support/stack.js';
import type { Answer, SeededUser } from '../support/stack-client.js';

const racers = 50;

describe('ENR-08 LIM-09 ERR-03: a contact is in one sequence at a time', () => {
  let stack: Stack;
  let user: SeededUser;
  const sequences: { readonly id: string; readonly name: string }[] = [];

  beforeAll(async () => {
    stack = await startStack();
    user = await stack.api.user(stack.catcher.port);
    for (const name of ['North', 'South', 'West']) {
      const steps = [emailStep('one', 0), emailStep('two', 3)];
      sequences.push({
        name,
        id: await stack.api.sequence(user.id, { name, steps, settings: anyTime }),
      });
    }
  });
  afterAll(() => stack.close());

  const race = (contactId: string): Promise<readonly Answer[]> =>
    Promise.all(
      Array.from({ length: racers }, (_, index) =>
        stack.api.request(
          'POST',
          '/v1/enrollments',
          { sequenceId: sequences[index % sequences.length]?.id, contact: { id: contactId } },
          user.id,
        ),
      ),
    );

  function winnerOf(answers: readonly Answer[]): { id: string; sequenceId: string } {
    const [winner, ...others] = answers.filter(({ status }) => status === 201 || status === 202);
    expect(others).toEqual([]);
    return {
      id: String(winner?.body['id']),
      sequenceId: String(winner?.body['sequenceId']),
    };
  }

  it('of 50 that enroll it at once one wins, and 49 are told of the winner', async () => {
    const contactId = await stack.api.contact();
    const answers = await race(contactId);
    const winner = winnerOf(answers);
    const refusals = answers.filter(({ status }) => status === 409);
    expect(refusals).toHaveLength(racers - 1);
    const sequenceName = sequences.find(({ id }) => id === winner.sequenceId)?.name;
    for (const { body } of refusals) {
      expect(body).toMatchObject({
        code: 'ALREADY_ENROLLED',
        enrollment: { id: winner.id, sequenceId: winner.sequenceId, sequenceName },
      });
      expect(body['detail']).toContain(winner.id);
    }
    const rows = await stack.db
      .select()
      .from(enrollments)
      .where(and(eq(enrollments.accountId, stack.accountId), eq(enrollments.contactId, contactId)));
    expect(rows.map(({ id }) => id)).toEqual([winner.id]);
    const pending = await stack.db.select().from(outbox);
    expect(pending).toEqual([]);
  });

  it('ENR-09: once unenrolled it can be enrolled again, by one of 50, and keeps its history', async () => {
    const contactId = await stack.api.contact();
    const first = winnerOf(await race(contactId));
    await eventually(
      () => stack.api.enrollment(first.id),
      ({ currentStep }) => currentStep?.id === 'two',
    );
    const ended = await stack.api.request(
      'POST',
      `/v1/enrollments/${first.id}/unenroll`,
      {},
      user.id,
    );
    expect(ended.body).toMatchObject({ state: 'unenrolled', reason: 'manual' });
    const before = await stack.api.timeline(first.id);
    expect(before.map(({ type }) => type)).toEqual(['enrolled', 'email_sent', 'unenrolled']);

    const second = winnerOf(await race(contactId));
    expect(second.id).not.toBe(first.id);
    await eventually(
      () => stack.api.enrollment(second.id),
      ({ currentStep }) => currentStep?.id === 'two',
    );
    expect(await stack.api.timeline(first.id)).toEqual(before);
    expect((await stack.api.timeline(second.id)).map(({ number, type }) => [number, type])).toEqual(
      [
        [1, 'enrolled'],
        [2, 'email_sent'],
      ],
    );
    const contact = await stack.api.request('GET', `/v1/contacts/${contactId}`);
    const mails = stack.catcher
      .messages()
      .filter(({ envelope }) => envelope.to[0] === contact.body['email']);
    expect(mails).toHaveLength(2);
  });
});
