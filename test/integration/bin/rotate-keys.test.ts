import { spawn } from 'node:child_process';
import { createCipheriv, randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { eq } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readCommand } from '../../../src/bin/admin/commands.js';
import { surroundings } from '../../support/admin.js';
import { createVault, type Vault } from '../../../src/config/vault.js';
import { mailboxes } from '../../../src/db/schema/index.js';
import { rotateKeys } from '../../../src/usecases/people/rotate-keys.js';
import { startApi, type TestApi, type TestCaller } from '../../support/api.js';
import { untilBlocked } from '../../support/database.js';

let api: TestApi;
/** Two accounts, each with the owner of its mailboxes. */
let owners: readonly (readonly [TestCaller, string])[];
beforeAll(async () => {
  api = await startApi();
  owners = await Promise.all(
    [await api.createCaller(), await api.createCaller()].map(async (caller) => {
      const body = { email: 'ada@example.com', name: 'Ada', timeZone: 'UTC' };
      return [caller, (await caller.request('POST', '/v1/users', body)).id] as const;
    }),
  );
});
beforeEach(() => api.db.delete(mailboxes));
afterAll(() => api.close());

const older = Buffer.alloc(32, 2);
const newer = Buffer.alloc(32, 3);
const newest = createVault([newer]);
const run = (...keys: readonly Buffer[]) =>
  readCommand(['rotate-keys'])(
    api.db,
    new Date().toISOString(),
    surroundings({ encryptionKeys: () => Promise.resolve(keys) }),
  );
const told = (renewed: number, current: number) => [
  `encrypted with the newest key  ${renewed}`,
  `had been so before             ${current}`,
  'cannot be opened               0',
];

interface Made {
  readonly accountId: string;
  readonly mailboxId: string;
}

/** A mailbox whose password is at rest as `seal` says; without a password where that says null. */
async function make(index: number, seal: (place: Made) => string | null): Promise<Made> {
  const [caller, userId] = owners[index % owners.length] ?? [api, ''];
  const address = `${randomUUID()}@example.com`;
  const smtp = { host: 'smtp.example.com', port: 587, security: 'starttls' };
  const { id } = await caller.request('POST', '/v1/mailboxes', { userId, address, smtp });
  const made = { accountId: caller.accountId, mailboxId: id };
  await write(made, seal(made));
  return made;
}
const isMailbox = ({ mailboxId }: Made) => eq(mailboxes.id, mailboxId);
const write = (made: Made, sealed: string | null) =>
  api.db.update(mailboxes).set({ smtpPasswordEncrypted: sealed }).where(isMailbox(made));
async function sealedOf(made: Made): Promise<string> {
  const [row] = await api.db.select().from(mailboxes).where(isMailbox(made));
  return row?.smtpPasswordEncrypted ?? '';
}
const sealedBy = (vault: Vault, password: string) => (place: Made) => vault.seal(password, place);

