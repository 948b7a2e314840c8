// Spelled as spreadsheets, databases and programs write "nothing". Case counts: Na, Null and Nan are people's names,
// NA, null and NaN are not.
const placeholders: ReadonlySet<string> = new Set(
  `n/a N/A N/a n.a. N.A. na NA #N/A #NA #REF! #VALUE! null NULL none None NONE nil NIL nan NaN undefined (none) (blank)
   unknown Unknown UNKNOWN tbd TBD - -- --- – — _ . ... … ? ??`
    .split(/\s+/)
    .concat('[object Object]', 'not available', 'Not available', 'not applicable'),
);

/**
 * Whether a token's value is missing (ERR-09): absent, blank, invisible characters only, a placeholder such as "N/A" or
 * "-", or a text that itself holds an unresolved `{{`, which nobody wants to read in an email.
 */
export function isMissingValue(value: string | null | undefined): boolean {
  if (value === null || value === undefined) return true;
  const visible = value.replace(/^[\p{C}\p{Z}]+|[\p{C}\p{Z}]+$/gu, '');
  return visible === '' || visible.includes('{{') || placeholders.has(visible);
}
