import { Command, type MakeCommand } from '@dr/command-line';
import { workFolderOf } from '../engine/folders';
import { holdsResources, keptStateFile, readState, STATE_FILE } from '../engine/state-file';
import { join } from 'node:path';
import { orphansOf, stackElsewhere } from '../records/orphans';
import { recordedReaders, type RecordOutcome } from '../records/state-record';
import { formatTable } from './format-table';
import { statesOf } from '../engine/run';
import { type OpenEnvironment, openEnvironment } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** A state of an account, as the command prints it. */
export interface DeployedState {
  readonly state: string;
  readonly region: string;
  readonly stack: string;
  readonly owner: string;
  readonly outcome: RecordOutcome | 'not recorded';
  /** Whether no stack of the workspace has it any more. */
  readonly orphan: boolean;
  /** Whether it was deployed from a commit that this one does not contain. */
  readonly newer: boolean;
  readonly commit?: string;
  /** Whether the work tree had changes that the commit does not hold. */
  readonly changed?: boolean;
  readonly by?: string;
  readonly at?: string;
  /** Recorded states that read what it publishes. */
  readonly readBy: readonly string[];
}

/** `stacks deployed` */
export const deployed: MakeCommand = (context) =>
  new Command('deployed')
    .summary('List the states that are deployed: of which stack, commit and team, and what reads them')
    .description(
      'List the states that are recorded as deployed in an account: of which stack, commit and team, when and by whom, ' +
        'what reads them, and which of them no stack has any more. A state that a release without records deployed is ' +
        '"not recorded" until its next deploy.',
    )
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--json', 'As JSON', false)
    .action(async ({ json, ...options }) => {
      const environment = await openEnvironment(destinationOf(options), context);
      const states = await deployedStates(environment, context.workspaceRoot);
      context.print(json ? JSON.stringify(states, null, 2) : describe(states));
    });

export async function deployedStates(
  { records, manifests, newer, account, destination }: OpenEnvironment,
  workspaceRoot: string,
): Promise<readonly DeployedState[]> {
  const recorded = [...records.states.values()];
  const orphans = new Set(orphansOf(records, manifests).map(({ state }) => state));
  const listed = recorded.map(({ state, region, record }): DeployedState => {
    const { stack, owner, outcome, commit, changed, by, at } = record;
    const isNewer = commit !== undefined && newer.has(commit);
    const isElsewhere = stackElsewhere(record, newer) !== undefined;
    return {
      state,
      region,
      stack,
      owner,
      outcome,
      orphan: orphans.has(state) && !isElsewhere,
      newer: isNewer,
      ...(commit === undefined ? {} : { commit, changed: changed === true }),
      by,
      at,
      readBy: recordedReaders(record.publishes, recorded)
        .map((reader) => reader.state)
        .filter((reader) => reader !== state)
        .sort(),
    };
  });

  const { environment, account: accountName } = destination;
  const notRecorded: DeployedState[] = [];
  for (const manifest of manifests) {
    for (const { stack, entry } of statesOf(manifest)) {
      if (records.states.has(entry.name)) continue;
      // A state in a bucket would have to be pulled: it is listed from its next deploy on.
      const files = [
        account.statesFolder && keptStateFile(account.statesFolder, environment, entry.name),
        join(workFolderOf(workspaceRoot, accountName, environment, entry.name), STATE_FILE),
      ];
      if (!holdsResources(await readState(...files))) continue;
      notRecorded.push({
        state: entry.name,
        region: entry.region,
        stack,
        owner: manifest.owner,
        outcome: 'not recorded',
        orphan: false,
        newer: false,
        readBy: [],
      });
    }
  }
  return [...listed, ...notRecorded].sort((a, b) => a.state.localeCompare(b.state, 'en'));
}

function describe(states: readonly DeployedState[]): string {
  if (states.length === 0) return 'nothing is deployed';
  const rows = states.map((state) => [
    state.state,
    state.stack,
    state.owner,
    state.commit === undefined ? '' : `${state.commit.slice(0, 12)}${state.changed ? ' changed' : ''}`,
    state.at?.replace(/\.\d+Z$/, 'Z') ?? '',
    state.by ?? '',
    noteOf(state),
    state.readBy.join(', '),
  ]);
  const table = formatTable([['state', 'stack', 'owner', 'commit', 'deployed', 'by', '', 'read by'], ...rows]);
  const orphans = states.filter(({ orphan }) => orphan);
  return orphans.length === 0
    ? table
    : `${table}\n\n${orphans.length} of ${states.length} states are of no stack any more. Destroy each: npx --no-install stacks destroy-orphan <state>`;
}

function noteOf({ outcome, orphan, newer }: DeployedState): string {
  return [
    ...(outcome === 'deployed' ? [] : [outcome]),
    ...(orphan ? ['orphan'] : []),
    ...(newer ? ['newer'] : []),
  ].join(', ');
}
