/**
 * The region that took over goes dark while the first one's database is rebuilt: people are told that no whole copy is left,
 * a person restores Aurora's snapshot by the runbook's own lines, and SQL is served again.
 */
import { EnableHttpEndpointCommand, RDSClient } from '@aws-sdk/client-rds';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { Sandbox } from '@dr/aws-sandbox';
import type { ControlRecord } from '@dr/recovery';
import { findAws } from '../aws-command/aws-command';
import { answeredRegion, ledgerIn, secondsUntil } from '../observed';
import { sectionLines } from '../runbook';
import { run, TestAccount } from '../workspace';

// One story: each test goes on from where the one before it left the platform.
const PRIMARY = 'us-east-1';
const STANDBY = 'us-west-2';
const CREDENTIALS = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
const SECTION = '## Restore where no copy is left';
const STATUS = 'npx --no-install recovery status';

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
let sandbox: Sandbox;

beforeAll(async () => {
  await account.start();
  sandbox = await account.connect();
  await sandbox.setAutomation(true);
  await seconds('the primary is answered', async () => (await answeredRegion(sandbox)) === PRIMARY);
});

afterAll(() => account.dispose());

const seconds = (what: string, holds: () => Promise<boolean>) =>
  secondsUntil(what, 180, () => holds().catch(() => false));
const ledger = (region: string) => ledgerIn(account.endpoint, region);
const serves = (region: string) => async () => {
  const { holder, step } = await ledger(region);
  return holder === region && step === 'serving';
};

/** Performs a statement in the database of a region, by its Data API. @returns the first column as text */
async function sql(region: string, statement: string): Promise<readonly (string | undefined)[]> {
  const settings = { endpoint: account.endpoint, region, credentials: CREDENTIALS };
  const [parameters, data] = [new SSMClient(settings), new RDSDataClient(settings)];
  const published = async (name: string) =>
    (await parameters.send(new GetParameterCommand({ Name: `/dr/local/${region}/database/${name}` }))).Parameter?.Value;
  try {
    const { records = [] } = await data.send(
      new ExecuteStatementCommand({
        resourceArn: await published('cluster-arn'),
        secretArn: await published('secret-arn'),
        database: 'trading',
        sql: statement,
      }),
    );
    return records.map(([field]) => field?.stringValue);
  } finally {
    parameters.destroy();
    data.destroy();
  }
}

interface Cluster {
  readonly DBClusterIdentifier: string;
  readonly DBClusterArn: string;
  readonly EngineVersion: string;
  readonly DBSubnetGroup: string;
  readonly DBClusterParameterGroup: string;
  readonly VpcSecurityGroups: readonly { readonly VpcSecurityGroupId: string }[];
  readonly KmsKeyId: string;
  readonly DeletionProtection: boolean;
}
interface Instance {
  readonly DBInstanceIdentifier: string;
  readonly DBInstanceClass: string;
  readonly AvailabilityZone: string;
  readonly DBParameterGroups: readonly { readonly DBParameterGroupName: string }[];
}
interface Answer {
  readonly DBClusters?: readonly Cluster[];
  readonly DBInstances?: readonly Instance[];
  readonly DBClusterSnapshots?: readonly { readonly DBClusterSnapshotIdentifier: string }[];
}

async function aws(line: string): Promise<Answer> {
  const program = findAws();
  if (program === undefined) throw new Error('no aws command: install awscli');
  const [, ...args] = line.replace(/ > \S+$/, '').split(' ');
  const { output, status } = await run(program, [...args, `--endpoint-url=${account.endpoint}`], {
    env: { ...account.variables(), AWS_ACCESS_KEY_ID: 'sandbox', AWS_SECRET_ACCESS_KEY: 'sandbox' },
  });
  if (status !== 0) throw new Error(`${line}: ${output}`);
  return output.trim() === '' ? {} : (JSON.parse(output) as Answer);
}

/** The one line that Debian's `aws` is too old for. */
async function enableDataApi(ResourceArn: string): Promise<void> {
  const client = new RDSClient({ endpoint: account.endpoint, region: PRIMARY, credentials: CREDENTIALS });
  await client.send(new EnableHttpEndpointCommand({ ResourceArn })).finally(() => client.destroy());
}

