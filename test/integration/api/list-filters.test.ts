import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { logTypes } from '../../../src/domain/enrollment/log.js';
import { startApi, type TestApi } from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

let api: TestApi;
let world: World;
const get = (path: string) => world.request('GET', path, undefined, { 'cadenza-user': 'ada' });
beforeAll(async () => {
  api = await startApi();
  world = await createWorld(api);
});
afterAll(() => api.close());

describe('lists', () => {
  it.each([
    ['users', 'ADA', 'userId'],
    ['teams', 'ale', 'teamId'],
    ['mailboxes', 'ada@', 'mailboxId'],
    ['companies', 'acm', 'companyId'],
    ['properties', 'PLA', 'propertyId'],
    ['lists', 'fair', 'listId'],
    ['holiday-calendars', 'los', 'holidayCalendarId'],
    ['folders', 'bound', 'folderId'],
    ['templates', 'hello', 'templateId'],
    ['snippets', 'greet', 'snippetId'],
    ['sequences', 'one c', 'sequenceId'],
    ['task-queues', 'call', 'taskQueueId'],
  ] as const)('of %s are searched by a part of the name', async (list, q, expected) => {
    expect((await get(`/v1/${list}?q=${q}`)).ids).toEqual([world[expected]]);
    // Its characters mean nothing but themselves.
    for (const none of ['nowhere', '%25', '_']) {
      expect((await get(`/v1/${list}?q=${none}`)).ids).toEqual([]);
    }
  });

  it('of enrollments are filtered by reasons, of tasks by kind; what is no reason is refused', async () => {
    const { enrollmentId, taskId } = world;
    const pause = `/v1/enrollments/${enrollmentId}/pause`;
    const done = await world.request('POST', pause, {}, { 'cadenza-user': 'ada' });
    expect(done.body).toMatchObject({ reason: 'manual' });
    expect((await get('/v1/enrollments?reason=manual')).ids).toEqual([enrollmentId]);
    expect((await get('/v1/enrollments?reason=replied,manual')).ids).toEqual([enrollmentId]);
    expect((await get('/v1/enrollments?reason=replied')).ids).toEqual([]);
    expect((await get('/v1/enrollments?reason=full_moon')).status).toBe(422);
    expect((await get('/v1/tasks?kind=call')).ids).toEqual([taskId]);
    expect((await get('/v1/tasks?kind=general')).ids).toEqual([]);
    expect((await get('/v1/tasks?kind=automated_email')).status).toBe(422);
  });
});

describe('what an earlier or a later release has kept', () => {
  it('is shown as `other`, in the timeline, the log and the export, and hides nothing', async () => {
    const { accountId, enrollmentId, contactId } = world;
    const types = [...logTypes, 'teleported'];
    const add = (subject: string, subjectId: string, type: string, number: number) => sql`
      insert into log (account_id, subject, subject_id, number, at, type, cause, actor, data)
      values (${accountId}, ${subject}, ${subjectId}, ${number}, now(), ${type},
        '{"kind":"beam"}', '{"kind":"martian","id":7}', '{"why":3,"next":[],"state":"gone","from":null}')`;
    for (const [index, type] of types.entries()) {
      await api.db.execute(add('enrollment', enrollmentId, type, 100 + index));
    }
    await api.db.execute(sql`
      update enrollments set why = '[{"rule":"full_moon","at":"2026-11-30T09:00:00.000Z"}]', next_at = now(), state = 'active', reason = null,
        paused_state = null, rest_ms = null where id = ${enrollmentId}`);
    const timeline = await get(`/v1/enrollments/${enrollmentId}/timeline?limit=100`);
    const results = timeline.body['results'];
    expect(results).toEqual(
      expect.arrayContaining(
        types.map((type): unknown =>
          type === 'run_restarted' || type === 'step_skipped'
            ? expect.objectContaining({ actor: { kind: 'other' } })
            : expect.objectContaining({ type: 'other', writtenAs: type, cause: { kind: 'other' } }),
        ),
      ),
    );
    for (const path of ['/v1/log', `/v1/contacts/${contactId}/export`]) {
      const { status } = await world.request('GET', path);
      expect([path, status]).toEqual([path, 200]);
    }
    const read = await get(`/v1/enrollments/${enrollmentId}`);
    expect(read.body).toMatchObject({ nextAction: { why: [{ rule: 'other' }] } });
  });
});
