/** Terraform's own S3 backend with its lock file, as the environments of AWS have it, against the sandbox's endpoint. */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openAccount } from '@dr/stack-plugin/accounts';
import { EMPTY_PLAN, openState, reconcileState, type StateRunOptions } from '@dr/stack-plugin/engine';
import { type CommandResult, outputOf, run, TestAccount, WORKSPACE } from './workspace';

const account = new TestAccount();
const LOCK = { Bucket: 'e2e-states', Key: 'orders/terraform.tfstate.tflock' };
const STATE = { Bucket: 'e2e-states', Key: 'orders/terraform.tfstate' };
let client: S3Client;

afterAll(async () => {
  client.destroy();
  await account.dispose();
});

/** The types of both folders: with those of the whole provider each run of Terraform takes half a second longer. */
const TYPES = '--types=aws_s3_bucket,aws_cloudwatch_log_group';

async function environmentOf(folder: string): Promise<Record<string, string | undefined>> {
  return account.terraformEnvironment(await account.sandbox('env', `--folder=${folder}`, TYPES));
}

async function terraformIn(name: string): Promise<(...args: string[]) => Promise<CommandResult>> {
  const folder = join(account.home, name);
  mkdirSync(folder, { recursive: true });
  const environment = await environmentOf(folder);
  return (...args) => run('terraform', [...args, '-no-color'], { cwd: folder, env: environment });
}

let terraform: Awaited<ReturnType<typeof terraformIn>>;

