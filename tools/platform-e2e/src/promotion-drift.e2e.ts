/** A promotion, or a detachment, that was made outside Terraform is left as it is by the next deploy. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RDSClient, RemoveFromGlobalClusterCommand } from '@aws-sdk/client-rds';
import { promisedResources } from './synthesized';
import { outputOf, TestAccount } from './workspace';

const PRIMARY = 'us-east-1/rds/aws_rds_cluster/dr-local-trading-us-east-1.json';
const STANDBY = 'us-west-2/rds/aws_rds_cluster/dr-local-trading-us-west-2.json';
const DATA_STATES = Object.keys(promisedResources('local', ['data']));

const account = TestAccount.deployed('local');
const other = TestAccount.deployed('local');
afterAll(() => Promise.all([account.dispose(), other.dispose()]));

interface ClusterFile {
  readonly arn: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly internal: Readonly<Record<string, unknown>>;
}

const fileOf = (cluster: string, of = account) => join(of.sandboxHome, 'account', cluster);
const read = (cluster: string, of = account) => JSON.parse(readFileSync(fileOf(cluster, of), 'utf8')) as ClusterFile;

/** Deletes the cluster of a region, and its instances, in an account whose process is stopped. */
function deleteCluster(region: string, { sandboxHome }: TestAccount): void {
  for (const type of ['aws_rds_cluster', 'aws_rds_cluster_instance']) {
    const folder = join(sandboxHome, 'account', region, 'rds', type);
    for (const file of readdirSync(folder)) rmSync(join(folder, file));
  }
}

const globalOf = (cluster: string) => read(cluster).attributes['global_cluster_identifier'];

function change(cluster: string, role: 'writer' | 'reader', replicatesFrom: string): void {
  const { attributes, internal, ...rest } = read(cluster);
  const changed = {
    ...rest,
    attributes: { ...attributes, replication_source_identifier: replicatesFrom },
    internal: { ...internal, globalRole: role },
  };
  writeFileSync(fileOf(cluster), JSON.stringify(changed, null, 2));
}

/** Changes what a promotion of the standby changes: the writer, and the direction of replication. Automation is off. */
function promoteStandby(): void {
  change(PRIMARY, 'reader', read(STANDBY).arn);
  change(STANDBY, 'writer', '');
}

describe('a promotion that was done outside Terraform', () => {
  it('is left as it is by the next deploy: nothing is detached, replaced or destroyed', async () => {
    promoteStandby();
    const output = outputOf(await account.runStacks('deploy'));

    expect(output).not.toMatch(/ to (add|change|destroy)/);
    for (const state of DATA_STATES) expect(output).toContain(`${state}: no change`);
    const clusters = [PRIMARY, STANDBY].map((cluster) => read(cluster));
    expect(clusters.map(({ attributes }) => attributes['global_cluster_identifier'])).toEqual([
      'dr-local-trading',
      'dr-local-trading',
    ]);
    expect(clusters.map(({ internal }) => internal['globalRole'])).toEqual(['reader', 'writer']);
  });
});

describe('a database that was detached outside Terraform', () => {
  // The standby was promoted before: the primary's cluster is detached from it.
  beforeAll(async () => {
    await account.start();
    const client = new RDSClient({
      endpoint: account.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
    });
    const { arn } = read(PRIMARY);
    await client.send(
      new RemoveFromGlobalClusterCommand({ GlobalClusterIdentifier: 'dr-local-trading', DbClusterIdentifier: arn }),
    );
    client.destroy();
  });

  it('is left as it is by the next deploy: nothing is attached, replaced or destroyed', async () => {
    const output = outputOf(await account.runStacks('deploy'));

    expect(output).not.toMatch(/ to (add|change|destroy)/);
    for (const state of DATA_STATES) expect(output).toContain(`${state}: no change`);
    expect([PRIMARY, STANDBY].map((cluster) => globalOf(cluster))).toEqual([null, 'dr-local-trading']);
  });

  it("is not made anew in the other one's place: a deploy that finds the primary's cluster gone is refused, and changes nothing", async () => {
    outputOf(await account.sandbox('stop'));
    deleteCluster('us-east-1', account);
    const standby = read(STANDBY);

    const { output, status } = await account.runStacks('deploy');

    expect(output).toContain('Cannot specify user name for cross region replication cluster');
    expect(status).not.toBe(0);
    expect(read(STANDBY)).toEqual(standby);
  });

  it('is made anew as a follower by a deploy where the standby was left behind', async () => {
    deleteCluster('us-west-2', other);
    const output = outputOf(await other.runStacks('deploy'));

    // The cluster and both instances; a backup selection names the cluster, and is replaced.
    expect(output).toContain('data-us-west-2: deployed, 4 added, 0 changed, 1 destroyed');
    expect(output).not.toMatch(/replace aws_rds/);
    expect(read(STANDBY, other)).toMatchObject({
      attributes: { global_cluster_identifier: 'dr-local-trading' },
      internal: { globalRole: 'reader' },
    });
  });
});
