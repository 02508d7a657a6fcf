import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type CommandContext, CommandError } from './command';

/** Shape of a file, as a schema of zod is. */
interface Schema<Content> {
  parse(json: unknown): Content;
}

/**
 * Reads a JSON file that a command wrote before.
 *
 * @param expected `a review that stacks review wrote with --json`
 * @throws CommandError where the file cannot be read, or has another shape
 */
export function readJsonFile<Content>(file: string, schema: Schema<Content>, expected: string): Content {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const { issues, message } = error as Error & { readonly issues?: readonly { path: unknown[]; message: string }[] };
    const [issue] = issues ?? [];
    throw new CommandError(
      `${file}: ${issue === undefined ? message : `${issue.path.join('.') || 'it'}: ${issue.message}`}, expected ${expected}.`,
    );
  }
}

/** Writes a file that an option names, relative to the folder that the command is typed in. @returns its absolute path */
export function writeNamedFile({ folder }: Pick<CommandContext, 'folder'>, file: string, text: string): string {
  const path = resolve(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

/** Writes a value as a JSON file: {@link writeNamedFile}. */
export function writeJsonFile(context: Pick<CommandContext, 'folder'>, file: string, value: unknown): void {
  writeNamedFile(context, file, `${JSON.stringify(value, null, 2)}\n`);
}
