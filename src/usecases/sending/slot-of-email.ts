import { withRamp } from '../../domain/capacity/ramp.js';
import { countedDomain } from '../../domain/capacity/recipient.js';
import type { Calendar, Instant } from '../../domain/time/types.js';
import type { Correspondence } from '../../db/queries/correspondence.js';
import type { EnrollmentRow } from '../../db/queries/enrollments/read.js';
import { rampOf } from '../../db/queries/mailboxes.js';
import type { SlotRequest } from './slots.js';

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
  return {
    owner: { accountId, mailboxId, userId: senderId },
    key: { enrollmentId, stepId },
    now,
    calendar,
    limits: withRamp(limits, rampOf(mailbox), Date.parse(now)),
    recipient: {
      domain: address === null ? null : countedDomain(address),
      companyId: contact.companyId,
      caps,
    },
  };
}
