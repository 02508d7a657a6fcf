import { createServer, type Server, type Socket } from 'node:net';
import type { Account } from '../../account/account';
import { makePrivateFolder } from '../../account/private-folder';
import { text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import type { Reachability } from '../../network/connection';
import { socketOf } from '../../network/region-network';
import { listenPrivately } from '../../wire/claim-socket';
import { instancesOf } from './global-databases';

/** Message SSLRequest of PostgreSQL: length 8, code 80877103 [PostgreSQL manual, message formats]. */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);

/** Servers of the account's clusters, as far as a health check needs: a request for TLS is accepted, nothing after it. */
export class DatabaseSockets {
  private readonly servers = new Map<string, Server>();

  constructor(
    private readonly folder: string,
    private readonly account: Account,
    private readonly reachability: Reachability,
  ) {}

  /** Opens the sockets of the clusters that the account has now. */
  async open(): Promise<void> {
    makePrivateFolder(this.folder);
    for (const cluster of this.account.list('aws_rds_cluster')) {
      for (const attribute of ['endpoint', 'reader_endpoint']) {
        const path = socketOf(this.folder, text(cluster.attributes[attribute]), Number(cluster.attributes['port']));
        if (this.servers.has(path)) continue;
        const server = createServer((socket) => this.serve(socket, cluster));
        this.servers.set(path, server);
        await listenPrivately(server, path);
        server.unref();
      }
    }
  }

  close(): void {
    for (const server of this.servers.values()) server.close();
    this.servers.clear();
  }

  private serve(socket: Socket, { id, region }: ResourceRecord): void {
    socket.on('error', () => socket.destroy());
    const reached = this.reachability.reach(region);
    if (reached === 'hang') return;
    const cluster = this.account.find('aws_rds_cluster', region, id);
    if (reached === 'refuse' || cluster === undefined || instancesOf(this.account, cluster).length === 0) {
      socket.destroy();
      return;
    }
    // No TLS handshake follows: a client that starts one gets no more bytes.
    socket.once('data', (asked) => (asked.equals(SSL_REQUEST) ? socket.write('S') : socket.destroy()));
  }
}