/** Types the lines of the section as a person fills them in, from what the lines before have printed. */
async function restoreByTheRunbook(): Promise<string> {
  const cluster = (await aws(`aws rds describe-db-clusters --region=${PRIMARY}`)).DBClusters?.find(
    ({ DBClusterIdentifier: id }) => id.startsWith('dr-local'),
  );
  if (cluster === undefined) throw new Error('no cluster of the platform');
  let instances: readonly Instance[] = [];
  let snapshot = '';
  let last = '';
  for (const line of sectionLines(SECTION)) {
    const filled = line
      .replaceAll('<cluster>', cluster.DBClusterIdentifier)
      .replaceAll('<ARN of cluster>', cluster.DBClusterArn)
      .replaceAll('<global>', 'dr-local-trading')
      .replaceAll('<snapshot>', snapshot)
      .replaceAll('<version>', cluster.EngineVersion)
      .replace(' --deletion-protection', cluster.DeletionProtection ? ' --deletion-protection' : '')
      .replaceAll(`<key of ${PRIMARY}>`, cluster.KmsKeyId)
      .replace('--db-subnet-group-name=<group>', `--db-subnet-group-name=${cluster.DBSubnetGroup}`)
      .replace(
        '--db-cluster-parameter-group-name=<group>',
        `--db-cluster-parameter-group-name=${cluster.DBClusterParameterGroup}`,
      )
      .replace(
        '--vpc-security-group-ids=<group>',
        `--vpc-security-group-ids=${cluster.VpcSecurityGroups[0]?.VpcSecurityGroupId}`,
      );
    if (line.includes(' enable-http-endpoint ')) await enableDataApi(cluster.DBClusterArn);
    else if (line.startsWith('npx ')) last = filled.replace('--environment=prod', '--yes');
    else if (line.includes('<each instance>')) {
      for (const {
        AvailabilityZone: zone,
        DBInstanceClass: size,
        DBInstanceIdentifier: id,
        DBParameterGroups: groups,
      } of instances) {
        const [{ DBParameterGroupName: group } = { DBParameterGroupName: '' }] = groups;
        await aws(
          filled
            .replaceAll('<each instance>', id)
            .replace('<class>', size)
            .replace('<zone>', zone)
            .replace('--db-parameter-group-name=<group>', `--db-parameter-group-name=${group}`),
        );
      }
    } else {
      const { DBClusterSnapshots: snapshots, DBInstances: found } = await aws(filled);
      instances = found ?? instances;
      snapshot = snapshots?.[0]?.DBClusterSnapshotIdentifier ?? snapshot;
    }
  }
  return last;
}

describe('the second failure, before the first region has a whole copy', () => {
  it('is told of, and no command that loses nothing is left', async () => {
    await sql(PRIMARY, 'CREATE TABLE trades (what text PRIMARY KEY)');
    await sql(PRIMARY, `INSERT INTO trades VALUES ('before')`);
    await account.sandbox('fault', `--dark=${PRIMARY}`);
    await seconds('the standby serves', serves(STANDBY));
    await sql(STANDBY, `INSERT INTO trades VALUES ('after')`);
    await sandbox.replaceFaults({ kind: 'rebuild', rebuildMs: 3_600_000 });
    const listed = `aws rds describe-db-cluster-snapshots --region=${PRIMARY} --snapshot-type=automated`;
    await seconds('the snapshot is there', async () => ((await aws(listed)).DBClusterSnapshots ?? []).length > 0);
    await account.sandbox('fault', `--dark=${STANDBY}`);
    await seconds('people are told', async () => (await ledger(PRIMARY)).entryFailure?.announced === true);
    const failover = await account.type('npx --no-install recovery failover --to=us-east-1 --yes');
    const status = await account.type(STATUS);

    expect(await ledger(PRIMARY)).toMatchObject({ holder: PRIMARY, step: 'awaiting-copy', sqlWrites: 'closed' });
    expect(failover.status).toBe(1);
    expect(status.output).toMatch(/WAITS FOR A PERSON in awaiting-copy/);
    expect(status.output).toContain('run failover --restored --to=us-east-1');
  });

  it('is got over with what a person restores by the runbook, and what was written since is lost', async () => {
    const unrestored = await account.type('npx --no-install recovery failover --restored --to=us-east-1 --yes');
    const line = await restoreByTheRunbook();
    const opened = await account.type(line);

    expect(unrestored.output).toContain(
      'the database of us-east-1 is in the global database, which a restored one is not.',
    );
    expect(line).toBe('npx --no-install recovery failover --restored --to=us-east-1 --yes');
    expect(opened.output).toContain('failover --restored: us-east-1 serves.');
    expect([unrestored.status, opened.status]).toEqual([1, 0]);
    expect(await ledger(PRIMARY)).toMatchObject({
      holder: PRIMARY,
      step: 'serving',
      sqlWrites: 'open',
      replication: 'detached',
      opening: { region: PRIMARY },
    } satisfies Partial<Record<keyof ControlRecord, unknown>>);
    expect(await sql(PRIMARY, 'SELECT what FROM trades')).toEqual(['before']);
  });

  it('leaves a platform whose plan destroys nothing, and a region that is gone to by no command', async () => {
    await sandbox.replaceFaults();
    const planned = await account.runStacks('plan');
    const back = await account.type('npx --no-install recovery failover --to=us-west-2 --yes');

    expect(back.output).toContain('us-west-2 was left behind, expected a region whose database follows us-east-1.');
    expect(back.status).toBe(1);
    // Tags; and that this environment makes no final snapshot, which the sandbox does not know of a cluster by hand.
    expect(planned.output).toContain('data-us-east-1: 3 to change');
    expect(planned.output).not.toMatch(/to add|to destroy|^ +replace /m);
    expect(await sql(PRIMARY, 'SELECT what FROM trades')).toEqual(['before']);
  });
});
