import { OutputsNotPublishedError } from '@dr/stack-contracts';
import { UserError } from '@dr/stack-plugin/accounts';
import { CommandError } from './errors';
import { OPERATOR_COMMANDS } from './operator-commands';
import { type CommandContext, type Commands, describeError, runCommand } from './program';

function contextOf(printed: string[]): CommandContext {
  return {
    workspaceRoot: '/nowhere',
    folder: '/nowhere',
    print: (text) => printed.push(text),
    say: () => undefined,
  };
}

async function helpOf(commands: Commands, ...args: readonly string[]) {
  const printed: string[] = [];
  const status = await runCommand(commands, args, contextOf(printed));
  return { status, text: printed.join('\n') };
}

describe('the program of the operator', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('says for %j how each command is typed', async (args) => {
    const { status, text } = await helpOf(OPERATOR_COMMANDS, ...args);

    expect(text.match(/^npx nx run .*$/gm)).toEqual([
      'npx nx run recovery-cli:status',
      'npx nx run recovery-cli:failover',
      'npx nx run recovery-cli:failback',
      'npx nx run recovery-cli:approve',
    ]);
    expect(status).toBe(0);
  });

  it.each(Object.keys(OPERATOR_COMMANDS))('says for %s --help how that command is typed', async (name) => {
    const { status, text } = await helpOf(OPERATOR_COMMANDS, name, '--help');

    expect(text.split('\n')[0]).toBe(`npx nx run recovery-cli:${name}`);
    expect(text).toContain('\n  --help ');
    expect(status).toBe(0);
  });

  it.each([
    ['failovr', 'failover'],
    ['fallback', 'failback'],
    ['aprove', 'approve'],
    ['state', 'status'],
  ])('refuses %s with the nearest command', async (name, nearest) => {
    await expect(helpOf(OPERATOR_COMMANDS, name)).rejects.toThrow(
      new CommandError(
        `unknown command "${name}", expected one of status, failover, failback, approve. Did you mean ${nearest}? See --help.`,
      ),
    );
  });

  it.each(['constructor', '__proto__', 'toString'])('refuses %s, which every object has', async (name) => {
    await expect(helpOf(OPERATOR_COMMANDS, name)).rejects.toThrow(`unknown command "${name}"`);
  });

  it('hands the command what follows its name, and returns its exit status', async () => {
    const run = jest.fn(() => Promise.resolve(3));
    const context = contextOf([]);

    expect(await runCommand({ status: { help: '', run } }, ['status', '--json'], context)).toBe(3);
    expect(run).toHaveBeenCalledWith(['--json'], context);
  });
});

describe('the description of an error', () => {
  class InvalidEnvironmentError extends Error {
    override readonly name = 'InvalidEnvironmentError';
  }

  it.each([
    new CommandError('status: unknown'),
    new UserError('status: unknown'),
    new InvalidEnvironmentError('status: unknown'),
  ])('is the message alone of what the user can put right: %s', (error) => {
    expect(describeError(error)).toBe('status: unknown');
  });

  it('is the message alone where a contract is not published', () => {
    const at = { environmentName: 'prod', region: 'us-west-2', store: 'us-west-2' };
    const error = new OutputsNotPublishedError({ name: 'tables', owner: 'data' }, at, []);

    expect(describeError(error)).toBe(error.message);
  });

  it('is the stack of a defect', () => {
    expect(describeError(new TypeError('x is undefined'))).toMatch(/^TypeError: x is undefined\n +at /);
  });
});