beforeAll(async () => {
  const bucket = join(account.home, 'bucket');
  mkdirSync(bucket, { recursive: true });
  writeFileSync(
    join(bucket, 'main.tf'),
    'provider "aws" { region = "us-west-2" }\nresource "aws_s3_bucket" "states" { bucket = "e2e-states" }\n',
  );
  const making = await terraformIn('bucket');
  await making('init', '-input=false');
  outputOf(await making('apply', '-input=false', '-auto-approve'));

  terraform = await terraformIn('orders');
  cpSync(join(__dirname, 'backend'), join(account.home, 'orders'), { recursive: true });
  const { AWS_ENDPOINT_URL: endpoint = '' } = await environmentOf(join(account.home, 'orders'));
  client = new S3Client({
    region: 'us-west-2',
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
});

const apply = (...args: string[]) => terraform('apply', '-input=false', '-auto-approve', ...args);

describe('a state in S3', () => {
  it('is written there by Terraform, and the lock is gone afterwards', async () => {
    const init = await terraform('init', '-input=false');
    const applied = await apply();

    expect(init.output).toContain('Successfully configured the backend "s3"!');
    expect(applied.output).toContain('Apply complete! Resources: 1 added, 0 changed, 0 destroyed.');
    const state = await client.send(new GetObjectCommand(STATE));
    expect(JSON.parse((await state.Body?.transformToString()) ?? '')).toMatchObject({
      serial: expect.any(Number),
      resources: [{ type: 'aws_cloudwatch_log_group' }],
    });
    await expect(client.send(new GetObjectCommand(LOCK))).rejects.toMatchObject({ name: 'NoSuchKey' });
  });

  it('that somebody else has locked is changed by nobody', async () => {
    const holder = { ID: 'a1', Operation: 'OperationTypeApply', Who: 'somebody@elsewhere', Path: 'e2e-states' };
    await client.send(new PutObjectCommand({ ...LOCK, Body: JSON.stringify(holder), IfNoneMatch: '*' }));

    const refused = await apply('-var=retention=14');
    await client.send(new DeleteObjectCommand(LOCK));
    const applied = await apply('-var=retention=14');

    expect(refused.status).toBe(1);
    expect(refused.output).toContain('Error acquiring the state lock');
    expect(refused.output).toContain('PreconditionFailed');
    expect(refused.output).toContain('somebody@elsewhere');
    expect(applied.output).toContain('Apply complete! Resources: 0 added, 1 changed, 0 destroyed.');
  });

  it('lets one of two at once through, and the other one after it', async () => {
    const both = await Promise.all([apply('-var=retention=30'), apply('-var=retention=30', '-lock-timeout=60s')]);

    // The one that waits always gets its turn; the one that does not is refused, or was first.
    expect(both[1]?.status).toBe(0);
    expect(both[0]?.status === 0 || both[0]?.output.includes('Error acquiring the state lock')).toBe(true);
    const plan = await terraform('plan', '-input=false', '-detailed-exitcode', '-var=retention=30');
    expect(plan.output).toContain('No changes.');
  });
});

/** A run of the engine for a state in the bucket that has a log group of its name, and other resources. */
async function optionsOf(state: string, workFolder: string, resources: object): Promise<StateRunOptions> {
  process.env['DR_SANDBOX_HOME'] = account.sandboxHome;
  const { statesFolder: _states, ...sandbox } = await openAccount('sandbox', WORKSPACE, () => undefined);
  const endpoint = sandbox.endpoint ?? '';
  const backend = {
    ...{ bucket: 'e2e-states', key: `${state}/terraform.tfstate`, region: 'us-west-2', use_lockfile: true },
    ...{ endpoints: { s3: endpoint }, use_path_style: true, access_key: 'sandbox', secret_key: 'sandbox' },
    ...{ skip_credentials_validation: true, skip_requesting_account_id: true, skip_metadata_api_check: true },
  };
  const tags = { platform: 'dr', environment: 'local', state };
  return {
    entry: { name: state, region: 'us-west-2', folder: '', digest: '', publishes: [], reads: [] },
    terraformJson: {
      terraform: { backend: { s3: backend }, required_providers: { aws: { source: 'hashicorp/aws' } } },
      provider: { aws: [{ region: 'us-west-2', default_tags: [{ tags }] }] },
      resource: { aws_cloudwatch_log_group: { a: { name: `/${state}` } }, ...resources },
    },
    workFolder,
    binary: 'terraform',
    account: { ...sandbox, override: () => undefined },
    commandLine: 'e2e',
    destination: { environment: 'local', account: 'sandbox' },
    lockTimeoutSeconds: 0,
    interrupt: new AbortController().signal,
    initialised: new Map(),
    onProgress: () => undefined,
    onWarning: () => undefined,
  };
}

describe('two teams that deploy a state at once, from two clones', () => {
  it('apply one plan: the other one is told that it was overtaken, and goes on when it is run again', async () => {
    const [one, other] = await Promise.all(
      ['one', 'other'].map(async (clone) => openState(await optionsOf('shared', join(account.home, clone), {}))),
    );
    if (!one || !other) throw new Error('two states were to be opened');
    const plans = [await one.plan({ destroy: false }), await other.plan({ destroy: false })] as const;

    const applied = await one.apply(plans[0]);
    const overtaken = await other.apply(plans[1]).catch((error: Error) => error.message);
    const again = await other.plan({ destroy: false });
    await Promise.all([one.close(), other.close()]);

    expect(applied).toMatchObject({ add: 1 });
    expect(overtaken).toContain(
      'shared: somebody else has changed this state since this run planned it, expected nobody to. Nothing of this state was changed. See who: npx --no-install stacks history shared --environment=local --account=sandbox. Run this again: it is planned over what is there now.',
    );
    expect(again.hasChanges).toBe(false);
  });
});

describe('a deploy that was killed with its state in S3', () => {
  const workFolder = join(account.home, 'killed');
  const CREDENTIALS = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
  const slow = { provisioner: [{ 'local-exec': { command: 'sleep 10' } }], depends_on: ['aws_cloudwatch_log_group.a'] };

  async function deploy(options: StateRunOptions): Promise<unknown> {
    const state = await openState(options);
    try {
      return await state.planAndApply(EMPTY_PLAN);
    } finally {
      await state.close();
    }
  }

  it('names who holds its lock, with the way out, and is repaired by its log', async () => {
    const options = await optionsOf('killed', workFolder, { terraform_data: { slow } });
    const client = { endpoint: options.account.endpoint ?? '', credentials: CREDENTIALS };
    const onProgress: StateRunOptions['onProgress'] = ({ current = [] }) => {
      if (!current.includes('terraform_data.slow')) return;
      const { pids } = JSON.parse(readFileSync(join(workFolder, 'deploy.lock'), 'utf8')) as { readonly pids: number[] };
      process.kill(pids.at(-1) as number, 'SIGKILL');
    };

    const killed = await deploy({ ...options, onProgress }).catch((error: Error) => error.message);
    const locked = await reconcileState({ ...options, reconciles: 'list' }, client).catch(
      (error: Error) => error.message,
    );
    const [, unlock = 'false'] = /^ {2}(terraform -chdir=\S+ force-unlock \S+)$/m.exec(String(locked)) ?? [];
    const unlocked = await run('sh', ['-c', unlock.replace('force-unlock', 'force-unlock -force')]);
    const listed = await reconcileState({ ...options, reconciles: 'list' }, client);
    const repaired = await reconcileState({ ...options, reconciles: 'repair' }, client);
    const deployed = await deploy(await optionsOf('killed', workFolder, {}));

    expect(killed).toContain('It had made 1 resources and was making 1');
    expect(locked).toMatch(/^killed: \S+@\S+ holds the lock on the state since 20.* UTC, expected nobody\./m);
    expect(unlocked).toMatchObject({ status: 0 });
    expect(listed.lost.found.map(({ address, importId, foundBy }) => [address, importId, foundBy])).toEqual([
      ['aws_cloudwatch_log_group.a', '/killed', 'log'],
    ]);
    expect([listed.settled, repaired.settled]).toEqual([undefined, { lineage: expect.any(String), serial: 1 }]);
    expect(deployed).toMatchObject({ counts: { add: 0, remove: 0 } });
  });
});
