import { blocks, text } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { isRegion } from '../../model/regions';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { AccountChange, ResourceRecord } from '../../model/resource-record';
import type { ObjectValue, Value } from '../../model/value';
import { kmsKeyCheck } from '../kms/resources';
import { ITEM_RECORD } from './tables/item-store';

const TABLE = 'aws_dynamodb_table';

const NO_KEY = { code: 'ValidationException', message: "KMS validation error: Key '{value}' does not exist" };

/** Codes and words: Amazon DynamoDB API Reference, errors of CreateTable, UpdateTable and DeleteTable. */
export const dynamodbResources: ServiceDefinition = {
  name: 'dynamodb',
  sdkId: 'DynamoDB',
  resources: {
    aws_dynamodb_table: {
      label: 'DynamoDB Table',
      calls: { create: 'CreateTable', update: 'UpdateTable', delete: 'DeleteTable' },
      id: '{name}',
      arn: 'arn:aws:dynamodb:{region}:{accountId}:table/{id}',
      replaces: [
        'name',
        'hash_key',
        'range_key',
        'local_secondary_index',
        'import_table',
        'restore_source_name',
        'restore_source_table_arn',
      ],
      defaults: {
        billing_mode: 'PROVISIONED',
        deletion_protection_enabled: false,
        table_class: 'STANDARD',
        'replica.consistency_mode': 'EVENTUAL',
        'replica.point_in_time_recovery': false,
        'replica.propagate_tags': false,
        'ttl.enabled': false,
      },
      allowed: {
        billing_mode: ['PAY_PER_REQUEST', 'PROVISIONED'],
        stream_view_type: ['KEYS_ONLY', 'NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE', ''],
        table_class: ['STANDARD', 'STANDARD_INFREQUENT_ACCESS'],
        'attribute.type': ['B', 'N', 'S'],
        'replica.consistency_mode': ['EVENTUAL', 'STRONG'],
        'global_secondary_index.projection_type': ['ALL', 'INCLUDE', 'KEYS_ONLY'],
      },
      computed: {
        hash_key: '',
        read_capacity: () => 0,
        write_capacity: () => 0,
        stream_label: ({ attributes, now }) =>
          attributes['stream_enabled'] === true ? now.toISOString().replace('Z', '') : '',
        stream_arn: ({ attributes, arn }) =>
          attributes['stream_enabled'] === true ? `${arn}/stream/${text(attributes['stream_label'])}` : '',
        stream_view_type: '',
        'global_secondary_index.read_capacity': () => 0,
        'global_secondary_index.write_capacity': () => 0,
        'point_in_time_recovery.recovery_period_in_days': ({ attributes }) => (attributes['enabled'] === true ? 35 : 0),
        'server_side_encryption.kms_key_arn': ({ region, accountId }) =>
          `arn:aws:kms:${region}:${accountId}:alias/aws/dynamodb`,
        'warm_throughput.read_units_per_second': () => 12_000,
        'warm_throughput.write_units_per_second': () => 4000,
        'replica.arn': ({ attributes, accountId, id }) => tableArn(text(attributes['region_name']), accountId, id),
        'replica.deletion_protection_enabled': () => false,
        'replica.kms_key_arn': '',
        'replica.stream_label': ({ now }) => now.toISOString().replace('Z', ''),
        'replica.stream_arn': ({ attributes, accountId, id, now }) =>
          `${tableArn(text(attributes['region_name']), accountId, id)}/stream/${now.toISOString().replace('Z', '')}`,
      },
      recomputes: {
        stream_label: ['stream_enabled', 'stream_view_type'],
        stream_arn: ['stream_enabled', 'stream_view_type'],
      },
      live: { replica: replicasOf },
      unique: [
        { attributes: ['name'], refusal: { code: 'ResourceInUseException', message: 'Table already exists: {value}' } },
      ],
      checks: [checkName, checkKeys, checkReplicas, kmsKeyCheck('server_side_encryption.kms_key_arn', NO_KEY)],
      deleteChecks: [checkUnprotected],
      onCreate: inlineReplicas,
      onUpdate: (context) => [...inlineReplicas(context), ...replicasLikeTheirTable(context)],
      onDelete: ({ account, attributes, region, internal }) => [
        ...blocks(attributes['replica'])
          .flatMap((replica) => account.find(TABLE, text(replica['region_name']), text(attributes['name'])) ?? [])
          .map((table) => ({ remove: table })),
        // The items are kept with the main table, and go with it.
        ...(text(internal['globalTable']) === ''
          ? account.findBy(ITEM_RECORD, 'table', text(attributes['name']), region).map((item) => ({ remove: item }))
          : []),
      ],
    },
    aws_dynamodb_table_replica: {
      label: 'DynamoDB Table Replica',
      calls: { create: 'UpdateTable', update: 'UpdateTable', delete: 'UpdateTable' },
      id: ({ attributes }) => `${tableNameOf(attributes)}:${regionOfArn(attributes)}`,
      arn: '',
      replaces: ['global_table_arn', 'kms_key_arn', 'table_class_override'],
      defaults: { point_in_time_recovery: false },
      computed: {
        arn: ({ attributes, region, accountId }) => tableArn(region, accountId, tableNameOf(attributes)),
        deletion_protection_enabled: () => false,
        kms_key_arn: '',
      },
      checks: [checkReplicaOfTable, kmsKeyCheck('kms_key_arn', NO_KEY)],
      deleteChecks: [checkUnprotected],
      onCreate: ownReplica,
      onUpdate: ownReplica,
      onDelete: ({ region, attributes }) => [{ remove: { type: TABLE, region, id: tableNameOf(attributes) } }],
    },
  },
};

