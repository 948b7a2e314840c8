import { createCipheriv, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createVault, type SealedFor } from '../../../src/config/vault.js';

const keyOf = (filling: number): Buffer => Buffer.alloc(32, filling);
const place: SealedFor = { accountId: 'an-account', mailboxId: 'a-mailbox' };
const vault = createVault([keyOf(1)]);

/** What earlier releases wrote. */
function sealedBefore(text: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', key, nonce);
  const body = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
  return `v1.${Buffer.concat([nonce, cipher.getAuthTag(), body]).toString('base64url')}`;
}

const texts = fc.string({ unit: 'binary' });
const places = fc.record({ accountId: fc.uuid(), mailboxId: fc.uuid() });
/** Different keys, and one of them. */
const keysAndOne = fc
  .uniqueArray(fc.integer({ min: 0, max: 255 }), { minLength: 1, maxLength: 4 })
  .chain((fillings) => fc.tuple(fc.constant(fillings.map(keyOf)), fc.nat(fillings.length - 1)));

describe('the vault', () => {
  it('opens what it sealed, and seals the same text differently each time', () => {
    const sealed = vault.seal('päss wörd', place);
    expect(vault.open(sealed, place)).toBe('päss wörd');
    expect(sealed).toMatch(/^v2\.[0-9a-f]{16}\.[\w-]+$/);
    expect(sealed).not.toContain('wörd');
    expect(vault.seal('päss wörd', place)).not.toBe(sealed);
  });

  it('opens with every key what any of them sealed, and nothing without that key', () => {
    fc.assert(
      fc.property(texts, places, keysAndOne, (text, where, [keys, index]) => {
        const sealed = createVault(keys.slice(index, index + 1)).seal(text, where);
        expect(createVault(keys).open(sealed, where)).toBe(text);
        expect(createVault(keys.toReversed()).open(sealed, where)).toBe(text);
        const others = keys.toSpliced(index, 1);
        if (others.length > 0) expect(createVault(others).open(sealed, where)).toBeUndefined();
      }),
    );
  });

  it('seals with the newest key, and knows what that has sealed', () => {
    fc.assert(
      fc.property(texts, places, keysAndOne, (text, where, [keys, index]) => {
        const several = createVault(keys);
        const sealed = several.seal(text, where);
        expect(createVault(keys.slice(0, 1)).open(sealed, where)).toBe(text);
        expect(several.isNewest(sealed)).toBe(true);
        const other = createVault(keys.slice(index, index + 1)).seal(text, where);
        expect(several.isNewest(other)).toBe(index === 0);
      }),
    );
  });

  it('opens for the mailbox alone that it was sealed for', () => {
    fc.assert(
      fc.property(texts, places, places, (text, where, elsewhere) => {
        const sealed = vault.seal(text, where);
        expect(vault.open(sealed, elsewhere)).toBeUndefined();
        expect(vault.open(sealed, { ...where, mailboxId: elsewhere.mailboxId })).toBeUndefined();
        expect(vault.open(sealed, { ...where, accountId: elsewhere.accountId })).toBeUndefined();
      }),
    );
  });

  it('opens nothing of which one character was changed', () => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const sealed = vault.seal('a secret', place);
    const one = fc.nat(63).map((index) => alphabet.charAt(index));
    fc.assert(
      // The last one stands for fewer bits than it has.
      fc.property(fc.nat(sealed.length - 2), one, (at, character) => {
        fc.pre(sealed[at] !== character);
        const changed = sealed.slice(0, at) + character + sealed.slice(at + 1);
        expect(vault.open(changed, place)).toBeUndefined();
      }),
    );
  });

  it('opens nothing else, whatever it looks like', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('', 'v1.', 'v2.', 'v2.x.', 'v3.'), (text, start) => {
        expect(vault.open(start + text, place)).toBeUndefined();
      }),
    );
  });

  it('opens what earlier releases sealed, with any key, and has it renewed', () => {
    fc.assert(
      fc.property(texts, places, keysAndOne, (text, where, [keys, index]) => {
        const sealed = sealedBefore(text, keys[index] ?? keyOf(0));
        expect(createVault(keys).open(sealed, where)).toBe(text);
        expect(createVault(keys).isNewest(sealed)).toBe(false);
        const others = keys.toSpliced(index, 1);
        if (others.length > 0) expect(createVault(others).open(sealed, where)).toBeUndefined();
      }),
    );
  });

  it('cannot be talked out of the place by the form of earlier releases', () => {
    const sealed = vault.seal('a secret', place);
    expect(vault.open(`v1.${sealed.split('.').at(-1) ?? ''}`, place)).toBeUndefined();
  });

  it('takes keys of 32 bytes only, and at least one', () => {
    expect(() => createVault([])).toThrow(RangeError);
    expect(() => createVault([keyOf(1), Buffer.alloc(16)])).toThrow(RangeError);
  });
});
