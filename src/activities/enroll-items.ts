import { setTimeout as delay } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import type { BulkActivities, BulkProgress, BulkRef } from '../contract/bulk.js';
import type { GivenStart, Target } from '../contract/outbox.js';
import type { Tx } from '../db/client.js';
import { countItemsOf, findItem, pendingItems } from '../db/queries/bulk-enrollment-items.js';
import { forgetTurn, lockBulk, noteTurn, type BulkRow } from '../db/queries/bulk-enrollments.js';
import { findUser } from '../db/queries/users.js';
import { isPassing } from '../db/sqlstate.js';
import { itemsPerRound, itemTries, roundGapMs, tryGapMs } from '../domain/bulk/pacing.js';
import { later } from '../domain/time/instant.js';
import type { Instant } from '../domain/time/types.js';
import { cancelBulk, finishBulk } from '../usecases/bulk/end-bulk.js';
import { enrollItem, refuseFailedItem } from '../usecases/bulk/enroll-item.js';
import { activityClock } from './activity-clock.js';
import type { ActivityDeps } from './deps.js';
import { InvariantError } from '../usecases/invariant-error.js';
import { NoPlace, noPlaceYet } from './no-place.js';
import { askedInUi } from './transact.js';

/**
 * Enrolls the next contacts of a batch in their order, each in a transaction of its own with the batch locked. So when a worker
 * is killed, what it has done stays, the next one goes on from there, and no contact is enrolled twice. A refused contact hurts
 * no other; one whose transaction fails every time is refused too. Workflows are started after the commit; those that Temporal
 * does not hear of now are started by the sweeper. No account has all places of this process: a batch that finds none says
 * when its turn is expected, and its attempt fails until then.
 */
export function createEnrollItems(deps: ActivityDeps): BulkActivities['enrollItems'] {
  return async ({ at, ...ref }) => {
    const { now } = activityClock(deps, at);
    const placed = deps.batchPlaces.take(ref.bulkId, { account: ref.accountId });
    if (placed.kind === 'full') {
      await noteTurn(deps.db, ref.accountId, ref.bulkId, later(now(), placed.waitMs));
      throw noPlaceYet(new NoPlace(tooMany, placed.waitMs));
    }
    try {
      await forgetTurn(deps.db, ref.accountId, ref.bulkId);
      await enrollSome(deps, ref, now);
      return await deps.db.transaction((tx) => conclude(tx, ref, now()));
    } finally {
      placed.leave();
    }
  };
}

const tooMany = 'as many batches of its account are being enrolled as may be at once';

async function enrollSome(deps: ActivityDeps, ref: BulkRef, now: () => Instant): Promise<void> {
  const told: Promise<unknown>[] = [];
  const context = Context.current();
  for (let count = 0; count < itemsPerRound; count += 1) {
    if (context.cancellationSignal.aborted) break;
    context.heartbeat();
    const next = await enrollOrRefuse(deps, ref, now);
    if (next.kind === 'none') break;
    if (next.started) told.push(deps.ports.workflows.deliver(...next.started));
  }
  await Promise.all(told);
}

/** Writes a cancellation in the Temporal UI to Postgres; a batch that has ended stays as it is. */
export function createCancelBulk(deps: ActivityDeps): BulkActivities['cancelBulk'] {
  return ({ at, ...ref }) => {
    const { now } = activityClock(deps, at);
    return deps.db.transaction(async (tx) => {
      const bulk = await lock(tx, ref);
      const act = { ...askedInUi, tx, accountId: ref.accountId, now: now() };
      return progressOf(tx, bulk.state === 'running' ? await cancelBulk(act, bulk) : bulk);
    });
  };
}

type Next =
  | { readonly kind: 'none' }
  /** With what Temporal is to be told of whom, if somebody was enrolled. */
  | {
      readonly kind: 'done';
      readonly started?: readonly [Target<'enrollment'>, GivenStart<'enrollment'>];
    };

