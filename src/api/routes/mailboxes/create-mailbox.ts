import { newId } from '../../../db/new-id.js';
import { insertMailbox } from '../../../db/queries/mailboxes.js';
import { normalizedEmail } from '../../../db/queries/reference.js';
import { findUser, type User } from '../../../db/queries/users.js';
import { defineEndpoint, nothing, type CallContext } from '../../endpoint.js';
import { refuseUnknown } from '../../problem.js';
import type { z } from 'zod';
import { mailboxInput, mailboxReply, showMailbox } from '../../shapes/mailbox.js';

export const createMailbox = defineEndpoint({
  method: 'POST',
  path: '/v1/mailboxes',
  summary: 'Connect a mailbox',
  description: 'An address that sequence emails go out from, with the SMTP server that takes them.',
  tag: 'mailboxes',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: mailboxInput,
  replies: { 201: mailboxReply },
  refusals: ['CONFLICT', 'NOT_FOUND', 'ACTING_USER_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, body, now, deps } = call;
    const { smtp, address } = body;
    const user = await ownerOf(call, body, call.requireActingUser);
    const mailbox = await insertMailbox(tx, accountId, {
      id: newId(now),
      userId: user.id,
      kind: body.kind,
      address,
      addressNormalized: normalizedEmail(address) ?? address,
      displayName: body.displayName ?? user.name,
      smtpHost: smtp.host,
      smtpPort: smtp.port,
      smtpSecurity: smtp.security,
      smtpUsername: smtp.username ?? null,
      smtpPasswordEncrypted: smtp.password === undefined ? null : deps.vault.seal(smtp.password),
      state: 'connected',
      createdAt: now,
      updatedAt: now,
    });
    return {
      status: 201,
      body: showMailbox(mailbox),
      headers: { location: `/v1/mailboxes/${mailbox.id}` },
    };
  },
});

async function ownerOf(
  { tx, accountId }: CallContext,
  { userId, user }: z.output<typeof mailboxInput>,
  otherwise: () => User,
): Promise<User> {
  const reference = userId === undefined ? user : { id: userId };
  if (reference === undefined) return otherwise();
  const owner = await findUser(tx, accountId, reference);
  return owner ?? refuseUnknown('user', userId === undefined ? '/user' : '/userId');
}
