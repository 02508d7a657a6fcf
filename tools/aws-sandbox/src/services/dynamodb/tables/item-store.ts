import type { Account } from '../../../account/account';
import { AwsError } from '../../../model/aws-error';
import { arrive, type Copies, newest, NO_COPIES, type ReplicationLink, write } from '../../../model/replication';
import type { ResourceRecord } from '../../../model/resource-record';
import type { ObjectValue } from '../../../model/value';
import type { Item } from './attribute-value';
import type { Table } from './table';

/** Type of the account's records that are items: what a table holds, beside what Terraform sees. */
export const ITEM_RECORD = 'dynamodb_item';

/** The items of all tables, each a record of the account: on disk before it is acknowledged, gone with its table. */
export class ItemStore {
  constructor(
    private readonly account: Account,
    private readonly link: ReplicationLink,
    private readonly nowMs: () => number,
  ) {}

  /**
   * As the region sees it now. @throws AwsError where a strong read has no quorum
   *
   * @param consistent read strongly: of a strongly consistent table the newest of all regions
   */
  read(table: Table, region: string, key: Item, consistent: boolean): Item | null {
    if (consistent) this.requireQuorum(table, region);
    return this.seen(table, region, this.copiesOf(table, key), consistent);
  }

  /** Version that a write's condition is evaluated against. */
  decisive(table: Table, region: string, key: Item): Item | null {
    return this.read(table, region, key, true);
  }

  /** @param item null deletes. A write is later than the version it was checked against, even if the clock went back. */
  write(table: Table, region: string, key: Item, item: Item | null): void {
    const copies = this.copiesOf(table, key);
    const decidedOn = table.isStronglyConsistent ? newest(copies) : copies.shown[region];
    const writtenAtMs = Math.max(this.nowMs(), (decidedOn?.writtenAtMs ?? 0) + 1);
    const next = write(copies, { value: item, writtenAtMs, writtenIn: region }, table.regions, this.link);
    this.account.commit([{ put: recordOf(table, key, next) }]);
  }

  /** All items that the region shows, in the order of their keys' text. @throws AwsError where a strong read has no quorum */
  list(table: Table, region: string, consistent: boolean): readonly Item[] {
    if (consistent) this.requireQuorum(table, region);
    return this.account
      .findBy(ITEM_RECORD, 'table', table.name, table.mainRegion)
      .toSorted((left, right) => (left.id < right.id ? -1 : 1))
      .map((record) => this.seen(table, region, this.arrived(record), consistent))
      .filter((item) => item !== null);
  }

  /**
   * Strong reads and writes of a strongly consistent table need two of its three regions [DynamoDB developer guide, how
   * global tables work]. The guide names no error: assumed is the one of a service that fails.
   */
  private requireQuorum(table: Table, region: string): void {
    if (!table.isStronglyConsistent) return;
    const others = [...table.regions, table.witness].filter((other) => other !== undefined && other !== region);
    if (others.some((other) => this.link.cutSince(region, other ?? '') === undefined)) return;
    throw new AwsError('InternalServerError', 'Internal server error', { status: 500 });
  }

  private seen(table: Table, region: string, copies: Copies<Item>, consistent: boolean): Item | null {
    const version = consistent && table.isStronglyConsistent ? newest(copies) : copies.shown[region];
    return version?.value ?? null;
  }

  private copiesOf(table: Table, key: Item): Copies<Item> {
    const record = this.account.find(ITEM_RECORD, table.mainRegion, idOf(table, key));
    return record === undefined ? NO_COPIES : this.arrived(record);
  }

  private arrived({ attributes }: ResourceRecord): Copies<Item> {
    return arrive(attributes['copies'] as unknown as Copies<Item>, this.nowMs(), this.link);
  }
}

function recordOf(table: Table, key: Item, copies: Copies<Item>): ResourceRecord {
  return {
    type: ITEM_RECORD,
    region: table.mainRegion,
    service: 'dynamodb',
    id: idOf(table, key),
    attributes: { table: table.name, key: key as ObjectValue, copies: copies as unknown as ObjectValue },
  };
}

function idOf(table: Table, key: Item): string {
  const parts = [table.partitionKey, ...(table.sortKey === undefined ? [] : [table.sortKey])];
  return [table.name, ...parts.map((name) => encodeURIComponent(Object.values(key[name] ?? {})[0] as string))].join(
    '/',
  );
}
