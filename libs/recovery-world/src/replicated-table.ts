import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { CONTROL_KEY } from '@dr/control-table';
import { type ControlRecord, parseControlRecord } from '@dr/recovery';
import { otherThan } from './global-database';
import { type Network, type Place, type Region, REGIONS, type ServingRegion, SERVING_REGIONS } from './network';
import type { Process, VirtualTime } from './virtual-time';

/** A replica that was away errs until it has caught up [DynamoDB developer guide, multi-Region strong consistency]. */
const CATCH_UP_MS = 10_000;

/** The strongly consistent table: a replica answers while it and one of the other two are in touch. */
export class ReplicatedTable {
  /** The record as it is now; null while nothing was ever written. */
  record: ControlRecord | null = null;
  /** Items besides the ledger, by their key. */
  private readonly others = new Map<string, Record<string, AttributeValue>>();
  private readonly behindUntilMs = new Map<Region, number>();
  private lost: ControlRecord | null = null;
  private readonly reads = new Map<Process, { readonly record: ControlRecord; readonly atMs: number }>();

  constructor(
    private readonly time: VirtualTime,
    private readonly network: Network,
    /** Receives each write that takes effect. */
    private readonly onWrite: (before: ControlRecord | null, after: ControlRecord, by: Process) => void,
  ) {}

  /** The record that was there before somebody deleted its item; null while it is there. */
  get lostRecord(): ControlRecord | null {
    return this.record === null ? this.lost : null;
  }

  /** Somebody deletes the item of the ledger. */
  lose(): void {
    // Before the first heartbeat nobody can know that there was one.
    if (this.record !== null) this.lost = this.others.size > 0 ? this.record : null;
    this.record = null;
  }

  /** Record that a process acts on: the one that it read last. */
  lastReadBy(process: Process): ControlRecord | null {
    return this.reads.get(process)?.record ?? null;
  }

  lastReadAtMs(process: Process): number {
    return this.reads.get(process)?.atMs ?? -Infinity;
  }

  answersIn(region: Region): boolean {
    if (!this.isWhole(region) || this.network.isBroken(region, 'table path')) return false;
    return REGIONS.some((other) => other !== region && this.isWhole(other) && this.network.replicates(region, other));
  }

  /** Database's clock at the last write of the canary that a region's heartbeat recorded, ms since 1970; null for none. */
  canaryRecordedBy(region: ServingRegion): number | null {
    const recorded = this.others.get(`heartbeat ${region}`)?.['canaryAtMs']?.N;
    return recorded === undefined ? null : Number(recorded);
  }

  /** Whether a service in a region reaches either replica. */
  answersTo(region: ServingRegion): boolean {
    return this.answersIn(region) || (this.reachesOther(region) && this.answersIn(otherThan(region)));
  }

  /** The replica was away, and has to catch up. */
  returned(region: Region): void {
    this.behindUntilMs.set(region, this.time.nowMs + CATCH_UP_MS);
  }

  /** Commands that a process sends to the replica of a region by the SDK. */
  client(process: Process, from: Place, region: Region): Pick<DynamoDBClient, 'send'> {
    const send = (command: unknown, options: { readonly abortSignal?: AbortSignal } = {}) =>
      this.network.call<unknown>(
        process,
        from,
        region,
        'table',
        (reply) => {
          const isFar = isServing(from) && from !== region;
          if (!this.answersIn(region) || (isFar && !this.reachesOther(from))) return;
          try {
            reply({ value: this.perform(command, process) });
          } catch (error) {
            reply({ error: error as Error });
          }
        },
        options.abortSignal,
      );
    return { send } as Pick<DynamoDBClient, 'send'>;
  }

  private reachesOther(from: ServingRegion): boolean {
    return this.network.reaches(from, otherThan(from)) && !this.network.isBroken(from, 'way to the other table');
  }

  private isWhole(region: Region): boolean {
    return !this.network.dark.has(region) && this.time.nowMs >= (this.behindUntilMs.get(region) ?? 0);
  }

  private perform(command: unknown, process: Process): object {
    if (command instanceof GetItemCommand) {
      if (command.input.ConsistentRead !== true) throw new Error('recovery-world: a read is strongly consistent.');
      const key = command.input.Key?.['item']?.S ?? '';
      if (key !== CONTROL_KEY.item.S) return { Item: this.others.get(key) };
      const { record } = this;
      if (record === null) return {};
      this.reads.set(process, { record, atMs: this.time.nowMs });
      return { Item: { version: { N: String(record.version) }, record: { S: JSON.stringify(record) } } };
    }
    if (!(command instanceof PutItemCommand)) throw new Error('recovery-world: the table knows GetItem and PutItem.');
    const { ConditionExpression: condition, ExpressionAttributeValues: values, Item: next } = command.input;
    const key = next?.['item']?.S ?? '';
    if (next && key !== CONTROL_KEY.item.S) {
      this.others.set(key, next);
      return {};
    }
    if (!this.holds(condition, values?.[':expected']?.N)) {
      throw new ConditionalCheckFailedException({ message: 'the condition does not hold', $metadata: {} });
    }
    const before = this.record;
    this.record = parseControlRecord('the table', JSON.parse(next?.['record']?.S ?? ''), SERVING_REGIONS);
    if (next?.['version']?.N !== String(this.record.version))
      throw new Error('recovery-world: two versions in one item.');
    this.onWrite(before, this.record, process);
    return {};
  }

  /** The writer's own conditions, and no others. */
  private holds(condition: string | undefined, expected: string | undefined): boolean {
    if (condition === undefined) return true;
    if (condition === 'attribute_not_exists(#item)') return this.record === null;
    if (condition === '#version = :expected') return String(this.record?.version) === expected;
    throw new Error(`recovery-world: condition is ${condition}, expected one of the control table's writer.`);
  }
}

function isServing(place: Place): place is ServingRegion {
  return place === SERVING_REGIONS[0] || place === SERVING_REGIONS[1];
}
