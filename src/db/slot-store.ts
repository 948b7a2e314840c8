import { v5 as uuidv5 } from 'uuid';
import { earliestSlot } from '../domain/capacity/earliest-slot.js';
import {
  dayMs,
  fullDays,
  fullMinutes,
  minuteOf,
  type FullSpan,
} from '../domain/capacity/full-spans.js';
import { fullAfter } from '../domain/capacity/latest.js';
import {
  weightiestLimit,
  type LimitKind,
  type Pace,
  type SendLimits,
} from '../domain/capacity/limits.js';
import { fromEpochMs, toEpochMs } from '../domain/time/instant.js';
import type { Calendar, Instant } from '../domain/time/types.js';
import type { Tx } from './client.js';
import {
  clearFreed,
  findSlotFacts,
  findTakenAround,
  insertSlot,
  saveFrontier,
  useSlot,
  type SendSlot,
  type SlotFacts,
  type SlotFrontier,
  type SlotKey,
  type SlotOwner,
  type TakenAround,
} from './queries/send-slots.js';

/** Which email wants to go out, when, and by which limits. */
export interface SlotRequest {
  readonly owner: SlotOwner;
  readonly key: SlotKey;
  readonly now: Instant;
  /** Null for a first step, which knows no window (SET-01). */
  readonly calendar: Calendar | null;
  readonly limits: SendLimits;
  readonly pace?: Pace;
}

/** The email may go now, or has a slot later; `limit` is what held it back. */
export type SlotAnswer =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly at: Instant; readonly limit: LimitKind };

interface Found {
  readonly at: Instant;
  /** Undefined when nothing held it back but its window. */
  readonly limit: LimitKind | undefined;
}

const wishNamespace = '3b0f5f0e-5a0b-4c65-8a5e-2f2b8a3c6f11';

/**
 * Takes the slot of an email in the caller's transaction, in which the enrollment, then the mailbox and its user are locked
 * (`findCorrespondence`): the earliest there is from now on (LIM-07, LIM-08; product part 3, 8). The one that was reserved for
 * now is used; one whose time has passed is given up for a new one, so that whoever comes late does not come in a crowd.
 * Asked again for the same email it takes no second one.
 */
export async function takeSlot(tx: Tx, request: SlotRequest): Promise<SlotAnswer> {
  const { owner, key, now } = request;
  const first = await factsOf(tx, request);
  const kept = await keepOwn(tx, request, first.own);
  if (kept) return kept;
  const stale = first.own !== null || (first.hasFreed && first.frontier !== null);
  if (stale) await clearFreed(tx, owner, key);
  const facts = stale ? await factsOf(tx, request) : first;
  const found = await search(tx, request, facts);
  const isNow = found.at === now;
  await insertSlot(tx, slotOf(request, found), request.limits.mailboxPerMinute);
  if (isNow) return { kind: 'now' };
  const limit = found.limit ?? 'mailbox_minute';
  await saveFrontier(tx, frontierOf(request, facts.frontier, { ...found, limit }));
  return { kind: 'later', at: found.at, limit };
}

/** When an email could go out, without taking the slot. */
export async function nextSlot(tx: Tx, request: SlotRequest): Promise<Found> {
  const facts = await factsOf(tx, request);
  return search(tx, request, facts.hasFreed ? { ...facts, frontier: null } : facts);
}

function factsOf(tx: Tx, request: SlotRequest): Promise<SlotFacts> {
  const { key, limits, now } = request;
  return findSlotFacts(tx, request.owner, { key, wish: wishOf(request), limits, now });
}

/** What the slot says that the email has already; undefined when it needs a new one. */
async function keepOwn(
  tx: Tx,
  { owner, key, now }: SlotRequest,
  own: SendSlot | null,
): Promise<SlotAnswer | undefined> {
  if (own === null || own.state === 'freed') return undefined;
  if (own.state === 'used') return { kind: 'now' };
  if (own.at > now) return { kind: 'later', at: own.at, limit: own.heldBy ?? 'mailbox_minute' };
  if (minuteOf(toEpochMs(own.at)) !== minuteOf(toEpochMs(now))) return undefined;
  await useSlot(tx, owner.accountId, key);
  return { kind: 'now' };
}

async function search(tx: Tx, request: SlotRequest, facts: SlotFacts): Promise<Found> {
  const { now, calendar, limits, pace } = request;
  const known = frontierAt(facts.frontier, now);
  const heldBy = new Set<LimitKind>(known ? [known.heldBy] : []);
  let dueMs = toEpochMs(known?.untilAt ?? now);
  const after = pace === undefined ? fullAfter(dueMs, facts, limits) : undefined;
  for (;;) {
    const full = after ?? (await fullAround(tx, request, dueMs));
    const found = earliestSlot({ dueMs, calendar }, full);
    for (const limit of found.heldBy) heldBy.add(limit);
    // Beyond a day not all was looked at that counts there.
    if (after !== undefined || found.atMs < dueMs + dayMs) {
      return { at: fromEpochMs(found.atMs), limit: weightiestLimit(heldBy) };
    }
    dueMs = found.atMs;
  }
}

/** What is full within a day from `dueMs` on. */
async function fullAround(
  tx: Tx,
  { owner, limits, pace }: SlotRequest,
  dueMs: number,
): Promise<readonly FullSpan[]> {
  const span = { from: fromEpochMs(dueMs - dayMs), until: fromEpochMs(dueMs + 2 * dayMs) };
  const taken = await findTakenAround(tx, owner, span, pace?.id ?? null);
  return spansOf(taken, limits, pace);
}

function spansOf(
  { mailbox, user, pace: ofPace }: TakenAround,
  limits: SendLimits,
  pace: Pace | undefined,
): readonly FullSpan[] {
  return [
    ...fullMinutes(mailbox, limits.mailboxPerMinute, 'mailbox_minute'),
    ...fullDays(mailbox, limits.mailboxPerDay, 'mailbox_day'),
    ...fullDays(user, limits.userPerDay, 'user_day'),
    ...(pace === undefined ? [] : fullMinutes(ofPace, pace.perMinute, 'pace')),
  ];
}

function slotOf(request: SlotRequest, { at, limit }: Found): Omit<SendSlot, 'place'> {
  const { owner, key, now, pace } = request;
  return {
    ...owner,
    ...key,
    at,
    minute: fromEpochMs(minuteOf(toEpochMs(at))),
    paceId: pace?.id ?? null,
    state: at === now ? 'used' : 'reserved',
    heldBy: limit ?? null,
  };
}

/** The frontier, if it reaches beyond now. */
function frontierAt(frontier: SlotFrontier | null, now: Instant): SlotFrontier | undefined {
  return frontier !== null && frontier.fromAt <= now && frontier.untilAt > now
    ? frontier
    : undefined;
}

function frontierOf(
  request: SlotRequest,
  before: SlotFrontier | null,
  { at, limit }: { readonly at: Instant; readonly limit: LimitKind },
): SlotFrontier {
  const { now, owner } = request;
  const fromAt = frontierAt(before, now)?.fromAt ?? now;
  return { ...owner, wish: wishOf(request), fromAt, untilAt: at, heldBy: limit };
}

/** The same for all that ask for the same under the same limits. */
function wishOf({ calendar, limits, pace }: SlotRequest): string {
  const away = calendar?.absences?.email ?? [];
  const days = calendar && {
    ...calendar,
    holidays: [...calendar.holidays].sort(),
    absences: away.length === 0 ? undefined : away,
  };
  return uuidv5(JSON.stringify([days, limits, pace ?? null]), wishNamespace);
}
