import type { Contact } from '../../db/queries/contacts.js';
import { lockSender, type SendingMailbox } from '../../db/queries/mailboxes.js';
import { slotRequest } from '../sending/slot-of-email.js';
import {
  findRoom,
  nextSlot,
  withinCaps,
  type FoundSlot,
  type Room,
  type SlotRequest,
} from '../sending/slots.js';
import type { LimitKind, Pace } from '../../domain/capacity/limits.js';
import { overLimit, type OverLimit } from '../../domain/enrollment/eligibility.js';
import type { AwaitedSlot } from '../../domain/enrollment/postpone.js';
import type { Step } from '../../domain/sequence/step.js';
import type { Calendar, Instant, TimeZone } from '../../domain/time/types.js';
import type { EnrollingContext } from './request.js';

/** When a mailbox could send one more email at or after an instant, and which limit rules that instant out. */
export function whenFree(
  { tx, accountId }: Pick<EnrollingContext, 'tx' | 'accountId'>,
  { id, userId, limits }: SendingMailbox,
  at: Instant,
  calendar: Calendar | null = null,
): Promise<{ readonly at: Instant; readonly limit: LimitKind | undefined }> {
  const owner = { accountId, mailboxId: id, userId };
  return nextSlot(tx, { owner, key: noEmail, now: at, calendar, limits });
}

/** Asks for no email in particular. */
const noEmail = { enrollmentId: '00000000-0000-0000-0000-000000000000', stepId: '' } as const;

/**
 * What a new enrollment's first email would ask for; undefined when the enrollment sends none, or there is room for it
 * anyway. In a bulk enrollment it always asks and has its slot reserved, so that its time can be told at once (BLK-13).
 */
export function slotOfFirst(
  { accountId }: EnrollingContext,
  first: {
    readonly enrollmentId: string;
    readonly step: Step | undefined;
    readonly mailbox: SendingMailbox;
    readonly contact: Pick<Contact, 'email' | 'companyId'>;
    /** When it wants to go out. */
    readonly at: Instant;
    /** Null where no window holds. */
    readonly calendar: Calendar | null;
    readonly pace?: Pace | undefined;
  },
): SlotRequest | undefined {
  const { enrollmentId, step, mailbox, contact, at, calendar, pace } = first;
  if (step?.kind !== 'automated_email') return undefined;
  if (mailbox.hasBudget && pace === undefined) return undefined;
  const wish = slotRequest({
    owner: { accountId, mailboxId: mailbox.id, userId: mailbox.userId },
    key: { enrollmentId, stepId: step.id },
    now: at,
    calendar,
    limits: mailbox.limits,
    caps: mailbox.caps,
    to: { address: contact.email, companyId: contact.companyId },
  });
  return { ...wish, ...(pace && { pace, isReserved: true }) };
}

/** The result for a first email: the slot that was found for it, and whether it must wait for that slot. */
export interface FirstSlot extends FoundSlot {
  /** Undefined when it goes out at the time it asks for. */
  readonly awaited: AwaitedSlot | undefined;
}

/**
 * The slot of a new enrollment's first email, when the mailbox or its user has no budget left in the rolling 24 hours,
 * or when the email keeps the pace of its bulk enrollment. Undefined when there is a slot now. SEND_LIMIT when it would
 * have to wait and may not (ERR-01; product part 3, 8). Caps of a domain or a company never refuse; they only delay.
 */
export async function findFirstSlot(
  { tx, now }: EnrollingContext,
  wish: SlotRequest,
  {
    mayWait,
    roomFor,
    timeZone,
  }: { readonly mayWait: boolean; readonly roomFor: RoomFinder; readonly timeZone: TimeZone },
): Promise<FirstSlot | OverLimit | undefined> {
  const room = await roomFor(wish);
  const { at, limit } = room;
  const isFull = limit === 'mailbox_day' || limit === 'user_day';
  if (isFull && !mayWait) return overLimit({ limit, nextSlotAt: at }, now, timeZone);
  if (!isFull && wish.pace === undefined) return undefined;
  const found = await withinCaps(tx, wish, room);
  const waits = isFull || found.at > wish.now;
  const heldBy = found.limit ?? (isFull ? limit : 'pace');
  return { room, found, awaited: waits ? { at: found.at, limit: heldBy } : undefined };
}

/** Finds where a mailbox has room. */
export type RoomFinder = (wish: SlotRequest) => Promise<Room>;

/** Finds it with the mailbox and its user locked, so that the slot can be taken. */
export function lockedRoom({ tx }: EnrollingContext, mayWait: boolean): RoomFinder {
  return async (wish) => {
    if (mayWait || wish.pace) await lockSender(tx, wish.owner);
    return findRoom(tx, wish);
  };
}

/** Finds it once for all requests for the same time, and zone of a window, since those of one call share all else. */
export function sharedRoom({ tx }: EnrollingContext): RoomFinder {
  const rooms = new Map<string, Room>();
  return async (wish) => {
    const key = `${wish.now} ${wish.calendar?.timeZone ?? ''}`;
    const room = rooms.get(key) ?? (await findRoom(tx, wish));
    rooms.set(key, room);
    return room;
  };
}