/** What earlier releases wrote. */
function sealedBefore(password: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(password, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
}

describe('rotate-keys', () => {
  it('encrypts all with the newest key, in every account, and may be run again', async () => {
    const old = createVault([older]);
    const made = [
      await make(0, sealedBy(old, 'one')),
      await make(1, sealedBy(old, 'two')),
      await make(1, () => sealedBefore('three', older)),
      await make(0, () => sealedBefore('four', newer)),
      await make(0, sealedBy(newest, 'five')),
    ];
    const bare = await make(1, () => null);
    const before = await api.db.select().from(mailboxes);
    expect(await run(newer, older)).toEqual(told(4, 1));
    const passwords = await Promise.all(
      made.map(async (each) => newest.open(await sealedOf(each), each)),
    );
    expect(passwords).toEqual(['one', 'two', 'three', 'four', 'five']);
    expect(await sealedOf(bare)).toBe('');
    expect(await run(newer, older)).toEqual(told(0, 5));
    // Nothing else of a mailbox changes: it is the same password.
    const withoutPasswords = (rows: typeof before) =>
      new Map(rows.map((row) => [row.id, { ...row, smtpPasswordEncrypted: null }]));
    const after = await api.db.select().from(mailboxes);
    expect(withoutPasswords(after)).toEqual(withoutPasswords(before));
  });

  it('leaves what no key opens as it is, names it, and fails', async () => {
    const fine = await make(0, sealedBy(createVault([older]), 'one'));
    const lost = await make(1, sealedBy(createVault([Buffer.alloc(32, 9)]), 'two'));
    const other = await make(1, sealedBy(newest, 'three'));
    // That of another mailbox opens nowhere else, also when it has the newest key.
    const copied = await make(0, () => null);
    await write(copied, await sealedOf(other));
    const sealed = await sealedOf(lost);
    const failure = await run(newer, older).catch((error: unknown) => String(error));
    expect(failure).toContain('cannot be opened               2');
    for (const { accountId, mailboxId } of [lost, copied]) {
      expect(failure).toContain(`mailbox ${mailboxId} of the account ${accountId}`);
    }
    expect(failure).toContain('encrypted with the newest key  1');
    expect(await sealedOf(lost)).toBe(sealed);
    expect(newest.open(await sealedOf(fine), fine)).toBe('one');
  });

  it('comes to the same when two run at once: each password is encrypted anew by one of them', async () => {
    const old = createVault([older]);
    const made: Made[] = [];
    for (let index = 0; index < 30; index += 1) {
      made.push(await make(index, sealedBy(old, `password ${index}`)));
    }
    const both = createVault([newer, older]);
    const [one, other] = await Promise.all([rotateKeys(api.db, both), rotateKeys(api.db, both)]);
    expect(one.renewed + other.renewed).toBe(made.length);
    expect(one.renewed + one.current).toBe(made.length);
    expect(other.renewed + other.current).toBe(made.length);
    for (const [index, each] of made.entries()) {
      expect(newest.open(await sealedOf(each), each)).toBe(`password ${index}`);
    }
  });

  it.each([
    ['the older key, as by a process that has no other yet', createVault([older]), 1],
    ['the newest key', newest, 0],
  ])('keeps a password that is set meanwhile, with %s', async (_how, writer, renewed) => {
    const made = await make(0, sealedBy(createVault([older]), 'before'));
    const rotation = await api.db.transaction(async (tx) => {
      await tx.select().from(mailboxes).where(isMailbox(made)).for('update');
      // It has read the password, and waits to write it.
      const running = rotateKeys(api.db, createVault([newer, older]));
      await untilBlocked(api.db);
      const sealed = writer.seal('meanwhile', made);
      await tx.update(mailboxes).set({ smtpPasswordEncrypted: sealed }).where(isMailbox(made));
      return { running };
    });
    const outcome = await rotation.running;
    expect(outcome).toEqual({ renewed, current: 1 - renewed, unreadable: [] });
    expect(newest.open(await sealedOf(made), made)).toBe('meanwhile');
  });
});

describe('npm run admin -- rotate-keys', () => {
  const script = fileURLToPath(new URL('../../../src/bin/admin.ts', import.meta.url));
  const start = () => {
    const keys = [newer, older].map((key) => key.toString('base64')).join(',');
    const env = { ...process.env, DATABASE_URL: api.databaseUrl, CADENZA_ENCRYPTION_KEY: keys };
    const args = ['--import', 'tsx', script, 'rotate-keys'];
    const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    return {
      child,
      said: Promise.all([text(child.stdout), text(child.stderr)]),
      end: once(child, 'exit'),
    };
  };

  it('killed in the middle leaves each password readable, and goes on when it is run again', async () => {
    const old = createVault([older]);
    const made: Made[] = [];
    for (let index = 0; index < 4; index += 1) {
      made.push(await make(0, sealedBy(old, `password ${index}`)));
    }
    // They are gone through in the order of their ids, which is that in which they were made.
    const third = made.slice(2, 3);
    await api.db.transaction(async (tx) => {
      for (const each of third)
        await tx.select().from(mailboxes).where(isMailbox(each)).for('update');
      const first = start();
      await untilBlocked(api.db);
      first.child.kill('SIGKILL');
      await first.end;
    });
    const renewed = async () => {
      const all = await Promise.all(made.map(sealedOf));
      return all.map((sealed) => newest.isNewest(sealed));
    };
    // What it was about to write is undone, or was written as its connection was found dead.
    const [one, two, , four] = await renewed();
    expect([one, two, four]).toEqual([true, true, false]);
    const again = start();
    expect(await again.end).toEqual([0, null]);
    expect((await again.said)[0].trim().split('\n')[2]).toBe('cannot be opened               0');
    expect(await renewed()).toEqual([true, true, true, true]);
    for (const [index, each] of made.entries()) {
      expect(newest.open(await sealedOf(each), each)).toBe(`password ${index}`);
    }
  });

  it('ends with status 1 when a password cannot be opened, and shows no secret', async () => {
    const lost = await make(0, sealedBy(createVault([Buffer.alloc(32, 9)]), 'a lost password'));
    const { said, end } = start();
    expect(await end).toEqual([1, null]);
    const words = (await said).join('');
    expect(words).toContain(`mailbox ${lost.mailboxId} of the account ${lost.accountId}`);
    for (const key of [newer, older]) expect(words).not.toContain(key.toString('base64'));
  });
});
