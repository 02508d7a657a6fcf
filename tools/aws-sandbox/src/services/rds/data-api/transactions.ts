import type { Client } from 'pg';
import { AwsError } from '../../../model/aws-error';
import { randomUuid } from '../../../model/random-id';

/** A transaction without a call for 3 minutes, and one of 24 hours, is rolled back [Aurora user guide, calling the Data API]. */
const IDLE_MS = 180_000;
const LONGEST_MS = 86_400_000;

/** Cluster, secret and database that a transaction was begun with: every call of it names the same. */
export interface TransactionScope {
  readonly cluster: string;
  readonly secret: string;
  /** Undefined in a call that does not name it. */
  readonly database: string | undefined;
}

interface Open {
  readonly client: Client;
  readonly scope: TransactionScope;
  readonly beganAtMs: number;
  usedAtMs: number;
}

/** Transactions of the Data API that are open, each a connection of its own. */
export class Transactions {
  private readonly open = new Map<string, Open>();

  constructor(private readonly nowMs: () => number) {}

  /** @param client in a transaction, which ends with it. @returns its id */
  keep(client: Client, scope: TransactionScope): string {
    const id = Buffer.from(randomUuid()).toString('base64');
    const nowMs = this.nowMs();
    this.open.set(id, { client, scope, beganAtMs: nowMs, usedAtMs: nowMs });
    // With its server, or in a failover: what was written in it is gone.
    client.once('end', () => this.open.delete(id));
    return id;
  }

  /** @throws AwsError where there is none by this id, or none any more, or the call is of another database or secret */
  use(id: string, { cluster, database, secret }: TransactionScope): Client {
    this.endOld();
    const found = this.open.get(id);
    // Words inferred.
    if (found === undefined) throw new AwsError('TransactionNotFoundException', `Transaction ${id} is not found`);
    const { scope } = found;
    const isOther = scope.cluster !== cluster || scope.secret !== secret;
    if (isOther || (database !== undefined && database !== scope.database)) {
      throw new AwsError(
        'BadRequestException',
        'Database, cluster and secret have to be those that the transaction was begun with',
      );
    }
    found.usedAtMs = this.nowMs();
    return found.client;
  }

  /** Forgets a transaction that was committed or rolled back. */
  async end(id: string): Promise<void> {
    const found = this.open.get(id);
    this.open.delete(id);
    await found?.client.end().catch(() => undefined);
  }

  /** PostgreSQL rolls back what a connection has not committed when it ends. */
  private endOld(): void {
    const nowMs = this.nowMs();
    for (const [id, { beganAtMs, usedAtMs }] of this.open) {
      if (nowMs - usedAtMs > IDLE_MS || nowMs - beganAtMs > LONGEST_MS) void this.end(id);
    }
  }
}
