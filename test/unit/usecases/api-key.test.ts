import fc from 'fast-check';
import { expect, it, test } from 'vitest';
import {
  hashSecret,
  mintApiKey,
  parseApiKey,
  secretMatches,
} from '../../../src/usecases/account/api-key.js';

it('a minted key parses back to its id, whatever the id', () => {
  fc.assert(
    fc.property(fc.uuid(), (id) => {
      const { token, secretHash } = mintApiKey(id);
      expect(token).toMatch(/^cad_[0-9A-Za-z]{22}_[0-9A-Za-z]{43}$/);
      const parsed = parseApiKey(token);
      expect(parsed?.keyId).toBe(id);
      expect(secretMatches(parsed?.secret ?? '', secretHash)).toBe(true);
    }),
  );
  for (const id of [
    '00000000-0000-0000-0000-000000000000',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ]) {
    expect(parseApiKey(mintApiKey(id).token)?.keyId).toBe(id);
  }
});

it('no two keys have the same secret, and the hash does not show it', () => {
  const id = '0192f0c1-0000-7000-8000-000000000000';
  const first = mintApiKey(id);
  expect(mintApiKey(id).token).not.toBe(first.token);
  expect(first.secretHash).toMatch(/^[0-9a-f]{64}$/);
  expect(first.token).not.toContain(first.secretHash);
});

test.each([
  '',
  'cad_',
  'cad__',
  `cad_${'0'.repeat(21)}_${'a'.repeat(43)}`,
  `xyz_${'0'.repeat(22)}_${'a'.repeat(43)}`,
  `cad_${'z'.repeat(22)}_${'a'.repeat(43)}`,
  `cad_${'0'.repeat(22)}_${'ä'.repeat(43)}`,
])('%j is no key', (token) => {
  expect(parseApiKey(token)).toBeUndefined();
});

it('a secret matches its own hash only, and a hash that is none matches nothing', () => {
  expect(secretMatches('a', hashSecret('a'))).toBe(true);
  expect(secretMatches('a', hashSecret('b'))).toBe(false);
  expect(secretMatches('a', '')).toBe(false);
});
