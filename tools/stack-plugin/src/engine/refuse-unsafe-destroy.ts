import { addressKey } from '@dr/state-manifest';
import { darkRegionsOfDestroy, type DeployedReader, deployedReaders, notConfirmed } from '../errors';
import { recordedReaders } from '../records/state-record';
import { type Run, type RunState, statesOf } from './run';
import { stateIsDeployed } from './state-run';

/**
 * Refuses to destroy what a deployed state reads, by whatever stack or clone it was deployed, and what nobody confirmed.
 *
 * @throws UserError
 */
export async function refuseUnsafeDestroy(run: Run): Promise<void> {
  const { environment, stacks, confirmDestroy } = run.options;
  if (run.dark.size > 0) throw darkRegionsOfDestroy([...new Set(run.dark.values())]);
  const publishes = run.manifests.flatMap(({ states }) => states.flatMap((state) => state.publishes));
  const outside = [...run.records.states.values()].filter(({ state }) => !run.states.has(state));
  const ofWorkspace = new Set(
    [...run.manifests, ...run.otherManifests].flatMap(statesOf).map(({ entry }) => entry.name),
  );
  const recorded = recordedReaders(publishes, outside).map(({ state, region, record }) => ({
    stack: record.stack,
    state,
    region,
    isOfWorkspace: ofWorkspace.has(state),
  }));
  const readers = [...recorded, ...(await unrecordedReaders(run))].sort((a, b) => a.state.localeCompare(b.state, 'en'));
  if (readers.length > 0) throw deployedReaders(run.options, stacks, readers, run.options.region === undefined);
  if (!(await confirmDestroy(`Destroy all of ${stacks.join(', ')} in ${environment}?`))) {
    throw notConfirmed(stacks.join(', '), environment);
  }
}

/** Deployed states that read what is to be destroyed and that no record names: of a release that wrote none. */
async function unrecordedReaders(run: Run): Promise<readonly DeployedReader[]> {
  const published = new Set(
    run.manifests.flatMap(({ states }) => states.flatMap((state) => state.publishes.map(addressKey))),
  );
  const reads = ({ entry }: RunState) => entry.reads.some((address) => published.has(addressKey(address)));
  const candidates = [...run.manifests, ...run.otherManifests]
    .flatMap(statesOf)
    .filter(({ entry }) => !run.states.has(entry.name) && !run.records.states.has(entry.name))
    .filter(reads);
  const readers: DeployedReader[] = [];
  for (const state of candidates) {
    if (await stateIsDeployed(await run.optionsOf(state)))
      readers.push({ stack: state.stack, state: state.entry.name, region: state.entry.region, isOfWorkspace: true });
  }
  return readers;
}
