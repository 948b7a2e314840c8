/**
 * Something was found that cannot be: a defect, or a database that was restored to an earlier moment. A run that meets it
 * tries again after longer and longer waits, since what is missing may come back.
 */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
