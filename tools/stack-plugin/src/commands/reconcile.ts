import { Command, CommandError, type CommandContext, type MakeCommand } from '@dr/command-line';
import { didYouMean } from '@dr/nearest-name';
import { reconcileCommand } from '../accounts/destination';
import { unendedApplyIn } from '../engine/apply-log';
import type { ListedResource } from '../engine/find-lost';
import { workFolderOf } from '../engine/folders';
import { isAnythingLost, reconcileState, type Reconciliation } from '../engine/reconcile-state';
import { type RunState, statesOf } from '../engine/run';
import { stateOptions } from '../engine/state-options';
import type { StateRunOptions } from '../engine/state-run';
import { terraformIn, UserError } from '../errors';
import { clientSettings } from '../records/account-client';
import type { StateIdentity } from '../records/recorder';
import { encodeRecord, recordPath } from '../records/state-record';
import { type OpenEnvironment, openEnvironment } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** `stacks reconcile` */
export const reconcile: MakeCommand = (context) =>
  new Command('reconcile')
    .summary('List, and repair, what a deploy that died made and left in no state')
    .description(
      'List the resources that a deploy which was killed made and left in no state, by its log, by tags and by names; ' +
        'ends with status 1 where there are any. With --yes they are imported, with their values as they are, and the state ' +
        'can be deployed again. What would be replaced or destroyed is not imported.',
    )
    .argument('[states...]', 'As `stacks deployed` lists them. Default: those whose last deploy has not ended')
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--yes', 'Import what is found', false)
    .action(async (names, { yes, ...options }) => {
      const environment = await openEnvironment(destinationOf(options), context);
      const states = await chosenStates(names, environment, context);
      if (states.length === 0) context.print('nothing to reconcile: no deploy was killed');
      const optionsOf = await runOptions(environment, context, yes);
      const client = await clientSettings(environment.account, context.workspaceRoot);
      for (const state of states) {
        try {
          const result = await reconcileState(await optionsOf(state), client);
          if (result.settled) await recordSettled(state, environment, result.settled);
          const lines = describe(state, result, environment, context, yes);
          for (const line of lines) context.print(line);
          if (!result.settled) context.endWith(1);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          context.print(error.message);
          context.endWith(1);
        }
      }
    });

async function chosenStates(
  names: readonly string[],
  { manifests, records, destination }: OpenEnvironment,
  { workspaceRoot }: CommandContext,
): Promise<readonly RunState[]> {
  const states = manifests.flatMap(statesOf);
  const known = states.map(({ entry }) => entry.name);
  for (const name of names) {
    if (known.includes(name)) continue;
    const orphan = records.states.get(name)?.record;
    throw new CommandError(
      orphan === undefined
        ? `${name}: no state of ${destination.environment}, expected one of ${known.toSorted().join(', ')}. ${didYouMean(name, known)}`.trim()
        : `${name}: no stack of this workspace has it, expected a state whose configuration is here. Check out ${orphan.commit?.slice(0, 12) ?? 'the commit that it was deployed from'}, and type this there.`,
    );
  }
  if (names.length > 0) return states.filter(({ entry }) => names.includes(entry.name));
  const isUnended = await Promise.all(
    states.map(async ({ entry: { name } }) => {
      const { account, environment } = destination;
      const log = await unendedApplyIn(workFolderOf(workspaceRoot, account, environment, name));
      return log?.hasBegun === true || records.states.get(name)?.record.outcome === 'applying';
    }),
  );
  return states.filter((_state, index) => isUnended[index]);
}

async function runOptions(
  environment: OpenEnvironment,
  context: CommandContext,
  yes: boolean,
): Promise<(state: RunState) => Promise<StateRunOptions & { readonly reconciles: 'list' | 'repair' }>> {
  const optionsOf = await stateOptions(environment, context);
  return async (state) => ({
    ...(await optionsOf(state, `stacks reconcile ${state.entry.name}`)),
    reconciles: yes ? 'repair' : 'list',
    // What holds the lock is said at once: it is the dead run, or one that is under way.
    lockTimeoutSeconds: 0,
    onWarning: (text) => {
      if (!/Resource targeting is in effect|Applied changes may be incomplete/.test(text)) context.say(text);
    },
  });
}

