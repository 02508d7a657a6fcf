import type { ExpectedError } from '@dr/command-line';
import { InvalidEnvironmentError, UnknownEnvironmentError } from '@dr/environments';
import { UnreadableFactsError } from '@dr/recovery';
import { UserError } from '@dr/stack-plugin/accounts';

/** Errors of the workspace's libraries that the user of a command can put right. */
export const EXPECTED_ERRORS: readonly ExpectedError[] = [
  InvalidEnvironmentError,
  UnknownEnvironmentError,
  UnreadableFactsError,
  UserError,
];
