import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { STEPS } from '@dr/recovery';
import { type CommandResult, TestAccount, WORKSPACE } from './workspace';

const PAGE = readFileSync(join(WORKSPACE, 'docs/runbooks/failover.md'), 'utf8');
const DRILL = join(WORKSPACE, 'dist/tools/failover-drill/main.js');

/** The page's commands to practise with, block by block. */
const [ALONE = [], BY_HAND = []] = [...PAGE.slice(PAGE.indexOf('## Practise')).matchAll(/```\n([\s\S]*?)```/g)].map(
  ([, block = '']) => block.trim().split('\n'),
);

const account = new TestAccount();
Object.assign(account.environment, { DR_SANDBOX_PROMOTION_SECONDS: '2' });
afterAll(() => account.dispose());

/** Runs a line of the page. */
function practise(line: string | undefined): Promise<CommandResult> {
  const [npx, nx, ...args] = (line ?? '').split(' ');
  expect([npx, nx]).toEqual(['npx', 'nx']);
  return account.nx(...args);
}

/** Starts an operator's command and ends its process without a word as soon as it has said something. */
function killWhenSaid(args: readonly string[], said: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('node', [DRILL, ...args], { cwd: WORKSPACE, env: account.variables() });
    let output = '';
    const hear = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      if (output.includes(said)) child.kill('SIGKILL');
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('error', reject);
    child.once('close', () => resolve(output));
  });
}

describe('the runbook', () => {
  it('says of every step what to do', () => {
    const table = PAGE.slice(PAGE.indexOf('## Steps'), PAGE.indexOf('## A degraded primary'));
    const steps = [...table.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, step]) => step);

    expect(steps.sort()).toEqual([...STEPS].sort());
  });
});

describe('a region that dies', () => {
  it('is taken over by what was deployed, within the objectives', async () => {
    expect(ALONE).toHaveLength(4);
    expect((await practise(ALONE[0])).status).toBe(0);
    const drill = await practise(ALONE[1]);
    const status = await practise(ALONE[2]);

    expect(drill.output).toMatch(/entry +\d+\.\d s +< 60 s/);
    expect(drill.output).toMatch(/strongly consistent writes +\d+\.\d s +< 60 s/);
    expect(drill.output).toMatch(/SQL writes +\d+\.\d s +< 1200 s/);
    expect(drill.status).toBe(0);
    expect(status.output).toMatch(/served by us-west-2\n +step +serving/);
    expect(status.output).toContain('up: DNS does not answer us-east-1 until a failback');
  });

  it('is gone back to, by a command that was killed in the middle and run again', async () => {
    const killed = await killWhenSaid(['failback', '--yes'], 'failback-draining');
    const again = await practise(ALONE[3]);
    const once = await practise(ALONE[3]);

    expect(killed).toContain('written into the ledger');
    expect(killed).not.toContain('us-east-1 serves');
    expect(again.output).toContain('under way already');
    expect(again.output).toContain('failback: us-east-1 serves.');
    expect([again.status, once.status]).toEqual([0, 0]);
    expect(once.output).toContain('failback: us-east-1 serves already, nothing to do.');
  });
});

describe('a person who takes over by hand, with the primary dark', () => {
  it('is asked once more when too much would be lost, and is not believed for another epoch', async () => {
    expect(BY_HAND).toHaveLength(5);
    expect((await practise(BY_HAND[0])).status).toBe(0);
    const unasked = await practise(BY_HAND[1]?.replace(' --yes', ''));
    const taken = await practise(BY_HAND[1]);
    const wrong = await practise(`${BY_HAND[2] ?? ''} --epoch=2`);

    expect(unasked.output).toMatch(
      /takes epoch 4 for us-west-2.*lag 8000 ms.*say --yes to do it\. Nothing was changed/,
    );
    expect(taken.output).toContain('WAITS FOR A PERSON in awaiting-approval');
    expect(wrong.output).toContain('expected epoch 2, the one that was looked at');
    expect([unasked, taken, wrong].map(({ status }) => status)).toEqual([1, 1, 1]);
  });

  it('has it promoted after an approval, and goes back without loss', async () => {
    const approved = await practise(BY_HAND[2]);
    const cleared = await practise(BY_HAND[3]);
    const back = await practise(BY_HAND[4]);

    expect(approved.output).toContain('approve: us-west-2 serves.');
    expect(back.output).toContain('failback: us-east-1 serves.');
    expect([approved, cleared, back].map(({ status }) => status)).toEqual([0, 0, 0]);
  });
});
