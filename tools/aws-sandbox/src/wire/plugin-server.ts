import type { Block, SchemaKind, SchemaSource } from '../model/schema';
import type { AttributePath, ObjectValue } from '../model/value';
import type { Diagnostic, Provider, ProviderSession } from '../provider/provider-api';
import { GrpcServer } from './grpc-server';
import { decodeObject, encodeObject, parseJsonObject } from './msgpack-values';
import { decodeMessage, encodeMessage, type Fields } from './protocol';
import { CAPABILITIES, type SchemaMessages, type ServedTypes } from './schema-messages';

export interface PluginServerOptions {
  readonly provider: Provider;
  /** Schemas that values are converted by. */
  readonly schemas: SchemaSource;
  /** The same schemas, encoded for Terraform. */
  readonly messages: SchemaMessages;
  /** Types whose schemas are sent to Terraform; called at each run. */
  readonly servedTypes: () => ServedTypes;
  /** Called with each defect: an exception of the provider. @default nothing */
  readonly onDefect?: (method: string, error: Error) => void;
}

type ResourceKind = Exclude<SchemaKind, 'provider'>;
type Call = (request: Uint8Array, session: Session) => Promise<Uint8Array> | Uint8Array;

/** The session of one connection: what its ConfigureProvider said. */
interface Session extends ProviderSession {
  config: ObjectValue | undefined;
}

/*
 * `legacy_type_system` is set on plans and applies as AWS's provider sets it: most of its types put a default into an
 * argument that is not computed, which Terraform accepts from such a provider only.
 */

const SEVERITIES = { error: 1, warning: 2 } as const;
const HEALTH_SERVING = 1;

/**
 * Serves a provider to Terraform and OpenTofu on a unix socket: each call is read, converted, handed to the provider,
 * and its answer converted back. Any number of runs and provider aliases may be connected at once; each connection has
 * its own configuration.
 */
export class PluginServer {
  private readonly server = new GrpcServer((method, message, connection) => this.dispatch(method, message, connection));
  private readonly sessions = new WeakMap<object, Session>();

  constructor(private readonly options: PluginServerOptions) {}

  /**
   * @throws SocketInUseError where a process listens there; the file of one that is gone is replaced
   */
  listen(socketPath: string): Promise<void> {
    return this.server.listen(socketPath);
  }

