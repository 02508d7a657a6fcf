import type { Schema } from '../model/schema';

/** Schemas kept in memory: those that a platform uses, not every type that Terraform was sent. */
const KEPT_SCHEMAS = 400;

/** Keeps the schemas that were read, the newest {@link KEPT_SCHEMAS} of them. */
export class RecentSchemas {
  private readonly kept = new Map<string, Schema>();

  find(key: string, read: () => Schema | undefined): Schema | undefined {
    const kept = this.kept.get(key);
    if (kept !== undefined) return kept;
    const found = read();
    if (found === undefined) return undefined;
    const oldest = this.kept.size >= KEPT_SCHEMAS ? this.kept.keys().next().value : undefined;
    if (oldest !== undefined) this.kept.delete(oldest);
    this.kept.set(key, found);
    return found;
  }
}
