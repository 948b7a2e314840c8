// Spelled as spreadsheets, databases and programs write "nothing". Case counts: Na, Null and Nan are people's names,
// NA, null and NaN are not.
const placeholders: ReadonlySet<string> = new Set(
  `n/a N/A N/a n.a. N.A. na NA #N/A #NA #REF! #VALUE! null NULL none None NONE nil NIL nan NaN undefined (none) (blank)
   unknown Unknown UNKNOWN tbd TBD - -- --- – — _ . ... … ? ??`
    .split(/\s+/)
    .concat('[object Object]', 'not available', 'Not available', 'not applicable'),
);

const longestPlaceholder = Math.max(...[...placeholders].map(({ length }) => length));
const invisible = /[\p{C}\p{Z}]/u;

/**
 * Whether a token's value is missing (ERR-09): absent, blank, invisible characters only, a placeholder such as "N/A" or
 * "-" unless these are values, or a text that itself holds an unresolved `{{`, which nobody wants to read in an email.
 * Linear in the length.
 */
export function isMissingValue(
  value: string | null | undefined,
  account: { readonly placeholdersAreValues: boolean } = { placeholdersAreValues: false },
): boolean {
  if (value === null || value === undefined) return true;
  const visible = withoutInvisibleEnds(value);
  if (visible === '' || visible.includes('{{')) return true;
  return !account.placeholdersAreValues && isPlaceholder(visible);
}

/** The placeholder that a value is, as it is written; undefined for any other value. */
export function placeholderIn(value: string | null | undefined): string | undefined {
  const visible = withoutInvisibleEnds(value ?? '');
  return isPlaceholder(visible) ? visible : undefined;
}

function isPlaceholder(visible: string): boolean {
  return visible.length <= longestPlaceholder && placeholders.has(visible);
}

/** Walks in from both ends; a search for what stands at the end would begin anew at each blank. */
function withoutInvisibleEnds(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end) {
    const character = String.fromCodePoint(text.codePointAt(start) ?? 0);
    if (!invisible.test(character)) break;
    start += character.length;
  }
  while (end > start) {
    const character = lastCharacter(text, end);
    if (!invisible.test(character)) break;
    end -= character.length;
  }
  return text.slice(start, end);
}

/** The character that ends right before `end`, both halves of it where it has two. */
function lastCharacter(text: string, end: number): string {
  const pair = text.slice(Math.max(0, end - 2), end);
  return (pair.codePointAt(0) ?? 0) > 0xff_ff ? pair : pair.slice(-1);
}
