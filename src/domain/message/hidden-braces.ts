/** A character that nobody sees, such as a zero-width space, as a part of a pattern with the flag `u`. */
export const hidden = String.raw`[\p{Cf}\p{Default_Ignorable_Code_Point}]`;

const apart = new RegExp(`\\{${hidden}+[{%]`, 'u');

/** Where braces stand that only invisible characters keep from opening a token; negative without any. Linear in the length. */
export function hiddenBraces(text: string): number {
  return text.search(apart);
}
