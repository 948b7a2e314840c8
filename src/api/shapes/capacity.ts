import { z } from 'zod';
import { limitKinds } from '../../domain/capacity/limits.js';
import { instantInput, instantShape } from './common.js';

/** Far above what any provider accepts; the account's own limit is the effective one. */
export const mostEver = 100_000;

const limitInput = z.int().min(1).max(mostEver).nullable().optional();

const rampInput = z.strictObject({
  startPerDay: z
    .int()
    .min(1)
    .max(mostEver)
    .meta({ description: 'Emails in any 24 hours at first.' }),
  increasePerDay: z.int().min(1).max(mostEver).meta({
    description: 'So many more with each 24 hours since it started, until its limit.',
  }),
  startedAt: instantInput.optional().meta({
    description:
      'When it starts or started; without it, when it already did, or else now. The limit of an email is that of its own time.',
  }),
});

export const mailboxPatch = z
  .strictObject({
    limits: z
      .strictObject({
        perMinute: limitInput.meta({ description: 'Emails in a clock minute.' }),
        perDay: limitInput.meta({ description: 'Emails in any 24 hours.' }),
      })
      .default({}),
    rampUp: rampInput.nullable().optional().meta({
      description: 'How a new mailbox is warmed up; null for not at all, as it is by default.',
    }),
  })
  .meta({
    id: 'MailboxPatch',
    description:
      'What is left out stays; a limit of null stands for as much as the account allows.',
  });

/** The query of an endpoint that answers for an instant. */
export const atQuery = z.strictObject({
  at: instantInput.optional().meta({ description: 'For this instant; now without it.' }),
});

const countShape = z.object({ used: z.int(), reserved: z.int() });
const heldByShape = z.enum(limitKinds);

export const capacityReply = z
  .object({
    at: instantShape,
    limits: z
      .object({ perMinute: z.int(), perDay: z.int(), userPerDay: z.int() })
      .meta({ description: 'In force at `at`: while a mailbox is warmed up its day has less.' }),
    rampUp: z
      .object({ perDayAfter: z.int(), endsAt: instantShape })
      .nullable()
      .meta({ description: 'What its day will have and from when on, while it is warmed up.' }),
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
      .enum([
        'team_address',
        'mailbox_disconnected',
        'password_unreadable',
        'sender_has_no_seat',
        'mail_server',
        ...limitKinds,
      ])
      .nullable()
      .meta({
        description:
          'Why it may not send; `password_unreadable` when no key of this installation opens its password, `mail_server` when its mail server failed again and again and is left alone until then.',
      }),
    until: instantShape.nullable().meta({
      description: 'Until when; null when it may send, or until somebody changes that.',
    }),
    mailServer: z
      .object({
        failures: z.int().meta({ description: 'Failed conversations in a row.' }),
        failedAt: instantShape,
        reason: z.string().meta({
          description:
            'What failed last: `unreachable` for whatever happens before the server has answered EHLO (no such name, a port that is closed, silent, not a mail server’s or not allowed, TLS from the first byte that fails), then `timeout`, `connection`, `tls`, `protocol`, or `starttls` when it refused that.',
        }),
        reply: z.string().nullable().meta({
          description:
            'What the server said then, never before EHLO: at most 200 characters of text.',
        }),
        restsUntil: instantShape.nullable().meta({
          description: 'Until when nothing is sent through it; then one mail tries.',
        }),
      })
      .nullable()
      .meta({
        description:
          'How the mail server of the mailbox failed lately; null when its latest conversation went well.',
      }),
  })
  .meta({ id: 'MailboxSendingStatus' });
