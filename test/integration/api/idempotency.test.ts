import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deleteExpiredKeys } from '../../../src/db/queries/idempotency-keys.js';
import {
  createRecordingGateway,
  startApi,
  type ApiAnswer,
  type TestApi,
} from '../../support/api.js';
import { createWorld, type World } from '../../support/world.js';

const workflows = createRecordingGateway();
let api: TestApi;
let key = 0;
beforeAll(async () => {
  api = await startApi({ workflows });
});
afterAll(async () => {
  await api.close();
});
beforeEach(() => {
  key += 1;
});

const post = (body: unknown, headers: Record<string, string> = {}): Promise<ApiAnswer> =>
  api.request('POST', '/v1/companies', body, { 'idempotency-key': `key-${key}`, ...headers });
const companies = async (name: string): Promise<number> => {
  const { rows } = await api.db.execute(sql`select 1 from companies where name = ${name}`);
  return rows.length;
};
const keyRow = async (): Promise<Record<string, unknown> | undefined> => {
  const { rows } = await api.db.execute(
    sql`select * from idempotency_keys where key = ${`key-${key}`}`,
  );
  return rows[0];
};

describe('a repeat with the same Idempotency-Key', () => {
  it('and body gets the stored answer, and nothing happens again', async () => {
    const first = await post({ name: 'Once', domain: 'once.example' });
    const second = await post({ domain: 'once.example', name: 'Once' });
    expect(first.status).toBe(201);
    expect(first.headers.get('idempotency-replayed')).toBeNull();
    expect(second.status).toBe(201);
    expect(second.headers.get('idempotency-replayed')).toBe('true');
    expect(second.headers.get('location')).toBe(first.headers.get('location'));
    expect(second.body).toEqual(first.body);
    expect(await companies('Once')).toBe(1);
  });

  it('and another body, path or acting user is refused', async () => {
    const ada = { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' };
    await api.request('POST', '/v1/users', ada);
    await post({ name: 'First' });
    const answers = [
      await post({ name: 'Second' }),
      await post({ name: 'First' }, { 'cadenza-user': 'ada@example.com' }),
      await api.request(
        'POST',
        '/v1/contacts',
        { firstName: 'First' },
        {
          'idempotency-key': `key-${key}`,
        },
      ),
    ];
    for (const answer of answers) {
      expect(answer.status).toBe(422);
      expect(answer.code).toBe('IDEMPOTENCY_KEY_REUSED');
    }
    expect(await companies('Second')).toBe(0);
  });

  it('is another request in another account', async () => {
    const other = await api.createCaller();
    const first = await post({ name: 'Mine' });
    const theirs = await other.request(
      'POST',
      '/v1/companies',
      { name: 'Theirs' },
      {
        'idempotency-key': `key-${key}`,
      },
    );
    expect(theirs.status).toBe(201);
    expect(theirs.id).not.toBe(first.id);
  });

  it('is judged afresh when the first was refused', async () => {
    const refused = await post({ name: '' });
    expect(refused.status).toBe(422);
    expect((await post({ name: 'Mended' })).status).toBe(201);
    key += 1;
    await post({ name: 'Taken', externalId: 'taken' });
    key += 1;
    const conflict = await post({ name: 'Other', externalId: 'taken' });
    expect(conflict.status).toBe(409);
    expect(conflict.body).toMatchObject({
      code: 'CONFLICT',
      errors: [{ pointer: '/externalId', code: 'taken' }],
    });
    expect(await keyRow()).toBeUndefined();
  });

  it('is refused with 409 while the first still runs, with the time to wait', async () => {
    const first = post({ name: 'Slow' });
    const answers = await Promise.all([first, post({ name: 'Slow' }), post({ name: 'Slow' })]);
    const made = answers.filter((answer) => answer.status === 201);
    const running = answers.filter((answer) => answer.status === 409);
    expect(made.length + running.length).toBe(3);
    expect(await companies('Slow')).toBe(1);
    for (const answer of running) {
      expect(answer.body).toMatchObject({ code: 'IDEMPOTENCY_IN_PROGRESS', retryable: true });
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
  });

  it('has one effect, however many come at once', async () => {
    const answers = await Promise.all(Array.from({ length: 30 }, () => post({ name: 'Race' })));
    expect(answers.every(({ status }) => status === 201 || status === 409)).toBe(true);
    const replay = await post({ name: 'Race' });
    for (const answer of answers.filter(({ status }) => status === 201)) {
      expect(answer.body).toEqual(replay.body);
    }
    expect(await companies('Race')).toBe(1);
  });
});

describe('a holder', () => {
  beforeAll(async () => {
    await api.db.execute(sql`create or replace function slow() returns trigger language plpgsql as
      $$ begin perform pg_sleep(0.5); return new; end $$`);
    await api.db.execute(sql`create trigger slow before insert on companies for each row
      when (new.name like 'Slow%') execute function slow()`);
  });

  /** The server process that works on the slow insertion, as soon as it does. */
  const holder = async (): Promise<number> => {
    for (;;) {
      const { rows } = await api.db.execute<{ pid: number }>(sql`select pid from pg_stat_activity
        where datname = current_database() and wait_event = 'PgSleep'`);
      if (rows[0]) return rows[0].pid;
    }
  };

  it('blocks a repeat while it runs, and nobody once it has died', async () => {
    const dying = post({ name: 'Slow and dying' });
    const pid = await holder();
    expect((await post({ name: 'Slow and dying' })).code).toBe('IDEMPOTENCY_IN_PROGRESS');
    await api.db.execute(sql`select pg_terminate_backend(${pid})`);
    expect((await dying).status).toBeGreaterThanOrEqual(500);
    expect(await companies('Slow and dying')).toBe(0);
    expect((await post({ name: 'Slow and dying' })).status).toBe(201);
    expect(await companies('Slow and dying')).toBe(1);
  });

  it('cannot commit when another request with the key was answered meanwhile', async () => {
    const slow = post({ name: 'Slow and late' });
    await holder();
    await api.db.execute(sql`insert into idempotency_keys (account_id, key, digest, status, body)
      values (${api.accountId}, ${`key-${key}`}, 'of another', 201, '{}')`);
    const answer = await slow;
    expect(answer.status).toBe(409);
    expect(answer.code).toBe('IDEMPOTENCY_IN_PROGRESS');
    expect(await companies('Slow and late')).toBe(0);
    expect(await keyRow()).toMatchObject({ digest: 'of another' });
  });
});

describe('a key', () => {
  it('is as good as none after 24 hours, and is then deleted', async () => {
    const age = () =>
      api.db.execute(sql`update idempotency_keys set created_at = now() - interval '25 hours'
        where key = ${`key-${key}`}`);
    await post({ name: 'Old' });
    await age();
    expect((await post({ name: 'New' })).status).toBe(201);
    expect((await post({ name: 'New' })).headers.get('idempotency-replayed')).toBe('true');
    await age();
    expect(await deleteExpiredKeys(api.db)).toBe(1);
    expect(await keyRow()).toBeUndefined();
  });

  it('has at most 255 visible characters', async () => {
    for (const text of ['x'.repeat(256), 'a b', 'é']) {
      const answer = await post({ name: 'Key' }, { 'idempotency-key': text });
      expect(answer.status).toBe(422);
      expect(answer.errors).toMatchObject([{ in: 'header', pointer: '/Idempotency-Key' }]);
    }
  });
});

describe('after the commit', () => {
  const enroll = async (world: World, headers: Record<string, string>): Promise<ApiAnswer> => {
    const contact = await world.request('POST', '/v1/contacts', { email: `c${key}@example.com` });
    const body = { sequenceId: world.sequenceId, contact: { id: contact.id } };
    return world.request('POST', '/v1/enrollments', body, { 'cadenza-user': 'ada', ...headers });
  };
  let world: World;
  beforeAll(async () => {
    world = await createWorld(api);
  });

  it('a hook may change the status, and the stored answer has the changed one', async () => {
    workflows.outcome = 'pending';
    const contact = await world.request('POST', '/v1/contacts', { email: 'later@example.com' });
    const body = { sequenceId: world.sequenceId, contact: { id: contact.id } };
    const headers = { 'cadenza-user': 'ada', 'idempotency-key': 'later' };
    const first = await world.request('POST', '/v1/enrollments', body, headers);
    workflows.outcome = 'delivered';
    const second = await world.request('POST', '/v1/enrollments', body, headers);
    expect([first.status, second.status]).toEqual([202, 202]);
    expect(second.id).toBe(first.id);
  });

  it('a hook that fails is logged and changes nothing', async () => {
    const { deliver } = workflows;
    Object.assign(workflows, { deliver: () => Promise.reject(new Error('no Temporal')) });
    const answer = await enroll(world, {});
    Object.assign(workflows, { deliver });
    expect(answer.status).toBe(201);
    expect(api.logLines.some((line) => line.includes('failed after the commit'))).toBe(true);
  });
});