function ownReplica(context: ResourceContext): readonly AccountChange[] {
  const main = mainTable(context);
  if (main === undefined) return [];
  return [{ put: replicaTable(main, context.region, context.accountId, replicaSettings(context.attributes)) }];
}

interface ReplicaSettings {
  readonly kmsKeyArn: string;
  readonly pointInTimeRecovery: boolean;
  readonly deletionProtection: boolean;
}

function tableArn(region: string, accountId: string, name: string): string {
  return `arn:aws:dynamodb:${region}:${accountId}:table/${name}`;
}

function tableNameOf(attributes: ObjectValue): string {
  return text(attributes['global_table_arn']).split('/')[1] ?? '';
}

function regionOfArn(attributes: ObjectValue): string {
  return text(attributes['global_table_arn']).split(':')[3] ?? '';
}

function mainTable({ account, attributes }: ResourceContext): ResourceRecord | undefined {
  return account.find(TABLE, regionOfArn(attributes), tableNameOf(attributes));
}

function replicaSettings(attributes: ObjectValue): ReplicaSettings {
  return {
    kmsKeyArn: text(attributes['kms_key_arn']),
    pointInTimeRecovery: attributes['point_in_time_recovery'] === true,
    deletionProtection: attributes['deletion_protection_enabled'] === true,
  };
}

/**
 * The table that a replica is in its own region: keys, indexes and streams are the main table's, key and protection
 * its own. `globalTable` names the region of the main table, whose items both show.
 */
function replicaTable(
  main: ResourceRecord,
  region: string,
  accountId: string,
  settings: ReplicaSettings,
): ResourceRecord {
  const arn = tableArn(region, accountId, main.id);
  const label = text(main.attributes['stream_label']);
  return {
    type: TABLE,
    region,
    service: 'dynamodb',
    id: main.id,
    arn,
    attributes: {
      ...main.attributes,
      arn,
      region,
      stream_arn: label === '' ? '' : `${arn}/stream/${label}`,
      deletion_protection_enabled: settings.deletionProtection,
      point_in_time_recovery: [
        { enabled: settings.pointInTimeRecovery, recovery_period_in_days: settings.pointInTimeRecovery ? 35 : 0 },
      ],
      server_side_encryption: settings.kmsKeyArn === '' ? [] : [{ enabled: true, kms_key_arn: settings.kmsKeyArn }],
      replica: [],
    },
    internal: { globalTable: main.region },
  };
}

