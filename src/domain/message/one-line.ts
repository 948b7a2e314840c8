const lineBreaking = /[\p{Cc}\u2028\u2029]/u;

/** Whether a text is one line: without control characters, and without Unicode's own line and paragraph separators. */
export function isOneLine(text: string): boolean {
  return !lineBreaking.test(text);
}

/** The text in one line, with a space for each break in it. */
export function inOneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').trim();
}
