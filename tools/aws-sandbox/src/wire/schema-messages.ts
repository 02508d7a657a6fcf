import type { Block, NestedBlock, Schema, SchemaKind, SchemaSource } from '../model/schema';
import { encodeMapEntry, encodeMessage, encodeMessageField, type Fields } from './protocol';
import { typeConstraint } from './type-constraint';

const NESTING = { single: 1, list: 2, set: 3, map: 4 } as const satisfies Record<NestedBlock['nesting'], number>;

/** Fields of the schema response that hold a kind's schemas by type. */
const MAP_FIELDS = { resource: 2, data: 3, ephemeral: 8 } as const;
const PROVIDER_FIELD = 1;
const CAPABILITIES_FIELD = 6;

/** The types that one socket serves, by kind. */
export type ServedTypes = Readonly<Record<Exclude<SchemaKind, 'provider'>, readonly string[]>>;

/** Optional capabilities of the protocol that the provider has. */
export const CAPABILITIES: Fields = { get_provider_schema_optional: true };

/** Messages of schemas, each encoded once; shared by all servers of the same schema. */
export type EncodedSchemas = WeakMap<Schema, Uint8Array>;

/** Schemas as encoded messages. */
export class SchemaMessages {
  constructor(
    private readonly schemas: SchemaSource,
    private readonly encoded: EncodedSchemas = new WeakMap(),
  ) {}

  /** Response to GetProviderSchema: the provider's own schema and those of the served types. */
  providerSchema(served: ServedTypes): Uint8Array {
    const parts = [encodeMessageField(PROVIDER_FIELD, this.encode('provider', 'aws') ?? new Uint8Array())];
    for (const kind of ['resource', 'data', 'ephemeral'] as const) {
      for (const type of served[kind]) {
        const schema = this.encode(kind, type);
        if (schema) parts.push(encodeMapEntry(MAP_FIELDS[kind], type, schema));
      }
    }
    parts.push(encodeMessageField(CAPABILITIES_FIELD, encodeMessage('ServerCapabilities', CAPABILITIES)));
    return Buffer.concat(parts);
  }

  private encode(kind: SchemaKind, type: string): Uint8Array | undefined {
    const schema = this.schemas.find(kind, type);
    if (!schema) return undefined;
    const known = this.encoded.get(schema);
    if (known) return known;
    const message = encodeMessage('Schema', schemaFields(schema));
    this.encoded.set(schema, message);
    return message;
  }
}

function schemaFields({ version, block }: Schema): Fields {
  return { version, block: blockFields(block) };
}

function blockFields({ attributes, blocks }: Block): Fields {
  return {
    attributes: Object.entries(attributes).map(([name, attribute]) => ({
      name,
      type: Buffer.from(JSON.stringify(typeConstraint(attribute.type))),
      required: attribute.required,
      optional: attribute.optional,
      computed: attribute.computed,
      sensitive: attribute.sensitive,
      write_only: attribute.writeOnly,
    })),
    block_types: Object.entries(blocks).map(([name, { nesting, minItems, maxItems, block }]) => ({
      type_name: name,
      nesting: NESTING[nesting],
      min_items: minItems,
      max_items: maxItems,
      block: blockFields(block),
    })),
  };
}
