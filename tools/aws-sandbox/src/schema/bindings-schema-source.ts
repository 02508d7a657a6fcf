import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, Schema, SchemaKind, SchemaSource } from '../model/schema';
import { completeBlock, ephemeralBlock, ephemeralTypes } from './binding-overlay';
import { readBindingsText } from './bindings-text';
import { DerivedSchemaCache } from './derived-schema-cache';
import { BindingsUnreadableError } from './errors';
import { parseBinding } from './parse-binding';
import { RecentSchemas } from './recent-schemas';

/** Raised with every change of what is derived or overlaid: cached schemas of another version are not read. */
export const DERIVATION_VERSION = 1;

/** The bindings name no schema version; one version for all makes every state readable by every later one. */
const SCHEMA_VERSION = 0;

const PROVIDER_TYPE = 'aws';
const DATA_PREFIX = 'data-aws-';

export interface BindingsSchemaSourceOptions {
  /** The installed `@cdktf/provider-aws`. */
  readonly bindingsFolder: string;
  /** Folder in which derived schemas are cached between processes. @default no cache */
  readonly cacheFolder?: string | undefined;
}

/** Schemas of the AWS provider, derived from the text of the installed bindings when a type is first asked for. */
export class BindingsSchemaSource implements SchemaSource {
  private readonly library: string;
  private readonly cache: DerivedSchemaCache | undefined;
  private readonly recent = new RecentSchemas();
  private readonly typesByKind = new Map<SchemaKind, readonly string[]>();

  constructor({ bindingsFolder, cacheFolder }: BindingsSchemaSourceOptions) {
    this.library = join(bindingsFolder, 'lib');
    this.cache =
      cacheFolder === undefined
        ? undefined
        : new DerivedSchemaCache(cacheFolder, `${bindingsVersion(bindingsFolder)}-${DERIVATION_VERSION}`);
  }

  find(kind: SchemaKind, type: string): Schema | undefined {
    return this.recent.find(`${kind} ${type}`, () => this.cache?.find(kind, type) ?? this.derive(kind, type));
  }

  types(kind: SchemaKind): readonly string[] {
    const known = this.typesByKind.get(kind);
    if (known !== undefined) return known;
    const types =
      kind === 'provider' ? [PROVIDER_TYPE] : kind === 'ephemeral' ? ephemeralTypes() : this.typesOfFolders(kind);
    this.typesByKind.set(kind, types);
    return types;
  }

  private typesOfFolders(kind: 'resource' | 'data'): readonly string[] {
    const folders = readdirSync(this.library, { withFileTypes: true }).filter(
      (entry) => entry.isDirectory() && entry.name !== 'provider',
    );
    return folders
      .filter((entry) => entry.name.startsWith(DATA_PREFIX) === (kind === 'data'))
      .map((entry) => `${PROVIDER_TYPE}_${entry.name.replace(DATA_PREFIX, '').replaceAll('-', '_')}`)
      .sort();
  }

  private derive(kind: SchemaKind, type: string): Schema | undefined {
    const block = kind === 'ephemeral' ? ephemeralBlock(type) : this.deriveBlock(kind, type);
    if (block === undefined) return undefined;
    const schema: Schema = { kind, type, version: SCHEMA_VERSION, block };
    this.cache?.add(schema);
    return schema;
  }

  private deriveBlock(kind: Exclude<SchemaKind, 'ephemeral'>, type: string): Block | undefined {
    const folder = folderOf(kind, type);
    if (folder === undefined || !existsSync(join(this.library, folder, 'index.js'))) return undefined;
    const parsed = parseBinding(readBindingsText(join(this.library, folder)));
    if (parsed.type !== type)
      throw BindingsUnreadableError.unexpectedShape(type, 'the type that its binding names', parsed.type, type);
    return completeBlock(kind, type, parsed.block);
  }
}

function folderOf(kind: Exclude<SchemaKind, 'ephemeral'>, type: string): string | undefined {
  if (kind === 'provider') return type === PROVIDER_TYPE ? 'provider' : undefined;
  // A type comes from a configuration: it names a folder only if it is a Terraform name.
  if (!/^aws_[a-z0-9_]+$/.test(type)) return undefined;
  const name = type.slice(PROVIDER_TYPE.length + 1).replaceAll('_', '-');
  return kind === 'data' ? `${DATA_PREFIX}${name}` : name;
}

function bindingsVersion(folder: string): string {
  try {
    return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
  } catch (error) {
    throw BindingsUnreadableError.notInstalled(folder, error);
  }
}
