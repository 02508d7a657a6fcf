/**
 * Commands that an operator types at 3 a.m., with Debian's `aws`, against the deployed platform. Exit statuses: 0; 254
 * for an answer that is an error; 255 for anything else, such as no answer [AWS CLI user guide, return codes].
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { AwsCommand, findAws } from './aws-command/aws-command';
import { outputOf, TestAccount, testEnvironment } from './workspace';

const AWS = findAws();
const INSTALL = 'aws, version 2, is not on this machine: apt-get install awscli';
/** Where the tests are the proof they have to run; elsewhere somebody may well be without the command. */
const IS_REQUIRED = process.env['CI'] === 'true';
if (AWS === undefined) process.stderr.write(`${INSTALL}${IS_REQUIRED ? '' : ' (its tests are skipped)'}\n`);
const describeAws = AWS === undefined ? describe.skip : describe;

const EAST = 'us-east-1';
const WEST = 'us-west-2';
const clusterIn = (region: string) => `arn:aws:rds:${region}:000000000000:cluster:dr-local-trading-${region}`;
/** Far longer than a command takes. */
const LAG_MS = 12_000;
/** Of the moves of the writer that this suite makes. */
const AURORA_NOTICE = 'RDS Notification Message';

const account = TestAccount.deployed('local', { variables: { DR_SANDBOX_PROMOTION_SECONDS: '2' } });
let started: AwsCommand | undefined;
const command = () => (started ??= new AwsCommand(AWS as string));
afterAll(async () => {
  started?.end();
  await account.dispose();
});

/** Result of JSON.parse. */
type Json = ReturnType<typeof JSON.parse>;

interface Answer {
  readonly status: number | null;
  readonly stdout: string;
  /** Without what `aws` adds of its own retries, which are off. */
  readonly stderr: string;
}

/** The end of a command that prints nothing. */
const DONE: Answer = { status: 0, stdout: '', stderr: '' };

const refused = (code: string, operation: string, message: string): Answer => ({
  status: 254,
  stdout: '',
  stderr: `An error occurred (${code}) when calling the ${operation} operation: ${message}`,
});

function awsEnvironment(): Record<string, string | undefined> {
  const inherited = Object.entries(testEnvironment()).filter(([name]) => !name.startsWith('AWS_'));
  return {
    ...Object.fromEntries(inherited),
    AWS_ACCESS_KEY_ID: 'sandbox',
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    AWS_DATA_PATH: join(account.home, 'models'),
  };
}

/**
 * Runs `aws` in a region, as a person would.
 *
 * @param line its arguments between spaces; each `?` is one of the values, in their order
 */
async function aws(region: string, line: string, ...values: readonly string[]): Promise<Answer> {
  const bounds = ['--cli-connect-timeout', '5', '--cli-read-timeout', '30'];
  const left = [...values];
  const typed = line.split(' ').map((word) => (word === '?' ? (left.shift() ?? '') : word));
  const given = ['--endpoint-url', account.endpoint, '--region', region, '--output', 'json', ...bounds, ...typed];
  const { status, stdout, stderr } = await command().run(given, account.home, awsEnvironment());
  return { status, stdout, stderr: stderr.replace(' (reached max retries: 0)', '').trim() };
}

/** The JSON that a command prints; undefined where it prints nothing. @throws where it does not end with 0 */
async function told(region: string, line: string, ...values: readonly string[]): Promise<Json> {
  const { status, stderr, stdout } = await aws(region, line, ...values);
  if (status !== 0) throw new Error(`aws ${line} ended with ${status}: ${stderr}`);
  return stdout === '' ? undefined : JSON.parse(stdout);
}

