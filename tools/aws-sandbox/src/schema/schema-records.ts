import { createHash } from 'node:crypto';
import type { Block, NestedBlock, Schema, SchemaKind } from '../model/schema';
import { internAttribute } from './intern';

/**
 * Schemas as text, one line each: `kind type digest json`. A line begins with a line break, so that one cut short by a
 * crash spoils only itself.
 */
export class SchemaRecords {
  private readonly records = new Map<string, string>();

  constructor(text: string) {
    for (const line of text.split('\n')) {
      const [, key, record] = /^(\w+ \w+) (\w+ \{.*)$/.exec(line) ?? [];
      if (key !== undefined && record !== undefined) this.records.set(key, record);
    }
  }

  /** Undefined for a type that has no record, or a damaged one. */
  find(kind: SchemaKind, type: string): Schema | undefined {
    const record = this.records.get(recordKey(kind, type));
    return record === undefined ? undefined : parseRecord(kind, type, record);
  }

  types(kind: SchemaKind): readonly string[] {
    const keys = [...this.records.keys()].filter((key) => key.startsWith(`${kind} `));
    return keys.map((key) => key.slice(kind.length + 1)).sort();
  }
}

export function schemaRecord(schema: Schema): string {
  const json = JSON.stringify(schema);
  return `\n${recordKey(schema.kind, schema.type)} ${digest(json)} ${json}\n`;
}

function recordKey(kind: SchemaKind, type: string): string {
  return `${kind} ${type}`;
}

function digest(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16);
}

function parseRecord(kind: SchemaKind, type: string, record: string): Schema | undefined {
  const separator = record.indexOf(' ');
  const json = record.slice(separator + 1);
  if (digest(json) !== record.slice(0, separator)) return undefined;
  const schema = JSON.parse(json) as Schema;
  return schema.kind === kind && schema.type === type ? { ...schema, block: internBlock(schema.block) } : undefined;
}

function internBlock(block: Block): Block {
  const attributes = Object.entries(block.attributes).map(
    ([name, attribute]) => [name, internAttribute(attribute)] as const,
  );
  const blocks = Object.entries(block.blocks).map(([name, nested]): readonly [string, NestedBlock] => [
    name,
    { ...nested, block: internBlock(nested.block) },
  ]);
  return { attributes: Object.fromEntries(attributes), blocks: Object.fromEntries(blocks) };
}
