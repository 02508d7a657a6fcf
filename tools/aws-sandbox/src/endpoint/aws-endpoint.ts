import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { neededPermissions } from '../access/needed-permissions';
import { RolePermissions } from '../access/role-permissions';
import type { Account } from '../account/account';
import { AwsError } from '../provider/aws-error';
import type { ResourceLifecycle } from '../provider/resource-lifecycle';
import { HOST_HEADER } from '../functions/function-messages';
import type { Site, VirtualHosts } from './hosts/virtual-host';
import { parseCredentialScope } from './credential-scope';
import { awsJson } from './protocols/aws-json';
import { awsQuery } from './protocols/aws-query';
import { restJson } from './protocols/rest-json';
import { restXml } from './protocols/rest-xml';
import type { DecodedCall, HttpAnswer, HttpCall, Protocol } from './protocols/protocol';
import { HttpReply, type ServiceEndpoint } from './service-endpoint';

/** What another sandbox that finds the port taken asks for. */
export const IDENTITY_PATH = '/_sandbox/identity';

/** AWS itself takes no larger call of the services served here. */
const LARGEST_BODY_BYTES = 16 * 1024 * 1024;

const PROTOCOLS: readonly Protocol[] = [awsJson, awsQuery, restXml, restJson];

export interface AwsEndpointOptions {
  readonly account: Account;
  readonly lifecycle: ResourceLifecycle;
  readonly services: readonly ServiceEndpoint[];
  /** Asked in this order for a host of their own, before any service. @default none */
  readonly hosts?: readonly VirtualHosts[];
  /** Asked before every call of a service. @default every call is performed */
  readonly gate?: CallGate;
  /** ms since 1970. @default the system's clock */
  readonly nowMs?: () => number;
  /** Said to who asks whose port it is. */
  readonly identity: { readonly home: string; readonly pid: number };
}

/** Faults that are set stand between a call and what it does. */
export interface CallGate {
  /** What becomes of a connection to a region. */
  reach(region: string): 'answer' | 'hang' | 'refuse';

  /**
   * @param service the signing name @param operation as the service calls it
   * @returns what becomes of the call, perhaps after a time
   * @throws AwsError with what the caller is refused with, ConnectionRefused where nothing is there to refuse
   */
  admit(
    region: string,
    service: string,
    operation: string,
  ): Promise<'perform' | 'hang' | 'perform and lose the answer'>;
}

/** What was called is not there: the connection is ended, without an answer. */
export class ConnectionRefused extends Error {
  override readonly name = 'ConnectionRefused';
}

/** A call that is never answered: the connection is held until the caller gives up. */
export const NEVER = new Promise<never>(() => undefined);

/** One HTTP address for all services and regions, on this machine only; a call's signature names service and region. */
export class AwsEndpoint {
  private readonly server: Server;

  constructor(private readonly options: AwsEndpointOptions) {
    this.server = createServer((request, response) => void this.serve(request, response));
  }

