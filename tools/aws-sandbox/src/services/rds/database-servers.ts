import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { escapeIdentifier, escapeLiteral } from 'pg';
import type { Account } from '../../account/account';
import { makePrivateFolder } from '../../account/private-folder';
import { text } from '../../model/attribute-values';
import type { ReplicationLink } from '../../model/replication';
import type { ResourceRecord } from '../../model/resource-record';
import { stableId } from '../../model/stable-id';
import { makeServerIdentity } from '../../network/certificate';
import { DatabaseAuthority } from '../../network/database-authority';
import type { PostgresBinaries } from '../../runtime/aws-service';
import { type DatabaseGroup, groupOf, isRebuilt, restoredFrom } from './database-group';
import {
  copyFolder,
  copyLog,
  copyRunning,
  makeDataFolder,
  PASSWORD_FILE,
  writeServerFile,
} from './postgres/data-folder';
import { beginOfTimeline, compareWithWriter, type LostWrites } from './postgres/lost-writes';
import { PostgresServer } from './postgres/postgres-server';
import { ReplicationWire } from './postgres/replication-wire';
import { openWay, requireWay, serverUser } from './postgres/server-user';

export interface DatabaseServersOptions {
  readonly account: Account;
  /** Folder of the account. */
  readonly home: string;
  readonly link: ReplicationLink;
  /** @throws PostgresUnusableError where it is not installed */
  readonly postgres: () => PostgresBinaries;
  /** Whether what is committed is flushed to the disk itself. */
  readonly fsync: boolean;
  /** Called with what a person should know of a database. */
  readonly report: (text: string) => void;
}

interface Running {
  server: PostgresServer;
  /** From the writer in another region. */
  wire: ReplicationWire | undefined;
  /** Engine version and instance classes that it runs on. */
  on: string;
}

/**
 * PostgreSQL servers of the account's clusters: a primary for a writer, a standby of it for every other cluster of its
 * global database, and one more standby in the writer's region while somebody reads at its reader endpoint.
 *
 * A server is made and started when it is first asked for; then so are all of its global database, so that what is
 * written has somewhere to go. They end with the account, and are started again when they are asked for again.
 */
export class DatabaseServers {
  private readonly running = new Map<string, Running>();
  /** Standbys in the region of a writer: they hold nothing of their own, and are made anew each time. */
  private readonly readers = new Map<string, PostgresServer>();
  /** Work on the servers of one database, one after the other. */
  private readonly work = new Map<string, Promise<unknown>>();
  /** Servers that are about to end and start again: who asks for one gets the one after. */
  private readonly restarting = new Set<string>();
  /** Password of the master user that a database has, by group. */
  private readonly passwords = new Map<string, string>();
  private readonly folder: string;
  private readonly user = serverUser();
  private isClosed = false;

  constructor(private readonly options: DatabaseServersOptions) {
    this.folder = join(resolve(options.home), 'databases');
  }

  /** Server of a cluster, as the writer or the standby that it is. @throws PostgresUnusableError */
  serverOf(cluster: ResourceRecord): Promise<PostgresServer> {
    const group = groupOf(this.options.account, cluster);
    if (this.isWhole(group)) return Promise.resolve(this.requireRunning(cluster));
    return this.alone(group, async () => {
      // The writer may have moved since.
      await this.ensure(groupOf(this.options.account, cluster));
      return this.requireRunning(cluster);
    });
  }

  /**
   * Server behind the reader endpoint of a writer's cluster with several instances: a standby in its region. Until that
   * is made, the writer's own: a reader endpoint leads to it while no reader is available [Aurora user guide, reader
   * endpoints].
   *
   * @throws PostgresUnusableError
   */
  async readerOf(writer: ResourceRecord): Promise<PostgresServer> {
    const present = this.readers.get(this.nameOf(writer));
    if (present?.isRunning && !this.restarting.has(this.nameOf(writer))) return present;
    const primary = await this.serverOf(writer);
    void this.makeReader(writer, primary).catch((error: Error) => {
      if (!(error instanceof AccountEnded)) this.options.report(error.message);
    });
    return primary;
  }

  private makeReader(writer: ResourceRecord, primary: PostgresServer): Promise<void> {
    return this.alone(groupOf(this.options.account, writer), async () => {
      const isThere = this.readers.get(this.nameOf(writer))?.isRunning;
      // The writer may have moved since.
      if (isThere || this.running.get(this.nameOf(writer))?.server !== primary || (await isStandby(primary))) return;
      const folder = join(this.folderOf(writer), 'reader');
      rmSync(folder, { recursive: true, force: true });
      await this.copy(primary, folder);
      const reader = await this.start(folder, writer, { primary_conninfo: conninfo(folder, primary.port) });
      this.readers.set(this.nameOf(writer), reader);
    });
  }

