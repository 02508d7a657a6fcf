import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

/** A block of code that a page shows, with the file that it belongs to. */
export interface PageBlock {
  /** `apps/orders/src/main.ts` */
  readonly file: string;
  /** Text of the page after the file's name: `, in `resources`:`. */
  readonly place: string;
  readonly text: string;
}

/**
 * The blocks of code of a page, in their order; before each stands a line that begins with the name of its file. Blocks
 * without a language are commands.
 *
 * @throws when a block has no such line before it
 */
export function pageBlocks(page: string): readonly PageBlock[] {
  const text = readFileSync(join(WORKSPACE, page), 'utf8');
  const blocks = [...text.matchAll(/^`([\w./-]+\.\w+)`(.*)\n\n```\w+\n([\s\S]*?)```$/gm)].map(
    ([, file = '', place = '', block = '']) => ({ file, place, text: block }),
  );
  const all = text.match(/^```\w+$/gm)?.length ?? 0;
  if (blocks.length !== all) {
    throw new Error(`${page}: ${blocks.length} of ${all} blocks say their file, expected all. Begin a line with it.`);
  }
  return blocks;
}

/** The command lines of a page, in their order, without their comments: those of its blocks without a language. */
export function pageCommands(page: string): readonly string[] {
  const text = readFileSync(join(WORKSPACE, page), 'utf8');
  return [...text.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, language]) => language === '')
    .flatMap(([, , block = '']) => block.trim().split('\n'))
    .map((line) => line.replace(/\s+#.*/, ''));
}
