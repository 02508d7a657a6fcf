import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const dynamodb = (call: string, refusal: string) =>
  `operation error DynamoDB: ${call}, https response error StatusCode: 400, ${refusal}`;

const WEST = 'us-west-2';
const STREAM = { stream_enabled: true, stream_view_type: 'NEW_AND_OLD_IMAGES' };

const orders = (change: ObjectValue = {}): ObjectValue => ({
  name: 'orders',
  billing_mode: 'PAY_PER_REQUEST',
  hash_key: 'id',
  attribute: [{ name: 'id', type: 'S' }],
  ...change,
});

const creating = (refusal: string, name = 'orders') =>
  `creating DynamoDB Table (${name}): ${dynamodb('CreateTable', refusal)}`;

const replicaOf = (table: ObjectValue, change: ObjectValue = {}): ObjectValue => ({
  region: WEST,
  global_table_arn: table['arn'] ?? null,
  ...change,
});

describe('a table', () => {
  it("has AWS's names and defaults", () => {
    const table = terraform.apply('aws_dynamodb_table', orders());

    expect(table).toMatchObject({
      id: 'orders',
      arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/orders',
      stream_arn: '',
      stream_label: '',
      read_capacity: 0,
      write_capacity: 0,
      table_class: 'STANDARD',
      replica: [],
    });
  });

  it('has a stream once it is asked for, named by the time', () => {
    terraform.close();
    terraform = new TerraformClient({ clock: () => new Date('2026-01-02T03:04:05.678Z') });
    const table = terraform.apply('aws_dynamodb_table', orders());

    const streaming = terraform.apply('aws_dynamodb_table', orders(STREAM), table);

    expect(streaming).toMatchObject({
      stream_label: '2026-01-02T03:04:05.678',
      stream_arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/orders/stream/2026-01-02T03:04:05.678',
    });
  });

  it.each([
    ['a second time', {}, 'ResourceInUseException: Table already exists: orders', 'name'],
    [
      'without a key',
      { name: 'other', hash_key: null },
      'ValidationException: No Hash Key specified in schema. All Dynamo DB tables must have exactly one hash key',
      'hash_key',
    ],
    [
      'with a key that is no attribute',
      { name: 'other', range_key: 'at' },
      'ValidationException: One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [at], AttributeDefinitions: [id]',
      'attribute',
    ],
    [
      'with too short a name',
      { name: 'ab' },
      "ValidationException: TableName must be at least 3 characters long and at most 255 characters long, and hold a-z, A-Z, 0-9, '_', '-' and '.' only: ab",
      'name',
    ],
    [
      'with a key of KMS that is not there',
      {
        name: 'other',
        server_side_encryption: [{ enabled: true, kms_key_arn: 'arn:aws:kms:us-east-1:000000000000:key/k' }],
      },
      "ValidationException: KMS validation error: Key 'arn:aws:kms:us-east-1:000000000000:key/k' does not exist",
      'server_side_encryption',
    ],
    [
      'with a replica and no stream',
      { name: 'other', replica: [{ region_name: WEST }] },
      'ValidationException: Table must have DynamoDB Streams enabled with NEW_AND_OLD_IMAGES to add a replica',
      'stream_enabled',
    ],
    [
      'with a replica in its own region',
      { name: 'other', ...STREAM, replica: [{ region_name: 'us-east-1' }] },
      'ValidationException: Unsupported region name: us-east-1. A replica has to be in another region than its table.',
      'replica',
    ],
    [
      'with two strongly consistent tables in all',
      { name: 'other', ...STREAM, replica: [{ region_name: WEST, consistency_mode: 'STRONG' }] },
      'ValidationException: MRSC global tables require exactly two replicas, or one replica and one witness, besides the table itself',
      'replica',
    ],
  ])('is refused %s', (_what, change: ObjectValue, refusal, path) => {
    terraform.apply('aws_dynamodb_table', orders());

    expect(terraform.refusal('aws_dynamodb_table', orders(change))).toEqual([
      creating(refusal, String(change['name'] ?? 'orders')),
      path,
    ]);
  });

  it('is refused an attribute that no key uses, before any call', () => {
    const attribute = [
      { name: 'id', type: 'S' },
      { name: 'user', type: 'S' },
    ];

    expect(terraform.refusal('aws_dynamodb_table', orders({ attribute }))).toEqual([
      'creating DynamoDB Table (orders): all attributes must be indexed. Unused attributes: ["user"]',
      'attribute',
    ]);
  });

  it('is not deleted while it is protected', () => {
    const table = terraform.apply('aws_dynamodb_table', orders({ deletion_protection_enabled: true }));

    expect(terraform.refusalOfDestroy('aws_dynamodb_table', table)).toEqual([
      `deleting DynamoDB Table (orders): ${dynamodb('DeleteTable', 'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.')}`,
      '',
    ]);
    expect(terraform.refresh('aws_dynamodb_table', table)).toEqual(table);
  });
});

