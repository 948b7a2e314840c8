// Latin, Greek and Cyrillic, by a table of our own: how a database folds letters depends on its locale and version.
const ranges: readonly (readonly [number, number])[] = [
  [0x41, 0x5a],
  [0xc0, 0x24f],
  [0x370, 0x52f],
];

function pairs(): readonly (readonly [string, string])[] {
  const found: (readonly [string, string])[] = [];
  for (const [first, last] of ranges) {
    for (let point = first; point <= last; point += 1) {
      const letter = String.fromCharCode(point);
      const small = letter.toLowerCase();
      if (small !== letter && small.length === 1) found.push([letter, small]);
    }
  }
  return found;
}

const table = new Map(pairs());

/** All capital letters that are folded; the small letters stand in the same order. */
export const capitalLetters = [...table.keys()].join('');
export const smallLetters = [...table.values()].join('');

/** A text with its capital letters made small, the form in which texts are compared. */
export function fold(text: string): string {
  return text.replace(
    /[\u0041-\u005a\u00c0-\u024f\u0370-\u052f]/g,
    (letter) => table.get(letter) ?? letter,
  );
}