  /** Whether the database of a cluster was ever asked for. */
  isMade(cluster: ResourceRecord): boolean {
    return existsSync(this.dataOf(cluster));
  }

  /**
   * Promotes a standby with what it has received, and ends the former writer. Called again after a crash, it goes on.
   *
   * @returns end of what had arrived: where the new writer's timeline begins
   */
  failOver(group: DatabaseGroup, to: ResourceRecord): Promise<string> {
    return this.alone(group, async () => {
      await this.startStandby(group, to);
      const target = this.requireRunning(to);
      await this.promote(target);
      await this.stop(group.writer, 'immediate');
      await this.leaveOthers(group, to);
      return beginOfTimeline(target);
    });
  }

  /** Promotes a standby that leaves its database, with what it has received: the former writer goes on. */
  takeOut(group: DatabaseGroup, cluster: ResourceRecord): Promise<void> {
    return this.alone(group, async () => {
      const to = cluster.arn ?? '';
      // One on its way to be a writer needs the present one no more.
      const move = { kind: 'failover', from: group.writer.arn ?? '', to, endsAtMs: 0 } as const;
      await this.startStandby({ ...group, move }, cluster);
      await this.promote(this.requireRunning(cluster));
      const found = this.running.get(this.nameOf(cluster));
      found?.wire?.close();
      if (found !== undefined) found.wire = undefined;
    });
  }

