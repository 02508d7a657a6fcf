import { rmSync } from 'node:fs';
import type { Attribute, AttributeType, Block } from '../model/schema';
import type { ObjectValue, Value } from '../model/value';
import { installedSchemas } from '../schema/installed-schemas';
import * as services from '../services';
import { TerraformClient } from '../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

/** Smallest configuration that a schema accepts: a value of the right type for every required argument. */
function leastOf({ attributes, blocks }: Block): ObjectValue {
  const required = Object.entries(attributes).filter(([, attribute]) => attribute.required);
  const nested = Object.entries(blocks).filter(([, { minItems }]) => minItems > 0);
  return {
    ...Object.fromEntries(required.map(([name, { type }]: [string, Attribute]) => [name, someOf(type)])),
    ...Object.fromEntries(nested.map(([name, { block }]) => [name, [leastOf(block)]])),
  };
}

function someOf(type: AttributeType): Value {
  if (type === 'string' || type === 'dynamic') return 'some';
  if (type === 'number') return 7;
  if (type === 'bool') return true;
  if ('list' in type) return [someOf(type.list)];
  if ('set' in type) return [someOf(type.set)];
  if ('map' in type) return { key: someOf(type.map) };
  return Object.fromEntries(Object.entries(type.object).map(([name, member]) => [name, someOf(member)]));
}

