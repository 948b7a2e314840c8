import { randomUUID } from 'node:crypto';
import { sql } from 'drizzle-orm';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;
let userId: string;
beforeAll(async () => {
  api = await startApi();
  const ada = {
    email: 'ada@example.com',
    name: 'Ada',
    timeZone: 'Europe/London',
    externalId: 'ada',
  };
  userId = (await api.request('POST', '/v1/users', ada)).id;
});
afterAll(async () => {
  await api.close();
});

describe('users', () => {
  it('are made with the usual rights, and read by any of their names', async () => {
    const answer = await api.request('GET', '/v1/users/ada');
    expect(answer.body).toMatchObject({
      id: userId,
      role: 'member',
      hasSeat: true,
      permissions: ['sequences'],
    });
    for (const name of [userId, 'ADA@example.com']) {
      expect((await api.request('GET', `/v1/users/${name}`)).body).toEqual(answer.body);
    }
    const list = await api.request('GET', '/v1/users');
    expect(list.body).toEqual({ results: [answer.body], paging: { next: null } });
  });

  it('refuses an unknown right', async () => {
    const answer = await api.request('POST', '/v1/users', {
      email: 'b@example.com',
      name: 'B',
      timeZone: 'UTC',
      permissions: ['everything'],
    });
    expect(answer.errors).toMatchObject([{ pointer: '/permissions/0' }]);
  });
});