  /** Connections that are open, and calls under way. */
  get load(): number {
    return this.server.load;
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private async dispatch(path: string, request: Uint8Array, connection: object): Promise<Uint8Array | undefined> {
    const call = this.calls[path];
    if (!call) return undefined;
    let session = this.sessions.get(connection);
    if (!session) this.sessions.set(connection, (session = { config: undefined }));
    try {
      return await call(request, session);
    } catch (error) {
      this.options.onDefect?.(path, error as Error);
      throw new Error(
        `${path}: ${(error as Error).message}. This is a defect of the sandbox account; its log says more.`,
      );
    }
  }

  private readonly calls: Readonly<Record<string, Call>> = {
    '/grpc.health.v1.Health/Check': () => encodeMessage('HealthCheckResponse', { status: HEALTH_SERVING }),
    '/tfplugin5.Provider/GetMetadata': () => this.metadata(),
    '/tfplugin5.Provider/GetSchema': () => this.options.messages.providerSchema(this.options.servedTypes()),
    '/tfplugin5.Provider/PrepareProviderConfig': (request) => {
      const { config } = decodeMessage('ConfigRequest', request);
      return encodeMessage('PrepareProviderConfigResponse', { prepared_config: config });
    },
    '/tfplugin5.Provider/Configure': (request, session) => {
      const config = this.decode('provider', 'aws', decodeMessage('ConfigureRequest', request)['config']) ?? {};
      const diagnostics = this.options.provider.configure(config);
      session.config = config;
      return encodeMessage('DiagnosticsResponse', { diagnostics: diagnostics.map(diagnosticFields) });
    },
    '/tfplugin5.Provider/ValidateResourceTypeConfig': (request) => this.validate('resource', request),
    '/tfplugin5.Provider/ValidateDataSourceConfig': (request) => this.validate('data', request),
    '/tfplugin5.Provider/ValidateEphemeralResourceConfig': (request) => this.validate('ephemeral', request),
    '/tfplugin5.Provider/UpgradeResourceState': (request) => {
      const { type_name, raw_state } = decodeMessage('UpgradeResourceStateRequest', request);
      const block = this.blockOf('resource', String(type_name));
      const state = parseJsonObject(block, (raw_state as { json: Uint8Array }).json);
      return encodeMessage('UpgradeResourceStateResponse', { upgraded_state: dynamicValue(block, state) });
    },
    '/tfplugin5.Provider/ReadResource': async (request, session) => {
      const { type_name, current_state, private: privateData } = decodeMessage('ReadResourceRequest', request);
      const type = String(type_name);
      const current = this.decode('resource', type, current_state);
      const { state, diagnostics } =
        current === null ? { state: null, diagnostics: [] } : await this.options.provider.read(session, type, current);
      return encodeMessage('ReadResourceResponse', {
        new_state: this.encode('resource', type, state),
        diagnostics: diagnostics.map(diagnosticFields),
        private: privateData,
      });
    },
    '/tfplugin5.Provider/PlanResourceChange': async (request, session) => {
      const fields = decodeMessage('PlanResourceChangeRequest', request);
      const type = String(fields['type_name']);
      const { planned, requiresReplace, diagnostics } = await this.options.provider.plan(session, {
        type,
        prior: this.decode('resource', type, fields['prior_state']),
        proposed: this.decode('resource', type, fields['proposed_new_state']),
        config: this.decode('resource', type, fields['config']),
      });
      return encodeMessage('PlanResourceChangeResponse', {
        planned_state: this.encode('resource', type, planned),
        requires_replace: requiresReplace.map(pathFields),
        planned_private: fields['prior_private'],
        diagnostics: diagnostics.map(diagnosticFields),
        legacy_type_system: true,
      });
    },
    '/tfplugin5.Provider/ApplyResourceChange': async (request, session) => {
      const fields = decodeMessage('ApplyResourceChangeRequest', request);
      const type = String(fields['type_name']);
      const { state, diagnostics } = await this.options.provider.apply(session, {
        type,
        prior: this.decode('resource', type, fields['prior_state']),
        planned: this.decode('resource', type, fields['planned_state']),
        config: this.decode('resource', type, fields['config']),
      });
      return encodeMessage('ApplyResourceChangeResponse', {
        new_state: this.encode('resource', type, state),
        private: fields['planned_private'],
        diagnostics: diagnostics.map(diagnosticFields),
        legacy_type_system: true,
      });
    },
    '/tfplugin5.Provider/ImportResourceState': async (request, session) => {
      const { type_name, id } = decodeMessage('ImportResourceStateRequest', request);
      const type = String(type_name);
      const { state, diagnostics } = await this.options.provider.importResource(session, type, String(id));
      const imported = state === null ? [] : [{ type_name: type, state: this.encode('resource', type, state) }];
      return encodeMessage('ImportResourceStateResponse', {
        imported_resources: imported,
        diagnostics: diagnostics.map(diagnosticFields),
      });
    },
    '/tfplugin5.Provider/MoveResourceState': () =>
      encodeMessage('MoveResourceStateResponse', {
        diagnostics: [
          diagnosticFields({
            severity: 'error',
            summary: 'Moving between types is not supported',
            detail:
              'The sandbox account moves no resource from one type to another. Remove it from the state and import it.',
          }),
        ],
      }),
    '/tfplugin5.Provider/ReadDataSource': async (request, session) => {
      const { type_name, config } = decodeMessage('TypedConfigRequest', request);
      const type = String(type_name);
      const value = this.decode('data', type, config) ?? {};
      const { state, diagnostics } = await this.options.provider.readDataSource(session, type, value);
      return encodeMessage('ReadDataSourceResponse', {
        state: this.encode('data', type, state),
        diagnostics: diagnostics.map(diagnosticFields),
      });
    },
    '/tfplugin5.Provider/OpenEphemeralResource': async (request, session) => {
      const { type_name, config } = decodeMessage('TypedConfigRequest', request);
      const type = String(type_name);
      const value = this.decode('ephemeral', type, config) ?? {};
      const { state, diagnostics } = await this.options.provider.openEphemeral(session, type, value);
      return encodeMessage('OpenEphemeralResourceResponse', {
        result: this.encode('ephemeral', type, state),
        diagnostics: diagnostics.map(diagnosticFields),
      });
    },
    '/tfplugin5.Provider/RenewEphemeralResource': () => new Uint8Array(),
    '/tfplugin5.Provider/CloseEphemeralResource': () => new Uint8Array(),
    '/tfplugin5.Provider/GetFunctions': () => new Uint8Array(),
    '/tfplugin5.Provider/Stop': () => new Uint8Array(),
  };

  private metadata(): Uint8Array {
    const { resource, data, ephemeral } = this.options.servedTypes();
    const named = (types: readonly string[]) => types.map((type_name) => ({ type_name }));
    return encodeMessage('GetMetadataResponse', {
      server_capabilities: CAPABILITIES,
      resources: named(resource),
      data_sources: named(data),
      ephemeral_resources: named(ephemeral),
    });
  }

  private validate(kind: ResourceKind, request: Uint8Array): Uint8Array {
    const { type_name, config } = decodeMessage('TypedConfigRequest', request);
    const type = String(type_name);
    const diagnostics = this.options.provider.validate(kind, type, this.decode(kind, type, config) ?? {});
    return encodeMessage('DiagnosticsResponse', { diagnostics: diagnostics.map(diagnosticFields) });
  }

  private decode(kind: SchemaKind, type: string, value: unknown): ObjectValue | null {
    const { msgpack, json } = (value ?? {}) as { msgpack?: Uint8Array; json?: Uint8Array };
    if (msgpack && msgpack.length > 0) return decodeObject(this.blockOf(kind, type), msgpack);
    return json && json.length > 0 ? parseJsonObject(this.blockOf(kind, type), json) : null;
  }

  private encode(kind: SchemaKind, type: string, value: ObjectValue | null): Fields {
    return dynamicValue(this.blockOf(kind, type), value);
  }

  private blockOf(kind: SchemaKind, type: string): Block {
    const schema = this.options.schemas.find(kind, type);
    if (!schema) throw new Error(`${type} has no schema`);
    return schema.block;
  }
}

function dynamicValue(block: Block, value: ObjectValue | null): Fields {
  return { msgpack: encodeObject(block, value) };
}

function diagnosticFields({ severity, summary, detail, path }: Diagnostic): Fields {
  return {
    severity: SEVERITIES[severity],
    summary,
    detail,
    ...(path === undefined ? {} : { attribute: pathFields(path) }),
  };
}

function pathFields(path: AttributePath): Fields {
  return {
    steps: path.map((step) => (typeof step === 'number' ? { element_key_int: step } : { attribute_name: step })),
  };
}
