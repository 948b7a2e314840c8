import { findMailServer, type MailServerRow } from '../../../db/queries/mail-servers.js';
import { findSendingMailbox, type SendingMailbox } from '../../../db/queries/mailboxes.js';
import { findUser } from '../../../db/queries/users.js';
import { turnAt } from '../../../domain/sending/mail-server.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { whenFree } from '../../../usecases/enrollment/send-budget.js';
import { openPassword } from '../../../usecases/people/mailbox-password.js';
import { atQuery, sendingStatusReply } from '../../shapes/capacity.js';
import { idParams } from '../../shapes/common.js';

export const getSendingStatus = defineEndpoint({
  method: 'GET',
  path: '/v1/mailboxes/{id}/sending-status',
  operationId: 'getMailboxSendingStatus',
  summary: 'Ask whether a mailbox may send now',
  description: 'And if not, which rule says so, and until when.',
  tag: 'mailboxes',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: atQuery,
  body: nothing,
  replies: { 200: sendingStatusReply },
  handler: async (call) => {
    const at = call.query.at ?? call.now;
    const mailbox = await findSendingMailbox(call.tx, call.accountId, call.params.id, at);
    if (mailbox === undefined) return refuseUnknown('mailbox');
    const failing = await findMailServer(call.tx, mailbox);
    const mailServer = failing ? shownServer(failing) : null;
    const lasting = await lastingRule(call, mailbox);
    if (lasting) {
      return { status: 200, body: { at, maySend: false, rule: lasting, until: null, mailServer } };
    }
    const { at: freeAt, limit } = await whenFree(call, mailbox, at);
    const server = turnAt(failing, at);
    if (server.kind === 'wait' && server.until >= freeAt) {
      const { until } = server;
      const rule = 'mail_server' as const;
      return { status: 200, body: { at, maySend: false, rule, until, mailServer } };
    }
    const maySend = freeAt === at;
    const rule = maySend ? null : (limit ?? null);
    return { status: 200, body: { at, maySend, rule, until: maySend ? null : freeAt, mailServer } };
  },
});

/** An earlier release kept what a server said before EHLO, as `refused`: that is not shown. */
function shownServer({
  failures,
  failedAt,
  reason,
  reply,
  restsUntil,
}: MailServerRow): Pick<
  MailServerRow,
  'failures' | 'failedAt' | 'reason' | 'reply' | 'restsUntil'
> {
  if (reason === 'refused') {
    return { failures, failedAt, reason: 'unreachable', reply: null, restsUntil };
  }
  return { failures, failedAt, reason, reply, restsUntil };
}

/** What prevents sending until somebody changes it (ENR-03 to ENR-05). */
async function lastingRule(
  { tx, accountId, ports }: CallContext,
  mailbox: SendingMailbox,
): Promise<
  'team_address' | 'mailbox_disconnected' | 'password_unreadable' | 'sender_has_no_seat' | undefined
> {
  const { kind, state, userId } = mailbox;
  if (kind === 'team') return 'team_address';
  if (state === 'disconnected') return 'mailbox_disconnected';
  if (openPassword(ports.vault, mailbox).kind === 'unreadable') return 'password_unreadable';
  const user = await findUser(tx, accountId, { id: userId });
  return user?.hasSeat === true ? undefined : 'sender_has_no_seat';
}
