import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fold, foldedLetters } from '../../../src/domain/segment/fold.js';
import { spelledTexts, spellings } from '../../support/spellings.js';

describe('a text as it is compared', () => {
  it.each([
    ['AZ Éß Ωω Жд 7', 'az éß ωω жд 7'],
    ['ÀɎͰԮ@[', 'àɏͱԯ@['],
    ['ﾊﾝｶｸ Ａ', 'ﾊﾝｶｸ ａ'],
    ['ﬁ ½', 'ﬁ ½'],
    ['ꭰ Ꭰ 𐐀', 'ꭰ ꭰ 𐐨'],
    ['İIıi i\u0307 İ\u0301', 'iiii i í'],
    ['ΣΑΣ σας', 'σασ σασ'],
    ['H\u0331 ẖ', 'ẖ ẖ'],
    ['STRASSE Straße ẞ', 'strasse straße ß'],
    ['a\u0323\u0302 a\u0302\u0323 ậ', 'ậ ậ ậ'],
    ['K Å', 'k å'],
    ['', ''],
  ])('3.20: of %j is %j', (text, wanted) => {
    expect(fold(text)).toBe(wanted);
  });

  it.each(Object.values(spellings))('3.20: is one of both %j', ({ composed, decomposed }) => {
    expect(composed).not.toBe(decomposed);
    expect(fold(composed)).toBe(fold(decomposed));
  });

  it('3.20: is the same for all spellings, for its small letters, and is in NFC', () => {
    fc.assert(
      fc.property(spelledTexts, (text) => {
        const folded = fold(text);
        expect(fold(text.normalize('NFD'))).toBe(folded);
        expect(fold(text.normalize('NFC'))).toBe(folded);
        expect(fold(text.normalize('NFC').toLowerCase())).toBe(folded);
        expect(folded.normalize('NFC')).toBe(folded);
      }),
      { numRuns: 1000 },
    );
  });

  it('3.20: has a small letter for each capital one that Unicode has had since version 14', () => {
    const letters = [...foldedLetters];
    expect(letters.length).toBeGreaterThan(900);
    for (const [letter, small] of letters) {
      expect(Array.from(letter + small)).toHaveLength(2);
      expect(foldedLetters.has(small)).toBe(false);
      expect(small.normalize('NFD')).toBe(small);
    }
  });
});
