import { isChange } from '../../domain/log/changed-fields.js';
import { findAccount, type Account } from '../../db/queries/accounts.js';
import { findMailbox, setMailboxLimits, type Mailbox } from '../../db/queries/mailboxes.js';
import type { Instant } from '../../domain/time/types.js';
import type { Act } from '../act.js';
import { refuseFields, refuseUnknown, type FieldError } from '../refusal.js';
import { noteMailboxChange, requireOwnMailbox } from './write-mailbox.js';

/** A change of what a mailbox may send: what is undefined stays. */
export interface MailboxPatch {
  /** Emails in a clock minute and in any 24 hours; null for as much as the account allows. */
  readonly limits: {
    readonly perMinute?: number | null | undefined;
    readonly perDay?: number | null | undefined;
  };
  /** How it is warmed up; null for not at all. */
  readonly rampUp?: RampUp | null | undefined;
}

interface RampUp {
  /** Emails in any 24 hours at first. */
  readonly startPerDay: number;
  /** So many more with each 24 hours. */
  readonly increasePerDay: number;
  /** Without it, when it already did start, or else now. */
  readonly startedAt?: Instant | undefined;
}

/**
 * Changes what a mailbox may send, as its owner or an admin. Refuses more than the account allows a mailbox, and an unknown
 * mailbox.
 */
export async function editMailbox(
  act: Act,
  id: string,
  { limits, rampUp }: MailboxPatch,
): Promise<Mailbox> {
  const { tx, accountId, now } = act;
  const { perMinute, perDay } = limits;
  const mailbox = await findMailbox(tx, accountId, id);
  if (mailbox === undefined) return refuseUnknown('mailbox');
  requireOwnMailbox(act, mailbox);
  const account = await findAccount(tx, accountId);
  const errors = [
    ...tooMany('/limits/perMinute', perMinute, account?.mailboxPerMinute),
    ...tooMany('/limits/perDay', perDay, account?.mailboxPerDay),
    ...tooMany('/rampUp/startPerDay', rampUp?.startPerDay, account?.mailboxPerDay),
  ];
  if (errors.length > 0) return refuseFields(errors);
  const change = {
    ...(perMinute !== undefined && { perMinute }),
    ...(perDay !== undefined && { perDay }),
    ...rampColumns(rampUp, mailbox.rampStartedAt ?? now),
  };
  if (!isChange(mailbox, change)) return mailbox;
  const saved = await setMailboxLimits(tx, accountId, mailbox.id, { ...change, updatedAt: now });
  if (saved === undefined) return refuseUnknown('mailbox');
  await noteMailboxChange(act, mailbox, saved);
  return saved;
}

function rampColumns(rampUp: MailboxPatch['rampUp'], otherwise: Instant) {
  if (rampUp === undefined) return {};
  if (rampUp === null) {
    return { rampStartPerDay: null, rampIncreasePerDay: null, rampStartedAt: null };
  }
  return {
    rampStartPerDay: rampUp.startPerDay,
    rampIncreasePerDay: rampUp.increasePerDay,
    rampStartedAt: rampUp.startedAt ?? otherwise,
  };
}

function tooMany(
  pointer: string,
  wanted: number | null | undefined,
  most: Account['mailboxPerDay'] | undefined,
): readonly FieldError[] {
  if (wanted === null || wanted === undefined || most === undefined || wanted <= most) return [];
  const message = `The account allows a mailbox at most ${most}; give less, or null for as much.`;
  return [{ in: 'body', pointer, code: 'above_account_limit', message }];
}
