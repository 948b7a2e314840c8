import { z } from 'zod';
import { limitKinds } from '../../domain/capacity/limits.js';
import { instantInput, instantShape } from './common.js';

/** Far above what any provider takes; the account's own limit is what binds. */
const mostEver = 100_000;

const limitInput = z.int().min(1).max(mostEver).nullable().optional();

export const mailboxPatch = z
  .strictObject({
    limits: z
      .strictObject({
        perMinute: limitInput.meta({ description: 'Emails in a clock minute.' }),
        perDay: limitInput.meta({ description: 'Emails in any 24 hours.' }),
      })
      .default({}),
  })
  .meta({
    id: 'MailboxPatch',
    description: 'What is left out stays; null stands for as much as the account allows.',
  });

/** The query of what is asked for an instant. */
export const atQuery = z.strictObject({
  at: instantInput.optional().meta({ description: 'For this instant; now without it.' }),
});

const countShape = z.object({ used: z.int(), reserved: z.int() });
const heldByShape = z.enum(limitKinds);

export const capacityReply = z
  .object({
    at: instantShape,
    limits: z.object({ perMinute: z.int(), perDay: z.int(), userPerDay: z.int() }),
    minute: countShape.meta({ description: 'The mailbox, in the clock minute of `at`.' }),
    day: countShape.meta({ description: 'The mailbox, in the 24 hours up to `at`.' }),
    userDay: countShape.meta({ description: 'The sender, in the 24 hours up to `at`.' }),
    reservedLater: z
      .int()
      .meta({ description: 'Emails of the mailbox that wait for later slots.' }),
    nextFreeAt: instantShape.meta({ description: 'When one more email could go out.' }),
    heldBy: heldByShape.nullable().meta({ description: 'What stands against `at` itself.' }),
  })
  .meta({ id: 'MailboxCapacity' });

export const sendingStatusReply = z
  .object({
    at: instantShape,
    maySend: z.boolean(),
    rule: z
      .enum(['team_address', 'mailbox_disconnected', 'sender_has_no_seat', ...limitKinds])
      .nullable()
      .meta({ description: 'Why it may not send.' }),
    until: instantShape.nullable().meta({
      description: 'Until when; null when it may send, or until somebody changes that.',
    }),
  })
  .meta({ id: 'MailboxSendingStatus' });
