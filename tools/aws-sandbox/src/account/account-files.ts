import { createHash } from 'node:crypto';
import { dirname, join, relative } from 'node:path';
import { keyText, type AccountChange, type ResourceRecord } from '../model/resource-record';
import { AccountUnusableError, AccountWriteError, PathRefusedError } from './errors';
import { PrivateFolder, TEMPORARY } from './private-folder';

const JOURNAL_FILE = 'account-journal.json';
const LONGEST_NAME = 180;

/**
 * The account on disk: `<home>/account/<region>/<service>/<type>/<id>.json`.
 *
 * A file is replaced by renaming, so that it is whole at any moment. A change of several files is first written as one
 * journal, and finished from it at the next start if the process ends in between. What the kernel has taken survives
 * the death of the process; no file is flushed to the disk itself, so a power failure may cost the last seconds.
 */
export class AccountFiles {
  private readonly home: PrivateFolder;
  private readonly folder: PrivateFolder;
  private readonly journal: string;
  private readonly fileByKey = new Map<string, string>();
  /** Lower case, because some file systems do not tell cases apart. */
  private readonly taken = new Set<string>();
  private readonly filesInFolder = new Map<string, number>();

  constructor(home: string) {
    this.home = new PrivateFolder(home);
    this.folder = new PrivateFolder(this.home.fileOf('account'));
    this.journal = this.home.fileOf(JOURNAL_FILE);
  }

  /** @throws AccountUnusableError before anything is changed */
  load(): ResourceRecord[] {
    const files = this.folder.files();
    const unfinished = this.readJournal();
    const records = new Map<string, ResourceRecord>();
    for (const file of files.filter((name) => name.endsWith('.json'))) {
      const record = this.parse(file);
      const key = keyText(record);
      const other = this.fileByKey.get(key);
      if (other !== undefined) throw AccountUnusableError.duplicate(this.shown(file), this.shown(other));
      this.remember(key, file);
      records.set(key, record);
    }
    // Only now is the folder known to be sound, and may be tidied.
    const leftovers = [...files.filter((name) => name.endsWith(TEMPORARY)), `${this.journal}${TEMPORARY}`];
    for (const leftover of leftovers) this.home.remove(leftover);
    for (const change of unfinished) {
      this.write(change);
      if ('put' in change) records.set(keyText(change.put), change.put);
      else records.delete(keyText(change.remove));
    }
    this.home.remove(this.journal);
    return [...records.values()];
  }

  /**
   * All of it or, as far as a later start can see, nothing.
   *
   * @throws AccountWriteError after every file is again as it was
   */
  commit(changes: readonly AccountChange[]): void {
    const [only] = changes;
    if (changes.length === 1 && only !== undefined) {
      this.write(only);
      return;
    }
    const before = changes.map((change) => this.reverse(change));
    try {
      this.attemptWrite(this.journal, () => this.home.replace(this.journal, `${JSON.stringify({ changes })}\n`));
      for (const change of changes) this.write(change);
    } catch (error) {
      try {
        for (const change of before.reverse()) this.write(change);
      } finally {
        // A journal left behind would be finished at the next start, over later writes.
        this.home.remove(this.journal);
      }
      throw error;
    }
    this.home.remove(this.journal);
  }

  clear(): void {
    this.folder.clear();
    this.home.remove(this.journal);
    this.fileByKey.clear();
    this.taken.clear();
    this.filesInFolder.clear();
  }

  private write(change: AccountChange): void {
    if ('put' in change) {
      const key = keyText(change.put);
      const known = this.fileByKey.get(key);
      const file = known ?? this.nameFile(change.put);
      const folder = dirname(file);
      if (!this.filesInFolder.has(folder)) this.attemptWrite(folder, () => this.folder.makeFolder(folder));
      this.attemptWrite(file, () => this.folder.replace(file, recordText(change.put)));
      if (known === undefined) this.remember(key, file);
      return;
    }
    const key = keyText(change.remove);
    const file = this.fileByKey.get(key);
    if (file === undefined) return;
    this.attemptWrite(file, () => this.folder.remove(file));
    this.forget(key, file);
  }

  /** @throws AccountWriteError where the disk refuses, PathRefusedError for a file outside of the folder */
  private attemptWrite(file: string, write: () => void): void {
    try {
      write();
    } catch (error) {
      throw error instanceof PathRefusedError ? error : AccountWriteError.refused(file, error);
    }
  }

  /** Builds the change that undoes another one: the removal of a new resource, or its record as the file has it. */
  private reverse(change: AccountChange): AccountChange {
    const key = 'put' in change ? change.put : change.remove;
    const file = this.fileByKey.get(keyText(key));
    return file === undefined ? { remove: key } : { put: this.parse(file) };
  }

