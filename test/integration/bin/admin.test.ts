import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/bin/admin/commands.js';
import { UsageError } from '../../../src/bin/admin/read-options.js';
import { surroundings } from '../../support/admin.js';
import { startApi, type TestApi } from '../../support/api.js';
import { untilSettled } from '../../support/database.js';

let api: TestApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());

const now = '2026-11-29T12:00:00.000Z';
const run = (...args: readonly string[]) => readCommand(args)(api.db, now, surroundings());

describe('set-capabilities', () => {
  const campaigns = 'marketing_campaigns';

  it('switches on what is named and all others off, and tells admins of it', async () => {
    const { accountId } = api;
    const set = (...names: readonly string[]) =>
      run(
        ...['set-capabilities', '--account', accountId],
        ...names.flatMap((name) => ['--capability', name]),
      );
    expect((await set(campaigns, 'linkedin_sales_navigator')).join()).toContain(campaigns);
    expect((await set('linkedin_sales_navigator')).join()).not.toContain(campaigns);
    const account = await api.request('GET', '/v1/account');
    expect(account.body['capabilities']).toEqual(['linkedin_sales_navigator']);
    await untilSettled(api.db);
    const log = await api.request('GET', '/v1/log?types=account.changed');
    expect(log.body['results']).toMatchObject([
      { data: { after: { capabilities: [campaigns, 'linkedin_sales_navigator'] } } },
      { data: { before: { capabilities: [campaigns, 'linkedin_sales_navigator'] } } },
    ]);
  });

  it('refuses unknown capabilities and unknown accounts', async () => {
    const args = ['set-capabilities', '--account', api.accountId, '--capability', 'flying'];
    expect(() => readCommand(args)).toThrow(UsageError);
    const nobody = '00000000-0000-7000-8000-000000000000';
    await expect(run('set-capabilities', '--account', nobody)).rejects.toThrow(
      `There is no account ${nobody}`,
    );
  });
});
