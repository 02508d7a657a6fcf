import { Command, type CommandContext, CommandError, type Program } from './index';
import { describeError, programOf, runCommandLine } from './program';
import { wholeNumber } from './values';

function contextOf(printed: string[]): CommandContext {
  return {
    workspaceRoot: '/nowhere',
    folder: '/nowhere',
    variables: {},
    print: (text) => printed.push(text),
    say: () => undefined,
    endWith: () => undefined,
  };
}

const PROGRAM: Program = {
  name: 'weather',
  description: 'Weather of a place',
  commands: [
    ({ print }) =>
      new Command('report')
        .description('Print the weather')
        .option('--days <number>', 'How far ahead', wholeNumber, 1)
        .option('--yes', 'Without asking', false)
        .action(({ days }) => print(`${days} days`)),
    () => new Command('forget').description('Forget the weather'),
  ],
};

async function run(...args: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const context = contextOf(printed);
  await runCommandLine(programOf(PROGRAM, context), args, context);
  return printed.join('\n');
}

describe('a program', () => {
  it.each([[[]], [['--help']], [['-h']], [['help']]])('prints for %j how its commands are typed', async (args) => {
    const text = await run(...args);

    expect(text).toMatch(/^Usage: weather \[options\] \[command\]\n/);
    expect(text).toMatch(/ report \[options\] +Print the weather\n +forget +Forget the weather\n/);
  });

  it('prints how one command is typed', async () => {
    expect(await run('report', '--help')).toMatch(/^Usage: weather report \[options\]\n/);
    expect(await run('help', 'report')).toContain('--days <number>');
  });

  it('runs the command with its options', async () => {
    expect(await run('report', '--days=3')).toBe('3 days');
    expect(await run('report', '--days', '4')).toBe('4 days');
    expect(await run('report')).toBe('1 days');
  });

  it.each([
    ['reprot', "unknown command 'reprot'. Did you mean report? See --help."],
    ['constructor', "unknown command 'constructor'. See --help."],
    ['__proto__', "unknown command '__proto__'. See --help."],
    ['report --dyas=3', "unknown option '--dyas'. Did you mean --days? See --help."],
    ['report --yess', "unknown option '--yess'. Did you mean --yes? See --help."],
    ['report --constructor', "unknown option '--constructor'. See --help."],
    ['report -c prod', "unknown option '-c'. See --help."],
    ['report prod', "too many arguments for 'report'. Expected 0 arguments but got 1. See --help."],
    ['report --days', "option '--days <number>' argument missing. See --help."],
    ['report --days=two', "option '--days <number>' argument 'two' is invalid. Expected a whole number. See --help."],
  ])('refuses %s in one line, with the nearest that there is', async (line, message) => {
    await expect(run(...line.split(' '))).rejects.toThrow(new CommandError(message));
  });
});

describe('the description of an error', () => {
  class NotPublishedError extends Error {}

  it('is the message alone of what the user can put right', () => {
    expect(describeError(new CommandError('status: unknown'), [])).toBe('status: unknown');
    expect(describeError(new NotPublishedError('not published'), [NotPublishedError])).toBe('not published');
  });

  it('is the stack of a defect', () => {
    expect(describeError(new TypeError('x is undefined'), [NotPublishedError])).toMatch(
      /^TypeError: x is undefined\n +at /,
    );
  });
});
