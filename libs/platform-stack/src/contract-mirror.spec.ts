import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { defineContract, mirrored, text } from '@dr/stack-contracts';
import { ContractMirror } from './contract-mirror';
import { synthesizeStack } from './synthesize-app';

let outdir: string;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'dr-mirror-'));
});

afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

describe('ContractMirror', () => {
  it('is a state of its own in the region that it writes to, and reads the other', () => {
    const contract = defineContract({ name: 'orders', outputs: { tableArn: mirrored(text('Table')) } });

    const { states } = synthesizeStack({ name: 'orders', owner: 'team' }, loadEnvironment('local'), outdir, (app) => {
      new ContractMirror(app, contract, 'us-east-1', 'us-west-2');
    });

    const { hash } = contract;
    expect(states).toEqual([
      {
        name: 'orders-mirror-us-east-1-to-us-west-2',
        region: 'us-west-2',
        folder: 'stacks/orders-mirror-us-east-1-to-us-west-2',
        digest: expect.stringMatching(/^[0-9a-f]{64}$/),
        publishes: [{ contract: 'orders', region: 'us-east-1', store: 'us-west-2', hash }],
        reads: [
          {
            contract: 'orders',
            region: 'us-east-1',
            store: 'us-east-1',
            hash,
            outputs: [{ name: 'tableArn', parameter: '/dr/local/us-east-1/orders/table-arn', type: 'String' }],
          },
        ],
      },
    ]);
    const { provider, data } = JSON.parse(
      readFileSync(join(outdir, 'stacks/orders-mirror-us-east-1-to-us-west-2/cdk.tf.json'), 'utf8'),
    );
    expect(provider.aws[0].region).toBe('us-west-2');
    expect(data.aws_ssm_parameters_by_path['Read-orders-us-east-1'].region).toBe('us-east-1');
  });
});
