import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

/** The `run:` lines of a workflow, in their order. */
export function runLines(file: string): readonly string[] {
  const content = readFileSync(join(WORKSPACE, '.github/workflows', file), 'utf8');
  return [...content.matchAll(/^ +(?:- )?run: (.+)$/gm)].map(([, line]) => line as string);
}

/** Whether a line is a command of this workspace, and none of GitHub's own. */
export function isGitlabLine(line: string): boolean {
  return !/\bgh |GITHUB_/.test(line);
}
