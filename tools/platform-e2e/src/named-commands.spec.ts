import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandContext, type CommandUnknownOpts, programOf } from '@dr/command-line';
import { RECOVERY } from '@dr/recovery-cli';
import { STACKS } from '@dr/stacks-cli';
import { STACKS as STACK_NAMES } from './synthesized';
import { WORKSPACE } from './workspace';

/** The targets that a project.json defines, and the one that its nightly tests make, by project. */
const TARGETS = new Map(
  ['libs', 'tools']
    .flatMap((folder) => readdirSync(join(WORKSPACE, folder)).map((name) => join(WORKSPACE, folder, name)))
    .filter((root) => existsSync(join(root, 'project.json')))
    .map((root) => {
      const file = readFileSync(join(root, 'project.json'), 'utf8');
      const { name, targets } = JSON.parse(file) as { name: string; targets: Record<string, unknown> };
      const sources = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' });
      const isNightly = sources.some((source) => source.endsWith('.nightly.ts'));
      return [name, [...Object.keys(targets), ...(isNightly ? ['nightly'] : [])]] as const;
    }),
);

/** The programs that npx finds in the workspace. */
const PROGRAMS = new Map(
  [RECOVERY, STACKS].map((program) => [
    program.name.split(' ').at(-1),
    programOf(program, { workspaceRoot: WORKSPACE } as CommandContext),
  ]),
);

/** Documentation and sources, whose messages people read. */
const FILES = [
  ...readdirSync(WORKSPACE).filter((file) => file !== 'CHANGELOG.md'),
  ...['apps', 'docs', 'libs', 'tools'].flatMap((folder) =>
    readdirSync(join(WORKSPACE, folder), { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
  ),
].filter((file) => /\.(md|ts|mjs)$/.test(file) && !file.endsWith('named-commands.spec.ts'));

const matchesOf = (pattern: RegExp) =>
  FILES.flatMap((file) =>
    [...readFileSync(join(WORKSPACE, file), 'utf8').matchAll(pattern)].map(([, ...groups]) => ({ file, groups })),
  );

/** The first word of a command line that is no command or option of a program; undefined where all are. */
function strangeWord(program: CommandUnknownOpts | undefined, words: readonly string[]): string | undefined {
  const [word = '', ...rest] = words;
  if (word === '--help' || word === '') return undefined;
  const command = program?.commands.find((each) => each.name() === word);
  if (command === undefined) return word;
  if (command.commands.length > 0) return strangeWord(command, rest);
  const flags = ['--help', ...command.options.map(({ long }) => long)];
  return rest.map((each) => each.split('=')[0] ?? '').find((each) => each.startsWith('--') && !flags.includes(each));
}

describe('a command that documentation or a message names', () => {
  it('is one of a program of the workspace, with options that it has', () => {
    const named = matchesOf(/npx --no-install ([a-z]+)((?: (?:[a-z]+|--[a-z-]+(?:=[\w-]+)?)(?![\w<$-]))*)/g);
    const strange = named.flatMap(({ file, groups: [program = '', words = ''] }) => {
      const word = strangeWord(PROGRAMS.get(program), words.trim().split(' '));
      return word === undefined ? [] : [{ file, program, words, word }];
    });

    expect(strange).toEqual([]);
    expect(named.length).toBeGreaterThan(30);
    expect(new Set(named.map(({ groups: [program] }) => program))).toEqual(new Set(PROGRAMS.keys()));
  });

  it('is typed through npx, of which each name belongs to a stranger', () => {
    expect(matchesOf(/(npx (?:stacks|recovery)\b.*)/g)).toEqual([]);
  });

  it('is a target of a project that has it, and not one that has moved', () => {
    const named = matchesOf(/nx run ([a-z0-9-]+):([a-z0-9-]+)(?![a-z0-9<$-])/g).filter(
      ({ groups: [project = ''] }) => TARGETS.has(project) && !STACK_NAMES.includes(project),
    );
    const moved = ['status', 'failover', 'failback', 'approve', 'drill', 'budget', 'env', 'fault', 'reset', 'stop'];

    expect(
      named.filter(
        ({ groups: [project = '', target = ''] }) =>
          moved.includes(target) ||
          (!TARGETS.get(project)?.includes(target) && !/^(test|lint|typecheck|e2e-.*)$/.test(target)),
      ),
    ).toEqual([]);
    expect(named.length).toBeGreaterThan(3);
  });
});
