import { connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import type { Account } from '../../account/account';
import { makePrivateFolder } from '../../account/private-folder';
import { text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import type { Reachability } from '../../network/connection';
import { socketOf } from '../../network/region-network';
import { listenPrivately } from '../../wire/claim-socket';
import { groupOf, isRebuilt, isWriterSilent } from './database-group';
import { instancesOf } from './global-databases';
import type { DatabaseServers } from './database-servers';
import type { PostgresServer } from './postgres/postgres-server';

/** Time between two looks at what a connection depends on: its region, and its cluster's role. */
const TICK_MS = 50;
/** Types whose code runs in their region, and connects from there. */
const PROGRAMS = ['aws_lambda_function', 'aws_ecs_service'];

/** Where a name leads at the moment. */
interface Target {
  readonly region: string;
  /** A name for the server: connections end when it changes. */
  readonly name: string;
  /** It takes connections, and answers nothing. */
  readonly isSilent: boolean;
  readonly server: () => Promise<PostgresServer>;
}

interface Connection {
  readonly client: Socket;
  /** Region that it comes from; undefined: the internet. */
  readonly from: string | undefined;
  readonly find: () => Target | undefined;
  readonly name: string;
  upstream: Socket | undefined;
  /** Nothing passed to its region, so that it is over, though its client does not know. */
  isLost: boolean;
}

export interface DatabaseSocketsOptions {
  /** Folder of the account's sockets. */
  readonly folder: string;
  readonly account: Account;
  readonly reachability: Reachability;
  readonly writersSilentSince: (region: string) => number | undefined;
  readonly servers: DatabaseServers;
  readonly report: (text: string) => void;
}

/**
 * Endpoints of the account's clusters in its network: a connection to one is a connection to the server behind it, as
 * long as what passes from the client's region to its own gets there, and the endpoint leads to that server.
 */
export class DatabaseSockets {
  private readonly listening = new Map<string, Server>();
  private readonly connections = new Set<Connection>();
  private readonly timer: NodeJS.Timeout;

  constructor(private readonly options: DatabaseSocketsOptions) {
    this.timer = setInterval(() => this.checkAll(), TICK_MS).unref();
  }

  /** Opens the sockets of the clusters that the account has now. */
  async open(): Promise<void> {
    const { account, folder } = this.options;
    makePrivateFolder(folder);
    for (const { attributes, id, region } of account.list('aws_rds_cluster')) {
      const port = Number(attributes['port']);
      const found = () => account.find('aws_rds_cluster', region, id);
      await this.listen(text(attributes['endpoint']), port, () => this.writerAt(found()));
      await this.listen(text(attributes['reader_endpoint']), port, () => this.readerAt(found()));
      const [global] = account.findBy(
        'aws_rds_global_cluster',
        'global_cluster_identifier',
        text(attributes['global_cluster_identifier']),
      );
      if (global === undefined) continue;
      await this.listen(text(global.attributes['endpoint']), port, () => {
        const cluster = found();
        return this.writerAt(cluster === undefined ? undefined : groupOf(account, cluster).writer);
      });
    }
  }

  close(): void {
    clearInterval(this.timer);
    for (const server of this.listening.values()) server.close();
    this.listening.clear();
    for (const { client, upstream } of this.connections) {
      client.destroy();
      upstream?.destroy();
    }
    this.connections.clear();
  }

  private async listen(host: string, port: number, find: () => Target | undefined): Promise<void> {
    for (const from of this.origins()) {
      const path = socketOf(this.options.folder, host, port, from);
      if (this.listening.has(path)) continue;
      const server = createServer({ pauseOnConnect: true }, (client) => void this.serve(client, from, find));
      this.listening.set(path, server);
      await listenPrivately(server, path);
      server.unref();
    }
  }

  /** Where clients are: on the internet, and in the regions whose functions and tasks may connect. */
  private origins(): ReadonlySet<string | undefined> {
    const programs = PROGRAMS.flatMap((type) => this.options.account.list(type));
    return new Set([undefined, ...programs.map(({ region }) => region)]);
  }

  /** A writer endpoint leads to the writer, and is inactive in the other regions [Aurora user guide, global databases]. */
  private writerAt(cluster: ResourceRecord | undefined): Target | undefined {
    if (cluster === undefined || !this.isUp(cluster)) return undefined;
    const { move, writer } = groupOf(this.options.account, cluster);
    if (writer.arn !== cluster.arn || move !== undefined) return undefined;
    return this.serverOf(cluster, 'writer');
  }

  /** A reader endpoint leads to a reader, where the cluster has one besides the writer. */
  private readerAt(cluster: ResourceRecord | undefined): Target | undefined {
    if (cluster === undefined || !this.isUp(cluster)) return undefined;
    const { account, servers } = this.options;
    const isWriter = groupOf(account, cluster).writer.arn === cluster.arn;
    if (!isWriter || instancesOf(account, cluster).length < 2)
      return this.serverOf(cluster, isWriter ? 'writer' : 'standby');
    return {
      region: cluster.region,
      name: `${cluster.arn} reader`,
      isSilent: false,
      server: () => servers.readerOf(cluster),
    };
  }

  private serverOf(cluster: ResourceRecord, role: 'writer' | 'standby'): Target {
    const { servers } = this.options;
    return {
      region: cluster.region,
      name: `${cluster.arn} ${role}`,
      isSilent: role === 'writer' && isWriterSilent(cluster, this.options),
      server: () => servers.serverOf(cluster),
    };
  }

  private isUp(cluster: ResourceRecord): boolean {
    return (
      text(cluster.attributes['engine']).includes('postgres') &&
      instancesOf(this.options.account, cluster).length > 0 &&
      !isRebuilt(cluster)
    );
  }

  private async serve(client: Socket, from: string | undefined, find: () => Target | undefined): Promise<void> {
    client.on('error', () => client.destroy());
    const target = find();
    if (target === undefined) return void client.destroy();
    const connection: Connection = { client, from, find, name: target.name, upstream: undefined, isLost: false };
    this.connections.add(connection);
    client.on('close', () => {
      connection.upstream?.destroy();
      this.connections.delete(connection);
    });
    if (!this.check(connection)) return;
    try {
      const { port } = await target.server();
      if (client.destroyed || !this.check(connection)) return;
      const upstream = connect({ host: '127.0.0.1', port, allowHalfOpen: false });
      connection.upstream = upstream;
      upstream.setNoDelay(true);
      upstream.on('error', () => upstream.destroy());
      // While nothing passes to its region, a client learns nothing of its connection's end.
      upstream.on('close', () => this.reachOf(connection) !== 'hang' && client.destroy());
      client.pipe(this.gate(connection)).pipe(upstream);
      upstream.pipe(this.gate(connection)).pipe(client);
    } catch (error) {
      this.options.report(error instanceof Error ? error.message : String(error));
      client.destroy();
    }
  }

  /** Lets nothing pass from the moment on that the connection leads nowhere. */
  private gate(connection: Connection): Transform {
    return new Transform({
      transform: (chunk, _encoding, pass) => this.check(connection) && pass(null, chunk),
    });
  }

  private checkAll(): void {
    for (const connection of this.connections) this.check(connection);
  }

  /** Ends a connection that leads nowhere any more. @returns whether it goes on */
  private check(connection: Connection): boolean {
    const { client, name, upstream } = connection;
    const reached = this.reachOf(connection);
    if (reached === 'answer' && !connection.isLost && connection.find()?.name === name) return true;
    upstream?.destroy();
    if (reached === 'hang') connection.isLost = true;
    else client.destroy();
    return false;
  }

  private reachOf({ find, from }: Connection) {
    const target = find();
    if (target === undefined) return 'refuse';
    const reached = this.options.reachability.reach(target.region, from);
    return reached === 'answer' && target.isSilent ? 'hang' : reached;
  }
}