/** The replicas that a table has now, whichever resource made them. */
function replicasOf({ account, attributes, region, internal }: ResourceContext): Value {
  const name = text(attributes['name']);
  if (text(internal['globalTable']) !== '') return [];
  const tables = account.findBy(TABLE, 'name', name).filter((table) => table.internal?.['globalTable'] === region);
  const declared = new Map(blocks(attributes['replica']).map((replica) => [text(replica['region_name']), replica]));
  return tables
    .map((table): ObjectValue => declared.get(table.region) ?? replicaShown(table))
    .sort((left, right) => (text(left['region_name']) < text(right['region_name']) ? -1 : 1));
}

function replicaShown({ region, arn, attributes }: ResourceRecord): ObjectValue {
  return {
    arn: arn ?? '',
    consistency_mode: 'EVENTUAL',
    deletion_protection_enabled: attributes['deletion_protection_enabled'] ?? false,
    kms_key_arn: blocks(attributes['server_side_encryption'])[0]?.['kms_key_arn'] ?? '',
    point_in_time_recovery: blocks(attributes['point_in_time_recovery'])[0]?.['enabled'] ?? false,
    propagate_tags: false,
    region_name: region,
    stream_arn: attributes['stream_arn'] ?? '',
    stream_label: attributes['stream_label'] ?? '',
  };
}

/** Makes and removes the replica tables that `replica` blocks ask for. */
function inlineReplicas({
  account,
  attributes,
  prior,
  region,
  accountId,
  id,
  arn,
}: ResourceContext): readonly AccountChange[] {
  const wanted = blocks(attributes['replica']);
  const names = new Set(wanted.map((replica) => text(replica['region_name'])));
  const main: ResourceRecord = { type: TABLE, region, service: 'dynamodb', id, arn, attributes };
  const made = wanted.map((replica): AccountChange => ({
    put: replicaTable(main, text(replica['region_name']), accountId, replicaSettings(replica)),
  }));
  const dropped = blocks(prior?.['replica'])
    .map((replica) => text(replica['region_name']))
    .filter((name) => !names.has(name))
    .flatMap((name) => account.find(TABLE, name, id) ?? []);
  return [...made, ...dropped.map((table): AccountChange => ({ remove: table }))];
}

/** Copies the main table's indexes, capacity and streams to its replicas, but for those of `replica` blocks. */
function replicasLikeTheirTable({
  account,
  attributes,
  prior,
  region,
  accountId,
  id,
  arn,
}: ResourceContext): readonly AccountChange[] {
  const declared = new Set(
    [...blocks(attributes['replica']), ...blocks(prior?.['replica'])].map((replica) => text(replica['region_name'])),
  );
  const main: ResourceRecord = { type: TABLE, region, service: 'dynamodb', id, arn, attributes };
  return account
    .findBy(TABLE, 'name', id)
    .filter((table) => table.internal?.['globalTable'] === region && !declared.has(table.region))
    .map((table) => ({ put: replicaTable(main, table.region, accountId, replicaSettings(replicaShown(table))) }));
}

/** Three to 255 letters, digits, `_`, `.` and `-` [Amazon DynamoDB developer guide, naming rules]. */
function checkName({ attributes }: ResourceContext): void {
  const name = text(attributes['name']);
  if (!/^[a-zA-Z0-9_.-]{3,255}$/.test(name)) {
    throw new AwsError(
      'ValidationException',
      `TableName must be at least 3 characters long and at most 255 characters long, and hold a-z, A-Z, 0-9, '_', '-' and '.' only: ${name}`,
      { path: ['name'] },
    );
  }
}

