import { rmSync } from 'node:fs';
import { TerraformClient } from '../../testing/terraform-client';
import { entryAddresses } from './entry-addresses';

const terraform = new TerraformClient({ region: 'us-east-1' });
afterAll(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const put = (type: string, region: string, id: string, attributes: Record<string, string | string[]>) => {
  const record = { type, region, service: 'test', id, attributes };
  terraform.account.commit([{ put: record }]);
  return record;
};

describe('the addresses of a load balancer', () => {
  it('are one in each zone, and no two load balancers share one', () => {
    for (const [region, zones] of [
      ['us-east-1', ['c', 'a', 'b']],
      ['us-west-2', ['a', 'b']],
    ] as const) {
      for (const zone of zones)
        put('aws_subnet', region, `${region}-${zone}`, { availability_zone: `${region}${zone}` });
    }
    const west = put('aws_lb', 'us-west-2', 'arn:west', { subnets: ['us-west-2-a', 'us-west-2-b'] });
    const east = put('aws_lb', 'us-east-1', 'arn:east', {
      subnets: ['us-east-1-c', 'us-east-1-a', 'us-east-1-b'],
    });

    expect(entryAddresses(terraform.account, east)).toEqual([
      { address: '198.18.0.1', zone: 'us-east-1a' },
      { address: '198.18.0.2', zone: 'us-east-1b' },
      { address: '198.18.0.3', zone: 'us-east-1c' },
    ]);
    expect(entryAddresses(terraform.account, west)).toEqual([
      { address: '198.18.0.9', zone: 'us-west-2a' },
      { address: '198.18.0.10', zone: 'us-west-2b' },
    ]);
  });
});
