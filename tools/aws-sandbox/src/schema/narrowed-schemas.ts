import type { Block, NestedBlock, Schema, SchemaKind, SchemaSource } from '../model/schema';

/**
 * Schemas without the nested blocks that nobody names. Terraform walks a type's whole schema several times for each
 * resource, and some of AWS's nest thousands of blocks: a web ACL's costs seconds, of which four rules need a few dozen.
 * A block that must be there stays, so that Terraform can say that it is missing.
 */
export class NarrowedSchemas implements SchemaSource {
  private readonly narrowed = new Map<Schema, Schema>();
  private names: ReadonlySet<string> | 'all';

  constructor(
    private readonly schemas: SchemaSource,
    names: Iterable<string> | 'all',
  ) {
    this.names = names === 'all' ? 'all' : new Set(names);
  }

  /** Names more blocks, from now on. */
  widen(names: Iterable<string> | 'all'): void {
    if (this.names === 'all') return;
    if (names === 'all') {
      this.names = 'all';
    } else {
      const wider = new Set(this.names);
      for (const name of names) wider.add(name);
      if (wider.size === this.names.size) return;
      this.names = wider;
    }
    this.narrowed.clear();
  }

  find(kind: SchemaKind, type: string): Schema | undefined {
    const schema = this.schemas.find(kind, type);
    if (schema === undefined || this.names === 'all') return schema;
    let narrowed = this.narrowed.get(schema);
    if (narrowed === undefined) {
      const block = narrowBlock(schema.block, this.names);
      narrowed = block === schema.block ? schema : { ...schema, block };
      this.narrowed.set(schema, narrowed);
    }
    return narrowed;
  }

  types(kind: SchemaKind): readonly string[] {
    return this.schemas.types(kind);
  }
}

/** The same object where nothing is left out. */
function narrowBlock(block: Block, names: ReadonlySet<string>): Block {
  const blocks: Record<string, NestedBlock> = {};
  let isWhole = true;
  for (const [name, nested] of Object.entries(block.blocks)) {
    if (nested.minItems === 0 && !names.has(name)) {
      isWhole = false;
      continue;
    }
    const inner = narrowBlock(nested.block, names);
    if (inner !== nested.block) isWhole = false;
    blocks[name] = inner === nested.block ? nested : { ...nested, block: inner };
  }
  return isWhole ? block : { ...block, blocks };
}
