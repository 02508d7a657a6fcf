import type { Overview } from './overview';

/** Overview of two stacks in two regions, for tests. */
export const OVERVIEW_OF_TWO: Overview = {
  version: 1,
  platform: 'trade',
  environment: 'prod',
  account: 'aws',
  at: '2026-11-27T08:00:00.000Z',
  commit: 'f'.repeat(40),
  regions: [
    { name: 'us-east-1', role: 'primary' },
    { name: 'us-west-2', role: 'standby' },
  ],
  stacks: [
    {
      name: 'network',
      owner: 'network-team',
      states: [
        {
          name: 'network-us-east-1',
          region: 'us-east-1',
          resources: { aws_nat_gateway: 3, aws_vpc: 1 },
          deployed: {
            at: '2026-11-26T08:00:00.000Z',
            by: 'arn:aws:iam::222222222222:role/deploy',
            outcome: 'deployed',
            commit: 'a'.repeat(40),
            changed: false,
          },
          drift: 'drifted',
        },
        { name: 'network-us-west-2', region: 'us-west-2', resources: { aws_vpc: 1 } },
      ],
    },
    {
      name: 'data',
      owner: 'data-team',
      states: [
        {
          name: 'data-us-east-1',
          region: 'us-east-1',
          resources: { aws_rds_cluster: 1 },
          deployed: { at: '2026-11-26T08:00:00.000Z', by: 'root', outcome: 'failed', changed: true },
        },
      ],
    },
  ],
  edges: [
    {
      from: 'network-us-east-1',
      to: 'data-us-east-1',
      contract: 'network',
      region: 'us-east-1',
      outputs: [{ name: 'subnetIds', value: 'subnet-1,subnet-2' }, { name: 'vpcId' }],
    },
    {
      from: 'network-us-west-2',
      to: 'data-us-east-1',
      contract: 'network',
      region: 'us-west-2',
      outputs: [{ name: 'cidr', value: '<10.20.0.0/16>' }],
    },
  ],
  orphans: ['orders-us-west-2'],
};
