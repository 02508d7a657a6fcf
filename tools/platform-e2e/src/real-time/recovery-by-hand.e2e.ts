/**
 * A person takes over by hand and goes back, with the runbook's own commands: asked once more when too much would be
 * lost, not believed for another epoch, killed in the middle of a failback and run again.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { findAws } from '../aws-command/aws-command';
import { secondsUntil } from '../observed';
import { linesOf, runbookLine } from '../runbook';
import { run, TestAccount, WORKSPACE } from '../workspace';

// One story: each test goes on from where the one before it left the platform.
const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
beforeAll(() => account.start());
afterAll(() => account.dispose());

const RECOVERY_CLI = join(WORKSPACE, 'dist/tools/recovery-cli/main.js');
const FAILOVER = runbookLine('recovery failover');
const APPROVE = runbookLine('recovery approve');
const FAILBACK = runbookLine('recovery failback');

const type = (line: string) => account.type(line);

/** Starts an operator's command and ends its process without a word as soon as it has said something. */
function killWhenSaid(args: readonly string[], said: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn('node', [RECOVERY_CLI, ...args], { cwd: WORKSPACE, env: account.variables() });
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

describe('a person who takes over by hand, with the primary dark', () => {
  it('is asked once more when too much would be lost, and is not believed for another epoch', async () => {
    expect((await type(runbookLine('stacks sandbox fault --lag=8000'))).status).toBe(0);
    const unasked = await type(FAILOVER.replace(' --yes', ''));
    const taken = await type(FAILOVER);
    const wrong = await type(`${APPROVE} --epoch=1`);

    expect(unasked.output).toMatch(
      /takes epoch 2 for us-west-2.*lag 8000 ms.*add --yes to do it\. Nothing was changed/,
    );
    expect(taken.output).toContain('WAITS FOR A PERSON in awaiting-approval');
    expect(wrong.output).toContain('expected epoch 1, the one that was shown');
    expect([unasked, taken, wrong].map(({ status }) => status)).toEqual([1, 1, 1]);
  });

  it('has it promoted after an approval', async () => {
    const approved = await type(APPROVE);

    expect(approved.output).toContain('approve: us-west-2 serves.');
    expect(approved.status).toBe(0);
  });

  it('keeps what was lost, once the region is back, by the lines of the runbook', async () => {
    const program = findAws();
    if (program === undefined) throw new Error('no aws command: install awscli');
    const cleared = await type(runbookLine('stacks sandbox fault --clear'));
    const [list = '', copy = ''] = linesOf('## Keep the lost writes');
    const aws = async (line: string) => {
      const args = [...line.split(' ').slice(1), `--endpoint-url=${account.endpoint}`];
      const { output, status } = await run(program, args, {
        env: { ...account.variables(), AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
      });
      if (status !== 0) throw new Error(output);
      return JSON.parse(output) as {
        DBClusterSnapshots?: readonly { DBClusterSnapshotIdentifier: string }[];
        DBClusterSnapshot?: object;
      };
    };
    let named: string | undefined;
    await secondsUntil('the snapshot of lost writes', 60, async () => {
      named = (await aws(list)).DBClusterSnapshots?.[0]?.DBClusterSnapshotIdentifier;
      return named !== undefined;
    });
    const copied = await aws(
      copy
        .replace('<snapshot>', named ?? '')
        .replace('<a name>', 'lost')
        .replace('<key of us-east-1>', 'alias/lost'),
    );

    expect(cleared.status).toBe(0);
    expect(named).toMatch(/^rds:unplanned-global-failover-/);
    expect(copied.DBClusterSnapshot).toMatchObject({ DBClusterSnapshotIdentifier: 'lost', SnapshotType: 'manual' });
  });

  it('goes back without loss, by a command that was killed in the middle and run again', async () => {
    const killed = await killWhenSaid(['failback', '--yes'], 'evacuation-draining');
    const again = await type(FAILBACK);
    const once = await type(FAILBACK);

    expect(killed).toContain('written into the ledger');
    expect(killed).not.toContain('us-east-1 serves');
    expect(again.output).toContain('under way already');
    expect(again.output).toContain('failback: us-east-1 serves.');
    expect([again, once].map(({ status }) => status)).toEqual([0, 0]);
    expect(once.output).toContain('failback: us-east-1 serves already, nothing to do.');
  });
});
