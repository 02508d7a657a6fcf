/** Terraform's own S3 backend with its lock file, as the environments of AWS have it, against the sandbox's endpoint. */
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { type CommandResult, run, TestAccount } from './workspace';

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
  const made = await making('apply', '-input=false', '-auto-approve');
  if (made.status !== 0) throw new Error(made.output);

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