describe('a resource type without a definition', () => {
  it.each([
    ['aws_sqs_queue', { name: 'orders', visibility_timeout_seconds: 60 }, { visibility_timeout_seconds: 30 }],
    ['aws_s3_bucket', { bucket: 'orders', force_destroy: true }, { force_destroy: false }],
    [
      'aws_ecs_cluster',
      { name: 'orders', setting: [{ name: 'containerInsights', value: 'enabled' }] },
      { setting: [] },
    ],
    ['aws_budgets_budget', { budget_type: 'COST', time_unit: 'MONTHLY', limit_amount: '5' }, { limit_amount: '7' }],
  ])('is created, read, changed, imported and destroyed like any other: %s', (type, given, change) => {
    const state = terraform.apply(type, given);
    expect(state).toMatchObject(given);
    expect(terraform.refresh(type, state)).toEqual(state);
    expect(terraform.changes(type, given, state)).toEqual([]);

    const updated = terraform.apply(type, { ...given, ...change }, state);
    expect(updated).toMatchObject({ id: state['id'], ...change });
    expect(terraform.changes(type, { ...given, ...change }, updated)).toEqual([]);

    const importId = type === 'aws_ecs_cluster' ? 'orders' : String(state['id']);
    expect(terraform.import(type, importId)).toEqual({ state: updated, diagnostics: [] });

    expect(terraform.destroy(type, updated)).toEqual([]);
    expect(terraform.refresh(type, updated)).toBeNull();
  });

  it.each([
    ['its ARN', 'aws_s3tables_table_bucket', { name: 'orders' }, { name: 'trades' }],
    [
      'another computed identifier',
      'aws_network_interface_permission',
      { aws_account_id: '1', network_interface_id: 'eni-1', permission: 'INSTANCE-ATTACH' },
      { aws_account_id: '2', network_interface_id: 'eni-1', permission: 'INSTANCE-ATTACH' },
    ],
    [
      'its required arguments',
      'aws_vpc_security_group_vpc_association',
      { security_group_id: 'sg-1', vpc_id: 'vpc-1' },
      { security_group_id: 'sg-1', vpc_id: 'vpc-2' },
    ],
  ])('without an id is told apart by %s', (_what, type, one, other) => {
    const [first, second] = [terraform.apply(type, one), terraform.apply(type, other)];

    expect(terraform.refresh(type, first)).toEqual(first);
    expect(terraform.changes(type, one, first)).toEqual([]);
    terraform.destroy(type, first);
    expect(terraform.refresh(type, first)).toBeNull();
    expect(terraform.refresh(type, second)).toEqual(second);
    expect(terraform.account.list(type)).toHaveLength(1);
  });

  it('stays one resource when an argument that tells it apart is changed', () => {
    const running = { identifier: 'orders-a', state: 'available' };
    const state = terraform.apply('aws_rds_instance_state', running);

    const stopped = terraform.apply('aws_rds_instance_state', { ...running, state: 'stopped' }, state);

    expect(terraform.refresh('aws_rds_instance_state', stopped)).toEqual(stopped);
    expect(terraform.account.list('aws_rds_instance_state').map(({ id }) => id)).toEqual(['orders-a,stopped']);
  });

  it('of which there is one in a region is refused a second time', () => {
    terraform.apply('aws_quicksight_account_settings', {});

    expect(terraform.refusal('aws_quicksight_account_settings', {})?.[0]).toBe(
      'creating Quicksight Account Settings: operation error Quicksight: CreateAccountSettings, https response error StatusCode: 409, ResourceAlreadyExistsException: Quicksight Account Settings default already exists',
    );
  });

  it("has an identifier, an ARN and computed values of AWS's look", () => {
    const stream = terraform.apply('aws_kinesis_stream', { name: 'orders' });

    expect(stream).toMatchObject({
      id: expect.stringMatching(/^stream-[0-9a-f]{17}$/),
      arn: `arn:aws:kinesis:us-east-1:000000000000:stream/${String(stream['id'])}`,
      region: 'us-east-1',
    });
  });

  it('is in the account below its service and region', () => {
    terraform.apply('aws_sqs_queue', { name: 'orders', region: 'us-west-2' });

    expect(terraform.account.list('aws_sqs_queue')).toMatchObject([{ service: 'sqs', region: 'us-west-2' }]);
  });

  it('is refused what its schema refuses', () => {
    expect(terraform.refusal('aws_ecs_cluster', {})).toEqual(['Missing required argument', 'name']);
  });

  it('is found by a data source of its name, by the arguments given', () => {
    const queue = terraform.apply('aws_sqs_queue', { name: 'orders' });
    terraform.apply('aws_sqs_queue', { name: 'trades' });

    expect(terraform.data('aws_sqs_queue', { name: 'orders' }).state).toMatchObject({
      arn: queue['arn'],
      url: queue['url'],
    });
    expect(terraform.data('aws_sqs_queue', { name: 'missing' }).diagnostics).toEqual([
      {
        severity: 'error',
        summary: "reading SQS Queue: couldn't find resource",
        detail:
          'aws_sqs_queue: no SQS Queue with name "missing" exists in us-east-1. Make it first, or correct the arguments.',
      },
    ]);
    expect(terraform.data('aws_sqs_queue', {}).diagnostics).toEqual([
      {
        severity: 'error',
        summary: 'reading SQS Queue: too many results: wanted 1, got 2',
        detail: 'aws_sqs_queue: several have no argument. Give arguments that only one has.',
      },
    ]);
  });

  it('may be any of the bindings: every eighth is created, planned again without a change, and destroyed', () => {
    const defined = new Set(Object.values(services).flatMap(({ resources }) => Object.keys(resources)));
    const schemas = installedSchemas();
    const types = schemas.types('resource').filter((type, index) => index % 8 === 0 && !defined.has(type));
    expect(types.length).toBeGreaterThan(150);

    for (const type of types) {
      const given = leastOf(terraform.provider.lifecycle.schemaOf(type).block);
      const { state, diagnostics } = terraform.tryApply(type, given);
      expect([type, diagnostics]).toEqual([type, []]);
      expect([type, terraform.changes(type, given, state ?? {})]).toEqual([type, []]);
      expect([type, terraform.destroy(type, state ?? {})]).toEqual([type, []]);
      expect([type, terraform.refresh(type, state ?? {})]).toEqual([type, null]);
    }
    expect(terraform.account.size).toBe(0);
  });
});
