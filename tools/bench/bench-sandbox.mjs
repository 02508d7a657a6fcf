import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { openBenchAccount } from './bench-account.mjs';
import { figure, median, secondsOf } from './measure.mjs';

const RESOURCES = 10_000;
const AT_ONCE = 20;
const TIMED_CREATES = 300;

/**
 * The account's process with 10,000 resources: the time of one create after the other, as its caller sees it, and the
 * most memory it ever held, Terraform with every type of the provider included.
 */
export async function benchSandbox({ workspace, env, say }) {
  const account = await openBenchAccount({ workspace, env });
  try {
    const { AWS_ENDPOINT_URL } = await account.environmentFor(account.home);
    const credentials = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' };
    const ssm = new SSMClient({ region: 'us-east-1', endpoint: AWS_ENDPOINT_URL, credentials });
    const create = (name) =>
      ssm.send(new PutParameterCommand({ Name: `/bench/${name}`, Value: 'value', Type: 'String' }));
    await Promise.all(
      Array.from({ length: AT_ONCE }, async (_, lane) => {
        for (let index = lane; index < RESOURCES; index += AT_ONCE) await create(`fill/${index}`);
      }),
    );
    const { resources } = await account.status();
    say(`sandbox: ${resources} resources in the account`);
    const times = [];
    for (let index = 0; index < TIMED_CREATES; index++) {
      const begun = performance.now();
      await create(`timed/${index}`);
      times.push(performance.now() - begun);
    }
    const used = await account.peakMemoryMb();
    await runTerraformWithAllTypes(account);
    const all = await account.peakMemoryMb();
    return [
      figure(`create with ${RESOURCES} resources in the account, HTTP included`, median(times), 'ms', { atMost: 5 }),
      figure('most memory of the process with them', used, 'MB', { atMost: 250 }),
      figure('most memory after Terraform asked for every type', all, 'MB', { atMost: 250 }),
    ];
  } finally {
    await account.close();
  }
}

async function runTerraformWithAllTypes(account) {
  const folder = join(account.home, 'all-types');
  mkdirSync(folder);
  writeFileSync(join(folder, 'main.tf'), 'resource "aws_sqs_queue" "orders" { name = "orders" }\n');
  const env = { ...account.env, ...(await account.environmentFor(folder)), CHECKPOINT_DISABLE: '1' };
  await secondsOf('terraform', ['init', '-input=false'], { cwd: folder, env });
  await secondsOf('terraform', ['apply', '-input=false', '-auto-approve'], { cwd: folder, env });
}
