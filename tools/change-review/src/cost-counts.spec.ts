import { costCounts } from './cost-counts';

const state = (name: string, resource: object) => ({ name, json: { resource } });

describe('costCounts', () => {
  const now = [
    state('network', {
      aws_nat_gateway: { A: {}, B: { count: 2 } },
      aws_vpc_endpoint: {
        Ecr: { vpc_endpoint_type: 'Interface', subnet_ids: ['a', 'b', 'c'] },
        S3: { vpc_endpoint_type: 'Gateway' },
      },
      aws_subnet: { A: {} },
    }),
    state('data', {
      aws_rds_cluster_instance: { A: { instance_class: 'db.r6g.large' }, B: { instance_class: 'db.r6g.xlarge' } },
      aws_secretsmanager_secret: { Database: { replica: [{ region: 'us-west-2' }] } },
    }),
    state('compute', { aws_ecs_service: { Service: { desired_count: 6 } } }),
  ];

  it('counts what costs while it is there, over all states', () => {
    expect(costCounts(undefined, now)).toEqual([
      { what: 'NAT gateways', after: 3 },
      { what: 'interface endpoints of all zones', after: 3 },
      { what: 'database instances db.r6g.large', after: 1 },
      { what: 'database instances db.r6g.xlarge', after: 1 },
      { what: 'containers that are wanted', after: 6 },
      { what: 'secrets with their replicas', after: 2 },
    ]);
  });

  it('has what is new and what is gone beside what stays', () => {
    const before = [
      state('network', { aws_nat_gateway: { A: {} } }),
      state('data', { aws_rds_cluster_instance: { A: { instance_class: 'db.t4g.medium' } } }),
    ];

    expect(costCounts(before, now).slice(0, 3)).toEqual([
      { what: 'NAT gateways', before: 1, after: 3 },
      { what: 'interface endpoints of all zones', before: 0, after: 3 },
      { what: 'database instances db.r6g.large', before: 0, after: 1 },
    ]);
    expect(costCounts(before, now).at(-1)).toEqual({ what: 'database instances db.t4g.medium', before: 1, after: 0 });
  });
});
