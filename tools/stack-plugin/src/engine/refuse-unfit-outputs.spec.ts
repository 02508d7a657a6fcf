import type { StateRecord } from '../records/state-record';
import type { PlannedParameters } from './planned-inputs';
import { refuseUnfitOutputs } from './refuse-unfit-outputs';
import type { PlannedState, Run } from './run';

const VPC = '/dr/local/us-east-1/network/vpc-id';

/** A run that deploys the network, beside a recorded reader of its VPC. */
function refuse(parameters: Partial<PlannedParameters>, inRun: readonly string[] = [], ofWorkspace = ['data']): void {
  const reads: StateRecord['reads'] = [
    {
      ...{ contract: 'network', region: 'us-east-1', store: 'us-east-1' },
      outputs: [{ name: 'vpc-id', type: 'String' }],
    },
  ];
  const run = {
    options: { environment: 'local', account: 'sandbox', stacks: ['network'] },
    parameterRoot: '/dr/local',
    manifests: [{ stack: 'network', states: [{ name: 'network' }] }],
    otherManifests: [{ stack: 'data', states: ofWorkspace.map((name) => ({ name })) }],
    states: new Map(['network', ...inRun].map((name) => [name, { entry: { region: 'us-east-1' } }])),
    records: { states: new Map([['data', { state: 'data', record: { stack: 'data', reads } }]]) },
  } as unknown as Run;
  const planned = { values: new Map(), types: new Map(), removed: new Set(), ...parameters };
  refuseUnfitOutputs(run, new Map([['network', { plan: { parameters: planned } } as unknown as PlannedState]]));
}

describe('an output that a deployed state reads', () => {
  it('is not removed or retyped without its reader', () => {
    expect(() => refuse({ removed: new Set([VPC]) })).toThrow(
      'Nothing was changed.\n  data: reads contract network of us-east-1: vpc-id is not published, expected String\n' +
        'Keep the outputs, or have the readers read them no more and deploy both: npx nx run-many -t deploy -p network,data ',
    );
    expect(() => refuse({ types: new Map([[VPC, 'StringList']]) })).toThrow('vpc-id is StringList, expected String');
  });

  it('is kept for a reader that no stack has any more, until that is destroyed', () => {
    expect(() => refuse({ removed: new Set([VPC]) }, [], [])).toThrow(
      'Nothing was changed.\n  data: reads contract network of us-east-1: vpc-id is not published, expected String\n' +
        'No stack of this workspace has data. Keep the outputs; where its stack was deleted, destroy it first: npx --no-install stacks destroy-orphan data --environment=local --account=sandbox',
    );
  });

  it('may be, where its reader is deployed in the same run, which is planned over it', () => {
    expect(() => refuse({ removed: new Set([VPC]) }, ['data'])).not.toThrow();
  });

  it('may have another value, and others may come and go', () => {
    expect(() => refuse({ types: new Map([[VPC, 'String']]) })).not.toThrow();
    expect(() => refuse({ removed: new Set([`${VPC}-other`]) })).not.toThrow();
  });
});
