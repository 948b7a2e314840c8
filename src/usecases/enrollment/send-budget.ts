import type { Tx } from '../../db/client.js';
import type { Contact } from '../../db/queries/contacts.js';
import { lockSender, type SendingMailbox } from '../../db/queries/mailboxes.js';
import { slotRequest } from '../sending/slot-of-email.js';
import { nextSlot, type SlotRequest } from '../sending/slots.js';
import type { LimitKind, Pace } from '../../domain/capacity/limits.js';
import { overLimit, type OverLimit } from '../../domain/enrollment/eligibility.js';
import type { AwaitedSlot } from '../../domain/enrollment/postpone.js';
import type { Step } from '../../domain/sequence/step.js';
import type { Instant } from '../../domain/time/types.js';
import type { EnrollingContext } from './request.js';

/** When one more email could go out from a mailbox at or after an instant, and what stands against that instant. */
export function whenFree(
  { tx, accountId }: Pick<EnrollingContext, 'tx' | 'accountId'>,
  { id, userId, limits }: SendingMailbox,
  at: Instant,
): Promise<{ readonly at: Instant; readonly limit: LimitKind | undefined }> {
  const owner = { accountId, mailboxId: id, userId };
  return nextSlot(tx, { owner, key: noEmail, now: at, calendar: null, limits });
}

/** Asks for no email in particular. */
const noEmail = { enrollmentId: '00000000-0000-0000-0000-000000000000', stepId: '' } as const;

/**
 * What a new enrollment's first email would ask for; undefined when it sends none, or there is room for it anyway. One of a
 * bulk enrollment asks in any case, and has its slot reserved: so it can be said at once when it goes out (BLK-13).
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
    readonly pace?: Pace | undefined;
  },
): SlotRequest | undefined {
  const { enrollmentId, step, mailbox, contact, at, pace } = first;
  if (step?.kind !== 'automated_email') return undefined;
  if (mailbox.hasBudget && pace === undefined) return undefined;
  const wish = slotRequest({
    owner: { accountId, mailboxId: mailbox.id, userId: mailbox.userId },
    key: { enrollmentId, stepId: step.id },
    now: at,
    calendar: null,
    limits: mailbox.limits,
    caps: mailbox.caps,
    to: { address: contact.email, companyId: contact.companyId },
  });
  return { ...wish, ...(pace && { pace, isReserved: true }) };
}

/**
 * The slot that the first email of a new enrollment must wait for, when the mailbox or its user has no budget left in the
 * rolling 24 hours, or its bulk enrollment as many emails in a minute as it may; undefined when there is one now. SEND_LIMIT
 * instead, unless it may wait (ERR-01; product part 3, 8). Caps of a domain or a company never refuse: they only put off.
 */
export async function awaitBudget(
  { tx, now }: EnrollingContext,
  wish: SlotRequest,
  { mayWait, lock }: { readonly mayWait: boolean; readonly lock: boolean },
): Promise<AwaitedSlot | OverLimit | undefined> {
  if (lock && (mayWait || wish.pace)) await lockSender(tx, wish.owner);
  const { at, limit } = await nextSlot(tx, { ...wish, recipient: undefined });
  if (limit === 'mailbox_day' || limit === 'user_day') {
    if (!mayWait) return overLimit({ limit, nextSlotAt: at }, now);
    const found = await nextSlot(tx, wish);
    return { at: found.at, limit: found.limit ?? limit };
  }
  return wish.pace && awaitPace(tx, wish);
}

/** The slot that the first email of a bulk enrollment gets, unless that is the time it asks for. */
async function awaitPace(tx: Tx, wish: SlotRequest): Promise<AwaitedSlot | undefined> {
  const { at, limit = 'pace' } = await nextSlot(tx, wish);
  return at > wish.now ? { at, limit } : undefined;
}
