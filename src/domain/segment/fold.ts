/**
 * Where letters have capitals, as Unicode 14 and 15 know them. Letters of later versions are left as they are: the function
 * `fold_text` of the database, which folds the same letters, was written down before them.
 */
const ranges: readonly (readonly [number, number])[] = [
  [0x41, 0x24f],
  [0x370, 0x52f],
  [0x531, 0x556],
  [0x10a0, 0x10cd],
  [0x13a0, 0x13f5],
  [0x1c80, 0x1c88],
  [0x1c90, 0x1cbf],
  [0x1e00, 0x1fff],
  [0x2126, 0x2183],
  [0x24b6, 0x24cf],
  [0x2c00, 0x2cf2],
  [0xa640, 0xa69a],
  [0xa722, 0xa7c9],
  [0xa7d0, 0xa7d0],
  [0xa7d6, 0xa7d8],
  [0xa7f5, 0xa7f5],
  [0xff21, 0xff3a],
  [0x10400, 0x10427],
  [0x104b0, 0x104d3],
  [0x10570, 0x10595],
  [0x10c80, 0x10cb2],
  [0x118a0, 0x118bf],
  [0x16e40, 0x16e5f],
  [0x1e900, 0x1e921],
];

/** The small letter of the capital, since some capitals have two small ones: σ and ς, s and ſ, i and ı. */
function smallLetterOf(letter: string): string {
  const capital = onlyLetter(letter.toUpperCase()) ?? letter;
  return onlyLetter(capital.toLowerCase()) ?? letter;
}

function onlyLetter(text: string): string | undefined {
  return text.length === String.fromCodePoint(text.codePointAt(0) ?? 0).length ? text : undefined;
}

function pairs(): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (const [first, last] of ranges) {
    for (let point = first; point <= last; point += 1) {
      const letter = String.fromCodePoint(point);
      const small = smallLetterOf(letter);
      const isWhole = letter.normalize('NFD') === letter;
      if (isWhole && small !== letter) found.push([letter, small]);
    }
  }
  return found;
}

/** Each letter that is folded, with the one that it becomes: one code point each, which is not made up of others. */
export const foldedLetters: ReadonlyMap<string, string> = new Map(pairs());

/**
 * A text in the form in which texts are compared (3.20): in NFC, with small letters. The same as `fold_text` of the database.
 * Turkish İ and ı count as i, since which of them belongs to I depends on the language.
 */
export function fold(text: string): string {
  let small = '';
  for (const letter of text.normalize('NFD')) small += foldedLetters.get(letter) ?? letter;
  return small.replaceAll('i\u0307', 'i').normalize('NFC');
}
