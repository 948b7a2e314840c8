import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startApi, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast, type TestUser } from '../../support/team.js';

let api: TestApi;
let cast: Cast;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
});
afterAll(() => api.close());

const name = () => randomUUID();
const team = async (memberIds: readonly string[] = []): Promise<string> =>
  (await made(cast.admin.request('POST', '/v1/teams', { name: name(), memberIds }))).id;
const members = async (id: string): Promise<unknown> =>
  (await cast.stranger.request('GET', `/v1/teams/${id}`)).body['memberIds'];

describe('/v1/teams', () => {
  it('are made, read, renamed, listed and deleted', async () => {
    const ids = [cast.owner.id, cast.teammate.id].sort();
    const created = await cast.admin.request('POST', '/v1/teams', { name: 'East', memberIds: ids });
    expect(created.status).toBe(201);
    expect(created.headers.get('location')).toBe(`/v1/teams/${created.id}`);
    expect(created.body).toMatchObject({ name: 'East', memberIds: ids });
    const path = `/v1/teams/${created.id}`;
    expect((await cast.stranger.request('GET', path)).body).toEqual(created.body);
    expect((await cast.admin.request('PATCH', path, { name: 'West' })).body).toMatchObject({
      name: 'West',
      memberIds: ids,
    });
    expect((await cast.stranger.request('GET', '/v1/teams')).ids).toContain(created.id);
    const { body } = await cast.stranger.request('GET', `/v1/users/${cast.owner.id}`);
    expect(body['teamIds']).toContain(created.id);
    expect((await cast.admin.request('DELETE', path, {})).body).toMatchObject({ name: 'West' });
    expect((await cast.stranger.request('GET', path)).status).toBe(404);
  });

  it('have a name once', async () => {
    const taken = name();
    await made(cast.admin.request('POST', '/v1/teams', { name: taken }));
    const again = await cast.admin.request('POST', '/v1/teams', { name: taken });
    expect(again).toMatchObject({ status: 409, code: 'CONFLICT', pointers: ['/name'] });
    const renamed = await cast.admin.request('PATCH', `/v1/teams/${await team()}`, { name: taken });
    expect(renamed).toMatchObject({ status: 409, pointers: ['/name'] });
  });

  it('are made or changed by their name: members that are left out stay', async () => {
    const put = (body: object) => cast.admin.request('PUT', '/v1/teams', body);
    const ids = [cast.owner.id, cast.teammate.id].sort();
    const wanted = name();
    const added = await put({ name: wanted, memberIds: ids });
    expect(added).toMatchObject({ status: 201, body: { name: wanted, memberIds: ids } });
    expect(added.headers.get('location')).toBe(`/v1/teams/${added.id}`);
    const same = await put({ name: wanted });
    expect(same).toMatchObject({ status: 200, id: added.id, body: { memberIds: ids } });
    const other = await put({ name: wanted, memberIds: [cast.stranger.id] });
    expect(other).toMatchObject({ status: 200, body: { memberIds: [cast.stranger.id] } });
    const foreign = (await createCast(api)).owner.id;
    const unknown = await put({ name: wanted, memberIds: [cast.owner.id, foreign] });
    expect(unknown).toMatchObject({ status: 404, pointers: ['/memberIds/1'] });
    expect(await members(added.id)).toEqual([cast.stranger.id]);
    expect((await put({ name: name() })).body).toMatchObject({ memberIds: [] });
    expect((await put({ memberIds: [] })).pointers).toEqual(['/name']);
  });

  it('are made once by their name, however many ask at once', async () => {
    const body = { name: name(), memberIds: [cast.owner.id] };
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => cast.admin.request('PUT', '/v1/teams', body)),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 201]);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  });

  it('get members as a whole set, or one by one, of users of the account only', async () => {
    const id = await team([cast.owner.id]);
    const path = `/v1/teams/${id}/members`;
    const put = await cast.admin.request('PUT', path, { memberIds: [cast.stranger.id] });
    expect(put.body['memberIds']).toEqual([cast.stranger.id]);
    await made(cast.admin.request('PUT', `${path}/${cast.owner.id}`, {}));
    await made(cast.admin.request('PUT', `${path}/${cast.owner.id}`, {}));
    expect(await members(id)).toEqual([cast.owner.id, cast.stranger.id].sort());
    await made(cast.admin.request('DELETE', `${path}/${cast.stranger.id}`, {}));
    expect(await members(id)).toEqual([cast.owner.id]);
    const foreign = (await createCast(api)).owner.id;
    const unknown = await cast.admin.request('PUT', path, { memberIds: [cast.owner.id, foreign] });
    expect(unknown).toMatchObject({ status: 404, pointers: ['/memberIds/1'] });
    expect((await cast.admin.request('PUT', `${path}/${foreign}`, {})).status).toBe(404);
    expect(await members(id)).toEqual([cast.owner.id]);
  });

  it('lose nobody when many are added at once', async () => {
    const id = await team();
    const users = await Promise.all(Array.from({ length: 8 }, () => cast.user()));
    await Promise.all(
      users.map((user) =>
        made(cast.admin.request('PUT', `/v1/teams/${id}/members/${user.id}`, {})),
      ),
    );
    expect(await members(id)).toEqual(users.map((user) => user.id).sort());
  });

  it('SHR-04: a deleted one shares nothing any more', async () => {
    const id = await team([cast.stranger.id]);
    const steps = [{ kind: 'call', title: 'Call' }];
    const sharing = { teams: [{ id }], users: [{ id: cast.teammate.id }] };
    const body = { name: 'S', steps, sharing };
    const sequence = await made(cast.owner.request('POST', '/v1/sequences', body));
    const path = `/v1/sequences/${sequence.id}`;
    expect((await cast.stranger.request('GET', path)).status).toBe(200);
    await made(cast.admin.request('DELETE', `/v1/teams/${id}`, {}));
    expect((await cast.stranger.request('GET', path)).status).toBe(404);
    expect((await cast.teammate.request('GET', path)).body).toMatchObject({
      sharing: { teams: [], users: [{ id: cast.teammate.id }] },
    });
  });

  it('SHR-04: one that is deleted while it is shared with is shared with before, or unknown', async () => {
    const steps = [{ kind: 'call', title: 'Call' }];
    for (let round = 0; round < 5; round += 1) {
      const id = await team();
      const { id: sequenceId } = await made(
        cast.owner.request('POST', '/v1/sequences', { name: 'S', steps }),
      );
      const path = `/v1/sequences/${sequenceId}/sharing`;
      const [shared, deleted] = await Promise.all([
        cast.owner.request('PUT', path, { teams: [{ id }] }),
        cast.admin.request('DELETE', `/v1/teams/${id}`, {}),
      ]);
      expect([200, 404]).toContain(shared.status);
      expect(deleted.status).toBe(200);
      expect((await cast.owner.request('GET', path)).body['teams']).toEqual([]);
    }
  });
});

