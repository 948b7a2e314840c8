import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizeAddress } from '../../../src/domain/message/address.js';

describe('email addresses (ENR-24)', () => {
  test.each([
    ['ada@acme.example', 'ada@acme.example', 'ada@acme.example'],
    ['  Ada.Love@Acme.Example\n', 'Ada.Love@acme.example', 'ada.love@acme.example'],
    ["o'neil+sales_1@a-b.co.uk", "o'neil+sales_1@a-b.co.uk", "o'neil+sales_1@a-b.co.uk"],
    ['x@MÜNCHEN.example', 'x@xn--mnchen-3ya.example', 'x@xn--mnchen-3ya.example'],
    ['x@xn--mnchen-3ya.example', 'x@xn--mnchen-3ya.example', 'x@xn--mnchen-3ya.example'],
    ['x@例え.テスト', 'x@xn--r8jz45g.xn--zckzah', 'x@xn--r8jz45g.xn--zckzah'],
    [`${'l'.repeat(64)}@a.test`, `${'l'.repeat(64)}@a.test`, `${'l'.repeat(64)}@a.test`],
  ])('%j is one', (text, address, normalized) => {
    const domain = normalized.slice(normalized.indexOf('@') + 1);
    expect(normalizeAddress(text)).toEqual({ ok: true, address, normalized, domain });
  });

  test.each([
    ['', 'empty'],
    [' \t\n', 'empty'],
    ['ada', 'no_at_sign'],
    ['N/A', 'no_at_sign'],
    ['a@b@acme.example', 'several_at_signs'],
    ['ada@acme.example,bob@acme.example', 'several_at_signs'],
    ['"a@b"@acme.example', 'several_at_signs'],
    ['a da@acme.example', 'forbidden_character'],
    ['ada@acme.example\r\nBcc: x', 'forbidden_character'],
    ['a\u0000da@acme.example', 'forbidden_character'],
    ['ada\u200b@acme.example', 'forbidden_character'],
    ['ada@ac\u00adme.example', 'forbidden_character'],
    ['Ada <ada@acme.example>', 'forbidden_character'],
    ['<ada@acme.example>', 'bad_local_part'],
    ['@acme.example', 'bad_local_part'],
    ['.ada@acme.example', 'bad_local_part'],
    ['a..da@acme.example', 'bad_local_part'],
    ['ada.@acme.example', 'bad_local_part'],
    ['mailto:ada@acme.example', 'bad_local_part'],
    ['"ada"@acme.example', 'bad_local_part'],
    ['jürgen@acme.example', 'bad_local_part'],
    ['ada@', 'bad_domain'],
    ['ada@localhost', 'bad_domain'],
    ['ada@acme', 'bad_domain'],
    ['ada@acme.', 'bad_domain'],
    ['ada@acme..example', 'bad_domain'],
    ['ada@-acme.example', 'bad_domain'],
    ['ada@acme-.example', 'bad_domain'],
    ['ada@ac_me.example', 'bad_domain'],
    ['ada@127.0.0.1', 'bad_domain'],
    ['ada@[127.0.0.1]', 'bad_domain'],
    ['ada@0x7f.1', 'bad_domain'],
    ['ada@ex%61mple.com', 'bad_domain'],
    ['ada@acme.example/x', 'bad_domain'],
    ['ada@acme.example:25', 'bad_domain'],
    ['ada@xn--a.com', 'bad_domain'],
    ['ada@℀.com', 'bad_domain'],
    [`ada@${'l'.repeat(64)}.example`, 'bad_domain'],
    [`${'l'.repeat(65)}@a.test`, 'too_long'],
    [`ada@${'abcdefgh.'.repeat(28)}example`, 'too_long'],
    ['x'.repeat(1_000_000), 'too_long'],
  ])('%j is none: %s', (text, reason) => {
    expect(normalizeAddress(text)).toEqual({ ok: false, reason });
  });

  test('reading is idempotent, and never lets white space or brackets through', () => {
    const texts = fc.oneof(
      fc.emailAddress(),
      fc.tuple(fc.string(), fc.string()).map((parts) => parts.join('@')),
      fc.tuple(fc.constant('a'), fc.string({ unit: 'grapheme' })).map((parts) => parts.join('@')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const once = normalizeAddress(text);
        if (!once.ok) return;
        expect(normalizeAddress(once.address)).toEqual(once);
        expect(normalizeAddress(once.normalized)).toMatchObject({ normalized: once.normalized });
        expect(once.address).toMatch(/^[!-;=?-~]+$/);
      }),
      { numRuns: 500 },
    );
  });
});
