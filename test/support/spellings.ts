import fc from 'fast-check';

const between = (first: number, last: number): readonly string[] =>
  Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index));

/** Letters and marks of which texts have several spellings; Unicode has had all of them since version 13. */
const alphabets: readonly (readonly string[])[] = [
  between(0x20, 0x7e),
  between(0xa0, 0x24f),
  // Marks, whose order is free where they stand at different places of a letter.
  [...between(0x300, 0x34e), ...between(0x591, 0x5bd), ...between(0x64b, 0x655)],
  between(0x391, 0x3a1),
  [...between(0x3a3, 0x481), ...between(0x48a, 0x52f)],
  between(0x1e00, 0x1eff),
  [...between(0x1f00, 0x1f15), ...between(0x1f80, 0x1fb4)],
  // Hangul in jamo, in syllables, and half-width.
  [...between(0x1100, 0x1112), ...between(0x1161, 0x1175), ...between(0x11a8, 0x11c2)],
  [...between(0xac00, 0xac40), ...between(0xd780, 0xd7a3), ...between(0xffa1, 0xffbe)],
  // Kana with and without its marks, full-width letters.
  [...between(0x304b, 0x3070), '\u3099', '\u309a', ...between(0xff21, 0xff5a)],
  // Cherokee and Deseret.
  [...between(0x13a0, 0x13f5), ...between(0xab70, 0xabbf), ...between(0x10400, 0x1044f)],
  Array.from('İIıißẞςσΣſKÅΩµǅǆ😀'),
  ['i\u0307', 'H\u0331'],
];

/** Random texts in all kinds of spellings. */
export const spelledTexts: fc.Arbitrary<string> = fc
  .array(fc.oneof(...alphabets.map((letters) => fc.constantFrom(...letters))), { maxLength: 12 })
  .map((letters) => letters.join(''));

/** Pairs of spellings of one text, with who would write it so. */
export const spellings = {
  hangul: { composed: '한글', decomposed: '한글'.normalize('NFD') },
  accent: { composed: 'Renée', decomposed: 'Rene\u0301e' },
  capitals: { composed: 'ÉCOLE Ωμέγα', decomposed: 'e\u0301cole ωμε\u0301γα' },
  turkish: { composed: 'İzmir', decomposed: 'izmir' },
  sigma: { composed: 'ΟΔΥΣΣΕΎΣ', decomposed: 'οδυσσεύς' },
} as const;
