import type { Correspondence } from '../../db/queries/correspondence.js';
import type { EnrollmentRow } from '../../db/queries/enrollments/read.js';
import { rampOf } from '../../db/queries/mailboxes.js';
import type { RecipientCaps } from '../../domain/capacity/limits.js';
import { withRamp } from '../../domain/capacity/ramp.js';
import { countedDomain } from '../../domain/capacity/recipient.js';
import type { Calendar, Instant } from '../../domain/time/types.js';
import type { SlotRequest } from './slots.js';

/** Who asks for a slot, by which limits they send, and to whom. */
interface SlotWish extends Pick<SlotRequest, 'owner' | 'key' | 'now' | 'calendar' | 'limits'> {
  readonly caps: RecipientCaps;
  readonly to: { readonly address: string | null; readonly companyId: string | null };
}

/** The request for the slot of one email: its recipient counts by the domain and the company. */
export function slotRequest({ caps, to, ...wish }: SlotWish): SlotRequest {
  const { address, companyId } = to;
  const domain = address === null ? null : countedDomain(address);
  return { ...wish, recipient: { domain, companyId, caps } };
}

/** The slot that an email of an enrollment's step asks for, from the enrollment's mailbox to an address. */
export function slotOfEmail(
  { accountId, id: enrollmentId, mailboxId, senderId }: EnrollmentRow,
  { limits, caps, mailbox, contact }: Correspondence,
  email: {
    readonly stepId: string;
    readonly address: string | null;
    readonly now: Instant;
    /** Null where no window holds. */
    readonly calendar: Calendar | null;
  },
): SlotRequest {
  const { stepId, address, now, calendar } = email;
  return slotRequest({
    owner: { accountId, mailboxId, userId: senderId },
    key: { enrollmentId, stepId },
    now,
    calendar,
    limits: withRamp(limits, rampOf(mailbox), Date.parse(now)),
    caps,
    to: { address, companyId: contact.companyId },
  });
}
