import { newId } from '../../db/new-id.js';
import {
  insertMailbox,
  insertMailboxUnlessTaken,
  lockMailboxAt,
  updateMailbox,
  type Mailbox,
  type NewMailbox,
} from '../../db/queries/mailboxes.js';
import { normalizedEmail, type Reference } from '../../db/queries/reference.js';
import { findUser, type User } from '../../db/queries/users.js';
import { changedFields, isChange } from '../../domain/log/changed-fields.js';
import { requireOwner } from '../access.js';
import { requireActingUser, type Act } from '../act.js';
import { findOrMake } from '../find-or-make.js';
import { note, type Noted, type Noting } from '../log.js';
import type { Ports } from '../ports.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import { holdUser } from './read-user.js';

/** What is said of a mailbox; the password goes to rest sealed. */
export interface MailboxUpsert {
  readonly address: string;
  readonly userId?: string | undefined;
  readonly user?: Reference | undefined;
  readonly displayName?: string | undefined;
  readonly kind?: Mailbox['kind'] | undefined;
  readonly smtp?: SmtpServer | undefined;
}

/** A mailbox to be connected. */
export interface MailboxInput extends MailboxUpsert {
  readonly kind: Mailbox['kind'];
  readonly smtp: SmtpServer;
}

interface SmtpServer {
  readonly host: string;
  readonly port: number;
  readonly security: Mailbox['smtpSecurity'];
  readonly username?: string | null | undefined;
  readonly password?: string | undefined;
  /** Said by whoever has read the server and gives it back. */
  readonly passwordState?: string | undefined;
}

type SmtpColumns = Pick<
  Mailbox,
  'smtpHost' | 'smtpPort' | 'smtpSecurity' | 'smtpUsername' | 'smtpPasswordEncrypted'
>;

const notAllowed = {
  host: 'Mail is not sent to this address: it is not one of the open internet.',
  port: 'Mail is not sent to this port: give one of mail submission, such as 587 or 465.',
};

/** What is refused to whoever is neither the owner nor an admin. */
const notOwn = 'Connecting or changing the mailbox of somebody else';

/** What connecting a mailbox needs from the world. */
export type MailboxPorts = Pick<Ports, 'vault' | 'outgoing'>;

/** As much of an act as connecting a mailbox needs. */
type Connecting = Noting & Pick<Act, 'actingUser' | 'scopes'> & { readonly ports: MailboxPorts };

/** Refuses whoever is neither the owner of a mailbox nor an admin. */
export function requireOwnMailbox(
  act: Pick<Act, 'actingUser' | 'scopes'>,
  { userId }: Pick<Mailbox, 'userId'>,
): void {
  requireOwner(act, userId, notOwn);
}

/** Connects a mailbox of the acting user or, as an admin, of anybody. Throws a unique violation when its address is taken. */
export async function createMailbox(act: Connecting, input: MailboxInput): Promise<Mailbox> {
  const mailbox = await insertMailbox(act.tx, act.accountId, await newMailbox(act, input));
  await note(act, mailboxMade(mailbox));
  return mailbox;
}

/**
 * Connects the mailbox or changes the one with this address; of many at once one connects it. Its owner stays, and alone
 * changes it, besides admins.
 */
export async function writeMailbox(
  act: Act,
  input: MailboxUpsert,
): Promise<{ readonly mailbox: Mailbox; readonly made: boolean }> {
  const { tx, accountId } = act;
  const written = await findOrMake({
    change: async () => {
      const found = await lockMailboxAt(tx, accountId, comparable(input.address));
      return found && changeMailbox(act, found, input);
    },
    make: async () => {
      const made = await insertMailboxUnlessTaken(tx, accountId, await firstOf(act, input));
      if (made !== undefined) await note(act, mailboxMade(made));
      return made;
    },
  });
  if (written !== undefined) return { mailbox: written.row, made: written.made };
  return refuse('CONFLICT', 'The mailbox is being connected by another call; repeat this one.');
}

/** The row of a new mailbox: of whom the call names, or of the acting user. Refuses another's, except for an admin. */
async function newMailbox(act: Connecting, input: MailboxInput): Promise<NewMailbox> {
  const { now } = act;
  const user = (await namedOwner(act, input)) ?? requireActingUser(act);
  requireOwnMailbox(act, { userId: user.id });
  await holdUser(act, user.id);
  const id = newId(now);
  return {
    id,
    userId: user.id,
    kind: input.kind,
    address: input.address,
    addressNormalized: comparable(input.address),
    displayName: input.displayName ?? user.name,
    ...smtpColumns(act, id, input.smtp),
    state: 'connected',
    createdAt: now,
    updatedAt: now,
  };
}

function firstOf(act: Act, input: MailboxUpsert): Promise<NewMailbox> {
  const { smtp, kind = 'personal', ...rest } = input;
  if (smtp !== undefined) return newMailbox(act, { ...rest, smtp, kind });
  const message = 'A new mailbox needs the server that takes its mails.';
  return refuseFields([{ pointer: '/smtp', code: 'required', message }]);
}