/**
 * Enrolls the next contact. When that fails although Postgres is there, it is tried again, and then this contact alone is
 * refused. When Postgres is away, or no contact was chosen yet, it throws, and the activity is tried again.
 */
async function enrollOrRefuse(
  { db, logger }: ActivityDeps,
  ref: BulkRef,
  now: () => Instant,
): Promise<Next> {
  let last = { itemId: '', tried: 0 };
  for (;;) {
    const chosen: Chosen = {};
    try {
      return await db.transaction((tx) => enrollNext(tx, ref, { now: now(), chosen }));
    } catch (error) {
      const { itemId } = chosen;
      if (itemId === undefined || isPassing(error)) throw error;
      last = { itemId, tried: itemId === last.itemId ? last.tried + 1 : 1 };
      const about = { err: error, bulkId: ref.bulkId, ...last };
      if (last.tried === itemTries) {
        logger.error(about, 'a contact of a batch is refused, since enrolling it fails');
        await db.transaction((tx) => refuseFailed(tx, ref, { now: now(), itemId }));
        return { kind: 'done' };
      }
      logger.warn(about, 'a contact of a batch could not be enrolled yet');
      await delay(tryGapMs);
    }
  }
}

/** Notes which item a transaction is about, so that a failure can be blamed on it. */
interface Chosen {
  itemId?: string;
}

async function enrollNext(
  tx: Tx,
  ref: BulkRef,
  { now, chosen }: { readonly now: Instant; readonly chosen: Chosen },
): Promise<Next> {
  const bulk = await lock(tx, ref);
  if (bulk.state !== 'running') return { kind: 'none' };
  const [item] = await pendingItems(tx, bulk, { limit: 1 });
  if (item === undefined) return { kind: 'none' };
  const { accountId, confirmedById } = bulk;
  const enroller = confirmedById && (await findUser(tx, accountId, { id: confirmedById }));
  if (!enroller) throw new InvariantError(`nobody has confirmed ${bulk.id}`);
  const cause = { kind: 'bulk', id: bulk.id } as const;
  const actor = { kind: 'user', id: enroller.id } as const;
  chosen.itemId = item.id;
  const done = await enrollItem({ tx, accountId, now, actor, cause, enroller }, bulk, item);
  const { enrollmentId } = done.item;
  if (done.start === undefined || enrollmentId === null) return { kind: 'done' };
  const target = { kind: 'enrollment', accountId, id: enrollmentId } as const;
  return { kind: 'done', started: [target, done.start] };
}

/** Refuses an item that fails, unless another worker has settled it meanwhile. */
async function refuseFailed(
  tx: Tx,
  ref: BulkRef,
  { now, itemId }: { readonly now: Instant; readonly itemId: string },
): Promise<void> {
  const bulk = await lock(tx, ref);
  const found = await findItem(tx, bulk, itemId);
  if (bulk.state !== 'running' || found?.row.state !== 'pending') return;
  await refuseFailedItem({ tx, now }, bulk, found.row);
}

async function conclude(tx: Tx, ref: BulkRef, now: Instant): Promise<BulkProgress> {
  const bulk = await lock(tx, ref);
  const isOver =
    bulk.state === 'running' && (await pendingItems(tx, bulk, { limit: 1 })).length === 0;
  const { accountId } = ref;
  const cause = { kind: 'bulk', id: bulk.id } as const;
  const act = { tx, accountId, now, actor: { kind: 'system' }, cause } as const;
  return progressOf(tx, isOver ? await finishBulk(act, bulk) : bulk);
}

async function lock(tx: Tx, { accountId, bulkId }: BulkRef): Promise<BulkRow> {
  const bulk = await lockBulk(tx, accountId, bulkId);
  if (bulk === undefined) throw new InvariantError(`no bulk enrollment ${bulkId}`);
  return bulk;
}

async function progressOf(tx: Tx, bulk: BulkRow): Promise<BulkProgress> {
  const { pending = 0, enrolled = 0, refused = 0 } = await countItemsOf(tx, bulk);
  return { state: bulk.state, pending, enrolled, refused, waitMs: roundGapMs };
}
