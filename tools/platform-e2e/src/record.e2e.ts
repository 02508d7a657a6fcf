/** The account is the record: what is deployed, from which commit, who reads it, and what no stack has any more. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { editSource } from './source-edits';
import { readManifest, STACKS } from './synthesized';
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const DATABASE = 'apps/data/src/regional-database.ts';

const workspace = new WorkspaceCopy('workspace', { repository: true });
const account = TestAccount.deployed('local', { workspace: workspace.root });
const nx = (...args: string[]) => workspace.nx(args, { variables: account.environment });
const runStacks = (...[mode, options]: Parameters<TestAccount['runStacks']>) =>
  workspace.runStacks(mode, options, account.environment);
const deploy = (stack: string) => runStacks('deploy', { stacks: [stack] });
const plan = (stack: string, reports = {}) => runStacks('plan', { stacks: [stack], reports });
const stacks = (...args: string[]) => workspace.stacks(args, account.environment);

/** A stack that comes and goes. */
const ORDERS = {
  'tsconfig.json': '{ "extends": "../../tsconfig.base.json", "include": ["src"] }',
  'src/contract.ts': `
  import { defineContract, mirrored, text } from '@dr/stack-contracts';
export const ordersContract = defineContract({ name: 'orders', outputs: { queueUrl: mirrored(text('Queue')) } });
`,
  'src/main.ts': `
  import { SqsQueue } from '@cdktf/provider-aws/lib/sqs-queue';
  import { loadEnvironment } from '@dr/environments';
  import { globalDnsContract } from '@dr/global-dns/contract';
  import { ContractMirror, PlatformState, runStackApp } from '@dr/platform-stack';
  import { publishOutputs, readOutputs } from '@dr/stack-contracts';
  import { ordersContract } from './contract';
runStackApp({ name: 'orders', owner: 'orders-team', loadEnvironment }, (app) => {
  const region = app.environment.regions.standby.name;
  const state = new PlatformState(app, 'orders-' + region, { ...app.stateProps, region });
  const { serviceName } = readOutputs(state, globalDnsContract);
  const queue = new SqsQueue(state, 'Queue', { name: 'orders', tags: { service: serviceName } });
  publishOutputs(state, ordersContract, { queueUrl: queue.url });
  new ContractMirror(app, ordersContract, region, app.environment.regions.primary.name);
});
`,
} as const;

interface Deployed {
  readonly state: string;
  readonly stack: string;
  readonly commit?: string;
  readonly changed?: boolean;
  readonly outcome: string;
  readonly orphan: boolean;
  readonly readBy: readonly string[];
}

/** States that `stacks deployed` lists, by name. */
async function deployed(): Promise<Readonly<Record<string, Deployed>>> {
  const { output } = await stacks('deployed', '--json');
  const states = JSON.parse(output.slice(output.indexOf('['))) as readonly Deployed[];
  return Object.fromEntries(states.map((state) => [state.state, state]));
}

