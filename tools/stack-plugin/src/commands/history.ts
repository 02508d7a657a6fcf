import { Command, CommandError, type MakeCommand } from '@dr/command-line';
import { didYouMean } from '@dr/nearest-name';
import { decodeRecord, recordPath } from '../records/state-record';
import { formatTable } from './format-table';
import { openEnvironment } from './open-environment';
import { accountOption, destinationOf, environmentOption } from './options';

/** `stacks history` */
export const history: MakeCommand = (context) =>
  new Command('history')
    .summary('List the deploys of a state, newest first')
    .description(
      'List the deploys of a state, newest first: when, by whom, of which commit, and how they ended. The parameter store ' +
        'keeps the last hundred versions of a record.',
    )
    .argument('<state>', 'As `stacks deployed` lists it: network-us-east-1')
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--json', 'As JSON', false)
    .action(async (state, { json, ...options }) => {
      const { records, store, parameterRoot } = await openEnvironment(destinationOf(options), context);
      const recorded = records.states.get(state);
      if (recorded === undefined) throw notRecorded(state, [...records.states.keys()]);
      const texts = await store.readHistory(recordPath(parameterRoot, recorded.region, state), recorded.region);
      const entries = texts
        .toReversed()
        .flatMap((text) => decodeRecord(text) ?? [])
        .map(({ at, by, outcome, commit, changed, serial }) => ({ at, by, outcome, commit, changed, serial }));
      context.print(
        json
          ? JSON.stringify(entries, null, 2)
          : formatTable([
              ['at', 'outcome', 'commit', 'serial', 'by'],
              ...entries.map(({ at, by, outcome, commit, changed, serial }) => [
                at,
                outcome,
                commit === undefined ? '' : `${commit.slice(0, 12)}${changed ? ' changed' : ''}`,
                serial === undefined ? '' : String(serial),
                by,
              ]),
            ]),
      );
    });

function notRecorded(state: string, known: readonly string[]): CommandError {
  const expected =
    known.length === 0 ? 'expected one, and there is none' : `expected one of ${known.toSorted().join(', ')}`;
  return new CommandError(`${state}: not recorded as deployed, ${expected}. ${didYouMean(state, known)}`.trim());
}
