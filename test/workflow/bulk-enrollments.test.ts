import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemsPerRound } from '../../src/domain/bulk/pacing.js';
import { eventually } from '../support/eventually.js';
import { readRecords, type EnrollmentRecords } from '../support/records.js';
import { anyTime, callStep, emailStep } from '../support/sequences.js';
import { openStackBulk, perMinute, untilMinuteHas, type StackBulk } from '../support/stack-bulk.js';
import { startStack, type Stack } from '../support/stack.js';

/** Three in each of sixteen minutes, and two in the seventeenth. */
const seventeenMinutes = [...Array.from({ length: 16 }, () => 3), 2];

describe('a bulk enrollment', () => {
  let stack: Stack;
  let bulk: StackBulk;
  beforeAll(async () => {
    // Skipped time brings the mails of many minutes to one mailbox at once.
    const sendCaps = { accountAtHost: 50, host: 50, mailbox: 50, account: 50 };
    stack = await startStack({ worker: { sendCaps } });
    bulk = await openStackBulk(stack);
  });
  afterAll(() => stack.close());

  /** Has Postgres do something whenever this contact is enrolled; returns what takes it back. */
  async function spoil(contactId: string, effect: string): Promise<() => Promise<unknown>> {
    const name = `spoil_${contactId.replaceAll('-', '')}`;
    await stack.db.execute(
      sql.raw(`
      create function ${name}() returns trigger language plpgsql as $$ begin ${effect}; return new; end $$;
      create trigger ${name} before insert on enrollments for each row
        when (new.contact_id = '${contactId}') execute function ${name}()`),
    );
    return () => stack.db.execute(sql.raw(`drop trigger ${name} on enrollments`));
  }

  it('LIM-07 BLK-13: of 50 sends three first mails a clock minute, the last in the 17th, when each was said to go', async () => {
    const id = await bulk.draft(await bulk.contacts(50));
    await untilMinuteHas(15);
    await bulk.confirm(id);
    const done = await bulk.ends(id);
    expect(done).toMatchObject({ state: 'finished', counts: { total: 50, enrolled: 50 } });
    const items = await bulk.items(id);
    const promised = items.map(({ firstSendAt }) => firstSendAt);
    expect(perMinute(promised)).toEqual(seventeenMinutes);
    // The first of the batch goes first.
    expect([...promised].sort()).toEqual(promised);

    const ids = items.map(({ enrollmentId }) => enrollmentId ?? '');
    await stack.forward(ids, 0.3);
    const records = await eventually(
      () => readRecords(stack.db, ids),
      (all) => all.every(({ row }) => row.state === 'finished'),
    );
    expect(stack.catcher.messages()).toHaveLength(50);
    const sent = records.map(({ sends }) => sends.get('one')?.settledAt);
    expect(perMinute(sent)).toEqual(seventeenMinutes);
    expect(sent.map((at) => at?.slice(0, 16))).toEqual(promised.map((at) => at?.slice(0, 16)));
  });

  it('LIM-07: the first mail keeps the pace when a task comes before it', async () => {
    const sequenceId = await bulk.sequence([callStep('call', 0, false), emailStep('one', 0)]);
    const id = await bulk.draft(await bulk.contacts(8), { sequenceId });
    await untilMinuteHas(15);
    await bulk.confirm(id);
    await bulk.ends(id);
    const items = await bulk.items(id);
    expect(items.map(({ firstSendAt }) => firstSendAt)).toEqual(items.map(() => null));
    const ids = items.map(({ enrollmentId }) => enrollmentId ?? '');
    // Whoever came later than time is moved on would wait for a minute beyond that.
    const isSeenTo = ({ log }: EnrollmentRecords) =>
      log.some(({ type }) => type === 'email_sent' || type === 'rescheduled');
    await eventually(
      () => readRecords(stack.db, ids),
      (all) => all.every(isSeenTo),
    );
    await stack.forward(ids, 0.1);
    const records = await eventually(
      () => readRecords(stack.db, ids),
      (all) => all.every(({ row }) => row.state === 'finished'),
    );
    const sent = records.map(({ sends }) => sends.get('one')?.settledAt);
    expect(Math.max(...perMinute(sent))).toBe(3);
  });

  it('BLK-10 2.6: a contact that is refused hurts no other; each has a result of its own', async () => {
    // Two mails, so that the one that was enrolled before is so still.
    const sequenceId = await bulk.sequence([emailStep('one', 0), emailStep('two', 3)]);
    const [taken = '', one = '', two = ''] = await bulk.contacts(3);
    const before = await stack.api.enroll(bulk.user.id, { sequenceId, contact: { id: taken } });
    const silent = await stack.api.contact({ email: undefined, externalId: 'silent' });
    const id = await bulk.draft([one, taken, silent, two], { sequenceId });
    await bulk.confirm(id);
    const { counts, endedAt } = await bulk.ends(id);
    expect(counts).toEqual({ total: 4, pending: 0, enrolled: 2, refused: 2, cancelled: 0 });
    expect(endedAt).not.toBeNull();
    const items = await bulk.items(id);
    expect(items).toMatchObject([
      { contactId: one, state: 'enrolled', refusal: null },
      { contactId: taken, state: 'refused', refusal: { code: 'ALREADY_ENROLLED' } },
      { contactId: silent, state: 'refused', refusal: { code: 'NO_EMAIL' } },
      { contactId: two, state: 'enrolled' },
    ]);
    expect(items[1]?.refusal?.extensions).toMatchObject({ enrollment: { id: before.id } });
    const [entry] = await stack.api.timeline(items[0]?.enrollmentId ?? '');
    expect(entry).toMatchObject({
      type: 'enrolled',
      cause: { kind: 'bulk', id },
      actor: { kind: 'user', id: bulk.user.id },
    });
    expect(await bulk.run(id).result()).toMatchObject({ state: 'finished', enrolled: 2 });
    const description = await bulk.run(id).describe();
    expect(description.status.name).toBe('COMPLETED');
  });

  it('BLK-10: a contact whose transaction fails for ever is refused, holds up no other, and is enrolled when it is confirmed again', async () => {
    const [one = '', poisoned = '', two = ''] = await bulk.contacts(3);
    const id = await bulk.draft([one, poisoned, two]);
    const mend = await spoil(
      poisoned,
      `raise exception 'of no concern to callers' using errcode = '22003'`,
    );
    await bulk.confirm(id);
    const { state, counts } = await bulk.ends(id);
    expect([state, counts.enrolled, counts.refused]).toEqual(['finished', 2, 1]);
    const items = await bulk.items(id);
    expect(items.map((item) => item.state)).toEqual(['enrolled', 'refused', 'enrolled']);
    expect(items[1]?.refusal).toMatchObject({ code: 'INTERNAL' });
    expect(items[1]?.refusal?.detail).not.toMatch(/concern|insert|enrollments/);
    await mend();
    const path = `/v1/bulk-enrollments/${id}/items/${items[1]?.id ?? ''}/confirm`;
    const again = await stack.api.request('POST', path, {}, bulk.user.id);
    expect(again.body).toMatchObject({ status: 'enrolled', code: null });
  });

  it('refuses nobody while connections break: it waits until Postgres is well again', async () => {
    const [one = '', two = ''] = await bulk.contacts(2);
    const id = await bulk.draft([one, two]);
    const mend = await spoil(one, 'perform pg_terminate_backend(pg_backend_pid())');
    await bulk.confirm(id);
    await eventually(
      () => bulk.run(id).describe(),
      ({ raw }) => (raw.pendingActivities?.[0]?.attempt ?? 0) >= 2,
    );
    expect((await bulk.show(id)).counts).toMatchObject({ pending: 2, refused: 0 });
    await mend();
    expect((await bulk.ends(id)).counts).toMatchObject({ enrolled: 2, refused: 0 });
  });

  it('cancelled in the middle, by the API or in the Temporal UI, enrolls no more and forgets nobody', async () => {
    for (const way of ['api', 'ui']) {
      const id = await bulk.draft(await bulk.contacts(120), { kind: 'import' });
      await bulk.confirm(id);
      await eventually(
        () => bulk.show(id),
        ({ counts }) => counts.enrolled >= 20,
      );
      if (way === 'api') await bulk.post(`/${id}/cancel`);
      else await bulk.run(id).cancel();
      const { state, counts } = await bulk.ends(id);
      expect(state).toBe('cancelled');
      expect(counts.pending).toBe(0);
      expect(counts.enrolled + counts.cancelled).toBe(120);
      expect(counts.cancelled).toBeGreaterThan(0);
      await bulk
        .run(id)
        .result()
        .catch(() => undefined);
      const after = await bulk.show(id);
      expect(after.counts).toEqual(counts);
      expect(await bulk.enrolled(id)).toHaveLength(counts.enrolled);
    }
  });
});

