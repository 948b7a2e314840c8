import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { claimLate, unclaimLate } from '../../../src/db/queries/late-runs.js';
import { startApi, type TestApi } from '../../support/api.js';
import { cloneEnrollment } from '../../support/clones.js';
import { createWalker } from '../../support/log-walk/walker.js';

describe('what is late', () => {
  let api: TestApi;
  let enrollmentId: string;
  let accountId: string;
  beforeAll(async () => {
    api = await startApi();
    const walker = await createWalker(api);
    ({ accountId } = walker.world);
    ({ id: enrollmentId } = await walker.enrollment());
    await cloneEnrollment(api.db, enrollmentId, 20_000);
    await api.db.execute(sql`update enrollments set next_at = now() + interval '1 day'`);
    await api.db.execute(sql`update enrollments set next_at = now() - interval '20 minutes'
      where id in (select id from enrollments order by id limit 250)`);
    await api.db.execute(sql`analyze enrollments`);
  });
  afterAll(() => api.close());

  const claim = () => claimLate(api.db, 'enrollment');
  /** How long each late one is left alone, in minutes, a quarter of an hour from now on included. */
  const waits = async (): Promise<readonly unknown[]> => {
    const { rows } = await api.db.execute(sql`
      select distinct round(extract(epoch from late_from + interval '15 minutes' - now()) / 60)::int as minutes
      from enrollments where late_from is not null`);
    return rows.map((row) => row['minutes']);
  };

  it('is claimed page by page, each once, and left alone for a while', async () => {
    const pages = [await claim(), await claim(), await claim(), await claim()];
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50, 0]);
    expect(new Set(pages.flat().map(({ id }) => id)).size).toBe(250);
    expect(await waits()).toEqual([20]);
  });

  it('is claimed again after waits that grow to an hour', async () => {
    for (const [lateMinutes, wait] of [
      [35, 35],
      [75, 60],
      [1_000, 60],
    ]) {
      await api.db.execute(sql`update enrollments
        set next_at = now() - ${lateMinutes}::int * interval '1 minute', late_from = now() - interval '16 minutes'
        where id = ${enrollmentId}`);
      expect((await claim()).map(({ id }) => id)).toEqual([enrollmentId]);
      const { rows } = await api.db.execute(sql`
        select round(extract(epoch from late_from + interval '15 minutes' - now()) / 60)::int as minutes
        from enrollments where id = ${enrollmentId}`);
      expect(rows).toEqual([{ minutes: wait }]);
    }
  });

  it('is late still when a claim is taken back', async () => {
    const target = { kind: 'enrollment', accountId, id: enrollmentId } as const;
    expect(await claim()).toEqual([]);
    await unclaimLate(api.db, [target]);
    expect(await claim()).toEqual([target]);
  });

  it('waits for nobody who holds its row, and ends with its enrollment', async () => {
    const target = { kind: 'enrollment', accountId, id: enrollmentId } as const;
    await unclaimLate(api.db, [target]);
    await api.db.transaction(async (tx) => {
      await tx.execute(sql`select from enrollments where id = ${enrollmentId} for update`);
      expect(await claim()).toEqual([]);
    });
    await api.db.execute(sql`update enrollments
      set state = 'unenrolled', reason = 'manual', ended_at = now(), next_at = null where id = ${enrollmentId}`);
    expect(await claim()).toEqual([]);
  });

  it('is found by an index, however many are not late', async () => {
    const { rows } = await api.db.execute(sql`explain
      select account_id, id from enrollments
      where state in ('scheduled', 'active', 'waiting_task', 'paused')
        and coalesce(next_at, paused_until) is not null
        and greatest(coalesce(next_at, paused_until), late_from) < now() - interval '15 minutes'
      order by greatest(coalesce(next_at, paused_until), late_from) limit 100 for update skip locked`);
    expect(JSON.stringify(rows)).toContain('Index Scan using enrollments_by_lateness');
  });
});
