import { namedId } from '../../db/named-id.js';
import { earliestSlot } from '../../domain/capacity/earliest-slot.js';
import {
  dayMs,
  fullDays,
  fullMinutes,
  minuteOf,
  type FullSpan,
} from '../../domain/capacity/full-spans.js';
import { fullAfter } from '../../domain/capacity/latest.js';
import {
  weightiestLimit,
  type LimitKind,
  type Pace,
  type SendLimits,
} from '../../domain/capacity/limits.js';
import { fullMailboxDays } from '../../domain/capacity/ramp.js';
import {
  cappedRecipient,
  fullByCaps,
  type CappedRecipient,
  type Recipient,
} from '../../domain/capacity/recipient.js';
import { fromEpochMs, later, toEpochMs } from '../../domain/time/instant.js';
import type { Calendar, Instant } from '../../domain/time/types.js';
import type { Tx } from '../../db/client.js';
import {
  clearFreed,
  findSlotFacts,
  findTakenAround,
  findTakenOfRecipient,
  insertSlot,
  lockRecipient,
  saveFrontier,
  useSlot,
  type SendSlot,
  type SlotFacts,
  type SlotFrontier,
  type SlotKey,
  type SlotOwner,
  type TakenAround,
} from '../../db/queries/send-slots.js';

/** Which email wants to go out, when, and by which limits. */
export interface SlotRequest {
  readonly owner: SlotOwner;
  readonly key: SlotKey;
  readonly now: Instant;
  /** Null for a first step that keeps to no window (SET-01). */
  readonly calendar: Calendar | null;
  readonly limits: SendLimits;
  readonly pace?: Pace;
  /** Undefined when no email in particular is asked for: then no cap applies. */
  readonly recipient?: Recipient | undefined;
  /** The slot is for a mail that is not being sent yet: it stays reserved, even if it is for now. */
  readonly isReserved?: boolean;
}

/** The email may go now, or has a slot later; `limit` is what held it back. */
export type SlotAnswer =
  | { readonly kind: 'now' }
  | { readonly kind: 'later'; readonly at: Instant; readonly limit: LimitKind };

export interface Found {
  readonly at: Instant;
  /** Undefined when nothing held it back but its window. */
  readonly limit: LimitKind | undefined;
}

/** Where a mailbox and its user have room. */
export interface Room extends Found {
  /** What was asked for, as frontiers are kept by it. */
  readonly wish: string;
  /** What the search began from, to be kept up to date by whoever takes the slot. */
  readonly frontier: SlotFrontier | null;
  /** Slots were freed since, which must be cleared away by then. */
  readonly isStale: boolean;
}

/** Where a mailbox has room, and when the email goes out within the caps of its recipient. */
export interface FoundSlot {
  readonly room: Room;
  readonly found: Found;
}

const wishNamespace = '3b0f5f0e-5a0b-4c65-8a5e-2f2b8a3c6f11';
/** No frontier is saved under this key, so whoever asks with it searches from now on. */
const wishOfNobody = '00000000-0000-0000-0000-000000000000';

/**
 * Takes the earliest slot from now on for an email (LIM-07, LIM-08; product part 3, 8). It runs in the caller's transaction, in
 * which first the enrollment, then the mailbox and its user are locked (`findCorrespondence`). A slot that was reserved for now
 * is used; one whose time has passed is given up for a new one, so that late emails do not go out all at once. An email that
 * asks again gets no second slot. A recipient's domain and company are locked last, where the account caps what they get.
 */
export async function takeSlot(tx: Tx, request: SlotRequest): Promise<SlotAnswer> {
  const { owner, key } = request;
  const wish = wishOf(request);
  const first = await readSlotFacts(tx, request, wish);
  const kept = await keepOwn(tx, request, first.own);
  if (kept) return kept;
  const isStale = first.own !== null || (first.hasFreed && first.frontier !== null);
  if (isStale) await clearFreed(tx, owner, key);
  const facts = isStale ? await readSlotFacts(tx, request, wish) : first;
  const { frontier } = facts;
  const room = { ...(await search(tx, request, facts)), wish, frontier, isStale: false };
  return writeSlot(tx, request, { room, found: await withinCaps(tx, request, room) });
}

/**
 * Takes the slot that was found for an email which has none yet: no second search. The mailbox and its user must have been
 * locked before the search.
 */
export async function takeFoundSlot(
  tx: Tx,
  request: SlotRequest,
  slot: FoundSlot,
): Promise<SlotAnswer> {
  if (slot.room.isStale) await clearFreed(tx, request.owner, request.key);
  return writeSlot(tx, request, slot);
}

async function writeSlot(
  tx: Tx,
  request: SlotRequest,
  { room, found }: FoundSlot,
): Promise<SlotAnswer> {
  const { owner, now, limits } = request;
  await insertSlot(tx, slotOf(request, found), limits.mailboxPerMinute);
  if (room.at !== now) {
    const heldBy = room.limit ?? 'mailbox_minute';
    const fromAt = frontierAt(room.frontier, now)?.fromAt ?? now;
    await saveFrontier(tx, { ...owner, wish: room.wish, fromAt, untilAt: room.at, heldBy });
  }
  if (found.at === now) return { kind: 'now' };
  return { kind: 'later', at: found.at, limit: found.limit ?? 'mailbox_minute' };
}

/** When an email could go out, without taking the slot. */
export async function nextSlot(tx: Tx, request: SlotRequest): Promise<Found> {
  return withinCaps(tx, request, await findRoom(tx, request));
}

