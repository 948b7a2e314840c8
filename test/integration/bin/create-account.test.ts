import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/bin/admin/commands.js';
import { UsageError } from '../../../src/bin/admin/read-options.js';
import { createVault } from '../../../src/config/vault.js';
import { accounts, mailboxes, users } from '../../../src/db/schema/index.js';
import { surroundings } from '../../support/admin.js';
import { root } from '../../support/documents.js';
import { announce, type RunningStack } from '../../support/running.js';
import { runCalls, runShell } from '../../support/shell.js';
import { startStack, type Stack } from '../../support/stack.js';

let stack: Stack;
let running: RunningStack;
beforeAll(async () => {
  stack = await startStack();
  running = await announce(stack);
});
afterAll(async () => {
  await running.remove();
  await stack.close();
});

const named = [
  'create-account',
  '--name',
  'Northlight',
  '--admin-email',
  'Nora@northlight.example',
];
const now = '2026-11-29T12:00:00.000Z';

describe('create-account with an admin', () => {
  it('beside npm start makes account, admin, mailbox and key, and its next three commands work as printed', async () => {
    const { host, port } = stack.catcher;
    const { apiUrl } = stack;
    const { env } = running;
    const line = `npm run -s admin -- ${named.join(' ')} --time-zone Europe/Berlin`;
    const { status, out, err } = await runShell(line, { cwd: root, env });
    expect([status, err]).toEqual([0, '']);
    expect(out).toMatch(/^admin +\S+ {2}Nora@northlight\.example$/m);
    expect(out).toMatch(new RegExp(`^mailbox +\\S+ {2}Nora@.* by ${host}:${port}$`, 'm'));
    expect(out.match(/^key +(cad_\S+)$/m)).not.toBeNull();
    const shown = out.split('\n\n').filter((part) => part.startsWith('  '));
    expect(shown).toHaveLength(3);
    const done = await runCalls(`set -e\n${shown.join('\n')}`);
    expect(done.status, done.err).toBe(0);
    expect(done.calls.map((call) => call.replace(apiUrl, ''))).toEqual([
      '201 /v1/sequences',
      '201 /v1/contacts',
      '201 /v1/enrollments',
    ]);
    await expect
      .poll(() => stack.catcher.messages().map(({ from, to }) => [from.address, to[0]?.address]), {
        timeout: 20_000,
      })
      .toEqual([['Nora@northlight.example', 'ada+reply@example.com']]);
  });

  it('with a mail server of its own keeps its password sealed, takes TLS as the port has it, and writes to the admin first', async () => {
    const key = randomBytes(32);
    const command = readCommand([
      ...named,
      '--smtp',
      'smtp.example.com:465',
      '--smtp-user',
      'nora',
    ]);
    const around = surroundings({
      encryptionKeys: () => Promise.resolve([key]),
      smtpPassword: () => Promise.resolve('open sesame'),
    });
    const lines = await command(stack.db, now, around);
    expect(lines.join('\n')).toContain('{"email":"Nora@northlight.example","firstName":"Ada"}');
    const mailboxId = lines.find((text) => text.startsWith('mailbox'))?.split(/ +/)[1] ?? '';
    const kept = (await stack.db.select().from(mailboxes)).find(({ id }) => id === mailboxId);
    expect(kept).toMatchObject({
      smtpHost: 'smtp.example.com',
      smtpPort: 465,
      smtpSecurity: 'tls',
    });
    const place = { accountId: kept?.accountId ?? '', mailboxId };
    const { smtpPasswordEncrypted: sealed, smtpUsername } = kept ?? {};
    expect(smtpUsername).toBe('nora');
    expect(createVault([key]).open(sealed ?? '', place)).toBe('open sesame');
  });

  it.each([
    [['--smtp', '127.0.0.1:587'], /^--smtp: Mail is not sent to this address/],
    [['--smtp', 'smtp.example.com:1234'], /^--smtp: Mail is not sent to this port/],
    [['--smtp', 'smtp.example.com:99999'], /^--smtp: /],
    [[], /^--smtp is missing: no npm start is running/],
  ])('makes nothing at all with %j', async (more, told) => {
    const rows = async () => [
      await stack.db.$count(accounts),
      await stack.db.$count(users),
      await stack.db.$count(mailboxes),
    ];
    const before = await rows();
    const command = readCommand([...named, ...more]);
    const refused = await command(stack.db, now, surroundings()).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect(String(refused).replace(/^UsageError: /, '')).toMatch(told);
    expect(await rows()).toEqual(before);
  });

  it.each([
    [['--smtp', 'smtp.example.com:587'], '--admin-email is missing: --smtp needs it'],
    [[...named.slice(3), '--smtp', 'smtp.example.com'], '--smtp must be a host and a port'],
    [[...named.slice(3), '--smtp-user', 'nora'], '--smtp is missing: --smtp-user needs it'],
    [['--smtp-password', 'secret'], "Unknown option '--smtp-password'"],
  ])('refuses the command line %j', (more, told) => {
    const read = () => readCommand(['create-account', '--name', 'Northlight', ...more]);
    expect(read).toThrow(UsageError);
    expect(read).toThrow(told);
  });

  it('takes the password from the environment or the standard input', async () => {
    const { env } = running;
    const vault = createVault(stack.workerSettings.encryptionKeys);
    const line = `npm run -s admin -- ${named.join(' ')} --smtp smtp.example.com:587 --smtp-user nora`;
    for (const typed of [`SMTP_PASSWORD='a b' ${line}`, `echo 'a b' | ${line}`]) {
      const { status, out, err } = await runShell(typed, { cwd: root, env });
      expect([status, err]).toEqual([0, '']);
      const mailboxId = /^mailbox +(\S+)/m.exec(out)?.[1] ?? '';
      const kept = (await stack.db.select().from(mailboxes)).find(({ id }) => id === mailboxId);
      const place = { accountId: kept?.accountId ?? '', mailboxId };
      expect(vault.open(kept?.smtpPasswordEncrypted ?? '', place)).toBe('a b');
    }
  });
});