function checkKeys({ attributes, prior, internal }: ResourceContext): void {
  if (
    text(internal['globalTable']) !== '' ||
    text(attributes['restore_source_name']) !== '' ||
    text(attributes['restore_source_table_arn']) !== ''
  )
    return;
  const defined = blocks(attributes['attribute']).map((attribute) => text(attribute['name']));
  const indexes = [...blocks(attributes['global_secondary_index']), ...blocks(attributes['local_secondary_index'])];
  const used = [attributes, ...indexes]
    .flatMap(({ hash_key: hash, range_key: range }) => [text(hash), text(range)])
    .filter((name) => name !== '');
  if (prior === null && text(attributes['hash_key']) === '') {
    throw new AwsError(
      'ValidationException',
      'No Hash Key specified in schema. All Dynamo DB tables must have exactly one hash key',
      { path: ['hash_key'] },
    );
  }
  const missing = used.filter((name) => !defined.includes(name));
  if (missing.length > 0) {
    throw new AwsError(
      'ValidationException',
      `One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [${[...new Set(missing)].join(', ')}], AttributeDefinitions: [${defined.join(', ')}]`,
      { path: ['attribute'] },
    );
  }
  const unused = defined.filter((name) => !used.includes(name));
  // The provider's own check, before any call [terraform-provider-aws, validateTableAttributes].
  if (unused.length > 0)
    throw new ProviderRefusal(
      `all attributes must be indexed. Unused attributes: [${unused.map((name) => JSON.stringify(name)).join(' ')}]`,
      ['attribute'],
    );
}

function checkReplicas({ attributes, region, account, id, prior }: ResourceContext): void {
  const replicas = blocks(attributes['replica']);
  const before = new Set(blocks(prior?.['replica']).map((replica) => text(replica['region_name'])));
  const path = ['replica'];
  for (const replica of replicas) {
    const name = text(replica['region_name']);
    if (!isRegion(name) || name === region) {
      throw new AwsError(
        'ValidationException',
        `Unsupported region name: ${name}. A replica has to be in another region than its table.`,
        { path },
      );
    }
    const there = account.find(TABLE, name, id);
    if (there !== undefined && !before.has(name) && there.internal?.['globalTable'] !== region)
      throw alreadyThere(id, path);
  }
  if (replicas.length > 0 && attributes['stream_enabled'] !== true) {
    throw new AwsError(
      'ValidationException',
      'Table must have DynamoDB Streams enabled with NEW_AND_OLD_IMAGES to add a replica',
      { path: ['stream_enabled'] },
    );
  }
  const strong = replicas.filter((replica) => replica['consistency_mode'] === 'STRONG').length;
  const witnesses = blocks(attributes['global_table_witness']).length;
  // Three regions, or two and a witness [Amazon DynamoDB developer guide, multi-Region strong consistency].
  if (strong > 0 && !((strong === 2 && witnesses === 0) || (strong === 1 && witnesses === 1))) {
    throw new AwsError(
      'ValidationException',
      'MRSC global tables require exactly two replicas, or one replica and one witness, besides the table itself',
      { path },
    );
  }
}

function checkReplicaOfTable(context: ResourceContext): void {
  const { region, account, attributes, prior } = context;
  const path = ['global_table_arn'];
  const name = tableNameOf(attributes);
  const main = mainTable(context);
  if (main === undefined)
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`, { path });
  if (prior !== null) return;
  if (main.region === region) {
    throw new ProviderRefusal(
      `replica region (${region}) is the region of its table (${text(attributes['global_table_arn'])}); a replica has to be in another one`,
      path,
    );
  }
  if (account.find(TABLE, region, name) !== undefined) throw alreadyThere(name, path);
  if (main.attributes['stream_enabled'] !== true || main.attributes['stream_view_type'] !== 'NEW_AND_OLD_IMAGES') {
    throw new AwsError(
      'ValidationException',
      'Table must have DynamoDB Streams enabled with NEW_AND_OLD_IMAGES to add a replica',
      { path },
    );
  }
}

function alreadyThere(name: string, path: readonly string[]): AwsError {
  return new AwsError(
    'ValidationException',
    `Failed to create a the new replica of table with name: '${name}' because one or more replicas already existed as tables.`,
    { path },
  );
}

function checkUnprotected({ attributes }: ResourceContext): void {
  if (attributes['deletion_protection_enabled'] === true) {
    throw new AwsError(
      'ValidationException',
      'Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.',
    );
  }
}
