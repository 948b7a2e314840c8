import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { moveMailServer } from '../../../src/db/queries/mailboxes.js';
import { mailboxes } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

it('a mail server that has another port is followed by the mailboxes of all accounts that use it, and by no other', async () => {
  const host = 'mail.northlight.example';
  const connect = async (port: number) => {
    const account = await api.createCaller();
    const email = 'you@northlight.example';
    await account.request('POST', '/v1/users', { email, name: 'You', timeZone: 'UTC' });
    const smtp = { host, port, security: 'none' };
    const made = await account.request(
      'POST',
      '/v1/mailboxes',
      { address: email, smtp },
      { 'cadenza-user': email },
    );
    expect(made.status, JSON.stringify(made.body)).toBe(201);
    return { accountId: account.accountId, id: made.id };
  };
  const [trial, own, other] = [await connect(587), await connect(587), await connect(465)];
  await moveMailServer(api.db, trial.accountId, trial.id, 38_533);
  const portOf = async ({ id }: typeof trial) =>
    (await api.db.select().from(mailboxes).where(eq(mailboxes.id, id)))[0]?.smtpPort;
  expect([await portOf(trial), await portOf(own), await portOf(other)]).toEqual([
    38_533, 38_533, 25,
  ]);
});
