import { recordedReadersUnfit, type UnfitReader } from '../errors';
import { describeUnfit, type UnfitOutput } from '@dr/state-manifest';
import { type PlannedState, type Run, statesOf } from './run';

/**
 * Refuses to remove or retype an output that a deployed state reads which is not deployed in the same run. Readers of the
 * run are planned over what the others will have published, and checked there.
 *
 * @throws UserError with the outputs, their readers and what to deploy; nothing was changed
 */
export function refuseUnfitOutputs(
  { options, states, records, parameterRoot, manifests, otherManifests }: Run,
  plans: ReadonlyMap<string, PlannedState>,
): void {
  const removed = new Set<string>();
  const types = new Map<string, string>();
  for (const [state, { plan }] of plans) {
    const region = states.get(state)?.entry.region ?? '';
    for (const name of plan.parameters.removed) removed.add(`${region} ${name}`);
    for (const [name, type] of plan.parameters.types) types.set(`${region} ${name}`, type);
  }
  const ofWorkspace = new Set([...manifests, ...otherManifests].flatMap(statesOf).map(({ entry }) => entry.name));
  const unfitReaders: UnfitReader[] = [];
  for (const { state, record } of records.states.values()) {
    if (states.has(state)) continue;
    for (const { contract, region, store, outputs } of record.reads) {
      const unfit = outputs.flatMap(({ name, type }): UnfitOutput[] => {
        const parameter = `${parameterRoot}/${region}/${contract}/${name}`;
        const found = types.get(`${store} ${parameter}`);
        const isGone = removed.has(`${store} ${parameter}`) && found === undefined;
        return isGone || (found !== undefined && found !== type) ? [{ name, parameter, type, found }] : [];
      });
      if (unfit.length > 0) {
        unfitReaders.push({
          ...{ state, stack: record.stack, isOfWorkspace: ofWorkspace.has(state) },
          ...{ contract, region, unfit: describeUnfit(unfit) },
        });
      }
    }
  }
  if (unfitReaders.length > 0) throw recordedReadersUnfit(options, options.stacks, unfitReaders);
}
