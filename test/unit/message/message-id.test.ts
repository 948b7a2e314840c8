import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { messageIdFor, parseMessageId } from '../../../src/domain/message/message-id.js';

const key = '0123456789abcdef';
const sendId = '0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b';
const id = messageIdFor({ sendId, domain: 'Acme.example', keys: [key] });

describe('Message-IDs', () => {
  test('are deterministic and well formed', () => {
    expect(id).toBe(messageIdFor({ sendId, domain: 'acme.example', keys: [Buffer.from(key)] }));
    expect(id).toMatch(/^<[0-9a-z]{41}@acme\.example>$/);
  });

  test('have at most 63 characters, where the domain has at most 19, so that no mailer folds them', () => {
    const domain = 'mail.example-co.com';
    expect(domain).toHaveLength(19);
    fc.assert(
      fc.property(fc.uuid(), fc.uint8Array({ minLength: 16, maxLength: 32 }), (uuid, secret) => {
        expect(messageIdFor({ sendId: uuid, domain, keys: [secret] })).toHaveLength(63);
      }),
    );
  });

  test('of earlier releases are known, by whichever key', () => {
    const earlier =
      '<0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b.1b291b0263c0781e36e4b6a1bde9ce14@acme.example>';
    expect(parseMessageId(earlier, [key])).toBe(sendId);
    expect(parseMessageId(earlier.toUpperCase(), ['a newer secret!!', key])).toBe(sendId);
    expect(parseMessageId(earlier, ['a newer secret!!'])).toBeUndefined();
    expect(parseMessageId(earlier.replace('0193', '0194'), [key])).toBeUndefined();
  });

  test('of numbers that are too large are none', () => {
    const tooLarge = `<${'z'.repeat(25)}${id.slice(26)}`;
    expect(parseMessageId(tooLarge, [key])).toBeUndefined();
    expect(
      parseMessageId(`${id.slice(0, 26)}${'z'.repeat(16)}@acme.example>`, [key]),
    ).toBeUndefined();
  });

  test('parse ∘ print is the identity', () => {
    const keys = fc.uint8Array({ minLength: 16, maxLength: 64 });
    const domains = fc.constantFrom('a.test', 'mail.acme-corp.co.uk', 'münchen.example');
    fc.assert(
      fc.property(fc.uuid(), keys, domains, (uuid, secret, domain) => {
        const made = messageIdFor({ sendId: uuid, domain, keys: [secret] });
        expect(parseMessageId(made, [secret])).toBe(uuid);
      }),
    );
  });

  const secrets = fc.uniqueArray(fc.uint8Array({ minLength: 16, maxLength: 64 }), {
    minLength: 1,
    maxLength: 4,
    selector: (bytes) => bytes.join(),
  });

  test('the newest of several keys signs', () => {
    fc.assert(
      fc.property(secrets, ([newest = new Uint8Array(16), ...older]) => {
        const made = messageIdFor({ sendId, domain: 'a.test', keys: [newest, ...older] });
        expect(made).toBe(messageIdFor({ sendId, domain: 'a.test', keys: [newest] }));
      }),
    );
  });

  test('whichever key signed, those recognise it that have the key, at any place, and no others', () => {
    fc.assert(
      fc.property(secrets, fc.nat(), (keys, pick) => {
        const at = pick % keys.length;
        const signed = keys.slice(at, at + 1);
        const made = messageIdFor({ sendId, domain: 'a.test', keys: signed });
        expect(parseMessageId(made, keys)).toBe(sendId);
        expect(parseMessageId(made, keys.toReversed())).toBe(sendId);
        const others = [...keys.toSpliced(at, 1), 'a key that signed nothing'];
        expect(parseMessageId(made, others)).toBeUndefined();
      }),
    );
  });

  test('nothing is recognised without a key', () => {
    expect(() => parseMessageId(id, [])).toThrow(RangeError);
  });

  test.each([
    ['without brackets', id.slice(1, -1)],
    ['with white space', ` ${id}\r\n`],
    ['in upper case', id.toUpperCase()],
  ])('are known %s', (_how, text) => {
    expect(parseMessageId(text, [key])).toBe(sendId);
  });

  test.each([
    ['another key', id, 'fedcba9876543210'],
    ['another send', `${id.slice(0, 25)}${id[25] === '0' ? '1' : '0'}${id.slice(26)}`, key],
    ['no MAC', `<${id.slice(1, 26)}@acme.example>`, key],
    ['a shorter MAC', id.replace(/[0-9a-z]@/, '@'), key],
    ['a MAC of zeros', `${id.slice(0, 26)}${'0'.repeat(16)}@acme.example>`, key],
    ['a foreign id', '<CAF=xyz@mail.gmail.com>', key],
    ['text around it', `see ${id}`, key],
    ['two ids', `${id} ${id}`, key],
    ['nothing', '', key],
    ['a very long text', `<${'a'.repeat(100_000)}`, key],
  ])('are refused with %s', (_what, text, secret) => {
    expect(parseMessageId(text, [secret])).toBeUndefined();
  });

  test('a changed digit anywhere in the MAC is noticed', () => {
    const start = id.indexOf('@') - 16;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 15 }), (at) => {
        const digit = id[start + at] === '0' ? '1' : '0';
        const forged = id.slice(0, start + at) + digit + id.slice(start + at + 1);
        expect(parseMessageId(forged, [key])).toBeUndefined();
      }),
    );
  });

  test.each([
    [{ sendId: 'no-uuid', domain: 'a.test', keys: [key] }],
    [{ sendId: sendId.toUpperCase(), domain: 'a.test', keys: [key] }],
    [{ sendId, domain: 'a b', keys: [key] }],
    [{ sendId, domain: 'a.test>\r\nBcc: x', keys: [key] }],
    [{ sendId, domain: 'a.test', keys: ['short'] }],
    [{ sendId, domain: 'a.test', keys: [key, 'short'] }],
    [{ sendId, domain: 'a.test', keys: [] }],
  ])('%j makes none', (parts) => {
    expect(() => messageIdFor(parts)).toThrow(RangeError);
  });
});
