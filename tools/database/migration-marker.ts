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
 * on a table that the migration itself makes concern nobody, nor does a foreign key over a column that it adds: the release
 * before leaves that null, and a key with a null in it is not looked up.
 */
export function suggestMarker(sql: string): Marker {
  const statements = sql.split('--> statement-breakpoint');
  const made = new Set(statements.flatMap((text) => tableIn(text, /CREATE\s+TABLE\s+"(\w+)"/i)));
  const touchesOld = (text: string): boolean =>
    tableIn(text, /(?:ALTER\s+TABLE|\bON)\s+"(\w+)"/i).every((table) => !made.has(table));
  const added = new Set(statements.flatMap(nullableColumnIn));
  const overNewColumn = (text: string): boolean =>
    foreignColumnsIn(text).some((column) => added.has(column));
  return statements.some(
    (text) =>
      breaking.some((pattern) => pattern.test(text)) && touchesOld(text) && !overNewColumn(text),
  )
    ? 'breaking'
    : 'safe';
}

/** The column that a statement adds, with its table, if it may be null. */
function nullableColumnIn(text: string): readonly string[] {
  const [, table, column] =
    /ALTER\s+TABLE\s+"(\w+)"\s+ADD\s+COLUMN\s+"(\w+)"(?!.*(?:\bNOT\s+NULL\b|\bDEFAULT\b))/i.exec(
      text,
    ) ?? [];
  return table === undefined || column === undefined ? [] : [`${table}.${column}`];
}

/** The columns, with their table, that a statement makes a foreign key over. */
function foreignColumnsIn(text: string): readonly string[] {
  const [, table, columns] =
    /ALTER\s+TABLE\s+"(\w+)"\s+ADD\s+CONSTRAINT\s+"\w+"\s+FOREIGN\s+KEY\s+\(([^)]*)\)/i.exec(
      text,
    ) ?? [];
  if (table === undefined || columns === undefined) return [];
  return columns.split(',').map((column) => `${table}.${column.trim().replaceAll('"', '')}`);
}

function tableIn(text: string, pattern: RegExp): readonly string[] {
  const name = pattern.exec(text)?.[1];
  return name === undefined ? [] : [name];
}

/** The migration with its marker as the first line, in place of one that is there. */
export function withMarker(sql: string, marker: Marker): string {
  return `-- ${marker}\n${sql.replace(/^-- (safe|breaking)\n/, '')}`;
}
