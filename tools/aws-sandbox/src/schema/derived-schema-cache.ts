import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Schema, SchemaKind } from '../model/schema';
import { schemaRecord, SchemaRecords } from './schema-records';

/**
 * Derived schemas on disk: a file of records, appended to by any number of processes. What cannot be read is derived
 * again; what cannot be written is not kept. The cache never fails.
 */
export class DerivedSchemaCache {
  private readonly file: string;
  private records: SchemaRecords | undefined;

  /** @param key names everything that a derived schema depends on: another key is another file */
  constructor(
    private readonly folder: string,
    key: string,
  ) {
    this.file = join(folder, `schemas-${key}.jsonl`);
  }

  find(kind: SchemaKind, type: string): Schema | undefined {
    this.records ??= new SchemaRecords(readText(this.file));
    return this.records.find(kind, type);
  }

  add(schema: Schema): void {
    try {
      mkdirSync(this.folder, { recursive: true });
      appendFileSync(this.file, schemaRecord(schema));
    } catch {
      // A folder that cannot be written costs time on the next start, nothing else.
    }
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
