/** The row that a statement with `returning` gave back; such a statement always gives one, or throws itself. */
export function onlyRow<T>(rows: readonly T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('the statement returned no row');
  return row;
}