/** The earliest time by the limits of the mailbox and its user, whoever the recipient is; nothing is taken. */
export async function findRoom(tx: Tx, request: SlotRequest): Promise<Room> {
  const wish = wishOf(request);
  const first = await readSlotFacts(tx, request, wish);
  const isStale = first.hasFreed && first.frontier !== null;
  const facts = isStale ? await readSlotFacts(tx, request, wishOfNobody) : first;
  return { ...(await search(tx, request, facts)), wish, frontier: facts.frontier, isStale };
}

function readSlotFacts(
  tx: Tx,
  { owner, key, limits, now }: SlotRequest,
  wish: string,
): Promise<SlotFacts> {
  return findSlotFacts(tx, owner, { key, wish, limits, now });
}

/** What the slot says that the email has already; undefined when it needs a new one. */
async function keepOwn(
  tx: Tx,
  { owner, key, now, recipient }: SlotRequest,
  own: SendSlot | null,
): Promise<SlotAnswer | undefined> {
  if (own === null || own.state === 'freed') return undefined;
  if (own.state === 'used') return { kind: 'now' };
  if (own.at > now) return { kind: 'later', at: own.at, limit: own.heldBy ?? 'mailbox_minute' };
  if (minuteOf(toEpochMs(own.at)) !== minuteOf(toEpochMs(now))) return undefined;
  // A slot counts against the recipient that it was reserved for, so another recipient needs another slot.
  if (!isCountedFor(own, cappedRecipient(recipient))) return undefined;
  await useSlot(tx, owner.accountId, key);
  return { kind: 'now' };
}

function isCountedFor(own: SendSlot, capped: CappedRecipient | undefined): boolean {
  const { domain, company } = capped ?? { domain: null, company: null };
  return (
    (domain === null || own.recipientDomain === domain.name) &&
    (company === null || own.companyId === company.id)
  );
}

/** The earliest time by the limits of the mailbox and its user. */
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
    // Slots that count more than a day ahead were not read yet, so the search goes on from there.
    if (after !== undefined || found.atMs < dueMs + dayMs) {
      return { at: fromEpochMs(found.atMs), limit: weightiestLimit(heldBy) };
    }
    dueMs = found.atMs;
  }
}

/**
 * The first time from `room` on that the caps of the recipient's domain and company leave free too. Locks both, so that two
 * mailboxes that write to one of them at once do not take the same place. Where no cap applies, nothing is asked.
 */
export async function withinCaps(
  tx: Tx,
  request: SlotRequest,
  { at, limit }: Found,
): Promise<Found> {
  const room: Found = { at, limit };
  const capped = cappedRecipient(request.recipient);
  if (capped === undefined) return room;
  const { owner, calendar } = request;
  const { accountId } = owner;
  await lockRecipient(tx, accountId, capped);
  // All slots to come are read: they are few, since a capped domain gets few emails.
  const from = later(room.at, -dayMs);
  const full = fullByCaps(await findTakenOfRecipient(tx, accountId, capped, from), capped);
  const heldBy = new Set<LimitKind>(room.limit ? [room.limit] : []);
  const startMs = toEpochMs(room.at);
  let found = earliestSlot({ dueMs: startMs, calendar }, full);
  if (found.atMs === startMs) return room;
  for (;;) {
    for (const limit of found.heldBy) heldBy.add(limit);
    const dueMs = found.atMs;
    const around = await fullAround(tx, request, dueMs);
    found = earliestSlot({ dueMs, calendar }, [...full, ...around]);
    for (const limit of found.heldBy) heldBy.add(limit);
    if (found.atMs < dueMs + dayMs) {
      return { at: fromEpochMs(found.atMs), limit: weightiestLimit(heldBy) };
    }
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
  const spans = spansOf(taken, limits, pace);
  const days = { fromMs: dueMs - dayMs, untilMs: dueMs + 2 * dayMs };
  return [...spans, ...fullMailboxDays(taken.mailbox, limits, days)];
}

function spansOf(
  { mailbox, user, pace: ofPace }: TakenAround,
  limits: SendLimits,
  pace: Pace | undefined,
): readonly FullSpan[] {
  return [
    ...fullMinutes(mailbox, limits.mailboxPerMinute, 'mailbox_minute'),
    ...fullDays(user, limits.userPerDay, 'user_day'),
    ...(pace === undefined ? [] : fullMinutes(ofPace, pace.perMinute, 'pace')),
  ];
}

function slotOf(request: SlotRequest, { at, limit }: Found): Omit<SendSlot, 'place'> {
  const { owner, key, now, pace, recipient, isReserved = false } = request;
  return {
    ...owner,
    ...key,
    at,
    minute: fromEpochMs(minuteOf(toEpochMs(at))),
    paceId: pace?.id ?? null,
    recipientDomain: recipient?.domain ?? null,
    companyId: recipient?.companyId ?? null,
    state: at === now && !isReserved ? 'used' : 'reserved',
    heldBy: limit ?? null,
  };
}

/** The frontier, if it reaches beyond now. */
function frontierAt(frontier: SlotFrontier | null, now: Instant): SlotFrontier | undefined {
  return frontier !== null && frontier.fromAt <= now && frontier.untilAt > now
    ? frontier
    : undefined;
}

/** Names a wish: emails with the same calendar, limits and pace share it, and so the frontier. */
function wishOf({ calendar, limits, pace }: SlotRequest): string {
  const away = calendar?.absences?.email ?? [];
  const days = calendar && {
    ...calendar,
    holidays: [...calendar.holidays].sort(),
    absences: away.length === 0 ? undefined : away,
    // Opens do not move a window, so they are no part of the wish.
    opens: undefined,
  };
  return namedId(JSON.stringify([days, limits, pace ?? null]), wishNamespace);
}
