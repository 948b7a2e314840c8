/** Something was found that cannot be: a defect, which no retry mends. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
