import parseArguments from 'yargs-parser';

/** Tasks that a command line of Nx names, before Nx adds those that they depend on. */
export interface NxCommandLine {
  /** `run` is every way to run one project's target: `run data:deploy`, `deploy data`, `deploy -p data`. */
  readonly command: 'run' | 'run-many' | 'affected';
  readonly targets: readonly string[];
  /** Of `run`: the project or a pattern of it; undefined where Nx takes the project of the current folder. */
  readonly project: string | undefined;
  /** Of `run-many` and `affected`: the options that choose projects, as `nx show projects` takes them. */
  readonly choice: readonly string[];
  /** `prod`, of `-c prod` and `run data:deploy:prod`; undefined where none is given. */
  readonly configuration: string | undefined;
  /** Options that Nx does not know and hands on to the tasks, with their values: `[['environment', 'prod']]`. */
  readonly taskOptions: readonly (readonly [name: string, value: string])[];
  /** Words that name nothing, which Nx hands on to the tasks as well: `data` of `deploy network data`. */
  readonly surplus: readonly string[];
  /** Of `affected`: the changed files come from standard input, which is read once only. */
  readonly readsFiles: boolean;
}

interface OptionTable {
  readonly string: readonly string[];
  readonly boolean: readonly string[];
  readonly alias: Readonly<Record<string, readonly string[]>>;
}

/** Options of run, run-many and affected alike. */
const RUN_OPTIONS: OptionTable = {
  string: ['configuration', 'exclude', 'graph', 'maxParallel', 'outputStyle', 'parallel', 'runner', 'tuiAutoExit'],
  boolean: [
    'batch',
    'cloud',
    'dte',
    'excludeTaskDependencies',
    'nxBail',
    'nxIgnoreCycles',
    'prod',
    'skipNxCache',
    'skipRemoteCache',
    'skipSync',
    'tui',
    'useAgents',
    'verbose',
    'version',
  ],
  alias: {
    configuration: ['c'],
    skipNxCache: ['disableNxCache'],
    skipRemoteCache: ['disableRemoteCache'],
    useAgents: ['agents'],
  },
};

/**
 * Every option that Nx knows of a command: whether the next word is its value, or a project, depends on it. A spec
 * compares them with Nx's own.
 */
export const NX_OPTIONS: Readonly<Record<NxCommandLine['command'], OptionTable>> = {
  run: extend({ string: ['project', 'target'], boolean: ['help'], alias: { project: ['p'], target: ['t'] } }),
  'run-many': extend({
    string: ['projects', 'targets'],
    boolean: ['all'],
    alias: { projects: ['p'], targets: ['target', 't'] },
  }),
  affected: extend({
    string: ['targets', 'base', 'head', 'files'],
    boolean: ['all', 'stdin', 'uncommitted', 'untracked'],
    alias: { targets: ['target', 't'] },
  }),
};

/** Options that take the next word for their value even where it looks like an option. */
const NEEDING_VALUE = ['targets', 'target', 'base', 'head', 'files'];

/** Options that choose projects. */
const CHOOSING = ['projects', 'exclude', 'base', 'head', 'files', 'uncommitted', 'untracked'];

/** Options whose value goes on over all words up to the next option. */
const LISTS = ['-p', '--projects', '--exclude', '--files', '-t', '--target', '--targets'];

/** As Nx sets its parser up: what it does not know is an argument of the task, and no option. */
const CONFIGURATION = {
  'strip-dashed': true,
  'unknown-options-as-args': true,
  'populate--': true,
  'parse-numbers': false,
  'parse-positional-numbers': false,
};

/**
 * Parses a command line by Nx's own rules [nx 23.2, init-local and shared-options].
 *
 * @param args of Nx, the command first: `['affected', '-t', 'lint', 'deploy']`
 */
export function parseNxCommandLine(args: readonly string[]): NxCommandLine {
  // Nx finds the command before it knows of any option.
  const [command] = parseArguments([...args], { configuration: { 'strip-dashed': true } })._;
  if (command === 'run-many' || command === 'affected') return parseMany(command, joinLists(args));
  return parseOne(args[0]?.startsWith('-') ? joinLists(args) : args);
}

function parseMany(command: 'run-many' | 'affected', args: readonly string[]): NxCommandLine {
  const values = parse(command, args);
  return {
    command,
    targets: splitList(values['targets']),
    project: undefined,
    choice: CHOOSING.flatMap((name) =>
      values[name] === true ? [`--${name}`] : valuesOf(values[name]).map((value) => `--${name}=${value}`),
    ),
    configuration: configurationOf(values),
    ...wordsOfTasks([...values._.filter((word) => word !== command), ...(values['--'] ?? [])].map(String)),
    readsFiles: values['stdin'] === true,
  };
}

