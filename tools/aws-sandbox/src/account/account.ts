import type { AccountView } from '../model/account-view';
import { valuesAt } from '../model/attribute-values';
import { keyText, type AccountChange, type ResourceKey, type ResourceRecord } from '../model/resource-record';
import { AccountFiles } from './account-files';
import { AccountLock } from './account-lock';
import { CodeStore } from './code-store';
import { makePrivateFolder } from './private-folder';

export interface AccountOptions {
  /** Folder that holds `account/`. */
  readonly home: string;
  /** Twelve digits. @default 000000000000 */
  readonly accountId?: string;
}

/** The account: every resource in memory, looked up by index only, and each change on disk before it is acknowledged. */
export class Account implements AccountView {
  readonly accountId: string;
  readonly code: CodeStore;
  private readonly byKey = new Map<string, ResourceRecord>();
  private readonly byArn = new Map<string, ResourceRecord>();
  private readonly byAttribute = new Map<string, Set<ResourceRecord>>();
  private readonly byType = new Map<string, Map<string, Map<string, ResourceRecord>>>();
  /** Attributes of each type that somebody has looked resources up by. */
  private readonly indexed = new Map<string, Set<string>>();

  private constructor(
    private readonly files: AccountFiles,
    private readonly lock: AccountLock,
    options: AccountOptions,
  ) {
    this.accountId = options.accountId ?? '000000000000';
    this.code = new CodeStore(options.home);
  }

  /** @throws AccountUnusableError when another process has it, or a file is damaged */
  static open(options: AccountOptions): Account {
    makePrivateFolder(options.home);
    const lock = AccountLock.take(options.home);
    try {
      const account = new Account(new AccountFiles(options.home), lock, options);
      for (const record of account.files.load()) account.enter(record);
      return account;
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  get size(): number {
    return this.byKey.size;
  }

  find(type: string, region: string, id: string): ResourceRecord | undefined {
    return this.byKey.get(keyText({ type, region, id }));
  }

  findByArn(arn: string): ResourceRecord | undefined {
    return this.byArn.get(arn);
  }

  findBy(type: string, attribute: string, value: string, region?: string): readonly ResourceRecord[] {
    if (!this.indexed.get(type)?.has(attribute)) this.index(type, attribute);
    const found = [...(this.byAttribute.get(attributeText(type, attribute, value)) ?? [])];
    return region === undefined ? found : found.filter((record) => record.region === region);
  }

  list(type: string, region?: string): readonly ResourceRecord[] {
    const regions = this.byType.get(type);
    if (regions === undefined) return [];
    if (region !== undefined) return [...(regions.get(region)?.values() ?? [])];
    return [...regions.values()].flatMap((records) => [...records.values()]);
  }

  /** Every resource of every region. */
  records(): readonly ResourceRecord[] {
    return [...this.byKey.values()];
  }

  /** Number of resources by type and region, for people. */
  inventory(): Readonly<Record<string, number>> {
    const counts: Record<string, number> = {};
    for (const [type, regions] of this.byType) {
      for (const records of regions.values()) counts[type] = (counts[type] ?? 0) + records.size;
    }
    return counts;
  }

  /** Returns when every change is on disk; a process killed in between leaves all of them or none. */
  commit(changes: readonly AccountChange[]): void {
    if (changes.length === 0) return;
    this.files.commit(changes);
    for (const change of changes) {
      if ('put' in change) this.enter(change.put);
      else this.leave(change.remove);
    }
  }

  /** Removes everything. */
  clear(): void {
    this.files.clear();
    this.code.clear();
    for (const index of [this.byKey, this.byArn, this.byAttribute, this.byType]) index.clear();
  }

  close(): void {
    this.lock.release();
  }

  private enter(record: ResourceRecord): void {
    this.leave(record);
    this.byKey.set(keyText(record), record);
    if (record.arn !== undefined) this.byArn.set(record.arn, record);
    for (const attribute of this.indexed.get(record.type) ?? []) this.addToIndex(record, attribute);
    this.recordsOf(record).set(record.id, record);
  }

  private leave(key: ResourceKey): void {
    const record = this.byKey.get(keyText(key));
    if (record === undefined) return;
    this.byKey.delete(keyText(key));
    if (record.arn !== undefined && this.byArn.get(record.arn) === record) this.byArn.delete(record.arn);
    for (const attribute of this.indexed.get(record.type) ?? []) {
      for (const key of attributeKeys(record, attribute)) {
        const records = this.byAttribute.get(key);
        records?.delete(record);
        if (records?.size === 0) this.byAttribute.delete(key);
      }
    }
    this.recordsOf(record).delete(record.id);
  }

  private recordsOf({ type, region }: ResourceKey): Map<string, ResourceRecord> {
    const regions = this.byType.get(type) ?? new Map<string, Map<string, ResourceRecord>>();
    this.byType.set(type, regions);
    const records = regions.get(region) ?? new Map<string, ResourceRecord>();
    regions.set(region, records);
    return records;
  }

  /** The first look-up by an attribute reads every resource of the type; from then on the index is kept. */
  private index(type: string, attribute: string): void {
    for (const record of this.list(type)) this.addToIndex(record, attribute);
    this.indexed.set(type, (this.indexed.get(type) ?? new Set()).add(attribute));
  }

  private addToIndex(record: ResourceRecord, attribute: string): void {
    for (const key of attributeKeys(record, attribute)) {
      const records = this.byAttribute.get(key);
      if (records === undefined) this.byAttribute.set(key, new Set([record]));
      else records.add(record);
    }
  }
}

function attributeKeys(record: ResourceRecord, attribute: string): readonly string[] {
  return valuesAt(record.attributes, attribute)
    .filter((value): value is string => typeof value === 'string')
    .map((value) => attributeText(record.type, attribute, value));
}

function attributeText(type: string, attribute: string, value: string): string {
  return `${type} ${attribute} ${value}`;
}
