import { resolve } from 'node:path';
import { Command, type CommandContext, type MakeCommand, writeJsonFile, writeNamedFile } from '@dr/command-line';
import { loadEnvironment } from '@dr/environments';
import {
  accountOption,
  destinationOf,
  driftOf,
  environmentOption,
  openEnvironment,
  planStacks,
  statesOf,
} from '@dr/stack-plugin/commands';
import { collectOverview, publishedKey } from './collect-overview';
import { type Overview, readOverview } from './overview';
import { overviewPage } from './overview-page';

/** `stacks overview` */
export const overview: MakeCommand = (context) =>
  new Command('overview')
    .summary('Write a page of the stacks: what they read of each other, who owns them, what is deployed')
    .description(
      'Write a page of HTML that needs no network: stacks by region, the values that travel between them, owners, resources by ' +
        'type, and the last deploy of each state by its record. Files that --json wrote for some environments make one page.',
    )
    .argument('[overviews...]', 'Files that --json wrote: one page of their environments, and no account is asked')
    .addOption(environmentOption())
    .addOption(accountOption())
    .option('--drift', 'Plan every state, too, to show what was changed outside Terraform', false)
    .option('--output <file>', 'The page', 'dist/overview.html')
    .option('--json <file>', 'File to write the facts of the environment to as JSON')
    .action(async (files, { drift, output, json, ...options }) => {
      const overviews =
        files.length > 0
          ? files.map((file) => readOverview(resolve(context.folder, file)))
          : [await overviewOf(destinationOf(options), drift, context)];
      if (json !== undefined && files.length === 0) writeJsonFile(context, json, overviews[0]);
      context.print(writeNamedFile(context, output, await overviewPage(overviews)));
    });

async function overviewOf(
  destination: ReturnType<typeof destinationOf>,
  wantsDrift: boolean,
  context: CommandContext,
): Promise<Overview> {
  const { regions } = loadEnvironment(destination.environment);
  const { manifests, records, store, synthesized, workTree, parameterRoot } = await openEnvironment(
    destination,
    context,
  );
  const report = wantsDrift ? await planStacks(destination, ['run-many'], context) : undefined;
  const entries = manifests.flatMap(statesOf);
  const json = new Map(
    await Promise.all(
      entries.map(async (state) => [state.entry.name, await synthesized.readTerraformJson(state)] as const),
    ),
  );
  const folders = new Map(
    entries
      .flatMap(({ entry }) => entry.reads)
      .filter(({ store: region }) => !records.dark.has(region))
      .map(({ contract, region, store: of }) => {
        const path = `${parameterRoot}/${region}/${contract}`;
        return [publishedKey(of, path), { path, of }] as const;
      }),
  );
  const values = await Promise.all(
    [...folders.values()].map(async ({ path, of }) =>
      Object.entries(await store.readFolder(path, of)).map(
        ([name, value]) => [publishedKey(of, `${path}/${name}`), value] as const,
      ),
    ),
  );
  const roles = new Map<string, string>(
    Object.entries(regions).map(([role, region]) => [typeof region === 'string' ? region : region.name, role]),
  );
  return collectOverview({
    ...destination,
    at: new Date().toISOString(),
    commit: workTree.commit,
    roleOf: (region) => roles.get(region),
    manifests,
    terraformJsonOf: (state) => json.get(state) ?? {},
    deployed: new Map(
      [...records.states].map(([name, { record }]) => {
        const { at, by, outcome, commit, changed } = record;
        return [name, { at, by, outcome, ...(commit === undefined ? {} : { commit }), changed: changed === true }];
      }),
    ),
    drift: new Map(report === undefined ? [] : driftOf(report).map(({ state, kind }) => [state, kind])),
    published: new Map(values.flat()),
  });
}
