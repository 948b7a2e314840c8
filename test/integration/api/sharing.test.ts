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

const steps = [{ id: 'call', kind: 'call', title: 'Call' }];
const nobody = { everyone: null, users: [], teams: [] };
const make = async (sharing?: object, by: TestUser = cast.owner): Promise<string> =>
  (
    await made(
      by.request('POST', '/v1/sequences', { name: 'S', steps, ...(sharing && { sharing }) }),
    )
  ).id;
const share = (id: string, sharing: object, ifMatch?: string, by: TestUser = cast.owner) =>
  by.request('PUT', `/v1/sequences/${id}/sharing`, sharing, ifMatch);
const status = async (by: TestUser, id: string) =>
  (await by.request('GET', `/v1/sequences/${id}`)).status;
const rename = async (by: TestUser, id: string) =>
  (await by.request('PATCH', `/v1/sequences/${id}`, { name: randomUUID() })).status;

describe('the sharing of a sequence', () => {
  it('SHR-01: is its owner alone by default', async () => {
    const id = await make();
    expect((await cast.owner.request('GET', `/v1/sequences/${id}`)).body).toMatchObject({
      ownerId: cast.owner.id,
      sharing: nobody,
    });
    for (const [who, expected] of [
      [cast.owner, 200],
      [cast.admin, 200],
      [cast.account, 200],
      [cast.teammate, 404],
      [cast.stranger, 404],
    ] as const) {
      expect(await status(who, id)).toBe(expected);
      const { ids } = await who.request('GET', '/v1/sequences?limit=100');
      expect(ids.includes(id)).toBe(expected === 200);
    }
  });

  it('SHR-03 SHR-04: is chosen when it is made: users, teams, everyone', async () => {
    const { stranger, teammate, teamId } = cast;
    const forUser = await make({ users: [{ id: stranger.id }] });
    expect([await status(stranger, forUser), await status(teammate, forUser)]).toEqual([200, 404]);
    const forTeam = await make({ teams: [{ id: teamId }] });
    expect([await status(stranger, forTeam), await status(teammate, forTeam)]).toEqual([404, 200]);
    const forAll = await make({ everyone: 'use' });
    expect([await status(stranger, forAll), await status(teammate, forAll)]).toEqual([200, 200]);
  });

  it('SHR-02: a copy is private whatever the original is, unless it is shared at once', async () => {
    const id = await make({ everyone: 'edit' });
    const copy = (body: object) =>
      cast.stranger.request('POST', `/v1/sequences/${id}/copy`, { name: 'Copy', ...body });
    expect((await copy({})).body).toMatchObject({ ownerId: cast.stranger.id, sharing: nobody });
    const sharing = { teams: [{ id: cast.teamId, level: 'edit' }] };
    expect((await copy({ sharing })).body).toMatchObject({ sharing });
  });

  it('SHR-04: `use` is to see and enroll, `edit` to change and share; the widest counts', async () => {
    const { stranger, teammate, teamId } = cast;
    const id = await make({ everyone: 'use', teams: [{ id: teamId, level: 'edit' }] });
    expect([await rename(stranger, id), await rename(teammate, id)]).toEqual([403, 200]);
    const refused = await stranger.request('DELETE', `/v1/sequences/${id}`);
    expect(refused).toMatchObject({ status: 403, code: 'EDIT_ACCESS_REQUIRED' });
    const about = { scope: 'sequence', retryable: false, requiredAccess: 'edit' };
    expect(refused.body).toMatchObject(about);
    expect(refused.body['detail']).toMatch(/^Delete a sequence: The sequence is shared with/);
    expect((await share(id, {}, '*', stranger)).code).toBe('EDIT_ACCESS_REQUIRED');
    expect((await share(id, { everyone: 'edit' }, '*', teammate)).status).toBe(200);
    expect(await rename(stranger, id)).toBe(200);
    expect(await rename(cast.admin, id)).toBe(200);
  });

  it('SHR-03: is changed later, and makes no version', async () => {
    const id = await make();
    const shared = await share(id, { users: [{ id: cast.stranger.id, level: 'edit' }] });
    expect(shared.headers.get('etag')).toBe('"2"');
    expect(shared.body).toEqual({
      sequenceId: id,
      version: 2,
      everyone: null,
      users: [{ id: cast.stranger.id, level: 'edit' }],
      teams: [],
    });
    expect((await cast.stranger.request('GET', `/v1/sequences/${id}/sharing`)).body).toEqual(
      shared.body,
    );
    expect((await cast.stranger.request('GET', `/v1/sequences/${id}`)).body).toMatchObject({
      version: 1,
    });
    await share(id, {});
    expect(await status(cast.stranger, id)).toBe(404);
  });

  it('an unchanged sharing keeps its version', async () => {
    const { stranger, teammate } = cast;
    const id = await make({ users: [{ id: stranger.id }, { id: teammate.id }] });
    const { headers } = await cast.owner.request('GET', `/v1/sequences/${id}/sharing`);
    const again = await share(id, { users: [{ id: teammate.id }, { id: stranger.id }] });
    expect(again.headers.get('etag')).toBe(headers.get('etag'));
  });

  it('of two who change it at once, the second is told and overwrites nothing', async () => {
    const id = await make();
    const { headers } = await cast.owner.request('GET', `/v1/sequences/${id}/sharing`);
    const etag = headers.get('etag') ?? '';
    const answers = await Promise.all([
      share(id, { users: [{ id: cast.stranger.id }] }, etag),
      share(id, { users: [{ id: cast.teammate.id }] }, etag, cast.admin),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 412]);
    const winner = answers.find((answer) => answer.status === 200);
    expect((await cast.owner.request('GET', `/v1/sequences/${id}/sharing`)).body).toEqual(
      winner?.body,
    );
    expect((await share(id, {}, '')).code).toBe('PRECONDITION_REQUIRED');
  });

  test.each([
    [{ everyone: 'read' }, '/everyone'],
    [{ users: [{ id: '' }] }, '/users/0/id'],
    [{ teams: [{ id: randomUUID(), level: 'own' }] }, '/teams/0/level'],
    [{ colour: 1 }, '/colour'],
  ])('refuses %j at %s', async (sharing, pointer) => {
    const id = await make();
    const answer = await share(id, sharing);
    expect([answer.status, answer.pointers[0]]).toEqual([422, pointer]);
  });

  it('refuses one who is named twice, and all who are unknown, with their place', async () => {
    const id = await make();
    const twice = { id: cast.stranger.id };
    const double = await share(id, { users: [twice, { id: twice.id.toUpperCase() }] });
    expect(double.errors).toMatchObject([{ pointer: '/users/1/id', code: 'duplicate' }]);
    const other = await createCast(api);
    const unknown = {
      users: [twice, { id: other.owner.id }],
      teams: [{ id: other.teamId }, { id: randomUUID() }],
    };
    const answer = await share(id, unknown);
    expect(answer).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    expect(answer.pointers).toEqual(['/users/1/id', '/teams/0/id', '/teams/1/id']);
    const body = { name: 'S', steps, sharing: unknown };
    const created = await cast.owner.request('POST', '/v1/sequences', body);
    expect(created.pointers[0]).toBe('/sharing/users/1/id');
    expect((await cast.owner.request('GET', `/v1/sequences/${id}/sharing`)).body).toMatchObject(
      nobody,
    );
  });
});

