/**
 * Every setting that may be changed is changed for real over a deployed platform with data, and changed back: each deploy
 * is followed by one that changes nothing, the data is there, and clients of DNS, entry and database are served all along.
 */
import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { DynamoDBClient, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { DescribeDBClustersCommand, DescribeGlobalClustersCommand, RDSClient } from '@aws-sdk/client-rds';
import { ExecuteStatementCommand, RDSDataClient } from '@aws-sdk/client-rds-data';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type Environment, loadEnvironment } from '@dr/environments';
import { type SettingChange, settingChanges } from './settings/setting-changes';
import { SettingsWorkspace } from './settings/settings-workspace';
import { TestAccount } from './workspace';

const local = loadEnvironment('local');
const NAME = 'trade.trading.example.com';
const REGIONS = ['us-east-1', 'us-west-2'];
const changes = settingChanges(local);
const made = changes.filter(
  ({ setting: { change }, isLower }) => change !== 'new deployment' && change !== 'by steps' && !isLower,
);
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
    expect((await this.deploy(base)).output).toMatch(/(\d+) of \1 states are unchanged/);
    return this;
  }

  /**
   * Deploys what is synthesized, with the losses that it asks for, and then once more.
   *
   * @param settings paths of those whose steps are made
   */
  async deploy(synthesized: string, settings: readonly string[] = []): Promise<Deployed> {
    const stopAsking = await this.keepAsking();
    const stopWriting = this.keepWriting();
    const first = await this.run(synthesized, { allow: settings });
    const losses = [...first.output.matchAll(/--allow=(\S+:\S+)/g)].map(([, loss]) => loss);
    const deployed = losses.length === 0 ? first : await this.run(synthesized, { allow: [...settings, ...losses] });
    const again = deployed.status === 0 ? await this.run(synthesized, { failOnChanges: true }) : deployed;
    return {
      ...deployed,
      again: again.status === 0 ? '' : again.output,
      takenAway: new Set([...deployed.takenAway, ...first.takenAway]),
      unservedSeconds: await stopWriting(),
      unanswered: await stopAsking(),
    };
  }

  /** Renames the database as its owner, and uses the new name from now on. */
  async renameDatabase(name: string): Promise<void> {
    const { database } = this.resource;
    this.resource = { ...this.resource, database: 'postgres' };
    await this.sql(`ALTER DATABASE ${database} RENAME TO ${name}`);
    this.resource = { ...this.resource, database: name };
  }

  /** Ids of the hosted zones of the account. */
  async zones(): Promise<readonly string[]> {
    const files = this.account.accountFiles().filter((file) => file.includes('/aws_route53_zone/'));
    return files.map((file) => JSON.parse(readFileSync(join(this.account.sandboxHome, 'account', file), 'utf8')).id);
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

  private async run(
    synthesized: string,
    options: object,
  ): Promise<Omit<Deployed, 'again' | 'unanswered' | 'unservedSeconds'>> {
    const json = join(this.account.home, 'deploy.json');
    const run = { mode: 'deploy', synthesized, options: { skipUnchanged: true, json, ...options } } as const;
    const [result = { status: null, output: '' }] = await workspace.runStacks([run], this.account.variables());
    const report = /this change (means|is made by)/.test(result.output) ? '{"states":[]}' : readFileSync(json, 'utf8');
    const { states } = JSON.parse(report) as {
      readonly states: readonly { readonly changes: readonly { readonly type: string; readonly action: string }[] }[];
    };
    const lost = states.flatMap(({ changes }) => changes).filter(({ action }) => /replace|destroy|forget/.test(action));
    return { ...result, takenAway: new Set(lost.map(({ type }) => type)) };
  }

  /** Asks Route 53 for the service's name, and the entry there, until it is stopped. @returns how often neither served */
  private async keepAsking(): Promise<() => Promise<number>> {
    const sandbox = await this.account.connect();
    let unanswered = 0;
    let isStopped = false;
    const asking = (async () => {
      while (!isStopped) {
        const isResolved = ((await sandbox.resolve(NAME))?.values ?? []).length > 0;
        if (!isResolved || (await statusOf(this.account.endpoint, NAME).catch(() => 0)) !== 200) unanswered++;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    return async () => {
      isStopped = true;
      await asking;
      return unanswered;
    };
  }

  /** Writes to the database until it is stopped. @returns for how many seconds in all nobody could */
  private keepWriting(): () => Promise<number> {
    let unservedMs = 0;
    let failingSince: number | undefined;
    let isStopped = false;
    const write = async () => {
      const begun = Date.now();
      try {
        await this.sql('UPDATE kept SET note = note');
        const since = failingSince ?? (Date.now() - begun > SLOW_WRITE_MS ? begun : undefined);
        unservedMs += since === undefined ? 0 : Date.now() - since;
        failingSince = undefined;
      } catch {
        failingSince ??= begun;
      }
    };
    const writing = (async () => {
      while (!isStopped) {
        await write();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      await write();
    })();
    return async () => {
      isStopped = true;
      await writing;
      return (unservedMs + (failingSince === undefined ? 0 : Date.now() - failingSince)) / 1_000;
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

/** Status of the answer of a host that the account's endpoint serves. */
function statusOf(endpoint: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    get(endpoint, { headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    }).on('error', reject);
  });
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
  /** Output of another deploy where it would change anything. */
  readonly again: string;
  /** Types of what was replaced or removed. */
  readonly takenAway: ReadonlySet<string>;
  /** Number of requests that DNS or the entry did not serve. */
  readonly unanswered: number;
  /** Seconds in which nobody could write to the database. */
  readonly unservedSeconds: number;
}

const DATA = { row: 'there', items: ['kept', 'kept', 'kept', 'kept'] };

/** A write that takes longer than this is one that had to wait for the database. */
const SLOW_WRITE_MS = 1_000;

/** @param longestSeconds in which the database may be unserved, as the page of settings says of a downtime */
async function expectDone(platform: Platform, deployed: Deployed, longestSeconds = 0): Promise<void> {
  expect(deployed.unservedSeconds).toBeLessThanOrEqual(longestSeconds);
  expect({ ...deployed, output: deployed.status === 0 ? '' : deployed.output }).toMatchObject({
    ...{ status: 0, output: '', again: '', unanswered: 0 },
  });
  expect(await platform.data()).toEqual(DATA);
}

/** Expects that some deploys replaced and removed what the page says of the setting. */
function expectTakenAway(deploys: readonly Deployed[], { takesAway = [] }: SettingChange['setting']): void {
  const takenAway = new Set(deploys.flatMap((deployed) => [...deployed.takenAway]));
  expect([...takenAway].sort()).toEqual([...takesAway].sort());
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
      await expectDone(platform, there, setting.downtime?.seconds);
      const back = await platform.deploy(base);
      await expectDone(platform, back, setting.downtime?.seconds);

      expectTakenAway([there, back], setting);
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

      await expectDone(platform, await platform.deploy(changed), change.setting.downtime?.seconds);
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

describe('a setting that is changed by steps', () => {
  let platform: Platform;
  beforeAll(async () => {
    platform = await new Platform().open();
  });
  afterAll(() => platform.close());

  const changeOf = (path: string) => changes.find(({ setting }) => setting.path === path) as SettingChange;

  it('database.name: the database is renamed by SQL, and the platform follows', async () => {
    const { to, setting } = changeOf('database.name');
    const [changed = ''] = await workspace.synthesize([to]);

    await platform.renameDatabase(to.database.name);
    const there = await platform.deploy(changed, ['database.name']);
    await expectDone(platform, there);
    await platform.renameDatabase(local.database.name);
    const back = await platform.deploy(base, ['database.name']);
    await expectDone(platform, back);

    expectTakenAway([there, back], setting);
  });

  it('dns.zone: the zone is left where it is and looked up, and brought in again', async () => {
    const [changed = ''] = await workspace.synthesize([changeOf('dns.zone').to]);
    const zones = await platform.zones();

    const there = await platform.deploy(changed, ['dns.zone']);
    await expectDone(platform, there);
    const imported = workspace.edited(base, 'network', 'dns-zone-us-west-2', (json) => {
      // What importFrom() of the zone synthesizes.
      json['import'] = [{ to: 'aws_route53_zone.Zone', id: zones[0] }];
    });
    const back = await platform.deploy(imported, ['dns.zone']);
    await expectDone(platform, back);

    expect([...there.takenAway]).toEqual(['aws_route53_zone']);
    expect(await platform.zones()).toEqual(zones);
  });

  it('service.port: a second port is opened, the service moves to it, and the first is closed', async () => {
    const { port } = local.service;
    const { to, setting } = changeOf('service.port');
    const second = to.service.port;
    const at = (service: Partial<Environment['service']>) => ({ ...local, service: { ...local.service, ...service } });
    const [opened = '', exchanged = '', closed = '', reopened = ''] = await workspace.synthesize([
      at({ secondPort: second }),
      at({ port: second, secondPort: port }),
      at({ port: second }),
      at({ port: second, secondPort: port }),
    ]);

    const deploys: Deployed[] = [];
    for (const each of [opened, teamsDeployment(opened), opened, exchanged, closed, reopened, opened, base]) {
      const deployed = await platform.deploy(each);
      await expectDone(platform, deployed);
      deploys.push(deployed);
    }

    expectTakenAway(deploys, setting);
  });
});

/**
 * Deployment by a team, beside Terraform: the service takes the newest revision of its task definition, which the
 * platform's own deploys leave alone.
 */
function teamsDeployment(synthesized: string): string {
  return REGIONS.reduce(
    (folder, region) =>
      workspace.edited(folder, 'compute', `compute-${region}`, ({ resource }) => {
        for (const service of Object.values((resource as Record<string, object>)['aws_ecs_service'] ?? {})) {
          (service as { lifecycle: object }).lifecycle = { ignore_changes: ['desired_count'] };
        }
      }),
    synthesized,
  );
}