  /** @returns the port. @throws the system's error, EADDRINUSE among them */
  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.off('error', reject);
        resolve((this.server.address() as AddressInfo).port);
      });
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.server.close(() => resolve());
      this.server.closeAllConnections();
    });
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await this.answer(request).catch((error: unknown): HttpAnswer | null =>
      error instanceof ConnectionRefused
        ? null
        : {
            status: 500,
            headers: { 'content-type': 'text/plain' },
            body: error instanceof Error ? error.message : String(error),
          },
    );
    if (answer === null) return void request.socket.destroy();
    response.writeHead(answer.status, { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) });
    response.end(answer.body);
  }

  private async answer(request: IncomingMessage): Promise<HttpAnswer> {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    if (url.pathname === IDENTITY_PATH) {
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.options.identity),
      };
    }
    const call: HttpCall = {
      method: request.method ?? 'GET',
      path: url.pathname,
      query: url.searchParams,
      headers: request.headers,
      body: await readBody(request),
      scope: parseCredentialScope(request.headers, url.searchParams),
    };
    const named = request.headers[HOST_HEADER];
    const host = String(named ?? request.headers.host ?? '')
      .replace(/:\d+$/, '')
      .toLowerCase();
    const site = firstFound(this.options.hosts ?? [], host);
    if (site !== undefined) return this.visit(site, call);
    if (named !== undefined) throw new ConnectionRefused(`${host} is nobody's name`);
    const protocol = PROTOCOLS.find((candidate) => candidate.speaks(call, this.options.services));
    if (protocol === undefined) {
      const message = `The sandbox does not serve ${call.scope.service ?? 'unsigned calls'} (${call.method} ${call.path}) yet.`;
      return awsJson.encodeError(call, undefined, new AwsError('UnknownOperationException', message, { status: 404 }));
    }
    return this.perform(protocol, call);
  }

  private async visit(site: Site, call: HttpCall): Promise<HttpAnswer> {
    try {
      const fate = await this.options.gate?.admit(site.region, site.service, `${call.method} ${call.path}`);
      if (fate === 'hang') return await NEVER;
      const answer = await site.answer(call);
      // A region that went dark meanwhile answers nothing any more.
      const isLost =
        fate === 'perform and lose the answer' || (this.options.gate?.reach(site.region) ?? 'answer') !== 'answer';
      return isLost ? await NEVER : answer;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { status: error.status, headers: { 'content-type': 'text/plain' }, body: error.code };
    }
  }

  /** A function may do what its role allows; the account's own user may do everything. */
  private requirePermission({ scope: { region, role } }: HttpCall, { service, operation, input }: DecodedCall): void {
    if (role === undefined || service === undefined) return;
    const { account } = this.options;
    const call = { service: service.signingName, operation, input, region, accountId: account.accountId };
    const permissions = new RolePermissions(account);
    const missing = neededPermissions(call).find(({ action, resource }) => !permissions.allow(role, action, resource));
    if (missing === undefined) return;
    const who = `arn:aws:sts::${account.accountId}:assumed-role/${role}`;
    throw new AwsError(
      service.xmlNamespace === undefined ? 'AccessDeniedException' : 'AccessDenied',
      `User: ${who} is not authorized to perform: ${missing.action} on resource: ${missing.resource} because no identity-based policy allows the ${missing.action} action`,
      { status: service.targetPrefix === undefined ? 403 : 400 },
    );
  }

  private async perform(protocol: Protocol, call: HttpCall): Promise<HttpAnswer> {
    let decoded: DecodedCall | undefined;
    try {
      decoded = protocol.decode(call, this.options.services);
      const { service, serviceName, operation, input } = decoded;
      const { account, lifecycle, gate } = this.options;
      const { region } = call.scope;
      const fate = await gate?.admit(region, service?.signingName ?? serviceName, operation);
      if (fate === 'hang') return await NEVER;
      const perform =
        service !== undefined && Object.hasOwn(service.operations, operation)
          ? service.operations[operation]
          : undefined;
      if (perform === undefined) {
        throw new AwsError(
          protocol.unknownOperation,
          `The sandbox does not serve ${operation} of ${service?.signingName ?? serviceName} yet.`,
        );
      }
      this.requirePermission(call, decoded);
      const context = {
        region,
        accountId: account.accountId,
        account,
        lifecycle,
        now: new Date(this.options.nowMs?.() ?? Date.now()),
        headers: call.headers,
      };
      const output = await perform(input, context);
      if (fate === 'perform and lose the answer') return await NEVER;
      return output instanceof HttpReply ? output : protocol.encode(call, decoded, output);
    } catch (error) {
      if (error instanceof ConnectionRefused) throw error;
      const refusal =
        error instanceof AwsError
          ? error
          : new AwsError('InternalFailure', error instanceof Error ? error.message : String(error), { status: 500 });
      return protocol.encodeError(call, decoded, refusal);
    }
  }
}

function firstFound(hosts: readonly VirtualHosts[], host: string): Site | undefined {
  for (const candidate of hosts) {
    const site = candidate.find(host);
    if (site !== undefined) return site;
  }
  return undefined;
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY_BYTES) throw new Error(`a call's body is longer than ${LARGEST_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