describe('who may manage users, rights and teams', () => {
  const changes: readonly [string, string, () => Promise<string>, object][] = [
    ['POST', 'a user', () => Promise.resolve('/v1/users'), { name: 'N', timeZone: 'UTC' }],
    ['PATCH', 'a user', async () => `/v1/users/${(await cast.user()).id}`, { role: 'admin' }],
    ['POST', 'a team', () => Promise.resolve('/v1/teams'), {}],
    ['PUT', 'a team', () => Promise.resolve('/v1/teams'), {}],
    ['PATCH', 'a team', async () => `/v1/teams/${await team()}`, {}],
    ['DELETE', 'a team', async () => `/v1/teams/${await team()}`, {}],
    ['PUT', 'members', async () => `/v1/teams/${await team()}/members`, { memberIds: [] }],
    ['PUT', 'one', async () => `/v1/teams/${await team()}/members/${cast.owner.id}`, {}],
    ['DELETE', 'one', async () => `/v1/teams/${await team()}/members/${cast.owner.id}`, {}],
  ];
  const bodyOf = (path: string, fields: object): object => ({
    ...fields,
    ...(/teams(\/[^/]+)?$/.test(path) && { name: name() }),
    ...(path === '/v1/users' && { email: `${name()}@sender.example` }),
  });

  test.each(changes)('SHR-07: %s of %s takes an admin', async (method, _what, pathOf, fields) => {
    const path = await pathOf();
    const body = method === 'DELETE' && path.includes('/teams') ? {} : bodyOf(path, fields);
    const refused = await cast.owner.request(method, path, body);
    expect(refused).toMatchObject({ status: 403, code: 'ADMIN_REQUIRED' });
    const writer = await api.createCaller({ accountId: cast.accountId, scopes: ['write'] });
    expect((await writer.request(method, path, body)).code).toBe('FORBIDDEN_SCOPE');
    expect((await cast.admin.request(method, path, body)).status).toBeLessThan(300);
    const other = method === 'DELETE' && !path.includes('/members') ? await pathOf() : path;
    const fresh = method === 'DELETE' ? {} : bodyOf(path, fields);
    expect((await cast.account.request(method, other, fresh)).status).toBeLessThan(300);
  });
});