  private nameFile({ region, service, type, id }: ResourceRecord): string {
    const named = (name: string) => this.folder.fileOf(region, service, type, `${name}.json`);
    const plain = named(safeName(id));
    return this.taken.has(plain.toLowerCase()) ? named(`${safeName(id)}~${digest(id)}`) : plain;
  }

  private remember(key: string, file: string): void {
    this.fileByKey.set(key, file);
    this.taken.add(file.toLowerCase());
    const folder = dirname(file);
    this.filesInFolder.set(folder, (this.filesInFolder.get(folder) ?? 0) + 1);
  }

  private forget(key: string, file: string): void {
    this.fileByKey.delete(key);
    this.taken.delete(file.toLowerCase());
    const folder = dirname(file);
    const count = (this.filesInFolder.get(folder) ?? 1) - 1;
    if (count > 0) {
      this.filesInFolder.set(folder, count);
      return;
    }
    this.filesInFolder.delete(folder);
    this.folder.removeEmpty(folder);
  }

  private parse(file: string): ResourceRecord {
    const parsed = this.parseJson(file);
    const missing = missingPart(parsed);
    if (missing !== undefined) throw AccountUnusableError.damaged(this.shown(file), `no ${missing}`);
    return parsed as ResourceRecord;
  }

  private readJournal(): readonly AccountChange[] {
    if (!this.home.has(this.journal)) return [];
    const parsed = this.parseJson(this.journal) as { readonly changes?: unknown } | null;
    const changes = parsed?.changes;
    const missing = Array.isArray(changes) ? changes.map(missingPartOfChange).find(Boolean) : 'changes';
    if (missing !== undefined) throw AccountUnusableError.damaged(this.shown(this.journal), `no ${missing}`);
    return changes as readonly AccountChange[];
  }

  private parseJson(file: string): unknown {
    try {
      return JSON.parse(this.home.read(file).toString('utf8'));
    } catch (error) {
      throw AccountUnusableError.damaged(
        this.shown(file),
        error instanceof Error ? error.message : String(error),
        error,
      );
    }
  }

  private shown(file: string): string {
    return join(relative(process.cwd(), this.home.path) || '.', relative(this.home.path, file));
  }
}

/** Readable, and different for different identifiers: `/` becomes `~`, other unsafe characters their percent form. */
export function safeName(id: string): string {
  const encoded = [...id]
    .map((character, position) => {
      if (character === '/') return '~';
      if (character === '.' && position === 0) return '%2E';
      if (/[A-Za-z0-9._=+@,-]/.test(character)) return character;
      // Half of a pair of UTF-16 is no character, and has no bytes.
      return /\p{Surrogate}/u.test(character)
        ? percent(character)
        : encodeURIComponent(character).replace(/[~!'()*]/g, percent);
    })
    .join('');
  return encoded.length <= LONGEST_NAME ? encoded : `${encoded.slice(0, LONGEST_NAME - 17)}~${digest(id)}`;
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function recordText({ type, region, service, id, arn, attributes, internal }: ResourceRecord): string {
  const ordered = {
    type,
    region,
    service,
    id,
    ...(arn === undefined ? {} : { arn }),
    attributes,
    ...(internal === undefined ? {} : { internal }),
  };
  return `${JSON.stringify(ordered, sortKeysBelowTop, 2)}\n`;
}

/** Keys in order, so that two states of an account can be compared line by line. */
function sortKeysBelowTop(key: string, value: unknown): unknown {
  if (key === '' || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).sort(([left], [right]) => (left < right ? -1 : left > right ? 1 : 0)),
  );
}

function missingPartOfChange(change: unknown): string | undefined {
  const { put, remove } = (change ?? {}) as { readonly put?: unknown; readonly remove?: unknown };
  if (put !== undefined) return missingPart(put);
  return remove === undefined ? 'put or remove' : missingText(remove, ['type', 'region', 'id']);
}

function missingText(parsed: unknown, parts: readonly string[]): string | undefined {
  if (parsed === null || typeof parsed !== 'object') return 'JSON object';
  const record = parsed as Record<string, unknown>;
  return parts.find((part) => typeof record[part] !== 'string');
}

function missingPart(parsed: unknown): string | undefined {
  const missing = missingText(parsed, ['type', 'region', 'service', 'id']);
  if (missing !== undefined) return missing;
  const record = parsed as Record<string, unknown>;
  return record['attributes'] === null || typeof record['attributes'] !== 'object' ? 'attributes' : undefined;
}