/** Asks again until the answer holds, for half a minute at most. */
async function eventually<Found>(ask: () => Promise<Found>, holds: (found: Found) => boolean): Promise<Found> {
  const untilMs = Date.now() + 30_000;
  for (;;) {
    const found = await ask();
    if (holds(found) || Date.now() > untilMs) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function sandbox(...args: readonly string[]): Promise<void> {
  outputOf(await account.sandbox(...args));
}

/** The account's resources of a type in us-west-2, in the order of their files. */
function kept(type: string): Json[] {
  return account
    .accountFiles()
    .filter((file) => file.startsWith('us-west-2/') && file.includes(`/${type}/`))
    .map((file) => JSON.parse(readFileSync(join(account.sandboxHome, 'account', file), 'utf8')).attributes);
}

function controllerLog(): string {
  const file = join(account.sandboxHome, 'logs/us-west-2/dr-local-failover-controller.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * Debian's `aws` 2.9 is of early 2023. What AWS added to the API since is put beside its models, as newer versions have
 * it: AllowDataLoss, Switchover and SwitchoverGlobalCluster [Amazon RDS API Reference], If-None-Match of PutObject
 * [Amazon S3 API Reference].
 */
function addNewerModels(): void {
  const target = {
    GlobalClusterIdentifier: { shape: 'GlobalClusterIdentifier' },
    TargetDbClusterIdentifier: { shape: 'DBClusterIdentifier' },
  };
  const flag = { shape: 'BooleanOptional' };
  const models = {
    'rds/2014-10-31': {
      operations: {
        SwitchoverGlobalCluster: {
          name: 'SwitchoverGlobalCluster',
          http: { method: 'POST', requestUri: '/' },
          input: { shape: 'SwitchoverGlobalClusterMessage' },
          output: { shape: 'FailoverGlobalClusterResult', resultWrapper: 'SwitchoverGlobalClusterResult' },
        },
      },
      shapes: {
        FailoverGlobalClusterMessage: { members: { AllowDataLoss: flag, Switchover: flag } },
        SwitchoverGlobalClusterMessage: { type: 'structure', required: Object.keys(target), members: target },
      },
    },
    's3/2006-03-01': {
      shapes: {
        PutObjectRequest: {
          members: { IfNoneMatch: { shape: 'IfNoneMatch', location: 'header', locationName: 'If-None-Match' } },
        },
      },
    },
  };
  for (const [service, merge] of Object.entries(models)) {
    const file = join(account.home, 'models', service, 'service-2.sdk-extras.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ version: 1.0, merge }));
  }
}

describe('the aws command', () => {
  (IS_REQUIRED || AWS !== undefined ? it : it.skip)('is on a machine whose tests are the proof', () => {
    expect(AWS ?? INSTALL).toMatch(/^\/.*\/aws$/);
  });
});

describeAws("an operator's aws", () => {
  beforeAll(async () => {
    addNewerModels();
    await account.start();
  });

  it('knows whose account it is', async () => {
    expect(await told(EAST, 'sts get-caller-identity')).toEqual({
      UserId: 'AIDASANDBOXAAAAAAAAAA',
      Account: '000000000000',
      Arn: 'arn:aws:iam::000000000000:user/sandbox',
    });
  });

  describe('asks Parameter Store', () => {
    const get = 'ssm get-parameter --name /dr/local/us-west-2/database/global-cluster-identifier';

    it('for a parameter, in its region', async () => {
      const { Parameter: parameter } = await told(WEST, get);
      const nowhere = [await aws('us-east-2', get), await aws(WEST, 'ssm get-parameter --name /dr/local/none')];

      expect(parameter).toMatchObject({
        Name: '/dr/local/us-west-2/database/global-cluster-identifier',
        Type: 'String',
        Value: 'dr-local-trading',
        Version: 1,
        ARN: 'arn:aws:ssm:us-west-2:000000000000:parameter/dr/local/us-west-2/database/global-cluster-identifier',
        DataType: 'text',
      });
      for (const { status, stderr } of nowhere) {
        expect(status).toBe(254);
        expect(stderr).toMatch(/^An error occurred \(ParameterNotFound\) when calling the GetParameter operation/);
      }
    });

    it('for all of a region, page by page', async () => {
      const list = 'ssm get-parameters-by-path --recursive --path /dr/local/us-west-2';
      const all = await told(WEST, list);
      const page = await told(WEST, `${list} --no-paginate`);
      const first = await told(WEST, `${list} --max-items 15`);
      const rest = await told(WEST, `${list} --starting-token ${first.NextToken}`);

      const names = ({ Parameters: parameters }: Json) => parameters.map(({ Name }: Json) => Name);
      const there = kept('aws_ssm_parameter').filter(({ name }) => name.startsWith('/dr/local/us-west-2/'));
      expect(names(all)).toEqual(there.map(({ name }) => name).sort());
      expect(names(all).length).toBeGreaterThan(20);
      // The largest page [Systems Manager API Reference, GetParametersByPath].
      expect(names(page)).toEqual(names(all).slice(0, 10));
      expect(page.NextToken).toEqual(expect.any(String));
      expect(names(first)).toHaveLength(15);
      expect([...names(first), ...names(rest)]).toEqual(names(all));
    });

    it('to keep one, once', async () => {
      const put = 'ssm put-parameter --name /e2e/page --value on-call --type String';

      expect(await told(WEST, put)).toEqual({ Version: 1, Tier: 'Standard' });
      expect(await aws(WEST, put)).toEqual(
        refused(
          'ParameterAlreadyExists',
          'PutParameter',
          'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
        ),
      );
    });
  });

  describe('asks DynamoDB', () => {
    const getControl =
      'dynamodb get-item --consistent-read --table-name dr-local-control --key {"item":{"S":"control"}}';
    const byUser = 'dynamodb query --table-name dr-local-activity --index-name user-index --key-condition-expression ?';

    /** Writes the control record as of a version, where the one that is there has another. */
    function putControl(region: string, version: number, expected: number): Promise<Answer> {
      const record = {
        schema: 1,
        version,
        epoch: 1,
        holder: EAST,
        latchedRegion: null,
        sqlWrites: 'open',
        closedAtVersion: 0,
        step: 'serving',
        announced: true,
        promotionEpoch: 0,
        approval: null,
        cause: 'written by hand',
        lagAtTake: null,
        enteredAtMs: 0,
        writerMovedAtMs: null,
      };
      return aws(
        region,
        'dynamodb put-item --table-name dr-local-control --item ? --condition-expression ? --expression-attribute-names ? --expression-attribute-values ?',
        JSON.stringify({
          item: { S: 'control' },
          version: { N: String(version) },
          record: { S: JSON.stringify(record) },
        }),
        'attribute_not_exists(#item) OR #version = :expected',
        '{"#item":"item","#version":"version"}',
        JSON.stringify({ ':expected': { N: String(expected) } }),
      );
    }

    beforeAll(() => sandbox('fault', `--lag=${LAG_MS}`));
    afterAll(() => sandbox('fault', '--clear'));

    it('for the control record, which both regions see at once, and writes it on a condition', async () => {
      const before = await aws(WEST, getControl);
      const first = await putControl(WEST, 1, 0);
      const lost = await putControl(EAST, 2, 9);
      const won = await putControl(EAST, 2, 1);
      const after = await told(WEST, getControl);

      expect([before, first, won]).toEqual([DONE, DONE, DONE]);
      expect(lost).toEqual(refused('ConditionalCheckFailedException', 'PutItem', 'The conditional request failed'));
      expect(after.Item.version).toEqual({ N: '2' });
      expect(JSON.parse(after.Item.record.S)).toMatchObject({ epoch: 1, holder: 'us-east-1', step: 'serving' });
    });

    it('for the activity of a user, which the other region sees after the lag', async () => {
      const item = { activityId: { S: 'a-1' }, userId: { S: 'u-7' }, occurredAt: { S: '2026-11-24T03:00:00Z' } };
      const read = 'dynamodb get-item --table-name dr-local-activity --key {"activityId":{"S":"a-1"}}';

      const wroteAt = Date.now();
      await told(WEST, 'dynamodb put-item --table-name dr-local-activity --item ?', JSON.stringify(item));
      const there = await told(
        WEST,
        `${byUser} --expression-attribute-values ?`,
        'userId = :user AND begins_with(occurredAt, :day)',
        '{":user":{"S":"u-7"},":day":{"S":"2026-11-24"}}',
      );
      const tooEarly = await told(EAST, read);
      const askedAt = Date.now();
      const later = await eventually(
        () => told(EAST, read),
        (found) => found !== undefined,
      );
      const sawAt = Date.now();

      expect(there).toMatchObject({ Count: 1, ScannedCount: 1, Items: [item] });
      expect(askedAt - wroteAt).toBeLessThan(LAG_MS);
      expect(tooEarly).toBeUndefined();
      expect(later).toEqual({ Item: item });
      expect(sawAt - wroteAt).toBeGreaterThanOrEqual(LAG_MS);
    });

    it('in vain for a strongly consistent index, and for a table that is not there', async () => {
      const strong = await aws(
        WEST,
        `${byUser} --consistent-read --expression-attribute-values ?`,
        'userId = :user',
        '{":user":{"S":"u-7"}}',
      );
      const none = await aws(WEST, 'dynamodb get-item --table-name none --key {"item":{"S":"control"}}');

      expect(strong).toEqual(
        refused('ValidationException', 'Query', 'Consistent reads are not supported on global secondary indexes'),
      );
      expect(none).toEqual(refused('ResourceNotFoundException', 'GetItem', 'Requested resource not found'));
    });
  });

  describe('looks after the tasks of the service', () => {
    const at = '--cluster dr-local-trade';
    const describeService = `ecs describe-services ${at} --services dr-local-trade`;
    const show = async () => (await told(WEST, describeService)).services[0];
    const taskArns = async () => (await told(WEST, `ecs list-tasks ${at} --service-name dr-local-trade`)).taskArns;
    // Answers requests in one process, without a database.
    const program =
      "require('node:http').createServer((_, response) => response.end('{}')).listen(process.env.PORT ?? 8080);";
    let definition: string;

    it('which it finds by clusters and services: none, as long as nobody pushed an image', async () => {
      const cluster = `arn:aws:ecs:${WEST}:000000000000:cluster/dr-local-trade`;
      const { services } = await told(WEST, describeService);
      definition = services[0].taskDefinition;
      const { taskDefinition } = await told(WEST, `ecs describe-task-definition --task-definition ${definition}`);

      expect((await told(WEST, 'ecs list-clusters')).clusterArns).toEqual([cluster]);
      expect((await told(WEST, `ecs list-services ${at}`)).serviceArns).toEqual([services[0].serviceArn]);
      expect(services[0]).toMatchObject({ clusterArn: cluster, status: 'ACTIVE', desiredCount: 2, runningCount: 0 });
      expect(services[0].events[0].message).toBe('(service dr-local-trade) nobody pushed an image of it.');
      expect(taskDefinition.containerDefinitions[0].image).toMatch(/\/dr-local-trade:bootstrap$/);
      expect(await taskArns()).toEqual([]);
    });

    it('of which it stops one, that is replaced, and says why it stopped', async () => {
      const folder = join(account.home, 'image');
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'main.js'), program);
      await sandbox('push', `000000000000.dkr.ecr.${EAST}.amazonaws.com/dr-local-trade:bootstrap`, folder);
      await fetch(`${account.endpoint}/healthz`, {
        headers: { 'x-sandbox-host': `trade-${WEST}.trading.example.com` },
      });
      const running = await eventually(show, ({ runningCount }) => runningCount === 2);
      const [task] = await taskArns();
      const before = await told(WEST, `ecs describe-tasks ${at} --tasks ${task}`);
      await told(WEST, `ecs stop-task ${at} --task ${task} --reason ?`, 'it hangs');
      const after = await eventually(taskArns, (arns) => arns.length === 2 && !arns.includes(task));
      const { tasks } = await eventually(
        () => told(WEST, `ecs describe-tasks ${at} --tasks ${task}`),
        ({ tasks: [stopped] }) => stopped.lastStatus === 'STOPPED',
      );

      expect(running).toMatchObject({ desiredCount: 2, runningCount: 2 });
      expect(before.tasks[0]).toMatchObject({ lastStatus: 'RUNNING', taskDefinitionArn: definition });
      expect(before.tasks[0].availabilityZone).toMatch(/^us-west-2[a-d]$/);
      expect(after).toHaveLength(2);
      expect(tasks[0]).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'it hangs' });
    });

    it('of which it has fewer run, and new ones', async () => {
      const before = await taskArns();
      const update = `ecs update-service ${at} --service dr-local-trade`;
      const { service } = await told(WEST, `${update} --force-new-deployment`);
      const renewed = await eventually(taskArns, (arns: string[]) => {
        return arns.length === 2 && !arns.some((arn) => before.includes(arn));
      });
      await told(WEST, `${update} --desired-count 1`);
      const fewer = await eventually(show, ({ runningCount }) => runningCount === 1);
      await told(WEST, `${update} --desired-count 2`);

      expect(service.deployments[0]).toMatchObject({ status: 'PRIMARY', desiredCount: 2 });
      expect(renewed).toHaveLength(2);
      expect(fewer).toMatchObject({ desiredCount: 1, runningCount: 1 });
    });

    it('in vain where there is no such cluster, service or task', async () => {
      const none = await told(WEST, `ecs describe-services ${at} --services none`);

      expect(none).toEqual({
        services: [],
        failures: [{ arn: `arn:aws:ecs:${WEST}:000000000000:service/dr-local-trade/none`, reason: 'MISSING' }],
      });
      expect(await aws(WEST, 'ecs list-services --cluster none')).toEqual(
        refused('ClusterNotFoundException', 'ListServices', 'Cluster not found.'),
      );
      expect(await aws(WEST, `ecs update-service ${at} --service none --desired-count 1`)).toEqual(
        refused('ServiceNotFoundException', 'UpdateService', 'Service not found.'),
      );
      expect(await aws(WEST, `ecs stop-task ${at} --task none`)).toEqual(
        refused('InvalidParameterException', 'StopTask', 'The referenced task was not found.'),
      );
    });
  });

  describe('moves the writer of the global database', () => {
    const to = (region: string) =>
      `--global-cluster-identifier dr-local-trading --target-db-cluster-identifier ${clusterIn(region)}`;
    const show = async () => (await told(WEST, 'rds describe-global-clusters')).GlobalClusters[0];
    const moved = (region: string) =>
      eventually(show, ({ GlobalClusterMembers: [first], Status: status }) => {
        return status === 'available' && first.DBClusterArn === clusterIn(region);
      });
    const sql = async (region: string, statement: string, ...parameters: readonly object[]) => {
      const name = `/dr/local/${region}/database/secret-arn`;
      const { Parameter: secret } = await told(region, `ssm get-parameter --name ${name}`);
      return aws(
        region,
        `rds-data execute-statement --resource-arn ${clusterIn(region)} --secret-arn ${secret.Value} --database trading --sql ? --parameters ?`,
        statement,
        JSON.stringify(parameters),
      );
    };
    const id = { name: 'id', value: { stringValue: 'o-1' } };
    const amount = { name: 'amount', value: { longValue: 40 } };
    const read = (region: string) => sql(region, 'SELECT id, amount FROM e2e_orders WHERE id = :id', id);

    it('which writes SQL where it is, and nowhere else', async () => {
      const created = await sql(
        EAST,
        'CREATE TABLE IF NOT EXISTS e2e_orders (id text PRIMARY KEY, amount bigint NOT NULL)',
      );
      const inserted = await sql(EAST, 'INSERT INTO e2e_orders (id, amount) VALUES (:id, :amount)', id, amount);
      const found = await read(EAST);
      const missing = await sql(EAST, 'SELECT id FROM none WHERE id = :id', id);
      const follower = await read(WEST);

      expect(JSON.parse(created.stdout)).toEqual({ numberOfRecordsUpdated: 0, generatedFields: [] });
      expect(JSON.parse(inserted.stdout)).toEqual({ numberOfRecordsUpdated: 1, generatedFields: [] });
      expect(JSON.parse(found.stdout)).toEqual({
        records: [[{ stringValue: 'o-1' }, { longValue: 40 }]],
        numberOfRecordsUpdated: 0,
        generatedFields: [],
      });
      expect(missing).toEqual(
        refused('DatabaseErrorException', 'ExecuteStatement', 'ERROR: relation "none" does not exist; SQLState: 42P01'),
      );
      expect(follower.status).toBe(254);
      expect(follower.stderr).toMatch(/^An error occurred \(BadRequestException\) when calling the ExecuteStatement/);
    });

    it('by a failover that may lose data, from the region that is to write', async () => {
      const before = await show();
      const failover = `rds failover-global-cluster ${to(WEST)} --allow-data-loss`;
      const { GlobalCluster: begun } = await told(WEST, failover);
      const again = await aws(WEST, failover);
      const after = await moved(WEST);
      const found = await read(WEST);

      expect(before).toMatchObject({
        GlobalClusterIdentifier: 'dr-local-trading',
        Status: 'available',
        Engine: 'aurora-postgresql',
        GlobalClusterMembers: [
          { DBClusterArn: clusterIn(EAST), IsWriter: true, Readers: [clusterIn(WEST)] },
          { DBClusterArn: clusterIn(WEST), IsWriter: false, Readers: [] },
        ],
      });
      expect(begun).toMatchObject({
        Status: 'failing-over',
        FailoverState: { FromDbClusterArn: clusterIn(EAST), ToDbClusterArn: clusterIn(WEST) },
      });
      expect(again.status).toBe(254);
      expect(again.stderr).toMatch(/^An error occurred \(InvalidGlobalClusterStateFault\)/);
      expect(after.GlobalClusterMembers[0]).toMatchObject({ DBClusterArn: clusterIn(WEST), IsWriter: true });
      expect(JSON.parse(found.stdout).records).toEqual([[{ stringValue: 'o-1' }, { longValue: 40 }]]);
    });

    it('back by a switchover, and not at all where there is none', async () => {
      const { GlobalCluster: begun } = await told(EAST, `rds switchover-global-cluster ${to(EAST)}`);
      const after = await moved(EAST);
      const none = await aws(EAST, 'rds describe-global-clusters --global-cluster-identifier none');

      expect(begun).toMatchObject({ Status: 'switching-over', FailoverState: { ToDbClusterArn: clusterIn(EAST) } });
      expect(after.GlobalClusterMembers[0]).toMatchObject({ DBClusterArn: clusterIn(EAST), IsWriter: true });
      expect(none).toEqual(
        refused('GlobalClusterNotFoundFault', 'DescribeGlobalClusters', 'Global cluster none not found'),
      );
    });

    it("by an older aws's failover without a flag, which is a switchover", async () => {
      // Without AllowDataLoss it is one [Amazon RDS API Reference, FailoverGlobalCluster].
      const { GlobalCluster: begun } = await told(WEST, `rds failover-global-cluster ${to(WEST)}`);
      await moved(WEST);
      await told(EAST, `rds failover-global-cluster ${to(EAST)}`);
      const back = await moved(EAST);

      expect(begun.Status).toBe('switching-over');
      expect(back.GlobalClusterMembers[0]).toMatchObject({ DBClusterArn: clusterIn(EAST), IsWriter: true });
    });
  });

  describe('asks CloudWatch', () => {
    it('for the replication lag, which the cluster that follows has', async () => {
      const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
      const lagIn = async (region: string) => {
        const queries = `[{"Id":"lag","MetricStat":{"Metric":{"Namespace":"AWS/RDS","MetricName":"AuroraGlobalDBReplicationLag","Dimensions":[{"Name":"DBClusterIdentifier","Value":"dr-local-trading-${region}"}]},"Period":60,"Stat":"Maximum"}}]`;
        const get = `cloudwatch get-metric-data --start-time ${ago(5)} --end-time ${ago(0)} --metric-data-queries ${queries}`;
        return (await told(region, get)).MetricDataResults[0];
      };
      const [follower, writer] = [await lagIn(WEST), await lagIn(EAST)];

      expect(follower).toMatchObject({ Id: 'lag', Label: 'AuroraGlobalDBReplicationLag', StatusCode: 'Complete' });
      // A datapoint for each minute that is over.
      expect(follower.Values.length).toBeGreaterThanOrEqual(4);
      expect(new Set(follower.Values)).toEqual(new Set([200]));
      expect(writer.Values).toEqual([]);
    });

    it('for an alarm, and tries what it tells', async () => {
      const set = (name: string) =>
        aws(
          WEST,
          `cloudwatch set-alarm-state --alarm-name ${name} --state-value ALARM --state-reason ?`,
          'who is told?',
        );
      const show = async (filter: string) =>
        (await told(WEST, `cloudwatch describe-alarms ${filter}`)).MetricAlarms as Json[];

      const before = await show('--alarm-names dr-local-latency');
      const done = await set('dr-local-latency');
      const raised = await show('--state-value ALARM');
      const none = await set('none');

      expect(before).toMatchObject([{ AlarmName: 'dr-local-latency', StateValue: 'INSUFFICIENT_DATA' }]);
      expect(done).toEqual(DONE);
      expect(raised).toMatchObject([
        {
          AlarmName: 'dr-local-latency',
          AlarmArn: 'arn:aws:cloudwatch:us-west-2:000000000000:alarm:dr-local-latency',
          StateValue: 'ALARM',
          StateReason: 'who is told?',
          ActionsEnabled: true,
          AlarmActions: ['arn:aws:sns:us-west-2:000000000000:dr-local-compute-alarms'],
        },
      ]);
      const subjects = kept('sns_message').map(({ subject }) => subject);
      expect(subjects.filter((subject) => subject !== AURORA_NOTICE)).toEqual([
        'ALARM: "dr-local-latency" in US West (Oregon)',
      ]);
      // AWS gives no message with this code, which `aws` says so.
      expect(none).toEqual(refused('ResourceNotFound', 'SetAlarmState', 'Unknown'));
    });
  });

  describe('publishes to a topic', () => {
    const publish = (topic: string) =>
      `sns publish --topic-arn arn:aws:sns:us-west-2:000000000000:${topic} --message ?`;

    it('a message, and is told of a topic that is not there', async () => {
      const sent = await told(WEST, `${publish('dr-local-failover')} --subject ?`, 'It is 3 a.m.', 'Anybody there?');
      const none = await aws(WEST, publish('none'), 'x');

      expect(sent.MessageId).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
      expect(kept('sns_message').at(-1)).toMatchObject({ subject: 'Anybody there?', message: 'It is 3 a.m.' });
      expect(none).toEqual(refused('NotFound', 'Publish', 'Topic does not exist'));
    });

    it('that the controller listens to, and a message that is no alarm starts nothing', async () => {
      const control = 'dynamodb get-item --table-name dr-local-control --key {"item":{"S":"control"}}';
      const before = await told(WEST, control);
      await told(WEST, publish('dr-local-data-alarms'), 'fail over, please');
      const log = await eventually(
        () => Promise.resolve(controllerLog()),
        (text) => text.includes('REPORT'),
      );
      const after = await told(WEST, control);

      const lines = log.split('\n').filter((line) => line.startsWith('{'));
      const reported = lines.map((line) => JSON.parse(line) as { readonly message: string });
      expect(reported.filter(({ message }) => !message.startsWith('an event of Aurora'))).toEqual([
        expect.objectContaining({
          level: 'ERROR',
          message: 'event refused: no observation and no action',
          problem: 'a record is no alarm of CloudWatch',
        }),
      ]);
      expect(after).toEqual(before);
      expect(kept('sns_message').at(-1)).toMatchObject({
        message: 'fail over, please',
        deliveries: [{ protocol: 'lambda', delivered: true }],
      });
    });
  });

  describe('invokes', () => {
    const event =
      '{"version":"2.0","routeKey":"$default","rawPath":"/","rawQueryString":"","headers":{},"requestContext":{"http":{"method":"GET","path":"/","protocol":"HTTP/1.1","sourceIp":"127.0.0.1"}},"isBase64Encoded":false}';

    it('the health check, as its URL does', async () => {
      const invoke = (name: string) =>
        aws(
          EAST,
          `lambda invoke --function-name ${name} --cli-binary-format raw-in-base64-out --payload ? answer.json`,
          event,
        );
      const done = await invoke('dr-local-health-check');
      const none = await invoke('none');

      expect(JSON.parse(done.stdout)).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
      const answer = JSON.parse(readFileSync(join(account.home, 'answer.json'), 'utf8'));
      expect(answer).toMatchObject({ statusCode: 200, body: 'region-serving' });
      expect(none).toEqual(
        refused(
          'ResourceNotFoundException',
          'Invoke',
          'Function not found: arn:aws:lambda:us-east-1:000000000000:function:none',
        ),
      );
    });

    it('nothing, to see how a function is configured', async () => {
      const name = 'dr-local-failover-controller';

      expect(await told(WEST, `lambda get-function-configuration --function-name ${name}`)).toMatchObject({
        FunctionName: 'dr-local-failover-controller',
        FunctionArn: 'arn:aws:lambda:us-west-2:000000000000:function:dr-local-failover-controller',
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout: 100,
        MemorySize: 512,
        State: 'Active',
        Environment: { Variables: { CONTROL_TABLE_NAME: 'dr-local-control', WITNESS_REGION: 'us-east-2' } },
      });
    });
  });

  describe('keeps objects', () => {
    const bucket = '--bucket dr-local-audit-000000000000-us-west-2';
    const put = `s3api put-object ${bucket} --key notes/3am.txt --body note.txt`;

    beforeAll(() => writeFileSync(join(account.home, 'note.txt'), 'primary dark since 02:58\n'));

    it('and reads and lists them', async () => {
      const written = await told(WEST, put);
      const read = await told(WEST, `s3api get-object ${bucket} --key notes/3am.txt read.txt`);
      const listed = await told(WEST, `s3api list-objects-v2 ${bucket} --prefix notes/`);
      const { Buckets: buckets } = await told(WEST, 's3api list-buckets');

      expect(written).toMatchObject({ ETag: '"795c6fdd7ef5101f474ce3eb52da6efc"' });
      expect(read).toMatchObject({ ContentLength: 25, ETag: '"795c6fdd7ef5101f474ce3eb52da6efc"' });
      expect(readFileSync(join(account.home, 'read.txt'), 'utf8')).toBe('primary dark since 02:58\n');
      expect(listed.Contents).toMatchObject([{ Key: 'notes/3am.txt', Size: 25, StorageClass: 'STANDARD' }]);
      expect(buckets.map(({ Name: name }: Json) => name)).toContain('dr-local-audit-000000000000-us-west-2');
    });

    it('and overwrites none that it was told not to', async () => {
      expect(await aws(WEST, `${put} --if-none-match *`)).toEqual(
        refused('PreconditionFailed', 'PutObject', 'At least one of the pre-conditions you specified did not hold'),
      );
    });

    it('and is told of those that are not there', async () => {
      const object = await aws(WEST, `s3api get-object ${bucket} --key none read.txt`);
      const all = await aws(WEST, 's3api list-objects-v2 --bucket e2e-none');

      expect(object).toEqual(refused('NoSuchKey', 'GetObject', 'The specified key does not exist.'));
      expect(all).toEqual(refused('NoSuchBucket', 'ListObjectsV2', 'The specified bucket does not exist'));
    });
  });

  it("reads the database's secret in either region", async () => {
    const read = 'secretsmanager get-secret-value --secret-id dr-local-trading-database';
    const [east, west] = [await told(EAST, read), await told(WEST, read)];
    const none = await aws(WEST, 'secretsmanager get-secret-value --secret-id none');

    expect(JSON.parse(west.SecretString)).toEqual({ username: 'trading_admin', password: expect.any(String) });
    expect(west).toMatchObject({ Name: 'dr-local-trading-database', VersionStages: ['AWSCURRENT'] });
    expect(west.SecretString).toBe(east.SecretString);
    expect(none).toEqual(
      refused('ResourceNotFoundException', 'GetSecretValue', "Secrets Manager can't find the specified secret."),
    );
  });

  describe('meets a dark region', () => {
    afterEach(() => sandbox('fault', '--clear'));

    it.each([
      ['that is silent', [], /^Read timeout on endpoint URL: "http:\/\/127\.0\.0\.1:\d+\/"$/],
      [
        'that refuses',
        ['--refused'],
        /^Connection was closed before we received a valid response from endpoint URL: "http:\/\/127\.0\.0\.1:\d+\/"\.$/,
      ],
    ])('%s, and gives up within the time that it was given; the other region answers', async (_how, options, words) => {
      await sandbox('fault', `--dark=${EAST}`, ...options);
      const dark = await aws(EAST, 'ssm get-parameters-by-path --path /dr --cli-read-timeout 3');
      const living = await told(WEST, 'dynamodb list-tables');

      expect(dark.status).toBe(255);
      expect(dark.stderr).toMatch(words);
      expect(living.TableNames).toEqual(['dr-local-activity', 'dr-local-control']);
    });
  });

  describe('asks Route 53', () => {
    beforeAll(() => sandbox('automation', '--on'));
    afterAll(() => sandbox('automation', '--off'));

    it('what it answers', async () => {
      const { HostedZones: zones } = await told(EAST, 'route53 list-hosted-zones');
      const ask = (name: string, zone = zones[0].Id) =>
        aws(EAST, `route53 test-dns-answer --hosted-zone-id ${zone} --record-name ${name} --record-type A`);
      const served = await eventually(
        async () => JSON.parse((await ask('trade.trading.example.com')).stdout),
        ({ RecordData: [data] }) => String(data).includes(EAST),
      );
      const nothing = await ask('none.trading.example.com');
      const none = await ask('trade.trading.example.com', 'ZNONE');

      expect(zones).toMatchObject([{ Name: 'trading.example.com.' }]);
      expect(served).toMatchObject({
        RecordName: 'trade.trading.example.com.',
        RecordType: 'A',
        RecordData: [expect.stringMatching(/^dr-local-trade-\d+\.us-east-1\.elb\.amazonaws\.com$/)],
        ResponseCode: 'NOERROR',
      });
      expect(JSON.parse(nothing.stdout)).toMatchObject({ RecordData: [], ResponseCode: 'NXDOMAIN' });
      expect(none).toEqual(refused('NoSuchHostedZone', 'TestDNSAnswer', 'No hosted zone found with ID: ZNONE'));
    });

    it('how a health check stands', async () => {
      const { HealthChecks: checks } = await told(EAST, 'route53 list-health-checks');
      const deep = checks.find(
        ({ HealthCheckConfig: { FullyQualifiedDomainName: host, ResourcePath: path } }: Json) =>
          path === '/' && host === 'trade-us-east-1.trading.example.com',
      );
      const { HealthCheckObservations: observed } = await told(
        EAST,
        `route53 get-health-check-status --health-check-id ${deep.Id}`,
      );
      const none = await aws(EAST, 'route53 get-health-check-status --health-check-id none');

      expect(deep.HealthCheckConfig).toMatchObject({ Type: 'HTTPS_STR_MATCH', Port: 8443, RequestInterval: 10 });
      expect(observed).toMatchObject([
        { Region: 'us-east-1', StatusReport: { Status: 'Success: HTTP Status Code 200' } },
      ]);
      expect(none).toEqual(
        refused('NoSuchHealthCheck', 'GetHealthCheckStatus', 'A health check with id none does not exist.'),
      );
    });
  });
});
