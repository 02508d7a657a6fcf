import {
  DescribeDBClustersCommand,
  DescribeGlobalClustersCommand,
  FailoverDBClusterCommand,
  FailoverGlobalClusterCommand,
  RDSClient,
  RemoveFromGlobalClusterCommand,
  SwitchoverGlobalClusterCommand,
} from '@aws-sdk/client-rds';
import { ExecuteStatementCommand, RDSDataClient, type SqlParameter } from '@aws-sdk/client-rds-data';
import type { ObjectValue } from '../model/value';
import { networkOf } from './terraform-client';
import { clientSettings, type TestSandbox } from './test-sandbox';

export const EAST = 'us-east-1';
export const WEST = 'us-west-2';

/** For specs: a global database `orders` whose writer is in us-east-1, called by the unmodified SDK. */
export class TestGlobalDatabase {
  private readonly opened: { destroy(): void }[] = [];

  private constructor(
    private readonly aws: Pick<TestSandbox, 'client'>,
    readonly secretArn: string,
  ) {}

  /** The same database in an account that another process serves. */
  static at(address: string, secretArn: string): TestGlobalDatabase {
    return new TestGlobalDatabase({ client: (region) => clientSettings(address, region) }, secretArn);
  }

  /** @param instances of each cluster */
  static deploy(aws: TestSandbox, { engineVersion = '16.6', instances = 1 } = {}): TestGlobalDatabase {
    const { terraform } = aws;
    const secret = terraform.apply('aws_secretsmanager_secret', { name: 'db', replica: [{ region: WEST }] });
    terraform.apply('aws_secretsmanager_secret_version', {
      secret_id: secret['arn'] ?? null,
      secret_string: JSON.stringify({ username: 'trading', password: 'x' }),
    });
    const engine = { engine: 'aurora-postgresql', engine_version: engineVersion };
    terraform.apply('aws_rds_global_cluster', { global_cluster_identifier: 'orders', ...engine });
    for (const region of [EAST, WEST]) {
      const { subnetIds } = networkOf(terraform, region);
      terraform.apply('aws_db_subnet_group', { region, name: 'db', subnet_ids: subnetIds });
      const founder: ObjectValue = {
        database_name: 'orders',
        master_username: 'trading',
        master_password_wo: 'x',
        master_password_wo_version: 1,
      };
      terraform.apply('aws_rds_cluster', {
        region,
        cluster_identifier: `orders-${region}`,
        global_cluster_identifier: 'orders',
        db_subnet_group_name: 'db',
        skip_final_snapshot: true,
        enable_http_endpoint: true,
        ...engine,
        ...(region === EAST ? founder : {}),
      });
      for (let instance = 1; instance <= instances; instance++) {
        terraform.apply('aws_rds_cluster_instance', {
          region,
          identifier: `orders-${region}-${instance}`,
          cluster_identifier: `orders-${region}`,
          instance_class: 'db.r6g.large',
          engine: 'aurora-postgresql',
        });
      }
    }
    return new TestGlobalDatabase(aws, String(secret['arn']));
  }

  /** The same database, in the account that another process goes on with. */
  after(aws: TestSandbox): TestGlobalDatabase {
    this.close();
    return new TestGlobalDatabase(aws, this.secretArn);
  }

  arn(region: string): string {
    return `arn:aws:rds:${region}:000000000000:cluster:orders-${region}`;
  }

  rds(region: string): RDSClient {
    return this.open(new RDSClient(this.aws.client(region)));
  }

  /** By the Data API. */
  sql(region: string, statement: string, parameters: SqlParameter[] = [], more: object = {}) {
    return this.open(new RDSDataClient(this.aws.client(region))).send(
      new ExecuteStatementCommand({
        resourceArn: this.arn(region),
        secretArn: this.secretArn.replace(EAST, region),
        database: 'orders',
        sql: statement,
        parameters,
        ...more,
      }),
    );
  }

  async globalCluster(region = WEST) {
    const { GlobalClusters: found } = await this.rds(region).send(
      new DescribeGlobalClustersCommand({ GlobalClusterIdentifier: 'orders' }),
    );
    const [cluster] = found ?? [];
    return {
      status: cluster?.Status,
      failover: cluster?.FailoverState,
      writers: cluster?.GlobalClusterMembers?.filter(({ IsWriter }) => IsWriter).map((member) => member.DBClusterArn),
      members: cluster?.GlobalClusterMembers?.length,
    };
  }

  failOver(to: string, region = to) {
    return this.rds(region).send(
      new FailoverGlobalClusterCommand({
        GlobalClusterIdentifier: 'orders',
        TargetDbClusterIdentifier: this.arn(to),
        AllowDataLoss: true,
      }),
    );
  }

  switchOver(to: string, region = WEST) {
    return this.rds(region).send(
      new SwitchoverGlobalClusterCommand({
        GlobalClusterIdentifier: 'orders',
        TargetDbClusterIdentifier: this.arn(to),
      }),
    );
  }

  takeOut(region: string, calledIn = region) {
    return this.rds(calledIn).send(
      new RemoveFromGlobalClusterCommand({
        GlobalClusterIdentifier: 'orders',
        DbClusterIdentifier: this.arn(region),
      }),
    );
  }

  failOverWithin(region: string) {
    return this.rds(region).send(new FailoverDBClusterCommand({ DBClusterIdentifier: `orders-${region}` }));
  }

  /** Members of a region's cluster. */
  async instances(region: string) {
    const { DBClusters: found } = await this.rds(region).send(
      new DescribeDBClustersCommand({ DBClusterIdentifier: `orders-${region}` }),
    );
    return found?.[0]?.DBClusterMembers ?? [];
  }

  /** Waits until a move has ended, which takes servers some time. @returns the writer's ARN */
  async untilAvailable(): Promise<string | undefined> {
    for (;;) {
      const { status, writers } = await this.globalCluster();
      if (status === 'available') return writers?.[0];
      await new Promise((done) => setTimeout(done, 20));
    }
  }

  close(): void {
    for (const client of this.opened.splice(0)) client.destroy();
  }

  private open<Client extends { destroy(): void }>(client: Client): Client {
    this.opened.push(client);
    return client;
  }
}