  /**
   * Moves the writer with everything that was committed: the former writer ends once the standby has it all, and
   * follows. Called again after a crash, it goes on.
   *
   * @param isBroken whether a side is not there any more
   * @returns false where it broke before the end, and the writer is where it was
   */
  switchOver(group: DatabaseGroup, to: ResourceRecord, isBroken: () => boolean): Promise<boolean> {
    return this.alone(group, async () => {
      const { writer } = group;
      const primary = await this.ensure(group);
      const target = this.requireRunning(to);
      if (await isStandby(target)) {
        await primary.query(
          `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
        );
        const [{ lsn } = { lsn: '' }] = await primary.query<{ lsn: string }>(
          'SELECT pg_current_wal_lsn()::text AS lsn',
        );
        while (!(await hasReplayed(target, lsn))) {
          if (isBroken()) return false;
          this.requireOpen();
          await new Promise((done) => setTimeout(done, POLL_MS));
        }
        await this.stop(writer, 'fast');
        if (isBroken()) return false;
        await this.promote(target);
        writeServerFile(join(this.dataOf(writer), STANDBY_SIGNAL), '', this.user);
      }
      await this.leaveOthers(group, to);
      const moved = movedTo(group, to);
      await this.ensure(moved);
      if (!(await isFollowing(this.requireRunning(writer), target, isBroken))) {
        // It has more than the new writer, by something that no client wrote.
        await this.remove(writer);
        await this.ensure(moved);
      }
      return true;
    });
  }

  /** Whether the target of a switchover was promoted, after which the switchover is not rolled back any more. */
  isPromoted(group: DatabaseGroup): boolean {
    return this.promotedOf(group) !== undefined;
  }

  /**
   * Keeps the data folder that a failover left in the former writer's region as a snapshot, and compares it with the
   * present writer.
   *
   * @param since where the writer's timeline began
   */
  compareFormer(former: ResourceRecord, snapshot: string, since: string): Promise<LostWrites> {
    const group = groupOf(this.options.account, former);
    return this.alone(group, async () => {
      const primary = await this.ensure(group);
      const folder = this.snapshotFolder(former.region, snapshot);
      if (!existsSync(folder)) {
        await this.stop(former, 'immediate');
        mkdirSync(join(folder, '..'), { recursive: true, mode: 0o700 });
        this.openWayTo(join(folder, '..'));
        renameSync(this.dataOf(former), folder);
      }
      // Nothing but what the former writer itself committed may be counted.
      const alone = await this.start(folder, former, { autovacuum: 'off' });
      try {
        return await compareWithWriter(alone, primary, since);
      } finally {
        await alone.stop('fast');
      }
    });
  }

  /** Copies the data of a snapshot, in its region. */
  async copySnapshot(region: string, from: string, to: string): Promise<void> {
    const folder = this.snapshotFolder(region, to);
    // Of a copy that a killed account did not record.
    rmSync(folder, { recursive: true, force: true });
    await this.make(folder, (draft) => copyFolder(this.snapshotFolder(region, from), draft));
  }

  /** Makes the data of a cluster that is restored. Called again after a crash, it goes on. */
  async restore(cluster: ResourceRecord): Promise<void> {
    await this.serverOf(cluster);
  }

  removeSnapshot(region: string, id: string): void {
    rmSync(this.snapshotFolder(region, id), { recursive: true, force: true });
  }

  /** Ends the servers of clusters that are gone, and removes their data. */
  sweep(): void {
    if (!existsSync(this.folder)) return;
    const kept = new Set(this.options.account.list('aws_rds_cluster').map((cluster) => this.nameOf(cluster)));
    const regions = readdirSync(this.folder, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== SNAPSHOTS,
    );
    for (const region of regions) {
      for (const folder of readdirSync(join(this.folder, region.name))) {
        const name = `${region.name}/${folder}`;
        if (!kept.has(name)) void this.endAndRemove(name);
      }
    }
  }

  /**
   * Restarts the servers of clusters whose engine version or instance class has changed: an upgrade, and a modification of
   * the class, take the instances offline [Aurora user guide, modifying a DB instance]. Connections end.
   */
  restartChanged(): void {
    const { account } = this.options;
    for (const cluster of account.list('aws_rds_cluster')) {
      const found = this.running.get(this.nameOf(cluster));
      if (found === undefined || found.on === this.engineOf(cluster)) continue;
      // From here on it is on its way there.
      found.on = this.engineOf(cluster);
      this.restart(cluster);
    }
  }

  /** Restarts the server of a cluster, which ends its connections. */
  restart(cluster: ResourceRecord): void {
    const group = groupOf(this.options.account, cluster);
    const name = this.nameOf(cluster);
    this.restarting.add(name);
    this.alone(group, async () => {
      await this.stop(cluster, 'immediate').finally(() => this.restarting.delete(name));
      await this.ensure(groupOf(this.options.account, cluster));
    }).catch((error: Error) => {
      if (!(error instanceof AccountEnded)) this.options.report(error.message);
    });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await Promise.allSettled(this.work.values());
    // A primary waits for its standbys, a standby for nobody.
    const all = [...this.running.values()];
    await Promise.all([...this.readers.values()].map((server) => server.stop('fast')));
    await Promise.all(all.filter(({ wire }) => wire !== undefined).map(({ server }) => server.stop('fast')));
    for (const { wire } of all) wire?.close();
    await Promise.all(all.filter(({ wire }) => wire === undefined).map(({ server }) => server.stop('fast')));
    this.running.clear();
    this.readers.clear();
  }

  /** Whether everything of a database runs. */
  private isWhole({ id, members, passwordVerifier }: DatabaseGroup): boolean {
    return (
      this.passwords.get(id) === (passwordVerifier ?? '') &&
      members.every((member) => this.isRunning(this.nameOf(member)))
    );
  }

  private isRunning(name: string): boolean {
    return this.running.get(name)?.server.isRunning === true && !this.restarting.has(name);
  }

  /** Starts what does not run of a database. @returns the writer's server */
  private async ensure(recorded: DatabaseGroup): Promise<PostgresServer> {
    // The record of a switchover comes last: its former writer would take writes that nobody keeps.
    const to = this.promotedOf(recorded);
    const group = to === undefined ? recorded : movedTo(recorded, to);
    const { followers, writer } = group;
    const primary = await this.startPrimary(group);
    for (const follower of followers) if (!isRebuilt(follower)) await this.startStandby(group, follower);
    return this.running.get(this.nameOf(writer))?.server ?? primary;
  }

  private async startPrimary(group: DatabaseGroup): Promise<PostgresServer> {
    const { writer } = group;
    // Taken out of its global database before its copy was whole: there is nothing that it could serve.
    if (isRebuilt(writer)) throw new Error(`${writer.arn}: no server runs`);
    const present = this.running.get(this.nameOf(writer));
    if (present?.server.isRunning !== true) {
      const folder = this.dataOf(writer);
      const snapshot = restoredFrom(writer);
      if (!existsSync(folder)) {
        const binaries = this.options.postgres();
        this.warnOfVersion(writer, binaries);
        await this.make(folder, async (draft) => {
          if (snapshot === '') return makeDataFolder(binaries, draft, this.user);
          await copyFolder(this.snapshotFolder(writer.region, snapshot), draft);
          writeServerFile(join(draft, STANDBY_SIGNAL), '', this.user);
        });
      }
      await this.endReader(writer);
      const server = await this.start(folder, writer, {});
      // A restored cluster writes on a timeline of its own: the snapshot's may go on elsewhere.
      if (snapshot !== '') await this.promote(server);
      this.running.set(this.nameOf(writer), { server, wire: undefined, on: this.engineOf(writer) });
      this.passwords.delete(group.id);
    }
    const { server } = this.running.get(this.nameOf(writer)) as Running;
    await this.found(group, server);
    return server;
  }

  private async startStandby(group: DatabaseGroup, follower: ResourceRecord): Promise<void> {
    const name = this.nameOf(follower);
    const isOnItsWay = group.move?.to === follower.arn;
    const slot = `sandbox_${follower.region.replaceAll('-', '_')}`;
    const { writer } = group;
    const folder = this.dataOf(follower);
    // It was promoted, or left as the writer by a switchover that was killed: it holds nothing that the writer lacks.
    if (!isOnItsWay && this.isMade(follower) && !this.isSignalled(follower)) await this.remove(follower);
    if (this.running.get(name)?.server.isRunning !== true) {
      this.running.get(name)?.wire?.close();
      // One that is promoted needs its writer no more.
      if (!isOnItsWay || !existsSync(folder)) {
        const primary = await this.startPrimary(group);
        await primary.query(
          `SELECT pg_create_physical_replication_slot($1, true)
            WHERE NOT EXISTS (SELECT FROM pg_replication_slots WHERE slot_name = $1)`,
          [slot],
        );
        if (!existsSync(folder)) await this.copy(primary, folder);
      }
      const wire = await ReplicationWire.open({
        link: this.options.link,
        from: writer.region,
        to: follower.region,
        port: () => this.running.get(this.nameOf(writer))?.server.port ?? 0,
      });
      const server = await this.start(folder, follower, {
        primary_conninfo: conninfo(folder, wire.port),
        primary_slot_name: slot,
      });
      this.running.set(name, { server, wire, on: this.engineOf(follower) });
      // Of standbys that it had as a writer: they would keep its log for ever.
      await server.query('SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE NOT active');
    }
  }

  private async promote(target: PostgresServer): Promise<void> {
    if (await isStandby(target)) await target.query('SELECT pg_promote(true, 60)');
  }

  /** Standbys of a former writer: what they received may be more than the new one has, so that they are copied anew. */
  private async leaveOthers(group: DatabaseGroup, to: ResourceRecord): Promise<void> {
    for (const other of group.followers) if (other !== to && !isRebuilt(other)) await this.remove(other);
    for (const member of group.members) await this.endReader(member);
    const target = this.running.get(this.nameOf(to));
    target?.wire?.close();
    if (target !== undefined) target.wire = undefined;
    this.passwords.delete(group.id);
  }

  /** Makes what RDS makes of a new database: its master user, and the database that the cluster names. */
  private async found(group: DatabaseGroup, server: PostgresServer): Promise<void> {
    const { database, id, passwordVerifier, username } = group;
    if (this.passwords.get(id) === (passwordVerifier ?? '') || (await isStandby(server))) return;
    const has = async (query: string, name: string) => (await server.query(query, [name])).length > 0;
    const role = escapeIdentifier(username);
    if (username !== '' && !(await has('SELECT FROM pg_roles WHERE rolname = $1', username))) {
      if (!(await has('SELECT FROM pg_roles WHERE rolname = $1', 'rds_superuser'))) {
        await server.query('CREATE ROLE rds_superuser NOLOGIN IN ROLE pg_monitor, pg_signal_backend');
      }
      await server.query(`CREATE ROLE ${role} LOGIN CREATEDB CREATEROLE IN ROLE rds_superuser`);
    }
    if (username !== '' && passwordVerifier !== undefined) {
      await server.query(`ALTER ROLE ${role} PASSWORD ${escapeLiteral(passwordVerifier)}`);
    }
    if (database !== '' && !(await has('SELECT FROM pg_database WHERE datname = $1', database))) {
      await server.query(`CREATE DATABASE ${escapeIdentifier(database)} OWNER ${username === '' ? 'rdsadmin' : role}`);
    }
    this.passwords.set(id, passwordVerifier ?? '');
  }

  /** Copies the folder of a primary, online. */
  private async copy(primary: PostgresServer, folder: string): Promise<void> {
    await this.make(folder, async (draft) => {
      const backup = await primary.connect('postgres');
      try {
        await backup.query(`SELECT pg_backup_start('standby', true)`);
        await copyRunning(primary.folder, draft);
        const { rows } = await backup.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
        writeServerFile(join(draft, 'backup_label'), rows[0]?.labelfile ?? '', this.user);
        // What the copy needs to be whole is in it, however late the wire is.
        await copyLog(primary.folder, draft);
        writeServerFile(join(draft, STANDBY_SIGNAL), '', this.user);
      } finally {
        await backup.end();
      }
    });
  }

  /** A folder that is there is whole, also after a crash. */
  private async make(folder: string, fill: (draft: string) => Promise<void>): Promise<void> {
    const draft = `${folder}.new`;
    mkdirSync(join(folder, '..'), { recursive: true, mode: 0o700 });
    this.openWayTo(join(folder, '..'));
    rmSync(draft, { recursive: true, force: true });
    await fill(draft);
    renameSync(draft, folder);
  }

  private start(
    folder: string,
    cluster: ResourceRecord,
    settings: Readonly<Record<string, string>>,
  ): Promise<PostgresServer> {
    const binaries = this.options.postgres();
    requireWay(join(binaries.postgres, '..'), this.user);
    // The way may have been closed, by an account that started meanwhile.
    this.openWayTo(join(folder, '..'));
    const { certificate, key } = makeServerIdentity(
      new DatabaseAuthority(this.options.home).identity(),
      hostsOf(cluster, this.options.account),
      new Date(),
    );
    writeServerFile(join(folder, 'server.crt'), certificate, this.user);
    writeServerFile(join(folder, 'server.key'), key, this.user);
    const logs = join(this.options.home, 'logs', cluster.region);
    makePrivateFolder(logs);
    return PostgresServer.start({
      binaries,
      user: this.user,
      folder,
      logFile: join(logs, `${cluster.id}.postgresql.log`),
      settings: { fsync: this.options.fsync ? 'on' : 'off', ...settings },
    });
  }

  private warnOfVersion({ attributes, id, region }: ResourceRecord, { major, version }: PostgresBinaries): void {
    const wanted = text(attributes['engine_version']);
    if (Number(wanted.split('.')[0]) === major) return;
    this.options.report(
      `${region}: the cluster ${id} wants PostgreSQL ${wanted}, and runs on ${version}: no other major version is installed.`,
    );
  }

  private engineOf({ attributes, id, region }: ResourceRecord): string {
    const instances = this.options.account.findBy('aws_rds_cluster_instance', 'cluster_identifier', id, region);
    const classes = new Set(instances.map((instance) => text(instance.attributes['instance_class'])));
    return [text(attributes['engine_version_actual']), ...[...classes].sort()].join(' ');
  }

  private requireRunning(cluster: ResourceRecord): PostgresServer {
    const found = this.running.get(this.nameOf(cluster));
    if (found === undefined) throw new Error(`${cluster.arn}: no server runs`);
    return found.server;
  }

  private async stop(cluster: ResourceRecord, kind: 'fast' | 'immediate'): Promise<void> {
    await this.endReader(cluster);
    const found = this.running.get(this.nameOf(cluster));
    this.running.delete(this.nameOf(cluster));
    await found?.server.stop(kind);
    found?.wire?.close();
  }

  private async remove(cluster: ResourceRecord): Promise<void> {
    await this.stop(cluster, 'immediate');
    removeWhole(this.dataOf(cluster));
  }

  private async endReader(cluster: ResourceRecord): Promise<void> {
    const reader = this.readers.get(this.nameOf(cluster));
    this.readers.delete(this.nameOf(cluster));
    await reader?.stop('immediate');
  }

  private async endAndRemove(name: string): Promise<void> {
    if (this.work.has(name)) return;
    const found = this.running.get(name);
    const reader = this.readers.get(name);
    const ending = Promise.all([found?.server.stop('immediate'), reader?.stop('immediate')]).then(() => {
      found?.wire?.close();
      this.running.delete(name);
      this.readers.delete(name);
      rmSync(join(this.folder, name), { recursive: true, force: true });
    });
    this.work.set(name, ending);
    await ending.finally(() => this.work.delete(name));
  }

  private alone<Result>({ id }: DatabaseGroup, act: () => Promise<Result>): Promise<Result> {
    const before = this.work.get(id) ?? Promise.resolve();
    const next = before
      .catch(() => undefined)
      .then(() => {
        this.requireOpen();
        return act();
      });
    this.work.set(id, next);
    const forget = () => void (this.work.get(id) === next && this.work.delete(id));
    next.then(forget, forget);
    return next;
  }

  /** @throws AccountEnded */
  private requireOpen(): void {
    if (this.isClosed) throw new AccountEnded();
  }

  private openWayTo(folder: string): void {
    openWay(resolve(this.options.home), folder, this.user);
  }

  private nameOf({ attributes, id, region }: ResourceRecord): string {
    return `${region}/${id}-${stableId(6, text(attributes['cluster_resource_id']))}`;
  }

  private folderOf(cluster: ResourceRecord): string {
    return join(this.folder, this.nameOf(cluster));
  }

  private promotedOf({ members, move }: DatabaseGroup): ResourceRecord | undefined {
    if (move?.kind !== 'switchover') return undefined;
    return members.find((member) => member.arn === move.to && this.isMade(member) && !this.isSignalled(member));
  }

  /** Whether a cluster's server starts as a standby: PostgreSQL removes the file when it is promoted. */
  private isSignalled(cluster: ResourceRecord): boolean {
    return existsSync(join(this.dataOf(cluster), STANDBY_SIGNAL));
  }

  private snapshotFolder(region: string, id: string): string {
    return join(this.folder, SNAPSHOTS, region, id.replace(':', '-'));
  }

  private dataOf(cluster: ResourceRecord): string {
    return join(this.folderOf(cluster), 'data');
  }
}

/** The account ends: what was under way is gone on with by the next process. */
export class AccountEnded extends Error {
  override readonly name = 'AccountEnded';

  constructor() {
    super('the account has ended');
  }
}

/** Folder of all snapshots, which stay when their cluster is gone. */
const SNAPSHOTS = 'snapshots';
const STANDBY_SIGNAL = 'standby.signal';
const POLL_MS = 20;
const FOLLOW_TIMEOUT_MS = 10_000;

function movedTo(group: DatabaseGroup, to: ResourceRecord): DatabaseGroup {
  const followers = group.members.filter((member) => member !== to);
  return { ...group, writer: to, followers, members: [to, ...followers], move: undefined };
}

/** The account's own connection: not encrypted, so that the wire sees where the log begins. */
function conninfo(folder: string, port: number): string {
  const passwordFile = join(folder, PASSWORD_FILE).replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  return `host=127.0.0.1 port=${port} user=rdsadmin passfile='${passwordFile}' sslmode=disable gssencmode=disable`;
}

async function isStandby(server: PostgresServer): Promise<boolean> {
  const [row] = await server.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  return row?.standby === true;
}

async function hasReplayed(standby: PostgresServer, lsn: string): Promise<boolean> {
  const [row] = await standby.query<{ done: boolean }>('SELECT pg_last_wal_replay_lsn() >= $1::pg_lsn AS done', [lsn]);
  return row?.done === true;
}

/** @returns false where a standby does not follow its writer within some seconds, for another reason than that the way is broken */
async function isFollowing(standby: PostgresServer, writer: PostgresServer, isBroken: () => boolean): Promise<boolean> {
  // One that has more than its writer goes on to receive the timeline that it has.
  const [{ timeline } = { timeline: 0 }] = await writer.query<{ timeline: number }>(
    `SELECT ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline`,
  );
  for (const deadline = Date.now() + FOLLOW_TIMEOUT_MS; Date.now() < deadline && !isBroken();) {
    const found = await standby.query(
      `SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming' AND received_tli = $1`,
      [timeline],
    );
    if (found.length > 0) return true;
    await new Promise((done) => setTimeout(done, POLL_MS));
  }
  return isBroken();
}

/** Removes a folder that is never there in part, also where the account is killed meanwhile. */
function removeWhole(folder: string): void {
  const removed = `${folder}.old`;
  rmSync(removed, { recursive: true, force: true });
  if (existsSync(folder)) renameSync(folder, removed);
  rmSync(removed, { recursive: true, force: true });
}

function hostsOf({ attributes }: ResourceRecord, account: Account): readonly string[] {
  const endpoint = text(attributes['endpoint']);
  const global = account
    .findBy('aws_rds_global_cluster', 'global_cluster_identifier', text(attributes['global_cluster_identifier']))
    .map((record) => text(record.attributes['endpoint']));
  // Names of instances have the account's own part without its prefix.
  const instances = `*.${endpoint
    .split('.')
    .slice(1)
    .join('.')
    .replace(/^cluster-/, '')}`;
  return [endpoint, text(attributes['reader_endpoint']), instances, ...global];
}
