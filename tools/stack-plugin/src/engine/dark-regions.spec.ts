import type { StateEntry } from '@dr/state-manifest';
import { regionsOf } from './dark-regions';

const entry = (reads: readonly string[] = []): StateEntry => ({
  name: 'data-us-west-2',
  region: 'us-west-2',
  folder: 'stacks/data-us-west-2',
  digest: '',
  publishes: [],
  reads: reads.map((region) => ({ contract: 'tables', region, store: 'us-west-2', hash: '', outputs: [] })),
});
const provider = { aws: [{ region: 'us-west-2' }] };

describe('regionsOf', () => {
  it.each<[string, object, readonly string[]]>([
    ['its own alone', { provider }, []],
    [
      'those of its other providers',
      { provider: { aws: [{ region: 'us-west-2' }, { alias: 'x', region: 'us-east-2' }] } },
      ['us-east-2'],
    ],
    [
      'those of its data sources',
      { provider, data: { aws_ssm_parameters_by_path: { A: { region: 'us-east-1' } } } },
      ['us-east-1'],
    ],
    ['those of single resources', { provider, resource: { aws_route: { A: { region: 'us-east-1' } } } }, ['us-east-1']],
    [
      'those of the replicas of a table',
      { provider, resource: { aws_dynamodb_table: { A: { replica: [{ region_name: 'us-east-1' }] } } } },
      ['us-east-1'],
    ],
    [
      'no region that is only the destination of a copy',
      { provider, resource: { aws_secretsmanager_secret: { A: { replica: [{ region: 'us-east-1' }] } } } },
      [],
    ],
    [
      'no region of which only an expression is known',
      { provider, resource: { aws_route: { A: { region: '${var.region}' } } } },
      [],
    ],
  ])('are %s', (_what, terraformJson, others) => {
    expect([...regionsOf(terraformJson as never, entry())]).toEqual(['us-west-2', ...others]);
  });

  it('are those of the tables that it has replicas of', () => {
    const terraformJson = { provider, resource: { aws_dynamodb_table_replica: { A: {} } } };

    expect([...regionsOf(terraformJson, entry(['us-east-1']))]).toEqual(['us-west-2', 'us-east-1']);
  });
});
