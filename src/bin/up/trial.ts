import { z } from 'zod';
import { mailboxReply } from '../../api/shapes/mailbox.js';
import { sequenceReply } from '../../api/shapes/sequence.js';
import { userReply } from '../../api/shapes/user.js';
import type { Db } from '../../db/client.js';
import { listAccounts } from '../../db/queries/accounts.js';
import { moveMailServer } from '../../db/queries/mailboxes.js';
import { salesNavigator } from '../../domain/sequence/step-rules.js';
import type { MailCatcher } from '../../local/mail-catcher.js';
import { createApiClient } from '../shared/api-client.js';
import { createAccount } from '../../usecases/account/create-account.js';
import { keep, readKept } from '../shared/data-directory.js';

const fileName = 'trial.json';
const trialSchema = z.object({
  accountId: z.string(),
  mailboxId: z.string(),
  sequenceId: z.string(),
});

/** The account for trying things; its key is present only if it has just been made. */
export type Trial = z.output<typeof trialSchema> & { readonly key?: string };

export const trialUser = 'you@cadenza.example';

/** The sequence for a first enrollment: an email now, an answer to it after a business day, then a call. */
const sequence = {
  name: 'First steps',
  steps: [
    {
      id: 'hello',
      kind: 'automated_email',
      email: {
        subject: 'Hello {{contact.firstName|there}}',
        html: '<p>Hello {{contact.firstName|there}},</p><p>this came from Cadenza.</p><p>{{sender.name}}</p>',
      },
    },
    {
      id: 'follow-up',
      kind: 'automated_email',
      delayDays: 1,
      replyTo: 'hello',
      email: { html: '<p>{{contact.firstName|Hello}}, did you see my mail?</p>' },
    },
    { id: 'call', kind: 'call', delayDays: 2, title: 'Call {{contact.firstName|them}}' },
  ],
};

/**
 * Makes the trial account in a database that has no account yet, and finds it again later. Its mailbox, and those of
 * other accounts that use the local mail server, always have the port that this has today.
 */
export async function openTrial(
  db: Db,
  apiUrl: string,
  mail: MailCatcher,
): Promise<Trial | undefined> {
  const accounts = await listAccounts(db);
  if (accounts.length === 0) {
    const { key, ...made } = await makeTrial(db, apiUrl, mail);
    await keep(fileName, made);
    return { ...made, key };
  }
  const trial = await readKept(trialSchema, fileName);
  if (!trial || !accounts.some(({ id }) => id === trial.accountId)) return undefined;
  await moveMailServer(db, trial.accountId, trial.mailboxId, mail.port);
  return trial;
}

/** Makes the account, as far as possible through the API. Its mailbox sends through the given mail server. */
export async function makeTrial(
  db: Db,
  apiUrl: string,
  { host, port }: Pick<MailCatcher, 'host' | 'port'>,
): Promise<Trial & { readonly key: string }> {
  const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const account = { name: 'Trial', timeZone, capabilities: [salesNavigator] };
  const { accountId, token } = await createAccount(db, account, new Date().toISOString());
  const api = createApiClient(apiUrl, token);
  const user = { email: trialUser, name: 'You', timeZone, role: 'admin' };
  await api.post(userReply, '/v1/users', user);
  const smtp = { host, port, security: 'none' };
  const address = { address: trialUser, smtp };
  const mailbox = await api.post(mailboxReply, '/v1/mailboxes', address, trialUser);
  const made = await api.post(sequenceReply, '/v1/sequences', sequence, trialUser);
  return { accountId, mailboxId: mailbox.id, sequenceId: made.id, key: token };
}
