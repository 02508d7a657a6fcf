import { createRequire } from 'node:module';
import fc from 'fast-check';
import { rewriteTargetsAndProjects } from 'nx/bin/init-local';
import { yargsAffectedCommand } from 'nx/src/command-line/affected/command-object';
import { yargsNxInfixCommand, yargsRunCommand } from 'nx/src/command-line/run/command-object';
import { parseRunOneOptions } from 'nx/src/command-line/run/run-one';
import { yargsRunManyCommand } from 'nx/src/command-line/run-many/command-object';
import { withOverrides } from 'nx/src/command-line/yargs-utils/shared-options';
import type { Argv, CommandModule } from 'yargs';
import { NX_OPTIONS, parseNxCommandLine } from './nx-command-line';

const yargs = createRequire(require.resolve('nx/package.json'))('yargs') as () => Argv;

// Nx's parser is built anew for each command line.
jest.setTimeout(60_000);

const environment = { ...process.env };
// Nx's parser sets variables as it goes.
afterEach(() => (process.env = { ...environment }));

/** The options as Nx's own parser gives them to its commands; undefined where Nx refuses them. */
async function parseAsNx(args: readonly string[]): Promise<Record<string, unknown> | undefined> {
  let parsed: Record<string, unknown> | undefined;
  const taking = (name: string, command: CommandModule<object, object>): CommandModule<object, object> => ({
    ...command,
    handler: (values) => void (parsed = { ...values, name }),
  });
  const [first = ''] = args;
  const isKnown = first === 'run-many' || first === 'affected' || first.startsWith('-');
  try {
    await yargs()
      .parserConfiguration({ 'strip-dashed': true })
      .demandCommand(1, '')
      .command(taking('affected', yargsAffectedCommand as never))
      .command(taking('run', yargsRunCommand as never))
      .command(taking('run-many', yargsRunManyCommand as never))
      .command(taking('infix', yargsNxInfixCommand as never))
      .help(false)
      .exitProcess(false)
      .fail((message, error) => {
        throw error ?? new Error(message);
      })
      .parseAsync(isKnown ? rewriteTargetsAndProjects(['node', 'nx', ...args]) : args);
  } catch {
    return undefined;
  }
  return parsed;
}

/** The one task that Nx runs; undefined where it runs none. */
function taskOf(values: Record<string, unknown>): { readonly project: unknown; readonly targets: unknown } | undefined {
  const { name, ...parsed } = values;
  try {
    const nodes = { data: { data: { root: 'apps/data', targets: { deploy: {}, lint: {} } } } };
    const overridden = withOverrides(parsed as never, name === 'run' ? 1 : 0) as Record<string, unknown>;
    const { project, target } = parseRunOneOptions('/elsewhere', overridden, { nodes } as never, {});
    // A project or a target that is given twice is a list, which is the name of none.
    return [project, target].some(Array.isArray) ? undefined : { project, targets: [target] };
  } catch {
    return undefined;
  }
}

const CHOOSING = ['projects', 'exclude', 'base', 'head', 'files', 'uncommitted', 'untracked'];
const isGiven = (value: unknown) => value !== undefined && value !== '';
/** The options that choose, by name; what is given empty chooses nothing. */
const chosen = (values: Record<string, unknown> | undefined) =>
  CHOOSING.map((option) => [option, [values?.[option]].flat().filter(isGiven)]);

/** Compares with Nx. @returns whether Nx would run anything at all */
async function agreesWithNx(args: readonly string[]): Promise<boolean> {
  const nx = await parseAsNx(args);
  if (nx === undefined) return false;
  const { command, targets, project, choice } = parseNxCommandLine(args);
  if (nx['name'] === 'run' || nx['name'] === 'infix') {
    const task = taskOf(nx);
    if (task === undefined) return false;
    expect({ args, command, targets, project }).toEqual({ args, command: 'run', ...task });
    return true;
  }
  expect({ args, command, targets }).toEqual({
    args,
    command: nx['name'],
    targets: nx['targets'] ?? [],
  });
  expect({ args, chosen: chosen(await parseAsNx([command, '-t', 'any', ...choice])) }).toEqual({
    args,
    chosen: chosen(nx),
  });
  return true;
}

const words = (commandLine: string) => commandLine.split(' ');