/** Records that the apply of a state has ended, and that the state is to be deployed again. */
async function recordSettled(
  { entry: { name, region } }: RunState,
  { records, store, parameterRoot }: OpenEnvironment,
  identity: StateIdentity,
): Promise<void> {
  const record = records.states.get(name)?.record;
  if (record?.outcome !== 'applying') return;
  const ended = { ...record, ...identity, outcome: 'failed', at: new Date().toISOString() } as const;
  await store.write(recordPath(parameterRoot, region, name), encodeRecord(name, ended), region);
}

/** The lines that a person reads, and can type. */
function describe(
  { entry: { name }, stack }: RunState,
  { log, lost, restored, settled }: Reconciliation,
  { destination }: OpenEnvironment,
  { workspaceRoot }: CommandContext,
  yes: boolean,
): readonly string[] {
  const folder = workFolderOf(workspaceRoot, destination.account, destination.environment, name);
  const byHand = (address: string, id: string) => terraformIn(folder, 'terraform', `import '${address}' '${id}'`);
  const listed = ({ arn, deletion }: ListedResource) =>
    `    ${arn}${deletion === undefined ? '' : `, deleted by: ${deletion}`}`;
  const section = (heading: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : [`  ${heading}:`, ...lines];
  const names = (addresses: readonly string[]) => addresses.map((address) => `    ${address}`);
  const lines = [
    ...(log === undefined
      ? [
          '  no log of that deploy is here: looked for by tags and names alone. Where the deploy ran, its log names more',
        ]
      : [`  its apply was killed at ${log.at}: ${log.created.size} resources made, ${log.pending.size} begun`]),
    ...(restored === undefined
      ? []
      : [`  the state was cut; its backup holds ${restored} resources, and ${yes ? 'took' : 'takes'} its place`]),
    ...section(
      yes && settled ? `taken into the state, ${lost.found.length}` : `in no state, ${lost.found.length}`,
      lost.found.flatMap(({ address, importId, foundBy, deletion }) => [
        `    ${address} (${importId}), by ${foundBy}`,
        ...(yes
          ? []
          : [`      ${byHand(address, importId)}`, ...(deletion === undefined ? [] : [`      or: ${deletion}`])]),
      ]),
    ),
    ...section(
      'would be replaced or destroyed by the configuration; nothing is imported until it would not',
      names(lost.replaced),
    ),
    ...lost.ambiguous.flatMap(({ addresses, resources }) =>
      section(
        `of ${addresses.join(', ')} these are there; import or delete each, and type this again`,
        resources.map(listed),
      ),
    ),
    ...section(
      'of that name, and without the tags of this state; import them by hand if they are its own',
      names(lost.untagged),
    ),
    ...section('made, and not to be imported; delete them by hand', names(lost.others)),
    ...section('begun, and listed nowhere: they may be there; look for them in the console', names(lost.unseen)),
    ...section(
      'begun, and not listed by their tags. AWS lists a resource a while after it makes it: look again before --yes',
      names(lost.notListed),
    ),
    ...section(
      'with the tags of this state, in no state, and not of that deploy; delete what is not needed',
      lost.strays.map(listed),
    ),
    ...lost.problems.map((problem) => `  ${problem}`),
  ];
  const heading = isAnythingLost(lost) || restored !== undefined ? `${name}:` : `${name}: nothing is lost`;
  const next = settled
    ? `  deploy it again: npx nx deploy ${stack}`
    : yes
      ? '  not repaired: what is named above has to be settled first'
      : `  to import what is found: ${reconcileCommand(name, destination)} --yes`;
  return [heading, ...lines, next];
}
