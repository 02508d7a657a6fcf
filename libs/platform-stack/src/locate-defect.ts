import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { posix } from 'node:path';

/** Errors that JavaScript itself throws: their words are not meant for a user. */
const DEFECTS = [TypeError, ReferenceError, RangeError, SyntaxError];

/**
 * Describes the failure of a stack app. For a defect in its code the text names the source position too, since nobody
 * reads the bundle.
 *
 * @param stack name of the stack
 */
export function describeFailure(stack: string, error: Error): string {
  if (!DEFECTS.some((kind) => error instanceof kind)) return error.message;
  const source = sourceOf(stack, error.stack ?? '');
  const place = source === undefined ? '' : ` at ${source}`;
  return `${stack}: ${error.message}${place}. The code of the stack has a defect. See: npx nx typecheck ${stack}`;
}

/**
 * `apps/orders/src/orders-state.ts:14:17`: the topmost place in the stack's own sources, else in anybody's.
 *
 * @param calls as JavaScript prints them: a line each, `    at make (/…/main.js:1:1)`
 */
export function sourceOf(stack: string, calls: string): string | undefined {
  const frames = [...calls.matchAll(/^\s+at .*?\(?(\/[^()]+?):(\d+):(\d+)\)?$/gm)];
  const places = frames.flatMap(([, file = '', line, column]) => originalOf(file, Number(line), Number(column)) ?? []);
  return places.find((place) => place.includes(`/${stack}/src/`)) ?? places[0];
}

function originalOf(file: string, line: number, column: number): string | undefined {
  const mapFile = `${file}.map`;
  if (!existsSync(mapFile)) return undefined;
  // A frame counts from 1, a source map from 0 [Source map format 3].
  const entry = new SourceMap(JSON.parse(readFileSync(mapFile, 'utf8'))).findEntry(line - 1, column - 1);
  if (!('originalSource' in entry)) return undefined;
  const source = posix.normalize(entry.originalSource).replace(/^(?:\.\.\/)+/, '');
  return `${source}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
}
