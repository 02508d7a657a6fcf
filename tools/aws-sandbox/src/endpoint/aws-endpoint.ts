import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Account } from '../account/account';
import { AwsError } from '../model/aws-error';
import { HOST_HEADER } from '../network/addressing';
import { ConnectionRefused, NEVER } from '../network/connection';
import type { HttpAnswer } from '../network/http-message';
import type { Site, VirtualHosts } from '../network/virtual-host';
import type { ResourceLifecycle } from '../provider/resource-lifecycle';
import type { Authorize, CallGate, Fate } from './calls/call-gate';
import { requireValid } from './calls/check-input';
import { callingRegion, parseCredentialScope } from './calls/credential-scope';
import { MalformedCall, requireDecodable } from './calls/malformed-call';
import { readInput } from './calls/read-input';
import type { ServiceEndpoint } from './calls/service-endpoint';
import { awsJson } from './protocols/aws-json';
import { awsQuery } from './protocols/aws-query';
import type { DecodedCall, HttpCall, Protocol, ProtocolRefusals, ServedCall } from './protocols/protocol';
import { restJson } from './protocols/rest-json';
import { restXml } from './protocols/rest-xml';
import { LARGEST_BODY_BYTES, readBody } from './read-body';
import { parseTarget, refusalOfOrigin } from './request-origin';

/** Path that another sandbox requests when its port is taken, to name the holder. */
export const IDENTITY_PATH = '/_sandbox/identity';

/**
 * Time that an idle connection is kept, ms. Node.js keeps it for 5 s, as long as a controller pauses between its rounds: a
 * connection that ends as it is used again fails a call that is not repeated.
 */
const KEEP_ALIVE_MS = 65_000;

/** Message of the response to a call that hit a defect; the cause is logged only. */
const DEFECT = 'The sandbox failed on this call. Its log, sandbox.log in the folder of the account, says why.';

const PROTOCOLS: readonly Protocol[] = [awsJson, awsQuery, restXml, restJson];

export interface AwsEndpointOptions {
  readonly account: Account;
  readonly lifecycle: ResourceLifecycle;
  readonly services: readonly ServiceEndpoint[];
  /** Searched in this order for the called host, before any service. @default none */
  readonly hosts?: readonly VirtualHosts[];
  /** The path that a host stands for: `/orders` of `orders.s3.amazonaws.com`. @default none */
  readonly pathOf?: (host: string) => string | undefined;
  /** Called before every call of a service. @default every call is performed */
  readonly gate?: CallGate;
  /** Called before every call of a role. @default every role may do everything */
  readonly authorize?: Authorize;
  /** ms since 1970. @default the system's clock */
  readonly nowMs?: () => number;
  /** Called with each defect of the sandbox itself, which the caller does not see. */
  readonly onDefect: (call: string, error: Error) => void;
  /** Response at {@link IDENTITY_PATH}: the account's folder and process id. */
  readonly identity: { readonly home: string; readonly pid: number };
}

/** One HTTP address for all services and regions, on this machine only; a call's signature names service and region. */
export class AwsEndpoint {
  private readonly server: Server;

  constructor(private readonly options: AwsEndpointOptions) {
    this.server = createServer(
      { keepAliveTimeout: KEEP_ALIVE_MS, headersTimeout: KEEP_ALIVE_MS + 1_000 },
      (request, response) => void this.serve(request, response),
    );
    // No proxy: without an answer the connection would be cut off.
    this.server.on('connect', (_request, socket) =>
      socket.end('HTTP/1.1 405 Method Not Allowed\r\nconnection: close\r\ncontent-length: 0\r\n\r\n'),
    );
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
    const name = `${request.method} ${request.url}`;
    try {
      const answer = await this.answer(request);
      // An answer to HEAD names the length of a body that it does not have.
      const length = answer.headers['content-length'] ?? Buffer.byteLength(answer.body);
      response.writeHead(answer.status, { ...answer.headers, 'content-length': length });
      response.end(answer.body);
    } catch (error) {
      // A caller that went away while it sent is no defect, and hears nothing.
      if (error instanceof ConnectionRefused || request.errored || response.headersSent) {
        return void request.socket.destroy();
      }
      this.options.onDefect(name, asError(error));
      response.writeHead(500, { 'content-type': 'text/plain' }).end(DEFECT);
    }
  }

