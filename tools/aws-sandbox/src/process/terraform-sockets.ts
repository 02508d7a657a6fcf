import { resolve } from 'node:path';
import type { Account } from '../account/account';
import { AwsProvider } from '../provider/aws-provider';
import type { SchemaKind, SchemaSource } from '../schema/model';
import type { ServiceCatalog } from '../services/catalog';
import { PluginServer } from '../wire/plugin-server';
import { SchemaMessages } from '../wire/schema-messages';
import type { SandboxHome } from './sandbox-home';

type ServedKind = Exclude<SchemaKind, 'provider'>;

const SERVED_KINDS: readonly ServedKind[] = ['resource', 'data', 'ephemeral'];

interface FolderSocket {
  readonly server: PluginServer;
  readonly path: string;
  readonly served: Readonly<Record<ServedKind, Set<string>>>;
}

export interface TerraformSocketsOptions {
  readonly home: SandboxHome;
  readonly account: Account;
  readonly schemas: SchemaSource;
  readonly catalog: ServiceCatalog;
  readonly onDefect: (method: string, error: Error) => void;
}

/**
 * A socket for each folder that Terraform runs in. A provider must know that folder, since a configuration names files
 * relative to it, and Terraform asks for all schemas at each start: a socket tells of the types that are used only.
 */
export class TerraformSockets {
  private readonly messages: SchemaMessages;
  private readonly byFolder = new Map<string, Promise<FolderSocket>>();

  constructor(private readonly options: TerraformSocketsOptions) {
    this.messages = new SchemaMessages(options.schemas);
  }

  /**
   * @param types served from now on besides those asked for before: `aws_vpc`, of every kind; a type that the bindings
   * do not have is left out, so that Terraform names it with its place in the configuration
   * @returns path of the folder's socket
   * @throws SocketInUseError
   */
  async open(workFolder: string, types: readonly string[] | 'all'): Promise<string> {
    const folder = resolve(workFolder);
    let opened = this.byFolder.get(folder);
    if (opened === undefined) {
      opened = this.listen(folder);
      this.byFolder.set(folder, opened);
      opened.catch(() => this.byFolder.delete(folder));
    }
    const { path, served } = await opened;
    const { schemas } = this.options;
    for (const kind of SERVED_KINDS) {
      const asked = types === 'all' ? schemas.types(kind) : types.filter((type) => schemas.find(kind, type));
      for (const type of asked) served[kind].add(type);
    }
    return path;
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.byFolder.values());
    await Promise.all(
      opened.map((folder) => (folder.status === 'fulfilled' ? folder.value.server.close() : undefined)),
    );
  }

  private async listen(workingFolder: string): Promise<FolderSocket> {
    const { home, account, schemas, catalog, onDefect } = this.options;
    const served = { resource: new Set<string>(), data: new Set<string>(), ephemeral: new Set<string>() };
    const server = new PluginServer({
      provider: new AwsProvider({ account, schemas, catalog, workingFolder }),
      schemas,
      messages: this.messages,
      servedTypes: () => ({
        resource: [...served.resource].sort(),
        data: [...served.data].sort(),
        ephemeral: [...served.ephemeral].sort(),
      }),
      onDefect,
    });
    const path = home.terraformSocket(workingFolder);
    await server.listen(path);
    return { server, path, served };
  }
}
