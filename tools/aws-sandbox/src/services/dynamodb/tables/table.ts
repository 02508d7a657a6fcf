import type { AccountView } from '../../../model/account-view';
import { blocks, text, texts } from '../../../model/attribute-values';
import { AwsError } from '../../../model/aws-error';
import type { ResourceRecord } from '../../../model/resource-record';
import { type AttributeType, type AttributeValue, invalid, type Item, typeOf } from './attribute-value';

const TABLE = 'aws_dynamodb_table';

export interface KeySchema {
  readonly partitionKey: string;
  readonly sortKey: string | undefined;
}

export interface SecondaryIndex extends KeySchema {
  readonly name: string;
  readonly isGlobal: boolean;
  readonly projection: 'ALL' | 'KEYS_ONLY' | readonly string[];
}

/** A table as its data plane sees it: the same in every region that has a replica. */
export interface Table extends KeySchema {
  readonly name: string;
  /** Of the table that the replicas belong to; items are kept there. */
  readonly mainRegion: string;
  /** Regions that serve it, the main one first; a witness serves nothing. */
  readonly regions: readonly string[];
  /** Region that takes part in the quorum of a strongly consistent table, beside two that serve it. */
  readonly witness: string | undefined;
  /** True: one order of writes over all regions, and conditions evaluated against the latest version. */
  readonly isStronglyConsistent: boolean;
  readonly keyTypes: Readonly<Record<string, AttributeType>>;
  readonly indexes: readonly SecondaryIndex[];
  readonly record: ResourceRecord;
}

/** @param name or ARN @throws AwsError ResourceNotFoundException */
export function requireTable(account: AccountView, region: string, name: string, detail = ''): Table {
  const plain = name.startsWith('arn:') ? (name.split('/')[1] ?? '') : name;
  const record = account.find(TABLE, region, plain);
  if (record === undefined) throw new AwsError('ResourceNotFoundException', `Requested resource not found${detail}`);
  const mainRegion = text(record.internal?.['globalTable']) || region;
  const main = account.find(TABLE, mainRegion, plain) ?? record;
  const { attributes } = main;
  const replicas = account
    .findBy(TABLE, 'name', plain)
    .filter(({ internal }) => internal?.['globalTable'] === mainRegion)
    .map((replica) => replica.region)
    .sort();
  return {
    name: plain,
    mainRegion,
    regions: [mainRegion, ...replicas],
    witness: text(blocks(attributes['global_table_witness'])[0]?.['region_name']) || undefined,
    isStronglyConsistent: blocks(attributes['replica']).some((replica) => replica['consistency_mode'] === 'STRONG'),
    partitionKey: text(attributes['hash_key']),
    sortKey: text(attributes['range_key']) || undefined,
    keyTypes: Object.fromEntries(
      blocks(attributes['attribute']).map(({ name: attribute, type }) => [
        text(attribute),
        text(type) as AttributeType,
      ]),
    ),
    indexes: (['global_secondary_index', 'local_secondary_index'] as const).flatMap((block) =>
      blocks(attributes[block]).map((index): SecondaryIndex => ({
        name: text(index['name']),
        isGlobal: block === 'global_secondary_index',
        partitionKey: text(index['hash_key']) || text(attributes['hash_key']),
        sortKey: text(index['range_key']) || undefined,
        projection:
          index['projection_type'] === 'INCLUDE'
            ? texts(index['non_key_attributes'])
            : index['projection_type'] === 'KEYS_ONLY'
              ? 'KEYS_ONLY'
              : 'ALL',
      })),
    ),
    record,
  };
}

export function keyAttributesOf({ partitionKey, sortKey }: KeySchema): readonly string[] {
  return sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
}

/** @throws AwsError ValidationException where it is not exactly the table's key */
export function requireKey(table: Table, key: Item): Item {
  const wanted = keyAttributesOf(table);
  const fits =
    Object.keys(key).length === wanted.length &&
    wanted.every((name) => key[name] !== undefined && typeOf(key[name]) === table.keyTypes[name]);
  if (!fits) throw invalid('The provided key element does not match the schema');
  requireFilled(table, key);
  return key;
}

/** @returns the key of a whole item. @throws AwsError ValidationException */
export function keyOf(table: Table, item: Item): Item {
  const key: Record<string, AttributeValue> = {};
  for (const name of keyAttributesOf(table)) {
    const value = item[name];
    if (value === undefined) {
      throw invalid(`One or more parameter values were invalid: Missing the key ${name} in the item`);
    }
    const [expected, actual] = [table.keyTypes[name], typeOf(value)];
    if (expected !== actual) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for key ${name} expected: ${expected} actual: ${actual}`,
      );
    }
    key[name] = value;
  }
  requireFilled(table, key);
  for (const index of table.indexes) requireIndexKeys(table, index, item);
  return key;
}

function requireFilled(table: Table, key: Item): void {
  for (const name of keyAttributesOf(table)) {
    const value = key[name];
    if (value !== undefined && (('S' in value && value.S === '') || ('B' in value && value.B === ''))) {
      const kind = 'S' in value ? 'string' : 'binary';
      throw invalid(
        `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty ${kind} value. Key: ${name}`,
      );
    }
  }
}

/** An item without an index's keys is not in it; one with a key of another type is refused. */
function requireIndexKeys(table: Table, index: SecondaryIndex, item: Item): void {
  for (const name of keyAttributesOf(index)) {
    const value = item[name];
    const [expected, actual] = [table.keyTypes[name], value && typeOf(value)];
    if (actual !== undefined && actual !== expected) {
      throw invalid(
        `One or more parameter values were invalid: Type mismatch for Index Key ${name} Expected: ${expected} Actual: ${actual} IndexName: ${index.name}`,
      );
    }
  }
}