describe('a table with replica blocks', () => {
  const replica = { region_name: WEST, point_in_time_recovery: true };

  it('is a table in every region, and in its own again when they go', () => {
    const table = terraform.apply('aws_dynamodb_table', orders({ ...STREAM, replica: [replica] }));

    expect(table['replica']).toEqual([
      expect.objectContaining({
        region_name: WEST,
        arn: 'arn:aws:dynamodb:us-west-2:000000000000:table/orders',
        consistency_mode: 'EVENTUAL',
        point_in_time_recovery: true,
      }),
    ]);
    expect(terraform.changes('aws_dynamodb_table', orders({ ...STREAM, replica: [replica] }), table)).toEqual([]);
    const west = terraform.account.find('aws_dynamodb_table', WEST, 'orders');
    expect(west?.attributes).toMatchObject({ hash_key: 'id', region: WEST, replica: [] });

    terraform.apply('aws_dynamodb_table', orders(STREAM), table);

    expect(terraform.account.find('aws_dynamodb_table', WEST, 'orders')).toBeUndefined();
  });

  it('takes them with it', () => {
    const table = terraform.apply('aws_dynamodb_table', orders({ ...STREAM, replica: [replica] }));

    terraform.destroy('aws_dynamodb_table', table);

    expect(terraform.account.size).toBe(0);
  });

  it('is refused where a table of its name is there already', () => {
    terraform.apply('aws_dynamodb_table', orders({ region: WEST }));

    expect(terraform.refusal('aws_dynamodb_table', orders({ ...STREAM, replica: [replica] }))).toEqual([
      creating(
        "ValidationException: Failed to create a the new replica of table with name: 'orders' because one or more replicas already existed as tables.",
      ),
      'replica',
    ]);
  });
});

describe('a replica of its own', () => {
  const updating = (refusal: string) => `creating DynamoDB Table Replica: ${dynamodb('UpdateTable', refusal)}`;

  it('is a table of its region with its own key and protection, and shows in the main table', () => {
    const table = terraform.apply('aws_dynamodb_table', orders(STREAM));
    const key = terraform.apply('aws_kms_key', { region: WEST });

    const replica = terraform.apply(
      'aws_dynamodb_table_replica',
      replicaOf(table, { kms_key_arn: key['arn'] ?? null, deletion_protection_enabled: true }),
    );

    expect(replica).toMatchObject({
      id: 'orders:us-east-1',
      arn: 'arn:aws:dynamodb:us-west-2:000000000000:table/orders',
    });
    expect(terraform.account.find('aws_dynamodb_table', WEST, 'orders')?.attributes).toMatchObject({
      hash_key: 'id',
      deletion_protection_enabled: true,
      server_side_encryption: [{ enabled: true, kms_key_arn: key['arn'] }],
    });
    expect(terraform.refresh('aws_dynamodb_table', table)?.['replica']).toEqual([
      expect.objectContaining({ region_name: WEST, kms_key_arn: key['arn'] }),
    ]);
  });

  it('gets a new index of the main table', () => {
    const table = terraform.apply('aws_dynamodb_table', orders(STREAM));
    terraform.apply('aws_dynamodb_table_replica', replicaOf(table));
    const attribute = [
      { name: 'id', type: 'S' },
      { name: 'user', type: 'S' },
    ];
    const index = { name: 'by-user', hash_key: 'user', projection_type: 'ALL' };
    const current = terraform.refresh('aws_dynamodb_table', table) ?? {};

    // As the platform has it: replicas are ignored here, that is, taken from the state.
    terraform.apply(
      'aws_dynamodb_table',
      orders({ ...STREAM, attribute, global_secondary_index: [index], replica: current['replica'] ?? [] }),
      current,
    );

    expect(terraform.account.find('aws_dynamodb_table', WEST, 'orders')?.attributes['global_secondary_index']).toEqual([
      expect.objectContaining({ name: 'by-user' }),
    ]);
  });

  it('is refused without its table, in its region, without a stream, and twice', () => {
    const plain = terraform.apply('aws_dynamodb_table', orders({ name: 'plain' }));
    const table = terraform.apply('aws_dynamodb_table', orders(STREAM));
    const refusal = (change: ObjectValue) => terraform.refusal('aws_dynamodb_table_replica', replicaOf(table, change));
    const path = 'global_table_arn';

    expect(refusal({ global_table_arn: 'arn:aws:dynamodb:us-east-1:000000000000:table/missing' })).toEqual([
      updating('ResourceNotFoundException: Requested resource not found: Table: missing not found'),
      path,
    ]);
    expect(refusal({ region: 'us-east-1' })).toEqual([
      'creating DynamoDB Table Replica: replica region (us-east-1) is the region of its table (arn:aws:dynamodb:us-east-1:000000000000:table/orders); a replica has to be in another one',
      path,
    ]);
    expect(refusal({ global_table_arn: plain['arn'] ?? null })).toEqual([
      updating(
        'ValidationException: Table must have DynamoDB Streams enabled with NEW_AND_OLD_IMAGES to add a replica',
      ),
      path,
    ]);
    expect(refusal({})).toBeUndefined();
    expect(refusal({})).toEqual([
      updating(
        "ValidationException: Failed to create a the new replica of table with name: 'orders' because one or more replicas already existed as tables.",
      ),
      path,
    ]);
    expect(terraform.account.list('aws_dynamodb_table', WEST)).toHaveLength(1);
  });

  it('takes its table with it, and is not deleted while it is protected', () => {
    const table = terraform.apply('aws_dynamodb_table', orders(STREAM));
    const guarded = terraform.apply(
      'aws_dynamodb_table_replica',
      replicaOf(table, { deletion_protection_enabled: true }),
    );

    expect(terraform.refusalOfDestroy('aws_dynamodb_table_replica', guarded)?.[0]).toBe(
      `deleting DynamoDB Table Replica (orders:us-east-1): ${dynamodb('UpdateTable', 'ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.')}`,
    );
    const free = terraform.apply(
      'aws_dynamodb_table_replica',
      replicaOf(table, { deletion_protection_enabled: false }),
      guarded,
    );
    expect(terraform.destroy('aws_dynamodb_table_replica', free)).toEqual([]);
    expect(terraform.account.list('aws_dynamodb_table').map(({ region }) => region)).toEqual(['us-east-1']);
  });
});
