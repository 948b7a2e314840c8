export type Marker = 'safe' | 'breaking';

/** What a release that does not know of it cannot live with, or may not: better one too many than one too few. */
const breaking = [
  /\bDROP\s+(?!INDEX\b|DEFAULT\b|NOT\b)/i,
  /\bRENAME\b/i,
  /\bSET\s+NOT\s+NULL\b/i,
  /\bADD\s+COLUMN\b(?=.*\bNOT\s+NULL\b)(?!.*\b(DEFAULT|GENERATED)\b)/i,
  /\bSET\s+DATA\s+TYPE\b/i,
  /\bALTER\s+COLUMN\b.*\bTYPE\b/i,
  /\bADD\s+CONSTRAINT\b/i,
  /\bCREATE\s+UNIQUE\s+INDEX\b/i,
];

/**
 * Whether the release before can go on working while a migration is applied: a suggestion for the reviewer. Constraints
 * on a table that the migration itself makes concern nobody.
 */
export function suggestMarker(sql: string): Marker {
  const statements = sql.split('--> statement-breakpoint');
  const made = new Set(statements.flatMap((text) => tableIn(text, /CREATE\s+TABLE\s+"(\w+)"/i)));
  const touchesOld = (text: string): boolean =>
    tableIn(text, /(?:ALTER\s+TABLE|\bON)\s+"(\w+)"/i).every((table) => !made.has(table));
  return statements.some(
    (text) => breaking.some((pattern) => pattern.test(text)) && touchesOld(text),
  )
    ? 'breaking'
    : 'safe';
}

function tableIn(text: string, pattern: RegExp): readonly string[] {
  const name = pattern.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

/** The migration with its marker as the first line, in place of one that is there. */
export function withMarker(sql: string, marker: Marker): string {
  return `-- ${marker}\n${sql.replace(/^-- (safe|breaking)\n/, '')}`;
}
