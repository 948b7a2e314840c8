import { lockSender, type SendingMailbox } from '../db/queries/mailboxes.js';
import { nextSlot, type SlotRequest } from '../db/slot-store.js';
import type { LimitKind } from '../domain/capacity/limits.js';
import { overLimit, type OverLimit } from '../domain/enrollment/eligibility.js';
import type { AwaitedSlot } from '../domain/enrollment/postpone.js';
import type { Step } from '../domain/sequence/step.js';
import type { Instant } from '../domain/time/types.js';
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

/** What a new enrollment's first email would ask for; undefined when it sends none, or there is room for it anyway. */
export function slotOfFirst(
  { accountId, now }: EnrollingContext,
  first: {
    readonly enrollmentId: string;
    readonly step: Step | undefined;
    readonly mailbox: SendingMailbox;
  },
): SlotRequest | undefined {
  const { enrollmentId, step, mailbox } = first;
  if (mailbox.hasBudget || step?.kind !== 'automated_email') return undefined;
  return {
    owner: { accountId, mailboxId: mailbox.id, userId: mailbox.userId },
    key: { enrollmentId, stepId: step.id },
    now,
    calendar: null,
    limits: mailbox.limits,
  };
}

/**
 * The slot that the first email of a new enrollment must wait for, when the mailbox or its user has no budget left in the
 * rolling 24 hours; undefined when there is one. SEND_LIMIT instead, unless it may wait (ERR-01; product part 3, 8).
 */
export async function awaitBudget(
  { tx, now }: EnrollingContext,
  wish: SlotRequest,
  { mayWait, lock }: { readonly mayWait: boolean; readonly lock: boolean },
): Promise<AwaitedSlot | OverLimit | undefined> {
  if (mayWait && lock) await lockSender(tx, wish.owner);
  const { at, limit } = await nextSlot(tx, wish);
  if (limit !== 'mailbox_day' && limit !== 'user_day') return undefined;
  return mayWait ? { at, limit } : overLimit({ limit, nextSlotAt: at }, now);
}
