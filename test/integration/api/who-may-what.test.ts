import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { endpoints, streamEndpoints } from '../../../src/api/routes/index.js';
import { startApi, type ApiAnswer, type TestApi } from '../../support/api.js';
import { allCases } from '../../support/log-walk/all.js';
import { createWalker, type Walker } from '../../support/log-walk/walker.js';
import { made } from '../../support/team.js';

/** What nobody but an admin may do. */
const ofAdmins = [
  'POST /v1/api-keys',
  'POST /v1/api-keys/{id}/rotate',
  'DELETE /v1/api-keys/{id}',
  'PATCH /v1/account',
  'POST /v1/account/pause',
  'POST /v1/account/resume',
  'POST /v1/users',
  'PUT /v1/users',
  'PATCH /v1/users/{id}',
  'POST /v1/users/{id}/deactivate',
  'POST /v1/users/{id}/reactivate',
  'DELETE /v1/users/{id}',
  'POST /v1/teams',
  'PUT /v1/teams',
  'PATCH /v1/teams/{id}',
  'PUT /v1/teams/{id}/members',
  'PUT /v1/teams/{id}/members/{userId}',
  'DELETE /v1/teams/{id}/members/{userId}',
  'DELETE /v1/teams/{id}',
  'DELETE /v1/suppressions/{id}',
];

/** What everybody may do for themselves, and nobody but an admin for others. */
const ofOwners = [
  'POST /v1/users/{id}/absences',
  'DELETE /v1/users/{id}/absences/{absenceId}',
  'POST /v1/mailboxes',
  'PUT /v1/mailboxes',
  'PATCH /v1/mailboxes/{id}',
];

/** In the walk the acting admin does these for themselves. */
const ownInWalk = ['DELETE /v1/users/{id}/absences/{absenceId}', 'PATCH /v1/mailboxes/{id}'];

/** What needs no permission: to stop mail, to note what somebody else did, and to do one's tasks. */
const openToAll = [
  'POST /v1/suppressions',
  'POST /v1/events',
  'POST /v1/enrollments/{id}/pause',
  'POST /v1/enrollments/{id}/unenroll',
  'POST /v1/enrollments/unenroll',
  'POST /v1/sequences/{id}/pause',
  'PATCH /v1/tasks/{id}',
  'POST /v1/tasks/{id}/complete',
  'POST /v1/tasks/{id}/send',
];

/** What is said to be refused. */
const things: readonly (readonly [RegExp, RegExp])[] = [
  [/v1\/account$/, /^Changing the account/],
  [/v1\/account\//, /^Pausing or resuming the whole account/],
  [/absences/, /^Changing the leaves of somebody else/],
  [/v1\/users/, /^Managing users/],
  [/v1\/api-keys/, /^Managing API keys/],
  [/v1\/teams/, /^Managing teams/],
  [/v1\/mailboxes/, /^Connecting or changing the mailbox of somebody else/],
  [/v1\/suppressions/, /^Taking a suppression away/],
];

/** A draft is its creator's alone, and the admins'. */
const othersDrafts = /^\w+ \/v1\/bulk-enrollments\/\{id\}/;

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const summaries = new Map(
  [...endpoints, ...streamEndpoints].map(({ method, path, summary }) => [
    `${method} ${path}`,
    summary,
  ]),
);

/** What a refusal says is needed; it begins with what was asked for. */
function neededBy(endpoint: string, { status, body }: Pick<ApiAnswer, 'status' | 'body'>): string {
  const asked = `${summaries.get(endpoint) ?? 'unknown'}: `;
  const detail = String(body['detail']);
  expect([status, detail.slice(0, asked.length)]).toEqual([403, asked]);
  return detail.slice(asked.length);
}

function outcomeOf({ status, body }: Pick<ApiAnswer, 'status' | 'body'>): unknown {
  return status < 300 ? 'done' : body['code'];
}

describe('a key with the scope write that names an admin', () => {
  let walker: Walker;
  beforeAll(async () => {
    walker = await createWalker(api, async ({ accountId }) => {
      const { key } = await api.createCaller({ accountId, scopes: ['write'] });
      return { key, user: 'ada' };
    });
  });

  test.each(Object.entries(allCases))(
    '%s: does what any user may, and nothing of an admin',
    async (endpoint, { arrange }) => {
      const isOfAdmins =
        ofAdmins.includes(endpoint) ||
        (ofOwners.includes(endpoint) && !ownInWalk.includes(endpoint));
      const answer = await (await arrange(walker))();
      expect(outcomeOf(answer), JSON.stringify(answer.body)).toBe(
        isOfAdmins ? 'FORBIDDEN_SCOPE' : 'done',
      );
      if (!isOfAdmins) return;
      expect(answer.body).toMatchObject({ requiredScope: 'admin' });
      expect(neededBy(endpoint, answer)).toMatch(/needs a key with the scope "admin"\.$/);
    },
  );

  it('does not pause a sequence for everybody either', async () => {
    const path = `/v1/sequences/${await walker.sequence()}`;
    for (const verb of ['pause', 'resume']) {
      const answer = await walker.later('POST', `${path}/${verb}`, { scope: 'all' })();
      expect(answer).toMatchObject({ status: 403, code: 'FORBIDDEN_SCOPE' });
    }
  });
});

describe('SHR-07: a member without permissions, through a key with the scope admin', () => {
  let walker: Walker;
  beforeAll(async () => {
    walker = await createWalker(api, async (world) => {
      const body = { email: 'nobody@example.org', name: 'Nobody', timeZone: 'UTC' };
      const permissions: readonly string[] = [];
      const { id } = await made(world.request('POST', '/v1/users', { ...body, permissions }));
      return { key: world.key, user: id };
    });
  });

  test.each(Object.entries(allCases))('%s', async (endpoint, { arrange }) => {
    const answer = await (await arrange(walker))();
    const outcome = outcomeOf(answer);
    if (openToAll.includes(endpoint)) {
      expect(outcome).toBe('done');
    } else if ([...ofAdmins, ...ofOwners].includes(endpoint)) {
      expect(outcome).toBe('ADMIN_REQUIRED');
      const [, thing] = things.find(([path]) => path.test(endpoint)) ?? [];
      expect(neededBy(endpoint, answer)).toMatch(thing ?? /never/);
      expect(answer.body['requiredRole']).toBe('admin');
    } else if (othersDrafts.test(endpoint)) {
      expect(outcome).toBe('NOT_FOUND');
    } else if (endpoint === 'POST /v1/enrollments') {
      expect(outcome).toBe('ENROLLER_NOT_ELIGIBLE');
      expect(neededBy(endpoint, answer)).toMatch(/^The acting user lacks the permission/);
    } else {
      expect(outcome).toBe('FORBIDDEN_PERMISSION');
      expect(`${String(answer.body['title'])} ${String(answer.body['detail'])}`).not.toMatch(
        /right/,
      );
      const bulk = endpoint.includes('bulk-enrollments');
      const needed = bulk ? 'bulk_enroll' : 'sequences';
      expect(answer.body['requiredPermission']).toBe(needed);
      expect(neededBy(endpoint, answer)).toBe(
        `The acting user lacks the permission "${needed}"; an admin can give it to them.`,
      );
    }
  });
});
