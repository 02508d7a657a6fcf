/** A change is reviewed over what is deployed, rehearsed in an empty account, and told from what somebody changed there. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editSource } from './source-edits';
import { readManifest } from './synthesized';
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const DATA = 'apps/data/src/primary-data-state.ts';
const LOCAL = 'libs/environments/src/environments/local.ts';

const workspace = new WorkspaceCopy('workspace', { repository: true });
const account = TestAccount.deployed('local', { workspace: workspace.root });
const stacks = (...args: string[]) => workspace.stacks(args, account.environment);

beforeAll(async () => {
  await account.start();
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

describe('a change that is not merged', () => {
  it('is reviewed over what is deployed: whom it reaches, and what the recovery costs then', async () => {
    const base = workspace.commit('before the change');
    workspace.replace('apps/compute/src/compute-state.ts', 'healthyText: SERVING_TEXT', "healthyText: 'up'");
    workspace.write(
      LOCAL,
      editSource(workspace.read(LOCAL), { setting: 'dns.healthCheckFailureThreshold' }, () => '3'),
    );
    workspace.commit('change');

    const { status, output } = await stacks('review', `--base=${base}`, '--head=HEAD');

    expect(status).toBe(0);
    expect(output).toMatch(/^\| local \(sandbox\) \| 8 to change in \d+ states \| goes on \|$/m);
    expect(output).toMatch(
      /^\| `\/dr\/local\/us-east-1\/compute\/healthy-text` \| `region-serving` → `up` \| global-dns-us-west-2 \(4 to change\) \|$/m,
    );
    expect(output).toContain('| entry | 52 s | **68 s** | less than 60 s |');
    expect(output).toContain('**Missed.** local: entry is 68 s at worst');
    expect(output).toMatch(/^Unchanged: 6 NAT gateways; .*4 database instances /m);
  });

  it('is rehearsed in an empty account: a database that it would replace ends it, with what forces that', async () => {
    const before = account.deployedResources();
    workspace.write(
      DATA,
      editSource(workspace.read(DATA), { constant: 'DATABASE_USER' }, () => "'orders_admin'"),
    );

    const { status, output } = await stacks('rehearse', '--base=HEAD~1');
    workspace.git('checkout', '--quiet', 'HEAD~1', '.');
    workspace.commit('the change is taken back');

    expect(status).toBe(1);
    expect(output).toMatch(/^network-us-east-1: deployed, \d+ added, 0 changed, 0 destroyed$/m);
    expect(output).toMatch(
      /^\| local \(sandbox\) \| .* to destroy in \d+ states, \d+ of them not done \| \*\*stops\*\* \|$/m,
    );
    expect(output).toContain('This deploy would destroy or replace what keeps data or a name, or what serves');
    expect(output).toMatch(
      /### Destroyed or replaced in local[^]*\nreplace aws_rds_cluster\.\S+, forced by master_username\n/,
    );
    expect(output).toContain('local: entry is 68 s at worst, expected less than 60 s');
    // The account that is deployed knows nothing of it.
    expect(account.deployedResources()).toEqual(before);
  });

  it('is told from what somebody changed in the account, of which there is an issue to be opened', async () => {
    await account.sandbox('stop');
    const file = join(
      account.sandboxHome,
      'account/us-east-1/logs/aws_cloudwatch_log_group/~vpc~flow-log~dr-local-us-east-1.json',
    );
    const text = readFileSync(file, 'utf8');
    writeFileSync(file, text.replace('"retention_in_days": 7', '"retention_in_days": 1'));
    workspace.write(
      LOCAL,
      editSource(workspace.read(LOCAL), { setting: 'database.connectionAlarm' }, () => '950'),
    );
    const issues = join(account.home, 'issues');

    const { status, output } = await stacks('drift', '--fail-on-changes', `--issues=${issues}`);
    await account.sandbox('stop');
    writeFileSync(file, text);

    expect(status).toBe(1);
    expect(output).toMatch(/^network-us-east-1 +drifted +1 resources$/m);
    expect(output).toMatch(/^data-us-east-1 +pending +1 changes of the code$/m);
    expect(output).toMatch(/^ {4}retention_in_days: 7 → 1$/m);
    expect(readFileSync(join(issues, 'gh'), 'utf8')).toBe(
      `issue create --title "Drift of network in local" --label drift --body-file "${issues}/network.md"\n`,
    );
    const { owner } = readManifest('local', 'network');
    expect(readFileSync(join(issues, 'network.md'), 'utf8')).toMatch(
      new RegExp(`^Owner: ${owner}\\. Environment local in sandbox`),
    );
  });
});
