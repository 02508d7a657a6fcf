import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { CallContext, Operation, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { blocks, text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import api from './api.json';
import { type Condition, holds, parseCondition } from './expressions/condition';
import { type DocumentPath, parseProjection, project } from './expressions/document-path';
import { Placeholders } from './expressions/placeholders';
import { Tokens } from './expressions/tokenize';
import { applyUpdate, parseUpdate, pathsOf } from './expressions/update';
import { checkItemSize, compare, invalid, type Item, parseItem } from './tables/attribute-value';
import type { ItemStore } from './tables/item-store';
import {
  keyAttributesOf,
  keyOf,
  type KeySchema,
  requireKey,
  requireTable,
  type SecondaryIndex,
  type Table,
} from './tables/table';

/** 1 MB of items a page [DynamoDB developer guide, Query and Scan]. */
const PAGE_BYTES = 1024 * 1024;
const LARGEST_BATCH_WRITE = 25;
const LARGEST_BATCH_GET = 100;
const LARGEST_LIST = 100;

/** Of any expression, in bytes, and in operators and functions [DynamoDB developer guide, quotas]. */
const LONGEST_EXPRESSION_BYTES = 4096;
const MOST_OPERATORS = 300;

/** DynamoDB's data plane, on the tables that Terraform made. Words: Amazon DynamoDB API Reference, and the service's own. */
export function dynamodbEndpoint(items: ItemStore): ServiceEndpoint {
  const describeTable: Operation = (input, { account, region }) => {
    const table = requireTable(account, region, String(input['TableName']), `: Table: ${tableNameIn(input)} not found`);
    return { Table: described(table, region, items.list(table, region, false)) };
  };

  const listTables: Operation = (input, { account, region }) => {
    const names = account
      .list('aws_dynamodb_table', region)
      .map(({ id }) => id)
      .sort();
    const start = input['ExclusiveStartTableName'];
    const rest = typeof start === 'string' ? names.filter((name) => name > start) : names;
    const limit = Number(input['Limit'] ?? LARGEST_LIST);
    const page = rest.slice(0, limit);
    return {
      TableNames: page,
      LastEvaluatedTableName: rest.length > page.length ? page.at(-1) : undefined,
    };
  };

  const getItem: Operation = (input, { account, region }) => {
    const table = requireTable(account, region, String(input['TableName']));
    const placeholders = placeholdersOf(input);
    const projection = projectionOf(input, placeholders);
    placeholders.requireAllUsed(projection !== undefined);
    const key = requireKey(table, parseItem(input['Key']));
    const item = items.read(table, region, key, input['ConsistentRead'] === true);
    return item === null ? {} : { Item: projection === undefined ? item : project(item, projection) };
  };

  const putItem: Operation = (input, { account, region }) => {
    const table = requireTable(account, region, String(input['TableName']));
    const item = parseItem(input['Item']);
    const placeholders = placeholdersOf(input);
    const condition = conditionOf(input, placeholders);
    placeholders.requireAllUsed(condition !== undefined);
    const returned = returnValuesOf(input, ['NONE', 'ALL_OLD']);
    const key = keyOf(table, item);
    checkItemSize(item);
    const before = items.decisive(table, region, key);
    requireCondition(condition, before, input);
    items.write(table, region, key, item);
    return returned === 'ALL_OLD' && before !== null ? { Attributes: before } : {};
  };

  const updateItem: Operation = (input, { account, region }) => {
    const table = requireTable(account, region, String(input['TableName']));
    const placeholders = placeholdersOf(input);
    const expression = input['UpdateExpression'];
    const update = typeof expression === 'string' ? parseUpdate(expression, placeholders) : [];
    const condition = conditionOf(input, placeholders);
    placeholders.requireAllUsed(condition !== undefined || typeof expression === 'string');
    const returned = returnValuesOf(input, ['NONE', 'ALL_OLD', 'UPDATED_OLD', 'ALL_NEW', 'UPDATED_NEW']);
    const key = requireKey(table, parseItem(input['Key']));
    const before = items.decisive(table, region, key);
    requireCondition(condition, before, input);
    const after = applyUpdate(update, before ?? key, keyAttributesOf(table));
    keyOf(table, after);
    checkItemSize(after);
    items.write(table, region, key, after);
    const shown = returned.endsWith('OLD') ? before : after;
    if (returned === 'NONE' || shown === null) return {};
    const attributes = returned.startsWith('ALL') ? shown : project(shown, pathsOf(update));
    return Object.keys(attributes).length === 0 ? {} : { Attributes: attributes };
  };

  const deleteItem: Operation = (input, { account, region }) => {
    const table = requireTable(account, region, String(input['TableName']));
    const placeholders = placeholdersOf(input);
    const condition = conditionOf(input, placeholders);
    placeholders.requireAllUsed(condition !== undefined);
    const returned = returnValuesOf(input, ['NONE', 'ALL_OLD']);
    const key = requireKey(table, parseItem(input['Key']));
    const before = items.decisive(table, region, key);
    requireCondition(condition, before, input);
    if (before !== null) items.write(table, region, key, null);
    return returned === 'ALL_OLD' && before !== null ? { Attributes: before } : {};
  };

  const query: Operation = (input, context) => {
    const placeholders = placeholdersOf(input);
    const expression = input['KeyConditionExpression'];
    if (typeof expression !== 'string') {
      throw invalid('Either the KeyConditions or KeyConditionExpression parameter must be specified in the request.');
    }
    const keyCondition = parseCondition('KeyConditionExpression', expression, placeholders);
    return page(input, context, placeholders, (schema) => {
      requireKeyCondition(keyCondition, schema);
      return keyCondition;
    });
  };

  const scan: Operation = (input, context) => page(input, context, placeholdersOf(input), () => undefined);

  /** The items of a table or an index in the order of their keys, up to 1 MB or `Limit`, then filtered. */
  function page(
    input: Members,
    { account, region }: CallContext,
    placeholders: Placeholders,
    keyConditionFor: (schema: KeySchema) => Condition | undefined,
  ): Members {
    const table = requireTable(account, region, String(input['TableName']));
    const index = indexOf(table, input);
    const consistent = input['ConsistentRead'] === true;
    if (consistent && index?.isGlobal === true) {
      throw invalid('Consistent reads are not supported on global secondary indexes');
    }
    const schema = index ?? table;
    const keyCondition = keyConditionFor(schema);
    const filterText = input['FilterExpression'];
    const filter =
      typeof filterText === 'string' ? parseCondition('FilterExpression', filterText, placeholders) : undefined;
    const projection = projectionOf(input, placeholders);
    placeholders.requireAllUsed([keyCondition, filter, projection].some((part) => part !== undefined));

    const forward = input['ScanIndexForward'] !== false;
    const all = items
      .list(table, region, consistent)
      .filter((item) => keyAttributesOf(schema).every((name) => item[name] !== undefined))
      .filter((item) => keyCondition === undefined || holds(keyCondition, item))
      .toSorted((left, right) => (forward ? 1 : -1) * inOrder(table, schema, left, right));
    const start = input['ExclusiveStartKey'] === undefined ? undefined : parseItem(input['ExclusiveStartKey']);
    const rest =
      start === undefined ? all : all.filter((item) => (forward ? 1 : -1) * inOrder(table, schema, item, start) > 0);
    const { taken, isLast } = firstPage(rest, input['Limit']);
    const found = taken
      .filter((item) => filter === undefined || holds(filter, item))
      .map((item) => (index === undefined ? item : shownBy(index, table, item)));
    const last = taken.at(-1);
    return {
      Count: found.length,
      ScannedCount: taken.length,
      ...(input['Select'] === 'COUNT'
        ? {}
        : { Items: projection === undefined ? found : found.map((item) => project(item, projection)) }),
      ...(isLast || last === undefined ? {} : { LastEvaluatedKey: keysOnly(table, schema, last) }),
    };
  }

  const batchGetItem: Operation = (input, context) => {
    const requests = Object.entries(input['RequestItems'] as Record<string, { readonly Keys: readonly Members[] }>);
    const count = requests.reduce((sum, [, { Keys: keys }]) => sum + keys.length, 0);
    if (count > LARGEST_BATCH_GET) throw invalid('Too many items requested for the BatchGetItem call');
    const responses = requests.map(([name, { Keys: keys, ...rest }]) => {
      const got = keys.map((key) => getItem({ ...rest, TableName: name, Key: key }, context) as Members);
      return [tableNameIn({ TableName: name }), got.flatMap(({ Item: item }) => (item === undefined ? [] : [item]))];
    });
    return { Responses: Object.fromEntries(responses) as Members, UnprocessedKeys: {} };
  };

  const batchWriteItem: Operation = (input, context) => {
    const requests = Object.entries(input['RequestItems'] as Record<string, readonly Members[]>);
    const count = requests.reduce((sum, [, list]) => sum + list.length, 0);
    if (count > LARGEST_BATCH_WRITE) throw invalid('Too many items requested for the BatchWriteItem call');
    for (const [name, list] of requests) {
      for (const request of list) {
        const { PutRequest: put, DeleteRequest: remove } = request as Record<string, Members | undefined>;
        if (put !== undefined) putItem({ TableName: name, Item: put['Item'] }, context);
        if (remove !== undefined) deleteItem({ TableName: name, Key: remove['Key'] }, context);
      }
    }
    return { UnprocessedItems: {} };
  };

  return {
    api: api as ServiceApi,
    permissions: ({ operation, input, region, accountId }) => {
      const table = stringMember(input, 'TableName') ?? '';
      const resource = table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`;
      return [{ action: `dynamodb:${operation}`, resource }];
    },
    operations: {
      DescribeTable: describeTable,
      ListTables: listTables,
      GetItem: getItem,
      PutItem: putItem,
      UpdateItem: updateItem,
      DeleteItem: deleteItem,
      Query: query,
      Scan: scan,
      BatchGetItem: batchGetItem,
      BatchWriteItem: batchWriteItem,
    },
  };
}

function tableNameIn(input: Members): string {
  const name = text(input['TableName'] as string);
  return name.startsWith('arn:') ? (name.split('/')[1] ?? '') : name;
}

function placeholdersOf(input: Members): Placeholders {
  for (const [member, given] of Object.entries(input)) if (member.endsWith('Expression')) checkExpression(given);
  return new Placeholders(input['ExpressionAttributeNames'], input['ExpressionAttributeValues']);
}

/** @throws AwsError ValidationException above DynamoDB's quotas, which also bound how deep a parser has to go */
function checkExpression(given: unknown): void {
  const size = Buffer.byteLength(String(given));
  if (size > LONGEST_EXPRESSION_BYTES) {
    throw invalid(
      `Invalid expression: Expression size has exceeded the maximum allowed size; expression size: ${size}`,
    );
  }
  const operators = String(given).match(/[(=<>+]|\b(?:NOT|AND|OR|BETWEEN|IN)\b/gi)?.length ?? 0;
  if (operators > MOST_OPERATORS) {
    throw invalid(
      `Invalid expression: The expression contains too many operators and functions; operator and function count: ${operators}`,
    );
  }
}

function conditionOf(input: Members, placeholders: Placeholders): Condition | undefined {
  const expression = input['ConditionExpression'];
  return typeof expression === 'string' ? parseCondition('ConditionExpression', expression, placeholders) : undefined;
}

function projectionOf(input: Members, placeholders: Placeholders): readonly DocumentPath[] | undefined {
  const expression = input['ProjectionExpression'];
  return typeof expression === 'string'
    ? parseProjection(new Tokens('ProjectionExpression', expression), placeholders)
    : undefined;
}

function returnValuesOf(input: Members, allowed: readonly string[]): string {
  const asked = typeof input['ReturnValues'] === 'string' ? input['ReturnValues'] : 'NONE';
  if (!allowed.includes(asked)) throw invalid('Return values set to invalid value');
  return asked;
}

function requireCondition(condition: Condition | undefined, before: Item | null, input: Members): void {
  if (condition === undefined || holds(condition, before ?? {})) return;
  throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed', {
    ...(input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' && before !== null
      ? { members: { Item: before } }
      : {}),
  });
}

function indexOf(table: Table, input: Members): SecondaryIndex | undefined {
  const name = input['IndexName'];
  if (typeof name !== 'string') return undefined;
  const index = table.indexes.find((candidate) => candidate.name === name);
  if (index === undefined) throw invalid(`The table does not have the specified index: ${name}`);
  return index;
}

/** The partition key is equal to a value; the sort key, if it is named, is compared once [API Reference, Query]. */
function requireKeyCondition(condition: Condition, schema: KeySchema): void {
  const parts = condition.is === 'and' ? condition.of : [condition];
  const named = parts.map((part) => ({ attribute: attributeOf(part), part }));
  const foreign = named.find(
    ({ attribute }) => attribute === undefined || !keyAttributesOf(schema).includes(attribute),
  );
  if (foreign !== undefined) {
    if (!named.some(({ attribute }) => attribute === schema.partitionKey)) {
      throw invalid(`Query condition missed key schema element: ${schema.partitionKey}`);
    }
    throw invalid(
      foreign.attribute === undefined
        ? 'Invalid operator used in KeyConditionExpression'
        : 'Query key condition not supported',
    );
  }
  const partition = named.filter(({ attribute }) => attribute === schema.partitionKey);
  const [only] = partition;
  if (only === undefined) throw invalid(`Query condition missed key schema element: ${schema.partitionKey}`);
  if (partition.length > 1 || only.part.is !== 'comparison' || only.part.comparator !== '=') {
    throw invalid('Query key condition not supported');
  }
  if (named.length > 2) throw invalid('Conditions can be of length 1 or 2 only');
}

function attributeOf(part: Condition): string | undefined {
  const operand =
    part.is === 'comparison'
      ? part.left
      : part.is === 'between' || part.is === 'begins with'
        ? part.operand
        : undefined;
  if (part.is === 'comparison' && part.comparator === '<>') return undefined;
  return operand !== undefined && 'path' in operand && operand.path.length === 1 ? operand.path[0] : undefined;
}

/** Order by the index's keys, then by the table's keys for items with equal index keys. */
function inOrder(table: Table, schema: KeySchema, left: Item, right: Item): number {
  for (const name of [...keyAttributesOf(schema), ...keyAttributesOf(table)]) {
    const [one, other] = [left[name], right[name]];
    const order = one !== undefined && other !== undefined ? (compare(one, other) ?? 0) : 0;
    if (order !== 0) return order;
  }
  return 0;
}

function firstPage(
  items: readonly Item[],
  limit: unknown,
): { readonly taken: readonly Item[]; readonly isLast: boolean } {
  const most = Number(limit ?? Infinity);
  let bytes = 0;
  let count = 0;
  for (const item of items) {
    if (count >= most || bytes >= PAGE_BYTES) break;
    bytes += Buffer.byteLength(JSON.stringify(item));
    count += 1;
  }
  return { taken: items.slice(0, count), isLast: count === items.length && count < most };
}

function keysOnly(table: Table, schema: KeySchema, item: Item): Item {
  const names = new Set([...keyAttributesOf(schema), ...keyAttributesOf(table)]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

function shownBy(index: SecondaryIndex, table: Table, item: Item): Item {
  if (index.projection === 'ALL') return item;
  const more = index.projection === 'KEYS_ONLY' ? [] : index.projection;
  const names = new Set([...keyAttributesOf(index), ...keyAttributesOf(table), ...more]);
  return Object.fromEntries(Object.entries(item).filter(([name]) => names.has(name)));
}

function described(table: Table, region: string, items: readonly Item[]): Members {
  const { attributes } = table.record;
  const schemaOf = (schema: KeySchema) =>
    keyAttributesOf(schema).map((name, index) => ({ AttributeName: name, KeyType: index === 0 ? 'HASH' : 'RANGE' }));
  const encryption = blocks(attributes['server_side_encryption'])[0];
  return {
    TableName: table.name,
    TableArn: table.record.arn,
    TableStatus: 'ACTIVE',
    TableSizeBytes: items.reduce((sum, item) => sum + Buffer.byteLength(JSON.stringify(item)), 0),
    ItemCount: items.length,
    KeySchema: schemaOf(table),
    AttributeDefinitions: Object.entries(table.keyTypes).map(([name, type]) => ({
      AttributeName: name,
      AttributeType: type,
    })),
    BillingModeSummary: { BillingMode: attributes['billing_mode'] },
    DeletionProtectionEnabled: attributes['deletion_protection_enabled'] === true,
    GlobalSecondaryIndexes: table.indexes
      .filter(({ isGlobal }) => isGlobal)
      .map((index) => ({
        IndexName: index.name,
        IndexStatus: 'ACTIVE',
        KeySchema: schemaOf(index),
        Projection: {
          ProjectionType: typeof index.projection === 'string' ? index.projection : 'INCLUDE',
          ...(typeof index.projection === 'string' ? {} : { NonKeyAttributes: index.projection }),
        },
      })),
    Replicas: table.regions
      .filter((name) => name !== region)
      .map((name) => ({ RegionName: name, ReplicaStatus: 'ACTIVE' })),
    MultiRegionConsistency: table.regions.length === 1 ? undefined : table.isStronglyConsistent ? 'STRONG' : 'EVENTUAL',
    SSEDescription: encryption && { Status: 'ENABLED', SSEType: 'KMS', KMSMasterKeyArn: encryption['kms_key_arn'] },
  };
}
