/** The lines of the pipeline's workflows are run: a pull request, its merge and its deploy, with the sandbox account as the cloud. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadEnvironment } from '@dr/environments';
import { runLines } from './workflow-lines';
import { type CommandResult, run, testEnvironment, WORKSPACE } from './workspace';

const home = mkdtempSync(join(tmpdir(), 'dr-pipeline-'));
const [remote, clone, programs] = ['remote.git', 'clone', 'bin'].map((name) => join(home, name)) as [
  string,
  string,
  string,
];
const [comment, summary, issues] = ['comment.md', 'summary.md', 'issues'].map((name) => join(home, name)) as [
  string,
  string,
  string,
];

const git = (cwd: string, ...args: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd,
    encoding: 'utf8',
  }).trim();

const variables = {
  ...testEnvironment(),
  NX_DAEMON: 'false',
  CI: 'true',
  PATH: `${programs}:${process.env['PATH']}`,
  DR_SANDBOX_HOME: join(home, 'sandbox'),
  DR_SANDBOX_PORT: '0',
  ACCOUNT: 'sandbox',
  ENVIRONMENT: 'dev',
  GITHUB_STEP_SUMMARY: summary,
  PULL_REQUEST: '7',
};

/** Runs lines of a workflow in the clone, one by one, until one fails. Packages are those of this workspace. */
async function runSteps(lines: readonly string[], more: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
  let output = '';
  for (const line of lines.filter((each) => each !== 'npm ci')) {
    const result = await run('bash', ['-e', '-o', 'pipefail', '-c', line], {
      cwd: clone,
      env: { ...variables, ...more },
    });
    output += `$ ${line}\n${result.output}`;
    if (result.status !== 0) return { status: result.status, output };
  }
  return { status: 0, output };
}

const region = loadEnvironment('dev').regions.primary.name;

const MONITORING = 'apps/global-dns/src/dns-monitoring-state.ts';

function edit(file: string, change: (text: string) => string): void {
  const path = join(clone, file);
  const before = readFileSync(path, 'utf8');
  const after = change(before);
  if (after === before) throw new Error(`${file}: nothing to change`);
  writeFileSync(path, after);
}

/** Links the packages of this workspace into the clone, whose own programs `npx` has to find there. */
function linkPackages(): void {
  const [shared, own] = [WORKSPACE, clone].map((root) => join(root, 'node_modules')) as [string, string];
  mkdirSync(own);
  for (const entry of readdirSync(shared)) {
    const isRelative = ['.bin', '@dr'].includes(entry);
    if (isRelative) cpSync(join(shared, entry), join(own, entry), { recursive: true, verbatimSymlinks: true });
    else symlinkSync(join(shared, entry), join(own, entry));
  }
}

/** Shortens the retention of a log group of the network in the account, past Terraform. */
async function changeByHand(): Promise<void> {
  await run('npx', ['--no-install', 'stacks', 'sandbox', 'stop'], { cwd: clone, env: variables });
  const groups = join(home, 'sandbox/account', region, 'logs/aws_cloudwatch_log_group');
  const [file = ''] = readdirSync(groups).filter((name) => name.startsWith('~vpc~flow-log'));
  const text = readFileSync(join(groups, file), 'utf8');
  writeFileSync(join(groups, file), text.replace(/"retention_in_days": \d+/, '"retention_in_days": 1'));
}

beforeAll(() => {
  git(home, 'clone', '--quiet', '--bare', WORKSPACE, remote);
  git(home, 'clone', '--quiet', remote, clone);
  git(clone, 'checkout', '--quiet', '-B', 'main');
  // The remote's own main may be another branch than the one that is tested.
  git(clone, 'push', '--quiet', '--force', 'origin', 'main');
  linkPackages();
  mkdirSync(programs);
  // The command line of GitHub: it keeps the comment, and the calls about issues.
  writeFileSync(
    join(programs, 'gh'),
    `#!/bin/sh
case "$1 $2" in
  'pr comment') test "$3 $4 $5 $6" = "7 --edit-last --create-if-none --body-file" && cp "$7" '${comment}' ;;
  'issue list') echo '[{"number":5,"title":"Drift of data in dev"},{"number":6,"title":"Drift of data in prod"}]' ;;
  *) echo "$@" >> '${issues}' ;;
esac
`,
    { mode: 0o755 },
  );
});
afterAll(async () => {
  await run('npx', ['--no-install', 'stacks', 'sandbox', 'stop'], { cwd: clone, env: variables });
  rmSync(home, { recursive: true, force: true });
});

