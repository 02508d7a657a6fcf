#!/usr/bin/env node
import { AccountUnusableError, AccountWriteError } from './account/errors';
import { automation } from './commands/automation';
import { type Command, type CommandContext, helpOf, runCommand } from './commands/command';
import { env } from './commands/env';
import { fault } from './commands/fault';
import { reset } from './commands/reset';
import { serve } from './commands/serve';
import { status } from './commands/status';
import { stop } from './commands/stop';
import { SandboxError } from './index';
import { BindingsUnreadableError } from './schema/errors';
import { SocketInUseError } from './wire/errors';

const COMMANDS: Readonly<Record<string, Command>> = { serve, env, status, fault, automation, reset, stop };

/** What a user can put right; everything else is a defect and shows its stack. */
const EXPECTED = [SandboxError, AccountUnusableError, AccountWriteError, BindingsUnreadableError, SocketInUseError];

async function main([name = '--help', ...args]: readonly string[]): Promise<number> {
  const context: CommandContext = {
    environment: process.env,
    // Package runners change the folder; the user's own is kept here.
    folder: process.env['INIT_CWD'] ?? process.cwd(),
    program: __filename,
    print: (line) => void process.stdout.write(`${line}\n`),
  };
  if (name === '--help' || name === 'help') {
    context.print(
      Object.entries(COMMANDS)
        .map(([command, description]) => helpOf(command, description))
        .join('\n\n'),
    );
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined)
    throw new SandboxError(`unknown command "${name}", expected ${Object.keys(COMMANDS).join(', ')}. See --help.`);
  return runCommand(name, command, args, context);
}

main(process.argv.slice(2)).then(
  (exitStatus) => process.exit(exitStatus),
  (error: unknown) => {
    const isExpected = EXPECTED.some((kind) => error instanceof kind);
    process.stderr.write(
      `${isExpected ? (error as Error).message : error instanceof Error ? error.stack : String(error)}\n`,
    );
    process.exit(1);
  },
);