async function changeMailbox(act: Act, existing: Mailbox, input: MailboxUpsert): Promise<Mailbox> {
  const { tx, accountId, now } = act;
  requireOwnMailbox(act, existing);
  const owner = await namedOwner(act, input);
  if (owner !== undefined && owner.id !== existing.userId) refuseOtherOwner(input);
  const { address, displayName, kind, smtp } = input;
  const change = {
    address,
    ...(displayName !== undefined && { displayName }),
    ...(kind !== undefined && { kind }),
    // Whoever gives a server connects the mailbox to it.
    ...(smtp !== undefined &&
      !isReadBack(existing, smtp) && {
        ...smtpColumns(act, existing.id, smtp),
        state: 'connected' as const,
      }),
  };
  if (!isChange(existing, change)) return existing;
  const changed = await updateMailbox(tx, accountId, existing.id, { ...change, updatedAt: now });
  await noteMailboxChange(act, existing, changed);
  return changed;
}

/**
 * Whether a server is said as it was read: it stays, with the password that nobody is shown. A password goes to no other
 * server than the one that it was given for.
 */
function isReadBack(existing: Mailbox, smtp: SmtpServer): boolean {
  return (
    smtp.passwordState !== undefined &&
    smtp.password === undefined &&
    smtp.host === existing.smtpHost &&
    smtp.port === existing.smtpPort &&
    smtp.security === existing.smtpSecurity &&
    (smtp.username ?? null) === existing.smtpUsername
  );
}

/** Refuses a name without the password that goes with it. */
function requireLogin({ username, password }: SmtpServer): void {
  if ((username ?? undefined) === undefined || password !== undefined) return;
  const message = 'Give username and password, or neither; another server needs the password anew.';
  refuseFields([{ pointer: '/smtp', code: 'incomplete', message }]);
}

/** What the log says of a new mailbox. */
function mailboxMade(mailbox: Mailbox): Noted {
  const { id, userId, kind } = mailbox;
  const { smtp } = readable(mailbox);
  return { subject: 'mailbox', id, type: 'created', data: { userId, kind, smtp } };
}

const fieldNames = {
  ...{ smtpHost: 'smtp', smtpPort: 'smtp', smtpSecurity: 'smtp', smtpUsername: 'smtp' },
  ...{ smtpPasswordEncrypted: 'smtp', perMinute: 'limits', perDay: 'limits' },
  ...{ rampStartPerDay: 'rampUp', rampIncreasePerDay: 'rampUp', rampStartedAt: 'rampUp' },
};

/**
 * Writes into the log which fields of a mailbox were changed, and of what it may send and through which server the values
 * before and after. A password counts as changed whenever one is given, and is never told.
 */
export async function noteMailboxChange(noting: Noting, from: Mailbox, to: Mailbox): Promise<void> {
  const fields = changedFields(from, to, fieldNames);
  if (fields.length === 0) return;
  const changed = (mailbox: Mailbox) =>
    Object.fromEntries(Object.entries(readable(mailbox)).filter(([name]) => fields.includes(name)));
  const data = { fields, before: changed(from), after: changed(to) };
  await note(noting, { subject: 'mailbox', id: to.id, type: 'changed', data });
}

/** What the log tells of a mailbox besides names of fields: nothing that is secret or somebody's. */
function readable(mailbox: Mailbox): Readonly<Record<string, unknown>> {
  const { kind, state, perMinute, perDay, smtpHost, smtpPort, smtpSecurity } = mailbox;
  const { rampStartPerDay: startPerDay, rampIncreasePerDay: increasePerDay } = mailbox;
  return {
    ...{ kind, state, limits: { perMinute, perDay } },
    smtp: { host: smtpHost, port: smtpPort, security: smtpSecurity },
    rampUp: startPerDay === null ? null : { startPerDay, increasePerDay },
  };
}

/** Refuses a server that Cadenza may not connect to, as far as its host and port say so. The password opens for this mailbox. */
function smtpColumns(
  { ports, accountId }: Pick<Connecting, 'ports' | 'accountId'>,
  mailboxId: string,
  smtp: MailboxInput['smtp'],
): SmtpColumns {
  const { password } = smtp;
  requireLogin(smtp);
  const refused = ports.outgoing.refusalOf(smtp);
  if (refused !== undefined) {
    const message = notAllowed[refused];
    refuseFields([{ pointer: `/smtp/${refused}`, code: 'not_allowed', message }]);
  }
  return {
    smtpHost: smtp.host,
    smtpPort: smtp.port,
    smtpSecurity: smtp.security,
    smtpUsername: smtp.username ?? null,
    smtpPasswordEncrypted:
      password === undefined ? null : ports.vault.seal(password, { accountId, mailboxId }),
  };
}

/** The user whom a body names as the owner; undefined when it names none. */
async function namedOwner(
  { tx, accountId }: Pick<Act, 'tx' | 'accountId'>,
  { userId, user }: Pick<MailboxUpsert, 'userId' | 'user'>,
): Promise<User | undefined> {
  const reference = userId === undefined ? user : { id: userId };
  if (reference === undefined) return undefined;
  const owner = await findUser(tx, accountId, reference);
  return owner ?? refuseUnknown('user', userId === undefined ? '/user' : '/userId');
}

function refuseOtherOwner({ userId }: Pick<MailboxUpsert, 'userId'>): never {
  const pointer = userId === undefined ? '/user' : '/userId';
  const message = 'The mailbox is another user’s, and stays so.';
  return refuse('CONFLICT', {
    detail:
      'The mailbox with this address belongs to another user; leave the owner out, or use another address.',
    errors: [{ pointer, code: 'other_owner', message }],
  });
}

/** What addresses are compared by. */
function comparable(address: string): string {
  return normalizedEmail(address) ?? address;
}
