import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openState } from '../engine/state-run';
import { awsAccount } from './aws-account';
import { emulatorAccount } from './emulator-account';
import { openAccount } from './open-account';
import { s3BackendOverride, type TerraformAccount } from './terraform-account';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-account-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const S3_BACKEND = { s3: { bucket: 'dr-state-us-east-1', key: 'network-us-east-1', region: 'us-east-1' } };

/** A state of an account of one's own, with its backend in S3 and a provider for each of two regions. */
const TERRAFORM_JSON = {
  terraform: { backend: S3_BACKEND },
  provider: {
    aws: [
      { region: 'us-east-1', allowed_account_ids: ['222222222222'] },
      { alias: 'west', region: 'us-west-2', allowed_account_ids: ['222222222222'] },
    ],
  },
};

/** Runs a state with a Terraform that notes each command line and the variables that it was given. */
async function commandLines(account: TerraformAccount): Promise<readonly string[]> {
  const log = join(folder, 'commands');
  const binary = join(folder, 'terraform');
  // It plans one change, and applies it.
  writeFileSync(
    binary,
    `#!/bin/sh
echo "$@ | $AWS_ENDPOINT_URL $AWS_ACCESS_KEY_ID $AWS_SECRET_ACCESS_KEY\${TF_REATTACH_PROVIDERS:+ $TF_REATTACH_PROVIDERS}" >> ${log}
case "$1" in
  init) mkdir .terraform;;
  plan) exit 2;;
  show) echo '{"resource_changes":[{"address":"aws_vpc.this","mode":"managed","type":"aws_vpc","change":{"actions":["create"],"before":null,"after":{}}}]}';;
esac
`,
  );
  chmodSync(binary, 0o755);
  const state = await openState({
    entry: { name: 'network-us-east-1', region: 'us-east-1', folder: '', digest: '', publishes: [], reads: [] },
    terraformJson: TERRAFORM_JSON,
    workFolder: join(folder, 'work'),
    binary,
    account,
    commandLine: 'nx run network:deploy',
    destination: { environment: 'local', account: 'sandbox' },
    interrupt: new AbortController().signal,
    initialised: new Map(),
    onProgress: () => undefined,
    onWarning: () => undefined,
  });
  const plan = await state.plan({ destroy: false });
  if (plan.hasChanges) await state.apply(plan);
  await state.close();
  return readFileSync(log, 'utf8').trim().split('\n');
}

const readOverride = () => JSON.parse(readFileSync(join(folder, 'work/account_override.tf.json'), 'utf8'));