  private async answer(request: IncomingMessage): Promise<HttpAnswer> {
    const { headers, method = 'GET' } = request;
    const target = parseTarget(request.url ?? '/', headers.host);
    const { host, path, queryText } = target;
    const query = new URLSearchParams(queryText);
    const body = await readBody(request);
    const scope = parseCredentialScope(headers, query);
    const call: HttpCall = { method, path, query, headers, body: body ?? Buffer.alloc(0), scope };
    const protocol = this.protocolOf(call);
    const refusal = refusalOfOrigin(target, headers, this.port, (name) => this.isGiven(name));
    if (refusal !== undefined) return refuse(protocol, call, 'denied', refusal);
    if (path === IDENTITY_PATH) {
      return {
        status: 200,
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(this.options.identity),
      };
    }
    const named = headers[HOST_HEADER];
    const asked = named === undefined ? host : String(named).replace(/:\d+$/, '').toLowerCase();
    const site = this.siteOf(asked);
    if (site === undefined && named !== undefined) throw new ConnectionRefused(`unknown host ${JSON.stringify(asked)}`);
    if (site === undefined && scope.badRegion !== undefined) {
      const message = `Credential should be scoped to a valid region, and ${JSON.stringify(scope.badRegion)} is none.`;
      return refuse(protocol, call, 'badRegion', message);
    }
    // A region that is gone refuses nothing, however wrong it is.
    const region = site?.region ?? scope.region;
    const reached = this.options.gate?.reach(region, callingRegion(headers));
    if (reached === 'hang') return NEVER;
    if (reached === 'refuse') throw new ConnectionRefused(`${region} is dark`);
    if (body === undefined) {
      return refuse(protocol, call, 'tooLarge', `The request is longer than ${LARGEST_BODY_BYTES} bytes.`);
    }
    if (site !== undefined) return this.visit(site, call);
    if (protocol === undefined) {
      const message = `The sandbox does not serve ${scope.service ?? 'unsigned calls'} (${method} ${path}) yet.`;
      return awsJson.encodeError(call, undefined, new AwsError('UnknownOperationException', message, { status: 404 }));
    }
    return this.perform(protocol, { ...call, path: `${this.pathOf(host) ?? ''}${path}` }, queryText);
  }

  private get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  private protocolOf(call: HttpCall): Protocol | undefined {
    return PROTOCOLS.find((candidate) => candidate.speaks(call, this.options.services));
  }

  private isGiven(host: string): boolean {
    return this.siteOf(host) !== undefined || this.pathOf(host) !== undefined;
  }

  private pathOf(host: string): string | undefined {
    return this.options.pathOf?.(host);
  }

  private siteOf(host: string): Site | undefined {
    for (const hosts of this.options.hosts ?? []) {
      const site = hosts.find(host);
      if (site !== undefined) return site;
    }
    return undefined;
  }

  private async visit(site: Site, call: HttpCall): Promise<HttpAnswer> {
    const from = callingRegion(call.headers);
    try {
      const fate = await this.options.gate?.admit(site.region, site.service, `${call.method} ${call.path}`, from);
      if (fate === 'hang') return await NEVER;
      return await this.pass(await site.answer(call), fate, site.region, from);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      return { status: error.status, headers: { 'content-type': 'text/plain' }, body: error.code };
    }
  }

  /**
   * Lets the answer of a call that was performed pass, or loses it: a region that went dark meanwhile answers nothing.
   *
   * @throws ConnectionRefused where it refuses
   */
  private async pass<Answer>(answer: Answer, fate: Fate | undefined, region: string, from: string | undefined) {
    const reached = this.options.gate?.reach(region, from) ?? 'answer';
    if (reached === 'refuse') throw new ConnectionRefused(`${region} is dark`);
    return fate === 'perform and lose the answer' || reached === 'hang' ? NEVER : answer;
  }

  private async perform(protocol: Protocol, call: HttpCall, queryText: string): Promise<HttpAnswer> {
    const { account, authorize, lifecycle, gate, services } = this.options;
    const { region } = call.scope;
    let decoded: DecodedCall | undefined;
    try {
      for (const text of [call.path, queryText]) requireDecodable(text);
      decoded = protocol.decode(call, services);
      const { service, serviceName, operation } = decoded;
      const name = service?.api.signingName ?? serviceName;
      const from = callingRegion(call.headers);
      const fate = await gate?.admit(region, name, operation, from);
      if (fate === 'hang') return await NEVER;
      const served = servedCall(decoded);
      const perform = served?.service.operations[operation];
      if (served === undefined || perform === undefined) {
        throw new AwsError(protocol.unknownOperation, `The sandbox does not serve ${operation} of ${name} yet.`);
      }
      const input = readInput(served.service.api, served.model.input, decoded.input, protocol.notation);
      requireValid(served.service, served.model.input, input);
      if (call.scope.role !== undefined) {
        authorize?.(call.scope.role, served.service, { operation, input, region, accountId: account.accountId });
      }
      const context = {
        region,
        accountId: account.accountId,
        account,
        lifecycle,
        now: new Date(this.options.nowMs?.() ?? Date.now()),
        headers: call.headers,
      };
      const output = await perform(input, context);
      return await this.pass(protocol.encode(call, served, output), fate, region, from);
    } catch (error) {
      if (error instanceof ConnectionRefused) throw error;
      if (error instanceof MalformedCall) return refuse(protocol, call, 'malformed', error.message);
      if (error instanceof AwsError) return protocol.encodeError(call, decoded, error);
      this.options.onDefect(
        `${decoded?.operation ?? call.method} of ${call.scope.service ?? 'nobody'}`,
        asError(error),
      );
      return protocol.encodeError(call, decoded, new AwsError('InternalFailure', DEFECT, { status: 500 }));
    }
  }
}

function servedCall({ operation, service }: DecodedCall): ServedCall | undefined {
  const model =
    service !== undefined && Object.hasOwn(service.api.operations, operation) && service.api.operations[operation];
  return service !== undefined && model ? { model, operation, service } : undefined;
}

/** Refuses a call before it comes to an operation, encoded by its protocol, or as JSON where it has none. */
function refuse(
  protocol: Protocol | undefined,
  call: HttpCall,
  kind: keyof ProtocolRefusals,
  message: string,
): HttpAnswer {
  const { encodeError, refusals } = protocol ?? awsJson;
  const [code, status] = refusals(call.scope.service)[kind];
  return encodeError(call, undefined, new AwsError(code, message, { status }));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