describe('a command line of Nx', () => {
  it.each([
    ['affected -t lint test deploy', ['lint', 'test', 'deploy'], []],
    ['run-many -t synth deploy', ['synth', 'deploy'], []],
    ['run-many -t lint,test,deploy', ['lint', 'test', 'deploy'], []],
    ['run-many --targets lint deploy --parallel 3', ['lint', 'deploy'], []],
    ['run-many --target=lint --target=deploy', ['lint', 'deploy'], []],
    ['run-many -t lint,deploy -t test', ['lint,deploy', 'test'], []],
    ['run-many -t=deploy -p=data', ['deploy'], ['--projects=data']],
    ['run-many -p data compute -t lint deploy', ['lint', 'deploy'], ['--projects=data,compute']],
    ['run-many -t deploy -p data -p compute', ['deploy'], ['--projects=data', '--projects=compute']],
    ['run-many -t deploy --projects=tag:type:stack', ['deploy'], ['--projects=tag:type:stack']],
    ['run-many -c prod --skip-nx-cache -t lint deploy --nxBail --tuiAutoExit 3', ['lint', 'deploy'], []],
    ['run-many --environment prod -t lint deploy --output-style stream --all', ['lint', 'deploy'], []],
    ['run-many -t deploy --exclude network data', ['deploy'], ['--exclude=network,data']],
    ['run-many -t deploy -- -p data', ['deploy'], []],
    ['run-many -t lint --environment prod deploy', ['lint'], []],
    ['run-many --verbose=true -t deploy', ['deploy'], []],
    ['--parallel 3 run-many -t lint deploy', ['lint', 'deploy'], []],
    ['affected -t deploy --base=main --head HEAD', ['deploy'], ['--base=main', '--head=HEAD']],
    ['affected --files a.ts b.ts -t lint deploy', ['lint', 'deploy'], ['--files=a.ts,b.ts']],
    ['affected -t deploy -p data', ['deploy'], []],
    ['affected --uncommitted -t deploy', ['deploy'], ['--uncommitted']],
    ['affected -t deploy --untracked --exclude=network', ['deploy'], ['--exclude=network', '--untracked']],
  ])('%s names the targets %j of %j, as Nx reads it', async (line, targets, choice) => {
    expect(parseNxCommandLine(words(line))).toMatchObject({ targets, choice });
    expect(await agreesWithNx(words(line))).toBe(true);
  });

  it.each([
    ['run data:deploy', 'data', 'deploy'],
    ['run data:deploy:prod --account=sandbox', 'data', 'deploy'],
    ['run --verbose data:deploy', 'data', 'deploy'],
    ['run --project=data --target=deploy', 'data', 'deploy'],
    ['run -p data -t deploy', 'data', 'deploy'],
    ['run deploy -p data', 'data', 'deploy'],
    ['deploy data', 'data', 'deploy'],
    ['deploy -c prod data', 'data', 'deploy'],
    ['deploy data -c prod --environment prod', 'data', 'deploy'],
    ['deploy --parallel 3 data', 'data', 'deploy'],
    ['deploy -p data', 'data', 'deploy'],
    ['deploy --nx-bail data', 'data', 'deploy'],
    ['deploy data -- --yes', 'data', 'deploy'],
    ['lint data --projects deploy', 'data', 'lint'],
  ])('%s is the task of %s and %s, as Nx reads it', async (line, project, target) => {
    expect(parseNxCommandLine(words(line))).toMatchObject({ command: 'run', project, targets: [target] });
    expect(await agreesWithNx(words(line))).toBe(true);
  });

  it('is read as Nx reads it, whatever its options are', async () => {
    const options = fc.oneof(
      fc.constantFrom('-t', '--target', '--targets', '-p', '--projects', '--project', '--exclude', '--files', '--base'),
      fc.constantFrom('--target=lint', '--targets=lint,deploy', '-t=deploy', '-p=data', '--projects=a,b', '--head=x'),
      fc.constantFrom('--all', '--no-all', '--uncommitted', '--untracked', '--verbose', '--nxBail', '--nx-bail'),
      fc.constantFrom(
        '--parallel',
        '--parallel=3',
        '-c',
        '--configuration=prod',
        '--skipNxCache',
        '--batch',
        '--graph',
      ),
      fc.constantFrom('--environment', '--environment=prod', '--yes', '--', '--output-style=stream', '--max-parallel'),
    );
    const values = fc.constantFrom('lint', 'deploy', 'destroy', 'data', 'data:deploy', 'lint,deploy', 'a', '3', 'prod');
    const commands = fc.constantFrom('run-many', 'affected', 'run', 'deploy', 'lint');
    const lines = fc.tuple(commands, fc.array(fc.oneof(options, values, values), { maxLength: 8 }));
    let compared = 0;

    await fc.assert(
      fc.asyncProperty(lines, async ([command, rest]) => {
        if (await agreesWithNx([command, ...rest])) compared++;
      }),
      { numRuns: 200 },
    );

    expect(compared).toBeGreaterThan(50);
  });

  it.each([
    ['run', yargsRunCommand],
    ['run-many', yargsRunManyCommand],
    ['affected', yargsAffectedCommand],
  ] as const)('has the options of %s of this Nx, each of its type', (name, { builder }) => {
    const parser = yargs().help(false);
    (builder as (parser: Argv) => Argv)(parser);
    const { alias, boolean, number, string } = (parser as unknown as Parser).getOptions();
    const names = (options: readonly string[]) => [...new Set(options)].filter((option) => !aliases.includes(option));
    const aliases = Object.values(alias).flat();

    expect([...NX_OPTIONS[name].string].sort()).toEqual(names([...string, ...number]).sort());
    expect([...NX_OPTIONS[name].boolean].sort()).toEqual([...new Set([...names(boolean), 'version'])].sort());
    expect(NX_OPTIONS[name].alias).toEqual(
      Object.fromEntries(Object.entries(alias).filter(([, all]) => all.length > 0)),
    );
  });
});

interface Parser {
  getOptions(): Readonly<Record<'string' | 'number' | 'boolean', readonly string[]>> & {
    readonly alias: Readonly<Record<string, readonly string[]>>;
  };
}