describe('a bulk enrollment that was confirmed while no worker runs', () => {
  let stack: Stack;
  let bulk: StackBulk;
  beforeAll(async () => {
    stack = await startStack({ worker: false });
    bulk = await openStackBulk(stack);
  });
  afterAll(() => stack.close());

  it('gets the version that was current when it was confirmed, for all, and keeps a cancellation', async () => {
    const sequenceId = await bulk.sequence();
    const id = await bulk.draft(await bulk.contacts(3), { sequenceId });
    const other = await bulk.draft(await bulk.contacts(3), { sequenceId });
    await bulk.confirm(id);
    await bulk.confirm(other);
    await bulk.post(`/${other}/cancel`);
    const body = { name: 'Edited', steps: [emailStep('other', 0)], settings: anyTime };
    const edit = await stack.api.request('PUT', `/v1/sequences/${sequenceId}`, body, bulk.user.id);
    expect(edit.status).toBe(200);
    await stack.startWorker();
    await bulk.ends(id);
    const rows = await bulk.enrolled(id);
    expect(rows.map(({ sequenceVersion }) => sequenceVersion)).toEqual([1, 1, 1]);
    expect(await bulk.run(other).result()).toMatchObject({ state: 'cancelled', enrolled: 0 });
    expect(await bulk.enrolled(other)).toEqual([]);
  });
});

