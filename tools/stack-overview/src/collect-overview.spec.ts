import type { StateEntry } from '@dr/state-manifest';
import { collectOverview, publishedKey } from './collect-overview';

const entry = (name: string, more: Partial<StateEntry> = {}): StateEntry => ({
  name,
  region: 'us-east-1',
  folder: '',
  digest: '',
  publishes: [],
  reads: [],
  ...more,
});

const NETWORK = { contract: 'network', region: 'us-east-1', store: 'us-east-1', hash: 'h' };

it('has an edge for each contract that a state reads of another, with the values that are published', () => {
  const parameter = (name: string) => `/trade/prod/us-east-1/network/${name}`;
  const overview = collectOverview({
    environment: 'prod',
    account: 'aws',
    at: '2026-11-27T08:00:00.000Z',
    commit: undefined,
    roleOf: (region) => (region === 'us-east-1' ? 'primary' : undefined),
    manifests: [
      {
        ...{ version: 1, stack: 'network', owner: 'network-team', environment: 'prod', parameterRoot: '/trade/prod' },
        states: [entry('network-us-east-1', { publishes: [NETWORK] })],
      },
      {
        ...{ version: 1, stack: 'data', owner: 'data-team', environment: 'prod', parameterRoot: '/trade/prod' },
        states: [
          entry('data-us-east-1', {
            reads: [
              {
                ...NETWORK,
                outputs: [
                  { name: 'vpcId', parameter: parameter('vpc-id'), type: 'String' },
                  { name: 'zones', parameter: parameter('zones'), type: 'StringList' },
                ],
              },
              // Of a stack that is not here.
              { ...NETWORK, contract: 'elsewhere', outputs: [] },
            ],
          }),
          entry('data-eu-west-1', { region: 'eu-west-1' }),
        ],
      },
    ],
    terraformJsonOf: (state) =>
      state === 'network-us-east-1' ? { resource: { aws_vpc: { A: {} }, aws_subnet: { A: {}, B: {} } } } : {},
    deployed: new Map([
      ['orders-us-east-1', undefined],
      ['network-us-east-1', { at: 'then', by: 'a', outcome: 'deployed', changed: false }],
    ]),
    drift: new Map([['network-us-east-1', 'pending']]),
    published: new Map([
      [publishedKey('us-east-1', parameter('vpc-id')), 'vpc-1'],
      [publishedKey('us-west-2', parameter('zones')), 'of another store'],
    ]),
  });

  expect(overview).toMatchObject({
    platform: 'trade',
    regions: [
      { name: 'eu-west-1', role: 'other' },
      { name: 'us-east-1', role: 'primary' },
    ],
    edges: [
      {
        ...{ from: 'network-us-east-1', to: 'data-us-east-1', contract: 'network', region: 'us-east-1' },
        outputs: [{ name: 'vpcId', value: 'vpc-1' }, { name: 'zones' }],
      },
    ],
    orphans: ['orders-us-east-1'],
  });
  expect(overview.edges[0]?.outputs[1]).toEqual({ name: 'zones' });
  expect(overview.stacks[0]?.states).toEqual([
    {
      name: 'network-us-east-1',
      region: 'us-east-1',
      resources: { aws_subnet: 2, aws_vpc: 1 },
      deployed: { at: 'then', by: 'a', outcome: 'deployed', changed: false },
      drift: 'pending',
    },
  ]);
});
