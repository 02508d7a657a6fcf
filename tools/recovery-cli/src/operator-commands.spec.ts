import { type CommandContext, CommandError, programOf, runCommandLine } from '@dr/command-line';
import { RECOVERY } from './operator-commands';
import { commandLine, destinationOf } from './options';

async function run(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const context: CommandContext = {
    workspaceRoot: '/nowhere',
    folder: '/nowhere',
    variables: {},
    print: (text) => printed.push(text),
    say: () => undefined,
    endWith: () => undefined,
  };
  await runCommandLine(programOf(RECOVERY, context), args, context);
  return printed.join('\n');
}

describe('the program of the operator', () => {
  it.each(['status', 'failover', 'evacuate', 'failback', 'approve'])(
    'describes %s and its environment',
    async (name) => {
      const help = await run(name, '--help');

      expect(help).toMatch(new RegExp(`^Usage: npx --no-install recovery ${name} \\[options\\]\n`));
      expect(help).toMatch(/--environment <name> +Environment/);
      expect(help).toMatch(/--account <name> +Account/);
    },
  );

  it.each([
    ['failovr', "unknown command 'failovr'. Did you mean failover? See --help."],
    ['fallback', "unknown command 'fallback'. Did you mean failback? See --help."],
    ['aprove', "unknown command 'aprove'. Did you mean approve? See --help."],
    ['status -x prod', "unknown option '-x'. See --help."],
    // Of Nx, where the operator's commands were targets: it must not act on the default environment.
    ['status:prod', "unknown command 'status:prod'. See --help."],
    ['failover prod', "too many arguments for 'failover'. Expected 0 arguments but got 1. See --help."],
    ['failover --enviroment=prod', "unknown option '--enviroment'. Did you mean --environment? See --help."],
    // What some commands take alone: on another it would be a guard that guards nothing.
    ['failover --epoch=3', "unknown option '--epoch=3'. See --help."],
    ['status --yes', "unknown option '--yes'. See --help."],
    ['status --wait=3', "unknown option '--wait=3'. See --help."],
    ['failover --detach --restored', "option '--restored' cannot be used with option '--detach'. See --help."],
    ['evacuate --detach', "unknown option '--detach'. See --help."],
    ['failback --to=us-west-2', "unknown option '--to=us-west-2'. See --help."],
    ['evcuate', "unknown command 'evcuate'. Did you mean evacuate? See --help."],
    [
      'approve --epoch=two',
      "option '--epoch <number>' argument 'two' is invalid. Expected a whole number. See --help.",
    ],
  ])('refuses %s', async (line, message) => {
    await expect(run(...line.split(' '))).rejects.toThrow(new CommandError(message));
  });

  it.each([
    ['status --environment=prdo', '--environment is prdo, expected one of local, dev, prod. Did you mean prod? '],
    [
      'failover --yes --environment=prod --account=sandbx',
      '--account is sandbx, expected one of sandbox, emulator, aws. Did you mean sandbox? Nothing was changed.',
    ],
    [
      'failover --yes --to=us-west-1',
      '--to is us-west-1, expected us-east-1 or us-west-2. Did you mean us-west-2? Nothing was changed.',
    ],
    ['evacuate --yes --to=eu-west-1', '--to is eu-west-1, expected us-east-1 or us-west-2. '],
  ])('refuses %s before anything is asked', async (line, message) => {
    await expect(run(...line.split(' '))).rejects.toThrow(message);
  });
});

describe('the destination of a command', () => {
  it('is the account of the environment where none is named', () => {
    expect(destinationOf({ environment: 'local' })).toEqual({ environment: 'local', account: 'sandbox' });
    expect(destinationOf({ environment: 'prod' })).toEqual({ environment: 'prod', account: 'aws' });
    expect(destinationOf({ environment: 'prod', account: 'sandbox' })).toEqual({
      environment: 'prod',
      account: 'sandbox',
    });
  });

  it('is named by a command line that goes to the same one', () => {
    expect(commandLine('status', { environment: 'local', account: 'sandbox' })).toBe(
      'npx --no-install recovery status',
    );
    expect(commandLine('failback', { environment: 'prod', account: 'aws' })).toBe(
      'npx --no-install recovery failback --environment=prod',
    );
    expect(commandLine('failback', { environment: 'prod', account: 'sandbox' })).toBe(
      'npx --no-install recovery failback --environment=prod --account=sandbox',
    );
  });
});
