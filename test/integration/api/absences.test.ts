import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { lines, readRecord } from '../../support/records.js';
import { callStep, emailStep } from '../../support/sequences.js';
import { createStepRunner, leasedOf, type StepRunner } from '../../support/steps.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

const monday = '2026-11-23T10:00:00.000Z';
const wednesday = '2026-11-25T10:00:00.000Z';
/** Two days of leave, on the second of which "two" is due; back on Thursday. */
const leave = { firstOn: '2026-11-24', lastOn: '2026-11-25' };
const thursday = '2026-11-26T09:00:00.000Z';
const settings = { sendWindowStartMinute: 540, sendWindowEndMinute: 1080 };

let api: TestApi;
let cast: Cast;
let runner: StepRunner;
let now = monday;
let sender: TestUser;
beforeAll(async () => {
  api = await startApi({ now: () => now });
  cast = await createCast(api);
  runner = createStepRunner(api);
});
beforeEach(async () => {
  now = monday;
  sender = await cast.user();
});
afterAll(() => api.close());

const at = (enrollmentId: string, stepId: string, when: string) => ({
  ...{ accountId: cast.accountId, enrollmentId, stepId, at: when },
});
async function enroll(
  steps: readonly object[] = [emailStep('one', 0), emailStep('two', 2)],
  fields: object = {},
): Promise<string> {
  const sharing = { everyone: 'use' };
  const plan = { name: 'S', steps, sharing, settings };
  const sequence = await made(sender.request('POST', '/v1/sequences', plan));
  const contact = { email: `${randomUUID()}@contact.example` };
  await made(cast.request('POST', '/v1/contacts', contact));
  const body = { sequenceId: sequence.id, contact, ...fields };
  return (await made(sender.request('POST', '/v1/enrollments', body))).id;
}
/** Somebody whose first mail went out on Monday, and who waits for "two" on Wednesday at 10:00. */
async function waiting(): Promise<string> {
  const id = await enroll();
  await runner.send(at(id, 'one', monday));
  return id;
}
const add = (body: object = leave, user = sender, by = sender) =>
  by.request('POST', `/v1/users/${user.id}/absences`, body);
const remove = (id: string) =>
  made(sender.request('DELETE', `/v1/users/${sender.id}/absences/${id}`, {}));
const nextOf = async (id: string) => (await readRecord(api.db, id)).row.nextAt;