describe('an import', () => {
  let stack: Stack;
  let bulk: StackBulk;
  beforeAll(async () => {
    stack = await startStack();
    bulk = await openStackBulk(stack);
  });
  afterAll(() => stack.close());

  it('of 120 contacts is enrolled in rounds with breaths between them, each contact once', async () => {
    const contactIds = await bulk.contacts(120);
    const id = await bulk.draft(contactIds, { kind: 'import' });
    await bulk.confirm(id);
    const { state, counts } = await bulk.ends(id, 60_000);
    expect([state, counts.enrolled, counts.refused]).toEqual(['finished', 120, 0]);
    const rows = await bulk.enrolled(id);
    expect(new Set(rows.map((row) => row.contactId)).size).toBe(120);
    const items = await bulk.items(id);
    expect(items.map((item) => item.contactId)).toEqual(contactIds);
    expect(Math.max(...perMinute(items.map(({ firstSendAt }) => firstSendAt)))).toBe(3);
    const { events } = await bulk.run(id).fetchHistory();
    const timers = (events ?? []).filter((event) => event.timerStartedEventAttributes);
    expect(timers.length).toBeGreaterThanOrEqual(Math.ceil(120 / itemsPerRound) - 1);
  });

  it('goes on in a fresh history when its own grows too long: each contact is enrolled once, and all are counted', async () => {
    const contactIds = await bulk.contacts(60);
    // Tomorrow, so that nothing but the batch is at work.
    const firstStepAt = new Date(Date.parse(stack.now()) + 24 * 3_600_000).toISOString();
    const id = await bulk.draft(contactIds, { kind: 'import', defaults: { firstStepAt } });
    await bulk.confirm(id);
    const { runId } = await bulk.run(id).describe();
    // Said to nobody, but kept: so the history is as long as that of many rounds.
    await Promise.all(Array.from({ length: 320 }, () => bulk.run(id).signal('noise')));
    expect(await bulk.run(id).result()).toMatchObject({ state: 'finished', enrolled: 60 });
    expect((await bulk.run(id).describe()).runId).not.toBe(runId);
    expect(await bulk.show(id)).toMatchObject({
      state: 'finished',
      counts: { total: 60, pending: 0, enrolled: 60, refused: 0, cancelled: 0 },
    });
    const items = await bulk.items(id);
    expect(items.map((item) => item.contactId)).toEqual(contactIds);
    const rows = await bulk.enrolled(id);
    expect(rows.map((row) => row.contactId).sort()).toEqual([...contactIds].sort());
    expect(Math.max(...perMinute(items.map((item) => item.firstSendAt)))).toBe(3);
  });
});
