import { createHash } from 'node:crypto';
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Block, NestedBlock, Schema, SchemaKind } from '../model/schema';
import { internAttribute } from './intern';

/**
 * Derived schemas on disk: a file of one line a schema (`kind type digest json`), appended to by any number of
 * processes. A record starts with a line break, so that one cut short by a crash spoils only itself. What cannot be
 * read is derived again; what cannot be written is not kept. The cache never fails.
 */
export class DerivedSchemaCache {
  private readonly file: string;
  private records: Map<string, string> | undefined;

  /** @param key names everything that a derived schema depends on: another key is another file */
  constructor(
    private readonly folder: string,
    key: string,
  ) {
    this.file = join(folder, `schemas-${key}.jsonl`);
  }

  find(kind: SchemaKind, type: string): Schema | undefined {
    this.records ??= this.load();
    const record = this.records.get(recordKey(kind, type));
    return record === undefined ? undefined : parseRecord(kind, type, record);
  }

  add(schemas: readonly Schema[]): void {
    const lines = schemas.map((schema) => {
      const json = JSON.stringify(schema);
      return `\n${recordKey(schema.kind, schema.type)} ${digest(json)} ${json}\n`;
    });
    try {
      mkdirSync(this.folder, { recursive: true });
      appendFileSync(this.file, lines.join(''));
    } catch {
      // A folder that cannot be written costs time on the next start, nothing else.
    }
  }

  private load(): Map<string, string> {
    const records = new Map<string, string>();
    for (const line of readText(this.file).split('\n')) {
      const [, key, record] = /^(\w+ \w+) (\w+ \{.*)$/.exec(line) ?? [];
      if (key !== undefined && record !== undefined) records.set(key, record);
    }
    return records;
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
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