describe('POST /v1/sequences/bulk/sharing', () => {
  const bulk = (by: TestUser, body: object) =>
    by.request('POST', '/v1/sequences/bulk/sharing', body);

  it('SHR-05: changes several, with a result for each in their order', async () => {
    const mine = await make();
    const shared = await make({ everyone: 'use' });
    const usable = await make({ everyone: 'use' }, cast.admin);
    const hidden = await make(undefined, cast.admin);
    const stale = await make();
    const answer = await bulk(cast.owner, {
      sequences: [
        { id: mine },
        { id: shared, version: 2 },
        { id: usable },
        { id: hidden },
        { id: stale, version: 7 },
        { id: randomUUID() },
      ],
      sharing: { everyone: 'use' },
    });
    expect(answer.status).toBe(200);
    expect(answer.body['results']).toMatchObject([
      { index: 0, sequenceId: mine, status: 'changed', version: 2 },
      { index: 1, sequenceId: shared, status: 'unchanged', version: 2 },
      { index: 2, sequenceId: usable, status: 'refused', code: 'EDIT_ACCESS_REQUIRED' },
      { index: 3, sequenceId: hidden, status: 'refused', code: 'NOT_FOUND' },
      { index: 4, sequenceId: stale, status: 'refused', code: 'PRECONDITION_FAILED' },
      { index: 5, status: 'refused', code: 'NOT_FOUND' },
    ]);
    expect([await status(cast.stranger, mine), await status(cast.stranger, stale)]).toEqual([
      200, 404,
    ]);
  });

  it('changes nothing when it names users that do not exist', async () => {
    const id = await make();
    const sharing = { everyone: 'use', users: [{ id: randomUUID() }] };
    const answer = await bulk(cast.owner, { sequences: [{ id }], sharing });
    expect(answer).toMatchObject({ status: 404, pointers: ['/sharing/users/0/id'] });
    expect(await status(cast.stranger, id)).toBe(404);
  });

  it('two who change the same sequences in other orders do not hold each other up', async () => {
    const ids = await Promise.all(Array.from({ length: 5 }, () => make()));
    const sequences = ids.map((id) => ({ id }));
    const answers = await Promise.all(
      [sequences, [...sequences].reverse(), sequences, [...sequences].reverse()].map(
        (each, index) =>
          bulk(cast.owner, {
            sequences: each,
            sharing: { everyone: index % 2 === 0 ? 'use' : 'edit' },
          }),
      ),
    );
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 200]);
  });
});
