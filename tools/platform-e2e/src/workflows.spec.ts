import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type * as parser from '@actions/workflow-parser';
import { buildSync } from 'esbuild';
import { isGitlabLine, runLines } from './workflow-lines';
import { WORKSPACE } from './workspace';

const FOLDER = join(WORKSPACE, '.github/workflows');
const files = readdirSync(FOLDER);

/** GitHub's own parser of workflows, as one file: its package imports JSON in a way that this Node refuses. */
function loadParser(): typeof parser {
  const folder = mkdtempSync(join(tmpdir(), 'dr-workflow-parser-'));
  const outfile = join(folder, 'parser.cjs');
  const entryPoints = ['@actions/workflow-parser'];
  buildSync({
    absWorkingDir: WORKSPACE,
    entryPoints,
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
  });
  const loaded = createRequire(__filename)(outfile) as typeof parser;
  rmSync(folder, { recursive: true });
  return loaded;
}

const { parseWorkflow, NoOperationTraceWriter } = loadParser();

/** Errors of a workflow, by GitHub's schema. */
function errorsOf(name: string, content: string): readonly string[] {
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  return context.errors.getErrors().map(({ message }) => message);
}

describe('the workflows', () => {
  it('are those of a pull request, of what is merged, of a night and of a week', () => {
    expect(files).toEqual(['deploy-environment.yml', 'deploy.yml', 'nightly.yml', 'pull-request.yml', 'weekly.yml']);
  });

  it.each(files)('fit their schema: %s', (file) => {
    const content = readFileSync(join(FOLDER, file), 'utf8');

    expect(errorsOf(file, content)).toEqual([]);
    // The check sees what is wrong.
    expect(errorsOf(file, content.replace('runs-on:', 'run-on:').replace('uses:', 'use:'))).not.toEqual([]);
  });

  it.each(files)('hold no long-lived key, and ask for no more than they use: %s', (file) => {
    const content = readFileSync(join(FOLDER, file), 'utf8');

    expect(content).not.toMatch(/secrets\.|aws-access-key-id|AWS_SECRET/);
    expect(content).toMatch(/^permissions:\n {2}contents: read$/m);
    expect(content).not.toMatch(/pull_request_target|write-all/);
  });

  it('never deploy from a fork, nor two runs at once to one environment', () => {
    const read = (file: string) => readFileSync(join(FOLDER, file), 'utf8');

    expect(read('pull-request.yml')).toMatch(
      /review:\n(?: +#.*\n)* +if: github\.event\.pull_request\.head\.repo\.full_name == github\.repository\n/,
    );
    expect(read('pull-request.yml')).toContain(
      "needs: review\n    # Also where a state could not be planned: the comment says why.\n    if: always() && needs.review.result != 'skipped'\n",
    );
    expect(read('pull-request.yml')).not.toContain('-t deploy');
    expect(read('deploy-environment.yml')).toMatch(
      /concurrency:\n {2}group: deploy-\$\{\{ inputs\.environment \}\}\n {2}cancel-in-progress: false/,
    );
  });

  it('fit their schema on the page too, where a job is a project or a suite', () => {
    const page = readFileSync(join(WORKSPACE, 'docs/pipeline.md'), 'utf8');
    const [, workflow = ''] = /As `\.github\/workflows\/affected\.yml`:\n\n```yaml\n([^]*?)```/.exec(page) ?? [];

    expect(errorsOf('affected.yml', workflow)).toEqual([]);
    expect(workflow).toMatch(/^permissions:\n {2}contents: read$/m);
    // What fills the matrix reaches a command as a variable: never as text of its line.
    expect(workflow.match(/run: .*\$\{\{.*/g)).toBeNull();
    expect(workflow.match(/fromJSON\(needs\.list\.outputs\.(?:projects|suites)\) \}\}$/gm)).toHaveLength(2);
  });

  it('are the same commands as those of the other CI on the page', () => {
    const page = readFileSync(join(WORKSPACE, 'docs/pipeline.md'), 'utf8');
    const example = /```yaml\n([^]*?)```/.exec(page)?.[1] ?? '';
    const theirs = [...example.matchAll(/^ {4}- (.+)$/gm)].map(([, line]) => line as string);
    const ours = ['pull-request.yml', 'deploy-environment.yml'].flatMap((file) => runLines(file)).filter(isGitlabLine);

    expect(ours.length).toBeGreaterThan(4);
    expect(theirs).toEqual(ours);
  });
});