beforeAll(async () => {
  workspace.takeSynthesized();
  await account.start();
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

describe('the record of an account', () => {
  it('lists every deployed state with its stack, and what reads it', async () => {
    const states = await deployed();

    expect(Object.values(states).map(({ stack, state }) => [stack, state])).toEqual(
      STACKS.flatMap((stack) => readManifest('local', stack).states.map(({ name }) => [stack, name])).sort(
        ([, a], [, b]) => (a as string).localeCompare(b as string, 'en'),
      ),
    );
    expect(states['network-us-east-1']).toMatchObject({ outcome: 'deployed', orphan: false });
    expect(states['network-us-east-1']?.readBy).toEqual(
      expect.arrayContaining(['compute-us-east-1', 'data-us-east-1']),
    );
    expect(states['failover-controller-us-west-2']?.readBy).toEqual([]);
  });

  it('refuses a commit that does not contain the deployed one, of each state by itself', async () => {
    const first = workspace.commit('first');
    const newer = workspace.commit('newer');
    await deploy('network');
    workspace.git('checkout', '--quiet', first);
    const report = join(account.home, 'plan.json');
    const planned = await plan('network', { json: report });
    const refused = await deploy('network');
    const others = await deploy('data');
    workspace.write('apps/network/README.md', '# Changed\n');
    const over = await nx('run', 'network:deploy', '--over-newer');
    const states = await deployed();
    workspace.git('checkout', '--quiet', '--force', newer);
    workspace.git('clean', '--quiet', '--force');

    expect([planned.status, refused.status, others.status, over.status]).toEqual([0, 1, 0, 0]);
    // Of a branch that is older than what is deployed, its review says so.
    expect(JSON.parse(readFileSync(report, 'utf8')).stops).toEqual([
      expect.stringContaining(`that ${first.slice(0, 12)} does not contain, expected to deploy over none but`),
    ]);
    expect(refused.output).toContain(
      `local: deployed from commits that ${first.slice(0, 12)} does not contain, expected to deploy over none but its own ancestors. Nothing was changed.`,
    );
    expect(refused.output).toMatch(new RegExp(`^  network-us-east-1: ${newer.slice(0, 12)}, by \\S+, 20\\d\\d-`, 'm'));
    expect(states['network-us-east-1']).toMatchObject({ commit: first, changed: true });
    expect(states['data-us-east-1']).toMatchObject({ commit: first, changed: false });
  });

  it('is asked by a role that may read it, which is told what it lacks before anything is planned', async () => {
    await account.sandbox(
      ...['fault', '--fail=AccessDeniedException', '--service=ssm', '--operation=GetParametersByPath'],
      '--region=us-west-2',
    );
    const { status, output } = await deploy('network');
    await account.sandbox('fault', '--clear');

    expect(status).toBe(1);
    expect(output).toMatch(
      /^local: us-west-2 does not say what is deployed \(AccessDeniedException: .*\), expected to be allowed ssm:GetParametersByPath on \/dr\/local\/us-west-2\/_states\. Nothing was changed\.$/m,
    );
    expect(output).not.toContain('network-us-east-1: ');
  });

  it('refuses to make a second time what is recorded as deployed, and of which the state is lost', async () => {
    const file = account.stateFiles()['network-us-west-2'] ?? '';
    const state = readFileSync(file, 'utf8');
    rmSync(`${file}.backup`, { force: true });
    writeFileSync(file, '');
    const lost = await deploy('network');
    writeFileSync(file, state);
    const found = await plan('network');

    expect(lost.status).toBe(1);
    expect(lost.output).toMatch(
      /^network-us-west-2: its state holds nothing, and it is recorded as deployed \(lineage [0-9a-f-]{36}, 20/m,
    );
    expect(lost.output).toContain('aws ssm delete-parameter --name /dr/local/us-west-2/_states/network-us-west-2');
    expect(found.output).toContain('network-us-west-2: no change');
  });

  it('leaves out what is recorded as it would be deployed, where a pipeline asks for it', async () => {
    const both = ['run-many', '-t', 'deploy', '-p', 'network,global-dns', '--skip-unchanged'];
    const first = await runStacks('deploy', { stacks: ['network', 'global-dns'], skipUnchanged: true });
    const second = await nx(...both);
    const alone = await nx('run', 'global-dns:deploy', '--skip-unchanged');

    expect([first.status, second.status, alone.status]).toEqual([0, 0, 0]);
    expect(first.output).not.toContain('drift not checked');
    expect(second.output).toMatch(/^9 of 9 states are as deployed, and were not looked at \(--skip-unchanged\)$/m);
    expect(second.output).toMatch(/^global-dns-us-west-2: as deployed at [0-9a-f]{12}; drift not checked$/m);
    expect(alone.output).toContain('global-dns-us-west-2: no change');
    // The options of a deploy are none of the synthesis.
    expect(alone.output).toMatch(/nx run global-dns:synth:local .*\[(local cache|existing outputs)/);
  });

  it('names states that no stack has any more; each is destroyed by its record, readers first', async () => {
    for (const [file, text] of Object.entries(ORDERS)) workspace.write(join('apps/orders', file), text);
    workspace.commit('orders');
    await workspace.buildAndSynthesize('orders');
    const added = await deploy('orders');
    const toOther = await stacks('move', 'aws_sqs_queue.Queue', '--from=orders-us-west-2', '--to=network-us-east-1');
    const withoutCode = await stacks(
      'move',
      'aws_sqs_queue.Queue',
      '--from=orders-us-west-2',
      '--to=network-us-west-2',
    );
    const mistypedMove = await stacks(
      'move',
      'aws_sqs_queue.Queu',
      '--from=network-us-west-2',
      '--to=orders-us-west-2',
    );
    // The last resource of its type goes, and the account's process has forgotten that it ever served the type.
    workspace.write(
      'apps/orders/src/main.ts',
      ORDERS['src/main.ts'].replace(/const queue = .*/, "const queue = { url: 'none' };"),
    );
    await account.sandbox('stop');
    workspace.commit('orders without a queue');
    await workspace.buildAndSynthesize('orders');
    const allow = ['orders-us-west-2:aws_sqs_queue.Queue'];
    const removed = await runStacks('deploy', { stacks: ['orders'], allow });
    rmSync(join(workspace.root, 'apps/orders'), { recursive: true });
    const before = account.deployedResources();

    const planned = await plan('network');
    const owner = await runStacks('destroy', { stacks: ['global-dns'] });
    const orphans = Object.values(await deployed()).flatMap(({ orphan, state }) => (orphan ? [state] : []));
    const early = await stacks('destroy-orphan', 'orders-us-west-2');
    const own = await stacks('destroy-orphan', 'network-us-east-1');
    const mistyped = await stacks('destroy-orphan', 'orders-us-west-1');
    const kept = account.deployedResources();
    const destroyed = [
      await stacks('destroy-orphan', 'orders-mirror-us-west-2-to-us-east-1'),
      await stacks('destroy-orphan', 'orders-us-west-2'),
    ];
    const left = await deployed();

    expect(toOther.output).toContain('--from and --to are in us-west-2 and us-east-1, expected one region');
    expect(withoutCode.output).toContain(
      'aws_sqs_queue.Queue: expected in the code of network-us-west-2 and no more in that of orders-us-west-2',
    );
    expect(mistypedMove.output).toContain('Did you mean aws_sqs_queue.Queue? Nothing was changed.');
    expect(removed.output).toContain('orders-us-west-2: deployed, 0 added, 1 changed, 1 destroyed');
    expect([added.status, removed.status]).toEqual([0, 0]);
    expect(planned.output).toContain(
      'orders-us-west-2 (stack orders, of orders-team) is deployed, and no stack of this workspace has it any more. ' +
        'Destroy it: npx --no-install stacks destroy-orphan orders-us-west-2 --environment=local --account=sandbox',
    );
    // Whatever this clone has: what is deployed reads it.
    expect(owner.output).toContain(
      'global-dns (local): cannot be destroyed while orders-us-west-2 is deployed and reads what it publishes.',
    );
    expect(orphans).toEqual(['orders-mirror-us-west-2-to-us-east-1', 'orders-us-west-2']);
    expect(early.output).toContain(
      'cannot be destroyed while orders-mirror-us-west-2-to-us-east-1 is deployed and reads what it publishes. Nothing was changed. Destroy first:\n' +
        '  npx --no-install stacks destroy-orphan orders-mirror-us-west-2-to-us-east-1 --environment=local --account=sandbox',
    );
    expect(own.output).toContain('network-us-east-1: stack network of this workspace has it');
    expect(mistyped.output).toContain('Did you mean orders-us-west-2?');
    expect([owner, early, own, mistyped].map(({ status }) => status)).toEqual([1, 1, 1, 1]);
    expect(kept).toEqual(before);
    expect(destroyed.map(({ status }) => status)).toEqual([0, 0]);
    expect(destroyed[1]?.output).toMatch(/^orders-us-west-2: destroyed, \d+ resources$/m);
    expect(orphans.filter((state) => left[state])).toEqual([]);
    expect(account.accountFiles().filter((file) => file.includes('orders'))).toEqual([]);
  });
});

describe('a deploy while a recovery is under way', () => {
  const changeAlarm = (to: number) =>
    workspace.write(
      DATABASE,
      editSource(workspace.read(DATABASE), { setting: 'maximumConnections' }, () => String(to)),
    );
  const inStep = async (step: 'promoting' | 'serving') => {
    const variables = account.terraformEnvironment(await account.sandbox('env'));
    const client = new DynamoDBClient({
      region: 'us-west-2',
      endpoint: account.endpoint,
      credentials: {
        accessKeyId: variables['AWS_ACCESS_KEY_ID'] ?? '',
        secretAccessKey: variables['AWS_SECRET_ACCESS_KEY'] ?? '',
      },
    });
    const record = {
      ...{ schema: 1, version: 2, epoch: 2, holder: 'us-west-2', latchedRegion: 'us-east-1', sqlWrites: 'closed' },
      ...{ closedAtVersion: 2, step, announced: true, promotionEpoch: 2, approval: null, cause: 'a test' },
      ...{ lagAtTake: null, enteredAtMs: Date.parse('2026-06-01T12:00:00Z'), writerMovedAtMs: null },
    };
    await client.send(
      new PutItemCommand({
        TableName: 'dr-local-control',
        Item: { item: { S: 'control' }, record: { S: JSON.stringify(record) } },
      }),
    );
  };

  it('changes nothing that the recovery moves, unless it is asked to', async () => {
    await inStep('promoting');
    changeAlarm(900);
    await workspace.buildAndSynthesize('data');
    const refused = await deploy('data');
    const unchanged = await deploy('network');
    const forced = await nx('run', 'data:deploy', '--during-recovery');

    expect([refused.status, unchanged.status, forced.status]).toEqual([1, 0, 0]);
    expect(refused.output).toContain(
      'This would change what a recovery moves, and a recovery is under way: promoting since 2026-06-01T12:00:00.000Z, towards us-west-2',
    );
    expect(refused.output).toMatch(/^ {2}data-us-east-1: update aws_cloudwatch_metric_alarm\./m);
    expect(forced.output).toContain('data-us-east-1: deployed, 0 added, 1 changed, 0 destroyed');
  });

  it('is as ever where another region than usual serves, and undoes nothing', async () => {
    await inStep('serving');
    changeAlarm(800);
    await workspace.buildAndSynthesize('data');

    const { status, output } = await deploy('data');

    expect(status).toBe(0);
    expect(output).toContain('data-us-east-1: deployed, 0 added, 1 changed, 0 destroyed');
  });
});
