import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inventoryOf, inventoryText } from './inventory';

const root = mkdtempSync(join(tmpdir(), 'dr-inventory-'));
afterAll(() => rmSync(root, { recursive: true }));

/** Writes a synthesized stack. */
function synthesized(environment: string, states: Readonly<Record<string, object>>): [string, string] {
  const folder = join(root, environment);
  for (const [state, resource] of Object.entries(states)) {
    mkdirSync(join(folder, 'stacks', state), { recursive: true });
    writeFileSync(join(folder, 'stacks', state, 'cdk.tf.json'), JSON.stringify({ resource }));
  }
  const entries = Object.keys(states).map((name) => ({ name, folder: `stacks/${name}` }));
  writeFileSync(join(folder, 'states.json'), JSON.stringify({ states: entries }));
  return [environment, folder];
}

it('lists each address with the environments in which it exists, sorted', () => {
  const queue = { aws_sqs_queue: { Queue: {} } };
  const inventory = inventoryOf(
    new Map([
      synthesized('local', { 'orders-us-west-2': queue, 'orders-us-east-1': queue }),
      synthesized('dev', { 'orders-us-east-1': queue }),
      synthesized('prod', { 'orders-us-east-1': { ...queue, aws_kms_key: { Key: {} } } }),
    ]),
  );

  expect(inventoryText(inventory)).toBe(`{
  "orders-us-east-1": {
    "aws_kms_key.Key": "prod",
    "aws_sqs_queue.Queue": "all"
  },
  "orders-us-west-2": {
    "aws_sqs_queue.Queue": "local"
  }
}
`);
});
