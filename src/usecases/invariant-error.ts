/** Something that cannot be was found; a defect, and no retry mends it. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