describe('a leave', () => {
  it('5.2: holds what falls into it until the return, and says so', async () => {
    const id = await waiting();
    const added = await made(add());
    expect(added).toMatchObject({ status: 201, body: { ...leave, rescheduled: 1 } });
    const { body } = await made(sender.request('GET', `/v1/enrollments/${id}`));
    expect(body).toMatchObject({
      state: 'active',
      nextAction: {
        at: thursday,
        why: [
          { rule: 'delay', from: monday },
          { rule: 'leave', wanted: wednesday, movedTo: '2026-11-26T00:00:00.000Z' },
          { rule: 'before_window' },
        ],
      },
    });
    expect(body['explanation']).toContain('on leave');
    const { log, row } = await readRecord(api.db, id);
    expect(lines(log)).toEqual(['enrolled', 'email_sent one', 'rescheduled two']);
    expect(row.eventCount).toBe(log.length);
    expect((await runner.reserve(at(id, 'two', wednesday))).kind).toBe('settled');
    expect((await runner.reserve(at(id, 'two', thursday))).kind).toBe('leased');
  });

  it('taken away, lets run what it held when it would have, and what is overdue by now at once', async () => {
    const [early, late] = [await waiting(), await waiting()];
    const { id } = await made(add());
    await made(sender.request('POST', `/v1/enrollments/${late}/pause`, {}));
    expect((await remove(id)).body).toEqual({ rescheduled: 1 });
    expect(await nextOf(early)).toBe(wednesday);
    const again = await made(add());
    now = '2026-11-25T12:00:00.000Z';
    await remove(again.id);
    expect(await nextOf(early)).toBe(now);
    expect((await sender.request('GET', `/v1/users/${sender.id}/absences`)).ids).toEqual([]);
  });

  it('is seen by whatever is planned later, also after a pause, of which it takes nothing', async () => {
    await made(add());
    const id = await waiting();
    expect(await nextOf(id)).toBe(thursday);
    now = '2026-11-24T10:00:00.000Z';
    const paused = await made(sender.request('POST', `/v1/enrollments/${id}/pause`, {}));
    // A day was left until Wednesday, whatever the leave made of it.
    expect(paused.body['restMs']).toBe(86_400_000);
    now = '2026-12-10T10:00:00.000Z';
    await made(sender.request('POST', `/v1/enrollments/${id}/resume`, {}));
    expect(await nextOf(id)).toBe('2026-12-11T10:00:00.000Z');
  });

  it('holds a first email too, which goes out on the return or when the leave is taken away', async () => {
    const { id: absenceId } = await made(add({ firstOn: '2026-11-23', lastOn: '2026-11-25' }));
    const [held, freed] = [await enroll(), await enroll()];
    for (const id of [held, freed]) {
      const reservation = await runner.reserve(at(id, 'one', monday));
      expect(reservation).toMatchObject({ kind: 'settled', status: { nextAt: thursday } });
    }
    now = '2026-11-24T10:00:00.000Z';
    expect((await remove(absenceId)).body).toEqual({ rescheduled: 2 });
    expect(await nextOf(freed)).toBe(now);
    expect((await runner.reserve(at(freed, 'one', now))).kind).toBe('leased');
  });

  it('of whoever works the tasks holds these, and of nobody else', async () => {
    const assignee = await cast.user();
    const steps = [emailStep('one', 0), callStep('call', 2)];
    const id = await enroll(steps, { taskAssignee: { id: assignee.id } });
    await runner.send(at(id, 'one', monday));
    expect((await made(add())).body).toMatchObject({ rescheduled: 0 });
    expect(await nextOf(id)).toBe('2026-11-25T00:00:00.000Z');
    const added = await made(add(leave, assignee, assignee));
    expect(added.body).toMatchObject({ rescheduled: 1 });
    // The second of two days of leave: the second day after it.
    expect(await nextOf(id)).toBe('2026-11-27T00:00:00.000Z');
  });

  it('leaves a send alone that is under way', async () => {
    const id = await waiting();
    now = wednesday;
    const leased = leasedOf(await runner.reserve(at(id, 'two', wednesday)));
    expect((await made(add())).body).toMatchObject({ rescheduled: 0 });
    expect(await runner.enterData(leased)).toBe('go');
  });

  it('spreads the backlog over the slots of the mailbox', async () => {
    const ids = [];
    for (let count = 0; count < 12; count += 1) {
      const id = await enroll();
      const sentAt = `2026-11-23T10:${10 + count}:00.000Z`;
      await runner.send(at(id, 'one', sentAt));
      ids.push(id);
    }
    await made(add());
    const minutes = new Set<string | null>();
    for (const id of ids) {
      await runner.reserve(at(id, 'two', thursday));
      minutes.add(await nextOf(id));
    }
    // Ten in the minute of the return; the others wait for the next.
    expect([...minutes]).toEqual([thursday, '2026-11-26T09:01:00.000Z']);
  });
});

describe('who may, and what is refused', () => {
  it('users note their own, an admin everybody’s', async () => {
    expect(await add(leave, sender, cast.stranger)).toMatchObject({ code: 'ADMIN_REQUIRED' });
    const { id } = await made(add(leave, sender, cast.admin));
    const path = `/v1/users/${sender.id}/absences`;
    const stranger = await cast.stranger.request('DELETE', `${path}/${id}`, {});
    expect(stranger).toMatchObject({ code: 'ADMIN_REQUIRED' });
    expect((await cast.stranger.request('GET', path)).ids).toEqual([id]);
    // A leave of somebody else under one's own name is none.
    const own = `/v1/users/${cast.stranger.id}/absences/${id}`;
    expect((await cast.stranger.request('DELETE', own, {})).status).toBe(404);
  });

  it.each([
    [{ firstOn: '2026-11-25', lastOn: '2026-11-24' }, ['/lastOn']],
    [{ firstOn: '2026-11-25', lastOn: '2027-11-26' }, ['/lastOn']],
    [{ firstOn: '2026-02-30', lastOn: 'Friday' }, ['/firstOn', '/lastOn']],
  ])('%o is refused, and nothing is saved', async (body, pointers) => {
    expect(await add(body)).toMatchObject({ status: 422, pointers });
    expect((await sender.request('GET', `/v1/users/${sender.id}/absences`)).ids).toEqual([]);
  });
});
