import { Command, CommandError, type CommandContext, type MakeCommand } from '@dr/command-line';
import { didYouMean } from '@dr/nearest-name';
import { moveResources, type Moves } from '../engine/move-resources';
import { type RunState, statesOf } from '../engine/run';
import { stateOptions } from '../engine/state-options';
import { openState } from '../engine/state-run';
import type { TerraformJson } from '../engine/synthesized';
import { codeNotMoved, dataNotMoved, otherRegions } from '../errors';
import { type OpenEnvironment, openEnvironment } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** `stacks move` */
export const move: MakeCommand = (context) =>
  new Command('move')
    .summary('Move resources from one state to another, as they are')
    .description(
      'Move resources from one state to another: for a stack that is split, or a construct that moves to another stack. ' +
        'Nothing is made, changed or destroyed. Move the code in the same commit, run this once for each environment, and plan ' +
        'both stacks: the plan may change tags, and nothing else. Within one state use movedFrom of @dr/platform-stack.',
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
        `The plan of both may change the tags owner, stack and state, and nothing else: npx nx run-many -t plan -p ${stacks.join(',')} --environment=${environment.destination.environment} --account=${environment.destination.account}`,
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

/** Addresses of the resources that the code of a state has. */
function addressesIn(terraformJson: TerraformJson): ReadonlySet<string> {
  const resources = (terraformJson['resource'] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  return new Set(
    Object.entries(resources).flatMap(([type, byName]) => Object.keys(byName).map((name) => `${type}.${name}`)),
  );
}

/** An address without its index. */
const wholeOf = (address: string) => address.replace(/\[.*$/, '');

async function moveBetween(
  from: RunState,
  to: RunState,
  moves: Moves,
  environment: OpenEnvironment,
  context: CommandContext,
): Promise<readonly string[]> {
  const { synthesized } = environment;
  if (from.entry.region !== to.entry.region) throw otherRegions(from.entry.region, to.entry.region);
  const dataSources = [...moves.keys()].filter((address) => address.startsWith('data.'));
  if (dataSources.length > 0) throw dataNotMoved(dataSources);
  const inSource = addressesIn(await synthesized.readTerraformJson(from));
  const inTarget = addressesIn(await synthesized.readTerraformJson(to));
  const misplaced = [...moves].filter(([address, as]) => !inTarget.has(wholeOf(as)) || inSource.has(wholeOf(address)));
  if (misplaced.length > 0) {
    throw codeNotMoved(
      ...([misplaced.map(([, as]) => as), from.entry.name, to.entry.name] as const),
      [...inTarget].filter((address) => !inSource.has(address)),
    );
  }
  const optionsOf = await stateOptions(environment, context);
  const commandLine = `stacks move --from=${from.entry.name} --to=${to.entry.name}`;
  const ofSource = await optionsOf(from, commandLine);
  const source = await openState(ofSource);
  try {
    const target = await openState(await optionsOf(to, commandLine));
    try {
      return await moveResources(
        ofSource.binary,
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
