import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

const FOLDER = join(WORKSPACE, 'docs/runbooks');

/** All runbooks, as they are published. */
export const RUNBOOKS = readdirSync(FOLDER).map((page) => ({ page, text: readFileSync(join(FOLDER, page), 'utf8') }));

/** The runbook of failover and failback, as it is published. */
export const FAILOVER_RUNBOOK = readFileSync(join(FOLDER, 'failover.md'), 'utf8');

/** The command lines of the page's section for practising. */
const PRACTICE = [...FAILOVER_RUNBOOK.slice(FAILOVER_RUNBOOK.indexOf('## Practise')).matchAll(/```\n([\s\S]*?)```/g)]
  .flatMap(([, block = '']) => block.trim().split('\n'))
  .filter((line) => line.startsWith('npx '));

/** Command lines of the first block of a section of the page: `## Keep the lost writes`. */
export function linesOf(heading: string): readonly string[] {
  const section = FAILOVER_RUNBOOK.slice(FAILOVER_RUNBOOK.indexOf(`${heading}\n`));
  const [, block = ''] = /```\n([\s\S]*?)```/.exec(section) ?? [];
  return block.trim().split('\n');
}

/** Command lines of all blocks of a section of the page. */
export function sectionLines(heading: string): readonly string[] {
  const [, section = ''] = FAILOVER_RUNBOOK.split(`${heading}\n`);
  const [text = ''] = section.split(/^## /m);
  return [...text.matchAll(/```\n([\s\S]*?)```/g)].flatMap(([, block = '']) => block.trim().split('\n'));
}

/**
 * The line of the page that runs a command: `recovery failback`, `stacks sandbox fault --clear`.
 *
 * @throws Error where the page has no such line, or two that differ
 */
export function runbookLine(command: string): string {
  const [line, ...others] = new Set(PRACTICE.filter((each) => `${each} `.includes(` ${command}`)));
  if (line === undefined || others.length > 0) {
    throw new Error(`docs/runbooks/failover.md: ${others.length + (line ? 1 : 0)} lines run ${command}, expected one`);
  }
  return line;
}
