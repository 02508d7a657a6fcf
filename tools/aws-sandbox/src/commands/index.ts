import type { ExpectedError, Program } from '@dr/command-line';
import { AccountUnusableError, AccountWriteError } from '../account/errors';
import { SandboxError } from '../process/errors';
import { BindingsUnreadableError } from '../schema/errors';
import { SocketInUseError } from '../wire/errors';
import { automation } from './automation';
import { env } from './env';
import { fault } from './fault';
import { push } from './push';
import { reset } from './reset';
import { serve } from './serve';
import { status } from './status';
import { stop } from './stop';

const COMMANDS = [serve, env, status, fault, automation, push, reset, stop];

/** Errors that a user can put right; every other one is a defect and shows its stack. */
export const SANDBOX_ERRORS: readonly ExpectedError[] = [
  SandboxError,
  AccountUnusableError,
  AccountWriteError,
  BindingsUnreadableError,
  SocketInUseError,
];

/**
 * The commands of the account, as a program.
 *
 * @param name as it is typed
 * @param program absolute path of the file that runs the account by `serve`
 */
export function sandboxCommands(name: string, program: string): Program {
  return {
    name,
    description: 'The sandbox account of this machine: a Terraform provider and AWS endpoint over one folder',
    commands: COMMANDS.map((make) => (context) => make({ ...context, program })),
  };
}
