import { Command, CommandError, type CommandContext, type MakeCommand } from '@dr/command-line';
import { didYouMean } from '@dr/nearest-name';
import { fetchTerraform } from '../engine/fetch-terraform';
import { workFolderOf } from '../engine/folders';
import { moveResources, type Moves } from '../engine/move-resources';
import type { RunState } from '../engine/run';
import { keptStateFile } from '../engine/state-file';
import { openState, type StateRunOptions } from '../engine/state-run';
import { findTerraform } from '../engine/terraform-binary';
import { LOCK_FILE } from '../engine/work-folder';
import type { TerraformJson } from '../engine/synthesized';
import { codeNotMoved, otherRegions } from '../errors';
import { join } from 'node:path';
import { type OpenEnvironment, openEnvironment, statesOf } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** `stacks move` */
export const move: MakeCommand = (context) =>
  new Command('move')
    .summary('Move resources from one state to another, as they are')
    .description(
      'Move resources from one state to another: for a stack that is split, or a construct that moves to another stack. ' +
        'Nothing is made, changed or destroyed. Move the code in the same commit, run this once for each environment, and plan ' +
        'both stacks: the plan has to be empty. Within one state use movedFrom of @dr/platform-stack.',
    )
    .argument('<address...>', 'Addresses in the state that they are in: aws_sqs_queue.Queue')
    .requiredOption('--from <state>', 'State that they are in: data-us-east-1')
    .requiredOption('--to <state>', 'State that they belong to')
    .option('--as <address>', 'Address in the other state, of a single resource (default: the same)')
    .addOption(environmentOption())
    .addOption(accountOption())
    .action(async (addresses, { from, to, as, ...options }) => {
      if (as !== undefined && addresses.length > 1) {
        throw new CommandError(`--as names one address, expected one resource to move: ${addresses.length} are named.`);
      }
      if (from === to) throw new CommandError(`--from and --to are both ${from}, expected two states.`);
      const environment = await openEnvironment(destinationOf(options), context);
      const moves = new Map(addresses.map((address) => [address, as ?? address]));
      const moved = await moveBetween(
        stateOf(environment, from),
        stateOf(environment, to),
        moves,
        environment,
        context,
      );
      const stacks = [...new Set([from, to].map((state) => stateOf(environment, state).stack))];
      context.print(`${to}: has ${moved.join(', ')} now, and ${from} has it no more`);
      context.print(
        `The plan of both has to be empty: npx nx run-many -t plan -p ${stacks.join(',')} --environment=${environment.destination.environment} --account=${environment.destination.account}`,
      );
    });

function stateOf({ manifests }: OpenEnvironment, name: string): RunState {
  const states = manifests.flatMap(statesOf);
  const found = states.find(({ entry }) => entry.name === name);
  if (found !== undefined) return found;
  const known = states.map(({ entry }) => entry.name);
  throw new CommandError(
    `${name}: no state of a stack, expected one of ${known.join(', ')}. ${didYouMean(name, known)}`.trim(),
  );
}

/** Whether the code has a resource at an address: `aws_sqs_queue.Queue`, with or without an index. */
function isConfigured(terraformJson: TerraformJson, address: string): boolean {
  const [type = '', name = ''] = address.replace(/\[.*$/, '').split('.');
  const resources = (terraformJson['resource'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return resources[type]?.[name] !== undefined;
}

async function moveBetween(
  from: RunState,
  to: RunState,
  moves: Moves,
  { account, destination, synthesized }: OpenEnvironment,
  { workspaceRoot, say }: CommandContext,
): Promise<readonly string[]> {
  if (from.entry.region !== to.entry.region) throw otherRegions(from.entry.region, to.entry.region);
  const [codeOfSource, codeOfTarget] = [
    await synthesized.readTerraformJson(from),
    await synthesized.readTerraformJson(to),
  ];
  const misplaced = [...moves].filter(
    ([address, as]) => !isConfigured(codeOfTarget, as) || isConfigured(codeOfSource, address),
  );
  if (misplaced.length > 0) {
    throw codeNotMoved(
      misplaced.map(([, as]) => as),
      from.entry.name,
      to.entry.name,
    );
  }
  const { command: binary } = await findTerraform(process.env, () =>
    fetchTerraform(join(workspaceRoot, 'node_modules/.cache/terraform')),
  );
  const initialised = new Map<string, Promise<string>>();
  const optionsOf = async (state: RunState): Promise<StateRunOptions> => ({
    entry: state.entry,
    terraformJson: await synthesized.readTerraformJson(state),
    copyFiles: (folder) => synthesized.copyFolder(state, folder),
    workFolder: workFolderOf(workspaceRoot, destination.account, destination.environment, state.entry.name),
    stateFile: account.statesFolder && keptStateFile(account.statesFolder, destination.environment, state.entry.name),
    binary,
    account,
    commandLine: `stacks move --from=${from.entry.name} --to=${to.entry.name}`,
    destination,
    interrupt: new AbortController().signal,
    initialised,
    lockFile: join(workspaceRoot, LOCK_FILE),
    onProgress: () => undefined,
    onWarning: say,
  });
  const source = await openState(await optionsOf(from));
  try {
    const target = await openState(await optionsOf(to));
    try {
      return await moveResources(
        binary,
        { name: from.entry.name, held: source },
        { name: to.entry.name, held: target },
        moves,
      );
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}
