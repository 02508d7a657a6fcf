/** Something that the user can put right; its message is all that is shown. */
export class DrillError extends Error {
  override readonly name = 'DrillError';
}
