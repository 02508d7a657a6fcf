/**
 * Every setting that may be changed is changed for real over a deployed platform with data, and changed back: each deploy
 * is followed by one that changes nothing, the data is there, and the name of the service is answered all along.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeDBClustersCommand, DescribeGlobalClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { loadEnvironment } from '@dr/environments';
import { type SettingChange, settingChanges } from './settings/setting-changes';
import { SettingsWorkspace } from './settings/settings-workspace';
import { TestAccount } from './workspace';

const local = loadEnvironment('local');
const NAME = 'trade.trading.example.com';
const REGIONS = ['us-east-1', 'us-west-2'];
const made = settingChanges(local).filter(({ setting, isLower }) => setting.change !== 'new deployment' && !isLower);
const reversible = made.filter(({ setting }) => !setting.growsOnly);
const growing = made.filter(({ setting }) => setting.growsOnly);

const workspace = new SettingsWorkspace();
let base = '';
beforeAll(async () => {
  await workspace.build();
  [base = ''] = await workspace.synthesize([local]);
});
afterAll(() => workspace.dispose());

/** A deployed platform with a row and an item in its databases. */
class Platform {
  private readonly account = TestAccount.deployed('local');
  private resource = { resourceArn: '', secretArn: '', database: 'trading' };

  async open(): Promise<this> {
    await this.account.start();
    const read = async (output: string) =>
      (await this.client(SSMClient).send(new GetParameterCommand({ Name: `/dr/local/us-east-1/database/${output}` })))
        .Parameter?.Value ?? '';
    this.resource = { ...this.resource, resourceArn: await read('cluster-arn'), secretArn: await read('secret-arn') };
    await this.sql('CREATE TABLE kept (note text PRIMARY KEY)');
    await this.sql("INSERT INTO kept (note) VALUES ('there')");
    const item = { activityId: { S: 'kept' }, userId: { S: 'somebody' }, occurredAt: { S: '2026-11-27T00:00:00Z' } };
    await this.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'dr-local-activity', Item: item }));
    const control = { item: { S: 'kept' } };
    await this.client(DynamoDBClient).send(new PutItemCommand({ TableName: 'dr-local-control', Item: control }));
    // What later deploys are compared with: the snapshot does not record what its states read.
    expect((await this.deploy(base)).output).toContain('28 of 28 states are unchanged');
    return this;
  }

  /** Deploys what is synthesized, with the losses that it asks for, and then once more. */
  async deploy(synthesized: string): Promise<Deployed> {
    const stopAsking = await this.keepAsking();
    const first = await this.run(synthesized, {});
    const allow = [...first.output.matchAll(/--allow=(\S+)/g)].map(([, loss]) => loss);
    const deployed = allow.length === 0 ? first : await this.run(synthesized, { allow });
    const again = deployed.status === 0 ? await this.run(synthesized, { failOnChanges: true }) : deployed;
    return {
      ...deployed,
      isClean: again.status === 0,
      takenAway: new Set([...deployed.takenAway, ...first.takenAway]),
      unanswered: await stopAsking(),
      asked: allow.length > 0,
    };
  }

  /** Rows and items that were there before any change. */
  async data(): Promise<unknown> {
    const { records } = await this.sql('SELECT note FROM kept');
    const item = async (region: string, table: string, key: string) =>
      (
        await this.client(DynamoDBClient, region).send(
          new GetItemCommand({ TableName: table, Key: { [key]: { S: 'kept' } }, ConsistentRead: true }),
        )
      ).Item?.[key]?.S;
    return {
      row: records?.[0]?.[0]?.stringValue,
      items: await Promise.all(
        REGIONS.flatMap((region) => [
          item(region, 'dr-local-activity', 'activityId'),
          item(region, 'dr-local-control', 'item'),
        ]),
      ),
    };
  }

  /** Versions that the global database, its clusters and their instances report. */
  async versions(): Promise<readonly (string | undefined)[]> {
    const { GlobalClusters = [] } = await this.client(RDSClient).send(new DescribeGlobalClustersCommand({}));
    const members = REGIONS.map(async (region) => {
      const { DBClusters = [] } = await this.client(RDSClient, region).send(new DescribeDBClustersCommand({}));
      return DBClusters.map(({ EngineVersion }) => EngineVersion);
    });
    const instances = this.account.accountFiles().filter((file) => file.includes('/aws_rds_cluster_instance/'));
    const reported = instances.map((file): string => {
      const { attributes } = JSON.parse(readFileSync(join(this.account.sandboxHome, 'account', file), 'utf8'));
      return attributes['engine_version_actual'];
    });
    return [
      ...GlobalClusters.map(({ EngineVersion }) => EngineVersion),
      ...(await Promise.all(members)).flat(),
      ...reported,
    ];
  }

  close(): Promise<void> {
    return this.account.dispose();
  }

  private async run(synthesized: string, options: object): Promise<Omit<Deployed, 'isClean' | 'unanswered' | 'asked'>> {
    const json = join(this.account.home, 'deploy.json');
    const run = { mode: 'deploy', synthesized, options: { skipUnchanged: true, json, ...options } } as const;
    const [result = { status: null, output: '' }] = await workspace.runStacks([run], this.account.variables());
    const report = result.output.includes('means a new deployment') ? '{"states":[]}' : readFileSync(json, 'utf8');
    const { states } = JSON.parse(report) as {
      readonly states: readonly { readonly changes: readonly { readonly type: string; readonly action: string }[] }[];
    };
    const lost = states.flatMap(({ changes }) => changes).filter(({ action }) => /replace|destroy|forget/.test(action));
    return { ...result, takenAway: new Set(lost.map(({ type }) => type)) };
  }

  /** Asks Route 53 for the service's name until it is stopped. @returns how many questions were not answered */
  private async keepAsking(): Promise<() => Promise<number>> {
    const sandbox = await this.account.connect();
    let unanswered = 0;
    let isStopped = false;
    const asking = (async () => {
      while (!isStopped) {
        if (((await sandbox.resolve(NAME))?.values ?? []).length === 0) unanswered++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    return async () => {
      isStopped = true;
      await asking;
      return unanswered;
    };
  }

  private sql(sql: string) {
    return this.client(RDSDataClient).send(new ExecuteStatementCommand({ ...this.resource, sql }));
  }

  private client<Client>(type: new (settings: ClientSettings) => Client, region = 'us-east-1'): Client {
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    return new type({ region, endpoint: this.account.endpoint, credentials, maxAttempts: 1 });
  }
}

interface ClientSettings {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
}

interface Deployed {
  readonly status: number | null;
  readonly output: string;
  /** Whether another deploy would change nothing. */
  readonly isClean: boolean;
  /** Types of what was replaced or removed. */
  readonly takenAway: ReadonlySet<string>;
  /** Number of questions for the service's name that were not answered. */
  readonly unanswered: number;
  /** Whether it had to be allowed. */
  readonly asked: boolean;
}

const DATA = { row: 'there', items: ['kept', 'kept', 'kept', 'kept'] };

async function expectDone(platform: Platform, deployed: Deployed): Promise<void> {
  expect({ ...deployed, output: deployed.status === 0 ? '' : deployed.output }).toMatchObject({
    ...{ status: 0, output: '', isClean: true, unanswered: 0 },
  });
  expect(await platform.data()).toEqual(DATA);
}

describe('a setting that may be changed back', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await new Platform().open();
  });
  afterAll(() => platform.close());

  it.each(reversible.map((change) => ({ name: change.name, change })))(
    'is changed, and changed back: $name',
    async ({ change: { setting, to } }: { readonly change: SettingChange }) => {
      const [changed = ''] = await workspace.synthesize([to]);

      const there = await platform.deploy(changed);
      await expectDone(platform, there);
      const back = await platform.deploy(base);
      await expectDone(platform, back);

      const takenAway = new Set([...there.takenAway, ...back.takenAway]);
      expect([...takenAway].sort()).toEqual([...(setting.takesAway ?? [])].sort());
    },
  );
});

describe.each(growing.map((change) => ({ name: change.name, change })))(
  'a setting that only grows',
  ({ name, change }) => {
    let platform: Platform;
    beforeAll(async () => {
      platform = await new Platform().open();
    });
    afterAll(() => platform.close());

    it(`is changed, and never back: ${name}`, async () => {
      const [changed = ''] = await workspace.synthesize([change.to]);

      await expectDone(platform, await platform.deploy(changed));
      const back = await platform.deploy(base);

      expect(back.status).toBe(1);
      expect(back.output).toContain(`local: ${change.setting.path} is `);
      expect(back.output).toContain('means a new deployment. Nothing was changed.');
      expect(await platform.data()).toEqual(DATA);
      const { engineVersion, instancesPerRegion } = change.to.database;
      expect(await platform.versions()).toEqual(Array(1 + 2 * (1 + instancesPerRegion)).fill(engineVersion));
    });
  },
);