describe('PATCH /v1/users/{id}', () => {
  const patch = (user: TestUser, body: object) =>
    cast.admin.request('PATCH', `/v1/users/${user.id}`, body);

  it('SHR-07: gives and takes rights one by one; what is left out stays', async () => {
    const user = await cast.user();
    const rights = ['bulk_enroll', 'edit_workflows', 'publish_workflows'];
    const answer = await patch(user, { permissions: [...rights, 'bulk_enroll'] });
    expect(answer.body).toMatchObject({ permissions: rights, role: 'member', hasSeat: true });
    const renamed = await patch(user, { name: 'Kim', timeZone: 'Asia/Tokyo', externalId: name() });
    expect(renamed.body).toMatchObject({ name: 'Kim', permissions: rights });
    expect((await patch(user, { permissions: ['everything'] })).pointers).toEqual([
      '/permissions/0',
    ]);
  });

  it('refuses an email that is taken', async () => {
    const email = `${name()}@sender.example`;
    const user = await cast.user();
    expect((await patch(user, { email })).body).toMatchObject({ email });
    const other = await patch(await cast.user(), { email: email.toUpperCase() });
    expect(other).toMatchObject({ status: 409, pointers: ['/email'] });
  });

  it('SHR-07 ENR-06: without the right nothing is made, copied, edited, shared or enrolled', async () => {
    const user = await cast.user();
    const steps = [{ kind: 'call', title: 'Call' }];
    const { id } = await made(user.request('POST', '/v1/sequences', { name: 'S', steps }));
    await made(patch(user, { permissions: ['bulk_enroll'] }));
    const contact = { email: `${name()}@contact.example` };
    await made(cast.request('POST', '/v1/contacts', contact));
    const enrollment = { sequenceId: id, contact };
    for (const [method, path, body] of [
      ['POST', '/v1/sequences', { name: 'S', steps }],
      ['POST', `/v1/sequences/${id}/copy`, { name: 'S' }],
      ['PATCH', `/v1/sequences/${id}`, { name: 'T' }],
      ['PUT', `/v1/sequences/${id}/sharing`, {}],
      ['POST', '/v1/sequences/bulk/sharing', { sequences: [{ id }], sharing: {} }],
      ['DELETE', `/v1/sequences/${id}`, {}],
    ] as const) {
      const answer = await user.request(method, path, body);
      expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN_PERMISSION' });
      expect(answer.body).toMatchObject({ requiredPermission: 'sequences' });
    }
    const refused = await user.request('POST', '/v1/enrollments', enrollment);
    expect(refused).toMatchObject({ status: 403, code: 'ENROLLER_NOT_ELIGIBLE' });
    expect((await user.request('GET', `/v1/sequences/${id}`)).status).toBe(200);
    await made(patch(user, { role: 'admin' }));
    expect((await user.request('POST', '/v1/enrollments', enrollment)).status).toBe(201);
  });

  it('ENR-03: a seat that is taken away ends enrolling', async () => {
    const user = await cast.user();
    const { id: sequenceId } = await made(
      user.request('POST', '/v1/sequences', { name: 'S', steps: [{ kind: 'call', title: 'C' }] }),
    );
    await made(patch(user, { hasSeat: false }));
    const contact = { email: `${name()}@contact.example` };
    await made(cast.request('POST', '/v1/contacts', contact));
    const answer = await user.request('POST', '/v1/enrollments', { sequenceId, contact });
    expect(answer).toMatchObject({ status: 403, code: 'ENROLLER_NOT_ELIGIBLE' });
  });
});