describe('mailboxes', () => {
  const smtp = {
    host: 'smtp.example.com',
    port: 587,
    security: 'starttls',
    username: 'ada',
    password: 'correct horse',
  };
  const post = (body: object, headers?: Record<string, string>) =>
    api.request('POST', '/v1/mailboxes', { smtp, ...body }, headers);

  it('keep the password sealed, and never show it', async () => {
    const answer = await post({ user: { externalId: 'ada' }, address: 'ada@example.com' });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({
      userId,
      displayName: 'Ada',
      kind: 'personal',
      state: 'connected',
      smtp: { host: 'smtp.example.com', username: 'ada', passwordState: 'kept' },
    });
    const read = await api.request('GET', `/v1/mailboxes/${answer.id}`);
    expect(read.body).toEqual(answer.body);
    expect(JSON.stringify(read.body)).not.toMatch(/"password"|correct|v\d\./);
    const { rows } = await api.db.execute(
      sql`select smtp_password_encrypted as sealed from mailboxes`,
    );
    const sealed = String(rows[0]?.['sealed']);
    expect(sealed).not.toContain('correct');
    const place = { accountId: api.accountId, mailboxId: answer.id };
    expect(api.vault.open(sealed, place)).toBe('correct horse');
    expect(api.logLines.join('')).not.toContain('correct horse');
  });

  it('open a password at the mailbox alone that it was given for', async () => {
    const person = { email: 'two@example.com', name: 'Two', timeZone: 'UTC' };
    const owner = (await api.request('POST', '/v1/users', person)).id;
    const one = await post({ userId: owner, address: 'one@example.com' });
    const other = await post({ userId: owner, address: 'other@example.com' });
    const stateOf = async (id: string) =>
      (await api.request('GET', `/v1/mailboxes/${id}`)).body['smtp'];
    await api.db.execute(sql`update mailboxes set smtp_password_encrypted =
      (select smtp_password_encrypted from mailboxes where id = ${one.id}) where id = ${other.id}`);
    expect(await stateOf(one.id)).toMatchObject({ passwordState: 'kept' });
    expect(await stateOf(other.id)).toMatchObject({ passwordState: 'unreadable' });
    const status = await api.request('GET', `/v1/mailboxes/${other.id}/sending-status`);
    expect(status.body).toMatchObject({ maySend: false, rule: 'password_unreadable', until: null });
    const list = await api.request('GET', `/v1/mailboxes?userId=${owner}`);
    expect(list.body['results']).toMatchObject([
      { smtp: { passwordState: 'kept' } },
      { smtp: { passwordState: 'unreadable' } },
    ]);
  });

  it('belong to the user that is named, else to the acting user', async () => {
    const mine = await post({ address: 'acting@example.com' }, { 'cadenza-user': 'ada' });
    expect(mine.body).toMatchObject({ userId });
    expect((await post({ address: 'x@example.com' })).code).toBe('ACTING_USER_REQUIRED');
    const both = await post({ address: 'x@example.com', userId, user: { id: userId } });
    expect(both.errors).toMatchObject([{ pointer: '/user' }]);
    const unknown = await post({ address: 'x@example.com', user: { email: 'no@example.com' } });
    expect(unknown.body).toMatchObject({ code: 'NOT_FOUND', errors: [{ pointer: '/user' }] });
  });

  it('have an address once, and can be listed by user', async () => {
    const again = await post({ userId, address: 'ADA@example.com' });
    expect(again.body).toMatchObject({ code: 'CONFLICT', errors: [{ pointer: '/address' }] });
    const list = await api.request('GET', `/v1/mailboxes?userId=${userId}`);
    expect(list.ids).toHaveLength(2);
  });

  describe('PUT /v1/mailboxes', () => {
    const put = (body: object, user?: string) =>
      api.request('PUT', '/v1/mailboxes', body, user ? { 'cadenza-user': user } : {});
    const newUser = async (fields: object = {}) => {
      const email = `${randomUUID()}@example.com`;
      const body = { email, name: 'Robin', timeZone: 'UTC', ...fields };
      return (await api.request('POST', '/v1/users', body)).id;
    };

    it('connects a mailbox, then changes the one with its address: what is left out stays', async () => {
      const owner = await newUser();
      const address = `${randomUUID()}@example.com`;
      const added = await put({ address, smtp }, owner);
      expect(added).toMatchObject({
        status: 201,
        body: { userId: owner, displayName: 'Robin', kind: 'personal', state: 'connected' },
      });
      expect(added.headers.get('location')).toBe(`/v1/mailboxes/${added.id}`);
      const named = await put({ address: address.toUpperCase(), displayName: 'Robin R.' });
      expect(named).toMatchObject({ status: 200, id: added.id });
      expect(named.body).toMatchObject({
        userId: owner,
        displayName: 'Robin R.',
        smtp: { port: 587 },
      });
      await api.db.execute(sql`update mailboxes set state = 'disconnected' where id = ${added.id}`);
      const kept = await put({ address, kind: 'team', user: { id: owner } }, owner);
      expect(kept.body).toMatchObject({ kind: 'team', state: 'disconnected' });
      const open = { host: 'localhost', port: 25, security: 'none' };
      const moved = await put({ address, smtp: open }, owner);
      expect(moved.body).toMatchObject({
        ...{ displayName: 'Robin R.', kind: 'team', state: 'connected' },
        smtp: { ...open, username: null, passwordState: 'none' },
      });
      const { rows } = await api.db.execute(
        sql`select smtp_password_encrypted as sealed from mailboxes where id = ${added.id}`,
      );
      expect(rows).toEqual([{ sealed: null }]);
    });

    it('ENR-17: keeps its owner, who alone changes it besides admins', async () => {
      const [owner, other, admin] = [
        ...[await newUser(), await newUser(), await newUser({ role: 'admin' })],
      ];
      const address = `${randomUUID()}@example.com`;
      await put({ address, smtp }, owner);
      const mine = { address, displayName: 'Mine' };
      expect(await put(mine, other)).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
      for (const claim of [{ userId: other }, { user: { id: other } }]) {
        const claimed = await put({ address, ...claim }, admin);
        expect(claimed).toMatchObject({ status: 409, code: 'CONFLICT' });
        expect(claimed.pointers).toEqual([`/${Object.keys(claim).join('')}`]);
      }
      expect((await put(mine, admin)).body).toMatchObject({ userId: owner, displayName: 'Mine' });
      expect((await put({ address, userId: owner })).status).toBe(200);
    });

    it('refuses a new one without a server or an owner, and makes one, however many ask at once', async () => {
      const owner = await newUser();
      const address = `${randomUUID()}@example.com`;
      expect(await put({ address }, owner)).toMatchObject({ status: 422, pointers: ['/smtp'] });
      expect((await put({ address, smtp })).code).toBe('ACTING_USER_REQUIRED');
      const unknown = await put({ address, smtp, userId: randomUUID() });
      expect(unknown).toMatchObject({ status: 404, pointers: ['/userId'] });
      const both = await put({ address, smtp, userId: owner, user: { id: owner } });
      expect(both).toMatchObject({ status: 422, pointers: ['/user'] });
      const answers = await Promise.all(
        Array.from({ length: 6 }, () => put({ address, smtp }, owner)),
      );
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
      expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    });
  });

  test.each([
    [{ host: 'smtp.example.com:25' }, '/smtp/host'],
    [{ host: '' }, '/smtp/host'],
    [{ port: 0 }, '/smtp/port'],
    [{ port: 70_000 }, '/smtp/port'],
    [{ security: 'maybe' }, '/smtp/security'],
    [{ username: undefined }, '/smtp'],
  ])('refuse %j at %s', async (change, pointer) => {
    const answer = await api.request('POST', '/v1/mailboxes', {
      userId,
      address: 'y@example.com',
      smtp: { ...smtp, ...change },
    });
    expect(answer.status).toBe(422);
    expect(answer.pointers[0]).toBe(pointer);
  });

  test.each([
    [{ host: '127.0.0.1' }, '/smtp/host'],
    [{ host: '169.254.169.254' }, '/smtp/host'],
    [{ host: '::ffff:10.0.0.1' }, '/smtp/host'],
    [{ host: 'fd00:ec2::254', port: 80 }, '/smtp/host'],
    [{ host: '8.8.8.8', port: 6379 }, '/smtp/port'],
    [{ port: 5432 }, '/smtp/port'],
  ])('refuse %j, where mail may not go, at %s', async (change, pointer) => {
    const address = `${randomUUID()}@example.com`;
    const asked = { userId, address, smtp: { ...smtp, ...change } };
    const refused = { status: 422, code: 'VALIDATION_FAILED', pointers: [pointer] };
    expect(await api.request('POST', '/v1/mailboxes', asked)).toMatchObject(refused);
    expect(await api.request('PUT', '/v1/mailboxes', asked)).toMatchObject(refused);
    const kept = await post({ userId, address });
    expect(await api.request('PUT', '/v1/mailboxes', asked)).toMatchObject(refused);
    expect((await api.request('GET', `/v1/mailboxes/${kept.id}`)).body).toEqual(kept.body);
  });
});

describe('companies', () => {
  it('are made and changed by externalId: what is left out stays, properties add up', async () => {
    const put = (body: object) => api.request('PUT', '/v1/companies', body);
    const made = await put({
      externalId: 'acme',
      name: 'Acme',
      domain: 'Acme.Example',
      properties: { size: 10, city: 'Rome' },
    });
    expect(made.status).toBe(201);
    const changed = await put({ externalId: 'acme', name: 'Acme Inc', properties: { size: 11 } });
    expect(changed.status).toBe(200);
    expect(changed.body).toMatchObject({
      id: made.id,
      name: 'Acme Inc',
      domain: 'acme.example',
      properties: { size: 11, city: 'Rome' },
    });
    const list = await api.request('GET', '/v1/companies?externalId=acme');
    expect(list.body).toMatchObject({ results: [changed.body] });
    expect((await put({ name: 'No id' })).pointers[0]).toBe('/externalId');
    const domain = await put({ externalId: 'd', name: 'D', domain: 'not a domain' });
    expect(domain.errors[0]).toMatchObject({ pointer: '/domain', code: 'not_a_domain' });
  });

  it('are made once by many at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        api.request('PUT', '/v1/companies', { externalId: 'race', name: 'Race' }),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });
});
