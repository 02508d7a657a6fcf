import { CommandError } from '@dr/recovery-cli';

/** A problem of the drill or the budget that the user can put right. */
export class DrillError extends CommandError {
  override readonly name = 'DrillError';
}
