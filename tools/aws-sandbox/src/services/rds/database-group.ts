import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import { membersOf } from './global-cluster';

/**
 * `failover`: at once, and what had not been replicated is lost. `switchover`: waits for replication, and needs both
 * regions [Aurora user guide, managed failovers and switchovers of global databases].
 */
export type MoveKind = 'failover' | 'switchover';

/** The writer of a global database on its way to another cluster. */
export interface WriterMove {
  readonly kind: MoveKind;
  /** ARNs of clusters. */
  readonly from: string;
  readonly to: string;
  /** ms since 1970. */
  readonly endsAtMs: number;
}

/** Rebuild of a former writer's cluster, whose data a failover left behind. */
export interface Rebuild {
  /** Log position up to which the new writer has what was written: where its timeline begins. */
  readonly since: string;
  /** Name of the snapshot that keeps it. */
  readonly snapshot: string;
  /** When its region was seen again, and the rebuild began, ms since 1970. */
  readonly beganAtMs: number | null;
}

/** One database: a writer and, in a global database, the clusters of the other regions. */
export interface DatabaseGroup {
  /** Identifier of the global database, or the ARN of a cluster that is in none. */
  readonly id: string;
  readonly writer: ResourceRecord;
  readonly followers: readonly ResourceRecord[];
  /** The writer first. */
  readonly members: readonly ResourceRecord[];
  readonly move: WriterMove | undefined;
  readonly username: string;
  /** Name of the database that is there from the start, or ''. */
  readonly database: string;
  /** Verifier of the master user's password; undefined where the account was never given it. */
  readonly passwordVerifier: string | undefined;
}

export function groupOf(account: AccountView, cluster: ResourceRecord): DatabaseGroup {
  const identifier = text(cluster.attributes['global_cluster_identifier']);
  const [global] = account.findBy('aws_rds_global_cluster', 'global_cluster_identifier', identifier);
  const members = global === undefined ? [cluster] : membersOf(account, identifier);
  const [writer = cluster, ...followers] = members;
  const first = (read: (member: ResourceRecord) => string) => members.map(read).find((value) => value !== '');
  return {
    id: global?.id ?? cluster.arn ?? '',
    writer,
    followers,
    members,
    move: global === undefined ? undefined : moveOf(global),
    username: first(({ attributes }) => text(attributes['master_username'])) ?? '',
    database: first(({ attributes }) => text(attributes['database_name'])) ?? text(global?.attributes['database_name']),
    passwordVerifier: first(({ internal }) => text(internal?.['passwordVerifier'])),
  };
}

/** @param global record of a global database */
export function moveOf({ internal }: ResourceRecord): WriterMove | undefined {
  return (internal?.['move'] ?? undefined) as unknown as WriterMove | undefined;
}

export function rebuildOf({ internal }: ResourceRecord): Rebuild | undefined {
  return (internal?.['rebuild'] ?? undefined) as unknown as Rebuild | undefined;
}

/** Snapshot that the data of a cluster is still to be made from, or ''. */
export function restoredFrom({ internal }: ResourceRecord): string {
  return text(internal?.['restoredFrom']);
}

/** Whether the writer of a cluster answers nothing: since its region's fall silent, it has not failed over. */
export function isWriterSilent(
  { internal, region }: ResourceRecord,
  { writersSilentSince }: { readonly writersSilentSince: (region: string) => number | undefined },
): boolean {
  const sinceMs = writersSilentSince(region);
  return sinceMs !== undefined && Number(internal?.['failedOverAtMs'] ?? 0) <= sinceMs;
}

/** Whether a cluster is being rebuilt after a failover took the writer from it: it follows nobody, and is not readable. */
export function isRebuilt(cluster: ResourceRecord): boolean {
  return rebuildOf(cluster) !== undefined;
}