describe('the pipeline', () => {
  let first: string;

  it('deploys everything where nothing is deployed', async () => {
    first = git(clone, 'rev-parse', 'HEAD');

    const { status, output } = await runSteps(runLines('deploy-environment.yml'));

    expect(output).toContain('states are not deployed from a commit that this one contains: all are affected');
    expect(output).toMatch(new RegExp(`^network-${region}: deployed, \\d+ added, 0 changed, 0 destroyed$`, 'm'));
    expect(output).toMatch(/^global-dns: deployed, /m);
    expect(status).toBe(0);
  });

  it('checks a pull request, and comments on it what it would change', async () => {
    git(clone, 'checkout', '--quiet', '-b', 'description');
    edit(MONITORING, (text) => text.replace(/(description: ')/, '$1Look at this. '));
    git(clone, 'commit', '--quiet', '--all', '--message', 'Another description');
    git(clone, 'push', '--quiet', 'origin', 'description');

    const { status, output } = await runSteps(runLines('pull-request.yml'), { BASE: first });

    expect(output).toContain('nx run global-dns:lint');
    expect(output).not.toContain('nx run network:lint');
    expect(readFileSync(comment, 'utf8')).toMatch(/^\| dev \(sandbox\) \| \d to change in \d+ states \| goes on \|$/m);
    expect(readFileSync(comment, 'utf8')).toMatch(/\n### Changed in dev\n\n\*\*dns-monitoring-us-east-1\*\*\n/);
    expect(readFileSync(comment, 'utf8')).toContain('### Recovery budget in dev\n\nUnchanged, at worst: entry ');
    expect(status).toBe(0);
  });

  it('deploys what is merged: what the deployed commit does not have, as it was planned', async () => {
    git(clone, 'checkout', '--quiet', 'main');
    git(clone, 'merge', '--quiet', '--no-ff', '--message', 'Merge', 'description');
    git(clone, 'push', '--quiet', 'origin', 'main');

    const { status, output } = await runSteps(runLines('deploy-environment.yml'));
    const again = await runSteps(runLines('deploy-environment.yml'));

    expect(readFileSync(join(clone, 'dist/base'), 'utf8').trim()).toMatch(/^[0-9a-f]{40}$/);
    expect(output).toMatch(/^dns-monitoring-us-east-1: deployed, 0 added, \d changed, 0 destroyed$/m);
    expect(output).not.toMatch(new RegExp(`^network-${region}: `, 'm'));
    expect([status, again.status]).toEqual([0, 0]);
    expect(again.output).not.toMatch(/: deployed, /);
  });

  it('looks for drift at night, and opens and closes the issue of a stack', async () => {
    const lines = runLines('nightly.yml').filter((line) => /stacks drift|\bgh /.test(line));
    const [prepare, list, drift, say] = lines as [string, string, string, string];
    const without = await runSteps([prepare, list, drift, say]);
    const closed = readFileSync(issues, 'utf8');
    rmSync(issues);
    await changeByHand();

    const found = await runSteps([drift]);
    const said = await runSteps([say]);

    expect(lines).toHaveLength(4);
    expect([without.status, found.status, said.status]).toEqual([0, 1, 0]);
    // That of the other environment is none of this one's.
    expect(closed).toBe(
      'label create drift --force --description Changed outside Terraform\nissue close 5 --comment No drift any more.\n',
    );
    expect(found.output).toMatch(new RegExp(`^network-${region} +drifted +1 resources$`, 'm'));
    expect(readFileSync(issues, 'utf8')).toBe(
      'issue close 5 --comment No drift any more.\n' +
        'issue create --title Drift of network in dev --label drift --body-file dist/issues/network.md\n',
    );
    expect(readFileSync(join(clone, 'dist/issues/network.md'), 'utf8')).toMatch(
      /^Owner: [a-z]+-team\. [^]*update aws_cloudwatch_log_group\.\S+\n {2}retention_in_days: \d+ → 1\n/m,
    );
  });
});