function parseOne(args: readonly string[]): NxCommandLine {
  const values = parse('run', args);
  const words = values._.map(String);
  // An option that Nx does not know ends what it takes for a target or a project.
  const unknown = words.findIndex((word) => word.startsWith('-'));
  const naming = unknown === -1 ? words : words.slice(0, unknown);
  const [first, second] = naming;
  const [targetOption] = valuesOf(values['target']);
  const [projectOption] = valuesOf(values['project']);
  const options = {
    configuration: configurationOf(values),
    ...wordsOfTasks([...naming.slice(2), ...words.slice(naming.length), ...(values['--'] ?? []).map(String)]),
  };
  if (first !== 'run') return one(first ?? targetOption, second ?? projectOption, options);
  const [project, target, configuration] = second && second.lastIndexOf(':') > 0 ? second.split(':') : [];
  return one(target ?? targetOption ?? second, projectOption ?? project, {
    ...options,
    configuration: configuration ?? options.configuration,
  });
}

function one(
  target: string | undefined,
  project: string | undefined,
  options: Pick<NxCommandLine, 'configuration' | 'taskOptions' | 'surplus'>,
): NxCommandLine {
  return { command: 'run', targets: target ? [target] : [], project, choice: [], readsFiles: false, ...options };
}

/** The last one counts; `--prod` is short for one. Empty text: named without a value. */
function configurationOf(values: Record<string, unknown>): string | undefined {
  if (values['configuration'] === '') return '';
  return valuesOf(values['configuration']).at(-1) ?? (values['prod'] === true ? 'prod' : undefined);
}

/** `--name=value`, `--name value`, `--name` and `--no-name` among the words that Nx leaves to a task, and the others. */
function wordsOfTasks(words: readonly string[]): Pick<NxCommandLine, 'taskOptions' | 'surplus'> {
  const taskOptions: (readonly [string, string])[] = [];
  const surplus: string[] = [];
  for (let index = 0; index < words.length; index++) {
    const [, name = '', value] = /^--?(?:no-)?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/.exec(words[index] as string) ?? [];
    const next = words[index + 1];
    if (name === '') surplus.push(words[index] as string);
    else if (value !== undefined || next === undefined || next.startsWith('-')) {
      taskOptions.push([camelCase(name), value ?? '']);
    } else {
      taskOptions.push([camelCase(name), next]);
      index++;
    }
  }
  return { taskOptions, surplus };
}

/** Nx hands `--dry-run` on as `dryRun`. */
const camelCase = (name: string) => name.replace(/-([a-z])/g, (_all, letter: string) => letter.toUpperCase());

function parse(command: NxCommandLine['command'], args: readonly string[]) {
  const { string, boolean, alias } = NX_OPTIONS[command];
  return parseArguments([...args], {
    string: [...string],
    boolean: [...boolean],
    // The parser knows `--nx-bail`, too, of what has a list of aliases, be it empty.
    alias: Object.fromEntries([...string, ...boolean].map((name) => [name, [...(alias[name] ?? [])]])),
    narg: Object.fromEntries(NEEDING_VALUE.filter((name) => string.includes(name)).map((name) => [name, NaN])),
    configuration: CONFIGURATION,
  });
}

function extend({ string, boolean, alias }: OptionTable): OptionTable {
  return {
    string: [...RUN_OPTIONS.string, ...string],
    boolean: [...RUN_OPTIONS.boolean, ...boolean],
    alias: { ...RUN_OPTIONS.alias, ...alias },
  };
}

/** Joins the words of a list into one value: `-t lint deploy` is `-t lint,deploy`. */
function joinLists(args: readonly string[]): readonly string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length;
  const joined: string[] = [];
  for (let index = 0; index < end;) {
    const word = args[index++] as string;
    joined.push(word);
    if (!LISTS.includes(word) || index === 1) continue;
    const from = index;
    while (index < end && !args[index]?.startsWith('-')) index++;
    joined.push(args.slice(from, index).join(','));
  }
  return [...joined, ...args.slice(end)];
}

/** An option that is given once is a list by commas; given more than once, each value is one item. */
function splitList(value: unknown): readonly string[] {
  const values = valuesOf(value);
  const items = Array.isArray(value) ? values : values.flatMap((list) => list.split(','));
  return items.map((item) => item.replace(/^"(.*)"$/, '$1'));
}

/** The values of an option that may be given more than once; neither an empty one nor its negation is any. */
function valuesOf(value: unknown): readonly string[] {
  return (value === '' ? [] : [value].flat()).filter((item) => typeof item === 'string');
}
