import fc from 'fast-check';
import { and, eq, inArray } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { newId } from '../../../src/db/new-id.js';
import { readEnrollment } from '../../../src/db/queries/enrollments/read.js';
import { listEnrollments } from '../../../src/db/queries/enrollments/list.js';
import { findSequence, insertSequence, listSequences } from '../../../src/db/queries/sequences.js';
import { saveSharing } from '../../../src/db/queries/sharing.js';
import { findUser, type User } from '../../../src/db/queries/users.js';
import { enrollments, sequences } from '../../../src/db/schema/index.js';
import {
  accessLevels,
  accessTo,
  isSameSharing,
  maySeeEnrollment,
  type Sharing,
  type Viewer,
} from '../../../src/domain/access/sharing.js';
import { validateSequence } from '../../../src/domain/sequence/validate.js';
import { startApi, type TestApi } from '../../support/api.js';
import { createCast, made, type Cast } from '../../support/team.js';

const at = '2026-11-23T10:00:00.000Z';
const userCount = 4;
const teamCount = 3;

let api: TestApi;
let cast: Cast;
let userIds: readonly string[];
let teamIds: readonly string[];
let contactId: string;
let mailboxId: string;
beforeAll(async () => {
  api = await startApi();
  cast = await createCast(api);
  const members = [cast.owner, cast.teammate, cast.stranger, await cast.user()];
  userIds = members.map(({ id }) => id);
  const post = async (path: string, body: object): Promise<string> =>
    (await made(cast.account.request('POST', path, body))).id;
  teamIds = await Promise.all(
    ['a', 'b', 'c'].map((name) => post('/v1/teams', { name, memberIds: [] })),
  );
  contactId = await post('/v1/contacts', { email: 'ada@contact.example' });
  const { ids } = await cast.account.request('GET', `/v1/mailboxes?userId=${cast.owner.id}`);
  mailboxId = ids[0] ?? '';
});
afterAll(() => api.close());

const level = fc.constantFrom(...accessLevels);
const user = fc.nat(userCount - 1);
const shares = (count: number) =>
  fc.uniqueArray(fc.record({ index: fc.nat(count - 1), level }), {
    selector: ({ index }) => index,
    maxLength: count,
  });
const plan = fc.record({
  memberships: fc.array(fc.subarray([0, 1, 2, 3]), { minLength: teamCount, maxLength: teamCount }),
  sequences: fc.array(
    fc.record({
      owner: user,
      everyone: fc.option(level, { freq: 1 }),
      users: shares(userCount),
      teams: shares(teamCount),
      enrollment: fc.record({ enroller: user, sender: user, assignee: user }),
    }),
    { minLength: 1, maxLength: 3 },
  ),
});
type Plan = typeof plan extends fc.Arbitrary<infer T> ? T : never;

const pick = (ids: readonly string[], index: number): string => ids[index] ?? '';

interface MadeSequence {
  readonly id: string;
  readonly ownerId: string;
  readonly sharing: Sharing;
  readonly enrollment: typeof enrollments.$inferInsert;
}

async function makeSequence(planned: Plan['sequences'][number]): Promise<MadeSequence> {
  const { accountId } = cast;
  const verdict = validateSequence(
    { name: 'S', steps: [{ kind: 'call', title: 'Call' }], settings: {} },
    { capabilities: [] },
  );
  if (!verdict.ok) throw new Error('the draft is a good one');
  const ownerId = pick(userIds, planned.owner);
  const sharing: Sharing = {
    everyone: planned.everyone,
    users: planned.users.map(({ index, level }) => ({ id: pick(userIds, index), level })),
    teams: planned.teams.map(({ index, level }) => ({ id: pick(teamIds, index), level })),
  };
  const id = newId(at);
  const enrollment = {
    accountId,
    id: newId(at),
    sequenceId: id,
    sequenceVersion: 1,
    contactId,
    mailboxId,
    senderId: pick(userIds, planned.enrollment.sender),
    enrolledById: pick(userIds, planned.enrollment.enroller),
    taskAssigneeId: pick(userIds, planned.enrollment.assignee),
    timeZone: 'UTC',
    source: 'test',
    state: 'finished',
    why: [],
    eventCount: 0,
    enrolledAt: at,
    changedAt: at,
    endedAt: at,
  } as const;
  await api.db.transaction(async (tx) => {
    const { definition } = verdict;
    const made = { id, name: 'S', ownerId, folderId: null, definition, createdAt: at };
    await insertSequence(tx, accountId, made);
    await saveSharing(tx, accountId, id, sharing);
    await tx.insert(enrollments).values(enrollment);
  });
  return { id, ownerId, sharing, enrollment };
}

async function setMembers(memberships: Plan['memberships']): Promise<void> {
  for (const [index, members] of memberships.entries()) {
    const memberIds = members.map((member) => pick(userIds, member));
    const path = `/v1/teams/${pick(teamIds, index)}/members`;
    await made(cast.account.request('PUT', path, { memberIds }));
  }
}

const viewers = async (): Promise<readonly Viewer[]> => {
  const found = await Promise.all(
    [...userIds, cast.admin.id].map((id) => findUser(api.db, cast.accountId, { id })),
  );
  return [null, ...found.filter((one): one is User => one !== undefined)];
};

it('SHR-04 SHR-06: the rule in code and the condition in SQL agree on whatever is shared with whomever', async () => {
  const { accountId } = cast;
  await fc.assert(
    fc.asyncProperty(plan, async (planned) => {
      await setMembers(planned.memberships);
      const made: MadeSequence[] = [];
      for (const each of planned.sequences) made.push(await makeSequence(each));
      const ours = made.map(({ id }) => id);
      for (const { id, sharing } of made) {
        const read = await findSequence(api.db, accountId, id);
        expect(read && isSameSharing(read.sharing, sharing)).toBe(true);
      }
      const page = { limit: 100, after: undefined };
      for (const viewer of await viewers()) {
        await api.db.transaction(async (tx) => {
          const listed = await listSequences(tx, accountId, { viewer, newestFirst: true, ...page });
          const wanted = made.filter((one) => accessTo(one, viewer) !== undefined);
          expect(listed.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
          const rows = await listEnrollments(
            tx,
            accountId,
            { viewer },
            { ascending: true, ...page },
          );
          const seen = made.filter((one) => maySeeEnrollment(one.enrollment, one, viewer));
          expect(rows.map(({ row }) => row.sequenceId).sort()).toEqual(
            seen.map(({ id }) => id).sort(),
          );
          for (const { enrollment } of made) {
            const alone = await readEnrollment(tx, accountId, enrollment.id, viewer);
            expect(alone !== undefined).toBe(seen.some((one) => one.enrollment === enrollment));
          }
        });
      }
      // Out of the lists, so that each run sees its own alone.
      await api.db
        .delete(enrollments)
        .where(and(eq(enrollments.accountId, accountId), inArray(enrollments.sequenceId, ours)));
      await api.db
        .update(sequences)
        .set({ deletedAt: at })
        .where(and(eq(sequences.accountId, accountId), inArray(sequences.id, ours)));
    }),
    { numRuns: 25 },
  );
});
