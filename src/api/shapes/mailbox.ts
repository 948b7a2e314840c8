import { isIP } from 'node:net';
import { z } from 'zod';
import { rampOf, type Mailbox } from '../../db/queries/mailboxes.js';
import { fromEpochMs } from '../../domain/time/instant.js';
import { openPassword } from '../../usecases/people/mailbox-password.js';
import type { Ports } from '../../usecases/ports.js';
import { namedShape } from '../http/named.js';
import { emailShape, instantShape, lineShape, referenceShape } from './common.js';

const kinds = ['personal', 'team'] as const;
const securities = ['none', 'starttls', 'tls'] as const;
const passwordStates = ['none', 'kept', 'unreadable'] as const;
const hostName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,251}[A-Za-z0-9])?$/;

const smtpInput = z
  .strictObject({
    host: z.string().refine((text) => isIP(text) !== 0 || hostName.test(text), {
      params: { code: 'not_a_host' },
      error: 'This is no host: give a name or an IP address, without a port.',
    }),
    port: z.int().min(1).max(65_535),
    security: z.enum(securities).meta({
      description: 'tls from the first byte, starttls after it, or none for a local catcher.',
    }),
    username: z.string().min(1).max(320).nullish(),
    password: z.string().min(1).max(1000).optional().meta({
      description:
        'Kept encrypted, and never returned. A server that is given as it was read keeps its own.',
      format: 'password',
    }),
    passwordState: z
      .enum(passwordStates)
      .optional()
      .meta({ description: 'As it was read; it changes nothing.', readOnly: true }),
  })
  .refine(
    ({ username, password, passwordState }) =>
      (username ?? undefined) !== undefined
        ? password !== undefined || passwordState !== undefined
        : password === undefined,
    {
      params: { code: 'incomplete' },
      error: 'Give username and password, or neither.',
    },
  );

const kindShape = z.enum(kinds).meta({
  description: 'A team address of a shared inbox cannot send sequence emails.',
});
const mailboxFields = z.strictObject({
  userId: namedShape('user').optional(),
  user: referenceShape.optional(),
  address: emailShape,
  displayName: lineShape(200).optional(),
});

interface Owned {
  readonly userId?: string | undefined;
  readonly user?: z.output<typeof referenceShape> | undefined;
}
const namesOneOwner = ({ userId, user }: Owned): boolean =>
  userId === undefined || user === undefined;
const twoOwners = {
  path: ['user'],
  params: { code: 'ambiguous' },
  error: 'Give userId or user, not both.',
};

export const mailboxInput = mailboxFields
  .extend({ kind: kindShape.default('personal'), smtp: smtpInput })
  .refine(namesOneOwner, twoOwners)
  .meta({ id: 'MailboxInput', description: 'Without userId and user it is the acting user’s.' });

export const mailboxUpsert = mailboxFields
  .extend({ kind: kindShape.optional(), smtp: smtpInput.optional() })
  .refine(namesOneOwner, twoOwners)
  .meta({
    id: 'MailboxUpsert',
    description: 'Without userId and user a new mailbox is the acting user’s.',
  });

export const mailboxReply = z
  .object({
    id: z.uuid(),
    userId: z.uuid(),
    kind: z.enum(kinds),
    address: z.string(),
    displayName: z.string(),
    smtp: z.object({
      host: z.string(),
      port: z.int(),
      security: z.enum(securities),
      username: z.string().nullable(),
      passwordState: z.enum(passwordStates).meta({
        description:
          '`unreadable`: no key of this installation opens it, so nothing is sent until the operator gives the key back, or it is given anew with `PUT /v1/mailboxes`.',
      }),
    }),
    state: z.enum(['connected', 'disconnected']),
    limits: z
      .object({ perMinute: z.int().nullable(), perDay: z.int().nullable() })
      .meta({ description: 'Its own limits; null for as much as the account allows a mailbox.' }),
    rampUp: z
      .object({ startPerDay: z.int(), increasePerDay: z.int(), startedAt: instantShape })
      .nullable()
      .meta({ description: 'How it is warmed up; null for not at all.' }),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Mailbox' });

/** Never contains the password, sealed or not. */
export function showMailbox(
  { vault }: Pick<Ports, 'vault'>,
  mailbox: Mailbox,
): z.input<typeof mailboxReply> {
  const { id, userId, kind, address, displayName, state, createdAt, updatedAt } = mailbox;
  const smtp = {
    host: mailbox.smtpHost,
    port: mailbox.smtpPort,
    security: mailbox.smtpSecurity,
    username: mailbox.smtpUsername,
    passwordState: openPassword(vault, mailbox).kind,
  };
  const limits = { perMinute: mailbox.perMinute, perDay: mailbox.perDay };
  const about = { id, userId, kind, address, displayName, smtp, state };
  return { ...about, limits, rampUp: showRamp(mailbox), createdAt, updatedAt };
}

function showRamp(mailbox: Mailbox): z.input<typeof mailboxReply>['rampUp'] {
  const ramp = rampOf(mailbox);
  if (ramp === null) return null;
  const { startPerDay, increasePerDay, startedAtMs } = ramp;
  return { startPerDay, increasePerDay, startedAt: fromEpochMs(startedAtMs) };
}
