import { join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { Command, CommandError, type CommandContext, type MakeCommand } from '@dr/command-line';
import { didYouMean } from '@dr/nearest-name';
import { describeChange } from '../engine/describe-plan';
import { terraformOf } from '../engine/fetch-terraform';
import { workFolderOf } from '../engine/folders';
import { keptStateFile } from '../engine/state-file';
import { openState } from '../engine/state-run';
import { LOCK_FILE } from '../engine/work-folder';
import { deployedReaders } from '../errors';
import { orphansOf, stackElsewhere } from '../records/orphans';
import { recordedReaders, recordPath } from '../records/state-record';
import { statesOf } from '../engine/run';
import { type OpenEnvironment, openEnvironment } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** `stacks destroy-orphan` */
export const destroyOrphan: MakeCommand = (context) =>
  new Command('destroy-orphan')
    .summary('Destroy a state that no stack has any more')
    .description(
      "Destroy a state that no stack has any more: its stack's folder was deleted, or the settings no longer name its region. " +
        'Its record holds the backend and the providers that it takes. What is protected against deletion is refused by AWS.',
    )
    .argument('<state>', 'As `stacks deployed` lists it: data-eu-west-1')
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--yes', 'Do it without asking; the sandbox account never asks', false)
    .option(
      '--over-newer',
      'Also where its stack may be in a commit, or in changes, that this work tree does not have',
      false,
    )
    .action(async (state, { yes, overNewer, ...options }) => {
      const environment = await openEnvironment(destinationOf(options), context);
      await destroy(state, environment, context, { yes, overNewer });
    });

async function destroy(
  state: string,
  environment: OpenEnvironment,
  { workspaceRoot, print, say }: CommandContext,
  { yes, overNewer }: { readonly yes: boolean; readonly overNewer: boolean },
): Promise<void> {
  const { records, manifests, newer, account, destination, store, parameterRoot } = environment;
  const recorded = records.states.get(state);
  if (recorded === undefined)
    throw notAnOrphan(
      state,
      orphansOf(records, manifests).map((orphan) => orphan.state),
    );
  const { record, region } = recorded;
  if (!orphansOf(records, manifests).includes(recorded)) {
    throw new CommandError(
      `${state}: stack ${record.stack} of this workspace has it, expected a state of no stack. Nothing was changed. Destroy the stack: npx nx destroy ${record.stack}`,
    );
  }
  const elsewhere = stackElsewhere(record, newer);
  if (elsewhere !== undefined && !overNewer) {
    throw new CommandError(
      `${state}: ${elsewhere}, by ${record.by}: its stack may be there. Nothing was changed. Bring that in, or type --over-newer.`,
    );
  }
  const others = [...records.states.values()].filter((other) => other.state !== state);
  const readers = recordedReaders(record.publishes, others).map((reader) => ({
    stack: reader.record.stack,
    state: reader.state,
    region: reader.region,
    isOfWorkspace: manifests.flatMap(statesOf).some(({ entry }) => entry.name === reader.state),
  }));
  if (readers.length > 0) throw deployedReaders(destination, [state], readers, false);

  const { command: binary } = await terraformOf(workspaceRoot);
  const held = await openState({
    entry: { name: state, region, folder: '', digest: '', publishes: [], reads: [] },
    terraformJson: { ...record.configuration },
    workFolder: workFolderOf(workspaceRoot, destination.account, destination.environment, state),
    stateFile: account.statesFolder && keptStateFile(account.statesFolder, destination.environment, state),
    binary,
    account,
    commandLine: `stacks destroy-orphan ${state}`,
    destination,
    interrupt: new AbortController().signal,
    initialised: new Map(),
    lockFile: join(workspaceRoot, LOCK_FILE),
    onProgress: ({ current = [] }) => {
      if (current.length > 0) say(`  destroying ${current.join(', ')}`);
    },
    onWarning: say,
  });
  try {
    const plan = await held.plan({ destroy: true });
    for (const change of plan.changes) for (const line of describeChange(change)) print(line);
    if (!yes && destination.account !== 'sandbox' && !(await confirm(state, plan.counts.remove))) {
      throw new CommandError(`${state}: not confirmed, expected --yes or a yes at the prompt. Nothing was changed.`);
    }
    const { remove } = plan.hasChanges ? await held.apply(plan) : plan.counts;
    await store.remove(recordPath(parameterRoot, region, state), region);
    print(`${state}: destroyed, ${remove} resources`);
  } finally {
    await held.close();
  }
}

function notAnOrphan(state: string, orphans: readonly string[]): CommandError {
  const expected = orphans.length === 0 ? 'of which there is none' : `one of ${orphans.toSorted().join(', ')}`;
  return new CommandError(
    `${state}: not recorded as deployed, expected a state that no stack has any more: ${expected}. ${didYouMean(state, orphans)}`.trim(),
  );
}

async function confirm(state: string, resources: number): Promise<boolean> {
  if (!process.stdin.isTTY) return false;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal
    .question(`Destroy all ${resources} resources of ${state}? Only "yes" goes on: `)
    .catch(() => '');
  terminal.close();
  return answer.trim() === 'yes';
}
