import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, type CommandContext, CommandError, type MakeCommand } from '@dr/command-line';
import { driftOf, type StateDrift } from '../engine/drift';
import { driftIssues, ghArguments, type OpenIssue } from '../engine/drift-issues';
import { describeChange } from '../engine/describe-plan';
import { formatTable } from './format-table';
import { readManifests } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';
import { planStacks } from './plan-stacks';
import { readWorkTree } from '../records/work-tree';

/** `stacks drift` */
export const drift: MakeCommand = (context) =>
  new Command('drift')
    .summary('Look for changes that were made outside Terraform, state by state')
    .description(
      'Plan every state without locks, and list those that were changed outside Terraform, or that a deploy of the very code ' +
        'that is recorded as deployed would change. Changes of the code that are not deployed yet are no drift: they are ' +
        'counted as pending. Ends with status 1 where a state could not be planned.',
    )
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--json', 'As JSON', false)
    .option('--fail-on-changes', 'End with status 1 where a state drifted', false)
    .option(
      '--issues <folder>',
      'Write what is to be said of each stack that drifted there, and a file gh: arguments of gh',
    )
    .option('--open-issues <file>', 'Issues that are open: gh issue list --label drift --json number,title')
    .action(async ({ json, failOnChanges, issues, openIssues, ...options }) => {
      const destination = destinationOf(options);
      const open = openIssues === undefined ? [] : readOpenIssues(resolve(context.folder, openIssues));
      const report = await planStacks(destination, ['run-many'], context);
      const states = report === undefined ? [] : driftOf(report);
      context.print(json ? JSON.stringify(states, null, 2) : describe(states));
      if (issues !== undefined) {
        const manifests = await readManifests(destination.environment, context.workspaceRoot);
        const { commit } = await readWorkTree(context.workspaceRoot);
        const said = driftIssues(states, open, {
          ...destination,
          at: new Date().toISOString(),
          commit,
          ownerOf: (stack) => manifests.find((manifest) => manifest.stack === stack)?.owner ?? 'nobody',
        });
        writeIssues(said, issues, context);
      }
      const isUnknown = states.some(({ kind }) => kind === 'unknown');
      if (isUnknown || (failOnChanges && states.some(({ kind }) => kind === 'drifted'))) context.endWith(1);
    });

function writeIssues(
  issues: ReturnType<typeof driftIssues>,
  folder: string,
  { folder: from, say }: CommandContext,
): void {
  const target = resolve(from, folder);
  mkdirSync(target, { recursive: true });
  for (const { stack, body } of issues) if (body !== undefined) writeFileSync(join(target, `${stack}.md`), body);
  writeFileSync(
    join(target, 'gh'),
    ghArguments(issues, (stack) => join(folder, `${stack}.md`)),
  );
  for (const { action, title } of issues) say(`${action}: ${title}`);
}

function readOpenIssues(file: string): readonly OpenIssue[] {
  try {
    const issues = JSON.parse(readFileSync(file, 'utf8')) as readonly OpenIssue[];
    return issues.map(({ number, title }) => ({ number, title }));
  } catch (error) {
    throw new CommandError(
      `--open-issues=${file}: ${(error as Error).message}, expected what this prints: gh issue list --label drift --state open --json number,title`,
    );
  }
}

function describe(states: readonly StateDrift[]): string {
  const rows = states
    .filter(({ kind }) => kind !== 'as-deployed')
    .map(({ state, kind, drift: changes, pending, problem }) => [
      state,
      kind,
      kind === 'unknown'
        ? ((problem ?? '').split('\n')[0] ?? '')
        : kind === 'pending'
          ? `${pending} changes of the code`
          : `${changes.length} resources`,
    ]);
  const still = states.filter(({ kind }) => kind === 'as-deployed').length;
  const details = states
    .filter(({ kind }) => kind === 'drifted')
    .flatMap(({ state, drift: changes }) => [
      '',
      `${state}:`,
      ...changes.flatMap((change) => describeChange(change)).map((line) => `  ${line}`),
    ]);
  return [
    ...(rows.length === 0 ? [] : [formatTable([['state', '', ''], ...rows])]),
    `${still} of ${states.length} states are as deployed`,
    ...details,
  ].join('\n');
}
