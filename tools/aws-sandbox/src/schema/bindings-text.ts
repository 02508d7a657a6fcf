import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { BindingsUnreadableError } from './errors';

const MAP_MARKER = 'sourceMappingURL=data:application/json;base64,';

/**
 * The TypeScript source of one generated class with all its structs, taken from the source maps that the package embeds.
 *
 * The compiled JavaScript drops the comment of every member without an initialiser, and with it which attributes are
 * computed; the embedded source has them all. Nothing is executed: importing the bindings costs 580 MB.
 */
export function readBindingsText(folder: string): string {
  const texts = [sourceOf(join(folder, 'index.js'))];
  for (const file of structFiles(folder)) texts.push(sourceOf(file));
  return texts.join('\n');
}

/** Very large types (`lexv2models_intent`) keep their structs in files of their own. */
function structFiles(folder: string): string[] {
  const structs = join(folder, 'index-structs');
  try {
    return readdirSync(structs)
      .filter((name) => name.endsWith('.js') && name !== 'index.js')
      .sort()
      .map((name) => join(structs, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function sourceOf(file: string): string {
  const compiled = readFileSync(file, 'latin1');
  const marker = compiled.lastIndexOf(MAP_MARKER);
  if (marker < 0) throw BindingsUnreadableError.withoutSource(file);
  const map = JSON.parse(Buffer.from(compiled.slice(marker + MAP_MARKER.length), 'base64').toString('utf8')) as {
    sourcesContent?: (string | null)[];
  };
  const sources = map.sourcesContent ?? [];
  if (sources.length === 0 || sources.some((source) => source === null))
    throw BindingsUnreadableError.withoutSource(file);
  return sources.join('\n');
}