describe('the emulator', () => {
  it('is refused without its endpoint', () => {
    expect(() => emulatorAccount({})).toThrow(
      'AWS_ENDPOINT_URL is missing, expected the endpoint of an AWS emulator such as http://127.0.0.1:4566. Set it and run again.',
    );
  });

  it('is reached by the variables of each command', async () => {
    const account = emulatorAccount({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' });

    expect(await commandLines(account)).toEqual([
      'init -input=false -reconfigure -json | http://127.0.0.1:4566 emulator emulator',
      'plan -lock-timeout=60s -input=false -json -detailed-exitcode -out=deploy.tfplan | http://127.0.0.1:4566 emulator emulator',
      'show -json -no-color deploy.tfplan | http://127.0.0.1:4566 emulator emulator',
      'apply -lock-timeout=60s -input=false -json deploy.tfplan | http://127.0.0.1:4566 emulator emulator',
    ]);
  });

  it('takes the credentials of the environment where there are some', async () => {
    const credentials = { AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret' };
    const account = emulatorAccount({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566', ...credentials });

    expect((await commandLines(account))[0]).toBe(
      'init -input=false -reconfigure -json | http://127.0.0.1:4566 key secret',
    );
  });

  it('keeps the state beside the work folder, and asks nothing that an emulator cannot answer', async () => {
    await commandLines(emulatorAccount({ AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' }));

    const settings = {
      allowed_account_ids: null,
      skip_credentials_validation: true,
      skip_requesting_account_id: true,
      skip_metadata_api_check: 'true',
      s3_use_path_style: true,
    };
    expect(readOverride()).toEqual({
      terraform: { backend: { local: { path: 'terraform.tfstate' } } },
      provider: { aws: [settings, { alias: 'west', ...settings }] },
    });
  });
});

describe('AWS', () => {
  it('is given what was synthesized, and the credentials of the shell', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'secret' });
    delete process.env['AWS_ENDPOINT_URL'];

    const lines = await commandLines(awsAccount);
    process.env = before;

    expect(lines[1]).toBe(
      'plan -lock-timeout=60s -input=false -json -detailed-exitcode -out=deploy.tfplan |  own secret',
    );
    expect(readOverride).toThrow('ENOENT');
    expect(JSON.parse(readFileSync(join(folder, 'work/cdk.tf.json'), 'utf8'))).toEqual(TERRAFORM_JSON);
  });
});

describe('variables of the shell', () => {
  const before = { ...process.env };
  afterEach(() => (process.env = { ...before }));

  it('come after those of the account', async () => {
    Object.assign(process.env, {
      TF_REATTACH_PROVIDERS: 'shell',
      AWS_ENDPOINT_URL: 'shell',
      AWS_ACCESS_KEY_ID: 'shell',
    });
    const own = { AWS_ENDPOINT_URL: 'own', AWS_ACCESS_KEY_ID: 'own', AWS_SECRET_ACCESS_KEY: 'own' };
    const environment = () => Promise.resolve({ ...own, TF_REATTACH_PROVIDERS: 'own' });

    const lines = await commandLines({ ...awsAccount, environment });

    expect(new Set(lines.map((line) => line.split('| ')[1]))).toEqual(new Set(['own own own own']));
  });

  it.each(['sandbox', 'emulator', 'aws'])('that lead elsewhere are refused before %s is opened', async (account) => {
    process.env['TF_WORKSPACE'] = 'other';

    await expect(openAccount(account, folder, () => undefined)).rejects.toThrow(
      `--account=${account}: TF_WORKSPACE is set, expected none`,
    );
  });
});

describe('an account that there is none of', () => {
  it.each(['constructor', '__proto__', 'toString'])('is refused where its name is %s', async (name) => {
    await expect(openAccount(name, folder, () => undefined)).rejects.toThrow(`--account is ${name}, expected one of`);
  });

  it('is refused with the names of those that there are', async () => {
    await expect(openAccount('azure', folder, () => undefined)).rejects.toThrow(
      '--account is azure, expected one of sandbox, emulator, aws. Nothing was changed.',
    );
  });
});

describe('a backend that is named', () => {
  it('keeps the synthesized bucket and key, at the endpoint of the account', () => {
    expect(s3BackendOverride(TERRAFORM_JSON, 'http://127.0.0.1:4577')).toEqual({
      terraform: {
        backend: {
          s3: {
            ...S3_BACKEND.s3,
            endpoints: { s3: 'http://127.0.0.1:4577' },
            use_path_style: true,
            access_key: 'sandbox',
            secret_key: 'sandbox',
            skip_credentials_validation: true,
            skip_requesting_account_id: true,
            skip_metadata_api_check: true,
            skip_region_validation: true,
          },
        },
      },
    });
  });

  it('is refused where the environment has no bucket, and of an emulator', async () => {
    expect(() => s3BackendOverride({ terraform: { backend: { local: {} } } }, 'http://127.0.0.1:4577')).toThrow(
      '--backend is s3, expected an environment whose stateBackend is of that kind. Nothing was changed. Name one, or leave the option out.',
    );
    await expect(openAccount('emulator', folder, () => undefined, 's3')).rejects.toThrow(
      '--backend is s3, expected no such option of an emulator: its states are beside the work folders. Nothing was changed. Leave it out.',
    );
  });

  it('of AWS is the synthesized one, or for a bootstrap a file beside the configuration', async () => {
    const [synthesized, beside] = await Promise.all([
      openAccount('aws', folder, () => undefined),
      openAccount('aws', folder, () => undefined, 'local'),
    ]);

    expect(synthesized.override(TERRAFORM_JSON)).toBeUndefined();
    expect(beside.override(TERRAFORM_JSON)).toEqual({
      terraform: { backend: { local: { path: 'terraform.tfstate' } } },
    });
  });
});
