import { resolve } from 'node:path';
import type { Account } from '../account/account';
import { isObject } from '../model/attribute-values';
import type { ServiceCatalog } from '../model/catalog';
import type { SchemaKind, SchemaSource } from '../model/schema';
import type { Value } from '../model/value';
import { AwsProvider } from '../provider/aws-provider';
import { NarrowedSchemas } from '../schema/narrowed-schemas';
import { PluginServer } from '../wire/plugin-server';
import { type EncodedSchemas, SchemaMessages } from '../wire/schema-messages';
import type { SandboxHome } from './sandbox-home';

type ServedKind = Exclude<SchemaKind, 'provider'>;

const SERVED_KINDS: readonly ServedKind[] = ['resource', 'data', 'ephemeral'];

interface FolderSocket {
  readonly server: PluginServer;
  readonly path: string;
  readonly schemas: NarrowedSchemas;
  readonly served: Readonly<Record<ServedKind, Set<string>>>;
}

/** Parts of the provider that a Terraform run uses. `all` makes each run slower. */
export interface ProviderUse {
  /** Types: `aws_vpc`, of every kind. */
  readonly types: readonly string[] | 'all';
  /** Names of nested blocks, at whatever depth, in the configuration or in the state; other names do no harm. */
  readonly blocks: readonly string[] | 'all';
}

export interface TerraformSocketsOptions {
  readonly home: SandboxHome;
  readonly account: Account;
  readonly schemas: SchemaSource;
  readonly catalog: ServiceCatalog;
  readonly isDark: (region: string) => boolean;
  readonly onDefect: (method: string, error: Error) => void;
}

/**
 * A socket for each folder that Terraform runs in. A provider must know that folder, since a configuration names files
 * relative to it, and Terraform asks for all schemas at each start: a socket serves only what is used.
 */
export class TerraformSockets {
  private readonly encoded: EncodedSchemas = new WeakMap();
  private readonly byFolder = new Map<string, Promise<FolderSocket>>();
  private readonly servers: PluginServer[] = [];

  constructor(private readonly options: TerraformSocketsOptions) {}

  /**
   * @param use served from now on besides what was asked for before; a type that the bindings do not have is left out,
   * so that Terraform names it with its place in the configuration
   * @returns path of the folder's socket
   * @throws SocketInUseError
   */
  async open(workFolder: string, { types, blocks }: ProviderUse): Promise<string> {
    const folder = resolve(workFolder);
    let opened = this.byFolder.get(folder);
    if (opened === undefined) {
      opened = this.listen(folder);
      this.byFolder.set(folder, opened);
      opened.catch(() => this.byFolder.delete(folder));
    }
    const { path, served, schemas } = await opened;
    for (const kind of SERVED_KINDS) {
      const asked = types === 'all' ? schemas.types(kind) : types.filter((type) => schemas.find(kind, type));
      for (const type of asked) served[kind].add(type);
    }
    schemas.widen(blocks);
    // The account may have been changed by something other than Terraform in this folder.
    for (const type of served.resource) schemas.widen(this.blocksInAccount(type));
    return path;
  }

  /** Connections of Terraform that are open, and calls under way, over all folders. */
  get load(): number {
    return this.servers.reduce((sum, server) => sum + server.load, 0);
  }

  private blocksInAccount(type: string): ReadonlySet<string> {
    const names = new Set<string>();
    for (const { attributes } of this.options.account.list(type)) collectBlocks(attributes, names);
    return names;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.byFolder.values());
    await Promise.all(
      opened.map((folder) => (folder.status === 'fulfilled' ? folder.value.server.close() : undefined)),
    );
  }

  private async listen(workingFolder: string): Promise<FolderSocket> {
    const { home, account, catalog, isDark, onDefect } = this.options;
    const schemas = new NarrowedSchemas(this.options.schemas, []);
    const served = { resource: new Set<string>(), data: new Set<string>(), ephemeral: new Set<string>() };
    const server = new PluginServer({
      provider: new AwsProvider({ account, schemas: this.options.schemas, catalog, workingFolder, isDark }),
      schemas,
      messages: new SchemaMessages(schemas, this.encoded),
      servedTypes: () => ({
        resource: [...served.resource].sort(),
        data: [...served.data].sort(),
        ephemeral: [...served.ephemeral].sort(),
      }),
      onDefect,
    });
    const path = home.terraformSocket(workingFolder);
    await server.listen(path);
    this.servers.push(server);
    return { server, path, schemas, served };
  }
}

/** Names that hold something that a nested block may be. */
function collectBlocks(value: Value, names: Set<string>): void {
  if (Array.isArray(value)) for (const element of value as readonly Value[]) collectBlocks(element, names);
  if (!isObject(value)) return;
  for (const [name, member] of Object.entries(value)) {
    if (typeof member !== 'object' || member === null || (Array.isArray(member) && member.length === 0)) continue;
    names.add(name);
    collectBlocks(member, names);
  }
}
