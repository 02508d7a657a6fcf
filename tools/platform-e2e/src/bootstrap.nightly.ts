/** An empty account is bootstrapped, and production's settings are deployed into it with their states in the buckets that it made. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { loadEnvironment } from '@dr/environments';
import { readManifest, STACKS } from './synthesized';
import { outputOf, TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

const account = new TestAccount();
const DESTINATION = ['--environment=prod', '--account=sandbox'] as const;
const { regions, stateBackend } = loadEnvironment('prod');
const primary = regions.primary.name;
const PREFIX = stateBackend.kind === 's3' ? stateBackend.bucketPrefix : '';
const bucketIn = (region: string) => `${PREFIX}-${region}`;
const STATE = { Bucket: bucketIn(primary), Key: `bootstrap/bootstrap-${primary}.tfstate` };

/** File of the state before it was moved. */
const stateFile = join(account.sandboxHome, `states/prod/bootstrap-${primary}.tfstate`);

const opened: S3Client[] = [];
afterAll(async () => {
  for (const client of opened) client.destroy();
  await account.dispose();
});

function s3In(region: string): S3Client {
  const client = new S3Client({
    ...{ region, endpoint: account.endpoint, forcePathStyle: true },
    credentials: { accessKeyId: 'sandbox', secretAccessKey: 'sandbox' },
  });
  opened.push(client);
  return client;
}

const bootstrap = (...options: readonly string[]) =>
  account.nx('run', 'bootstrap:deploy', ...DESTINATION, '--output-style=stream', ...options);

async function stateInBucket(): Promise<{ readonly lineage: string; readonly serial: number; readonly text: string }> {
  const { Body: body } = await s3In(primary).send(new GetObjectCommand(STATE));
  const text = (await body?.transformToString()) ?? '';
  return { ...JSON.parse(text), text };
}

describe('the bootstrap of an empty account', () => {
  it('is done by nothing but its own name', async () => {
    const many = await account.nx('run-many', '-t', 'deploy', '-p', 'bootstrap', ...DESTINATION);

    expect(many).toMatchObject({ status: 0 });
    expect(many.output).toContain('bootstrap: deploy was not asked for, left as it is');
    expect(existsSync(join(account.sandboxHome, 'states/prod'))).toBe(false);
  });

  it('makes what deploys need, and moves its state into the bucket that it made', async () => {
    const made = await bootstrap();

    expect(made).toMatchObject({ status: 0 });
    const [, serial = ''] =
      new RegExp(`bootstrap-${primary}: state moved to s3://\\S+/bootstrap-${primary}\\.tfstate, serial (\\d+)`).exec(
        made.output,
      ) ?? [];
    expect(await stateInBucket()).toMatchObject({ serial: Number(serial) });
    expect(existsSync(stateFile)).toBe(false);
  });

  it('is planned from there the next time, and changes nothing', async () => {
    const before = await stateInBucket();

    const again = await bootstrap('--fail-on-changes');

    expect(again).toMatchObject({ status: 0 });
    expect(again.output).toContain(`bootstrap-${primary}: no change`);
    expect(again.output).not.toContain('state moved');
    expect(await stateInBucket()).toEqual(before);
  });

  it('ends a move that died after the bucket had the state', async () => {
    const { text } = await stateInBucket();
    mkdirSync(dirname(stateFile), { recursive: true });
    writeFileSync(stateFile, text);

    const again = await bootstrap();

    expect(again).toMatchObject({ status: 0 });
    expect(existsSync(stateFile)).toBe(false);
  });

  it('stops at a state beside it that is another one, and leaves both', async () => {
    const { text, lineage } = await stateInBucket();
    writeFileSync(stateFile, text.replace(lineage, '11111111-1111-1111-1111-111111111111'));

    const again = await bootstrap();

    expect(again.status).toBe(1);
    expect(again.output).toMatch(
      /bootstrap-\S+: its bucket holds serial \d+ of \S+, expected \d+ of 11111111-1111-1111-1111-111111111111, as its file does\. The file stays\./,
    );
    expect(readFileSync(stateFile, 'utf8')).toContain('11111111');
    rmSync(stateFile);
  });

  it('is refused for an environment without state buckets', async () => {
    const local = await account.nx('run', 'bootstrap:deploy', '--output-style=stream');

    expect(local.status).toBe(1);
    expect(local.output).toContain('stateBackend of the environment local is local, expected s3');
  });
});

describe('production in that account', () => {
  const deploy = (...options: readonly string[]) =>
    account.nx('run-many', '-t', 'deploy', ...DESTINATION, '--backend=s3', '--output-style=stream', ...options);

  it('is refused before the first apply where the bootstrap was of a commit without the boundary of services', async () => {
    const { text } = await stateInBucket();
    const isBoundary = ({ name }: { readonly name: string }) => name === 'ServiceBoundary';
    const state = JSON.parse(text) as { readonly resources: readonly { readonly name: string }[] };
    const older = { ...state, resources: state.resources.filter((resource) => !isBoundary(resource)) };
    await s3In(primary).send(new PutObjectCommand({ ...STATE, Body: JSON.stringify(older) }));

    const refused = await deploy();
    await s3In(primary).send(new PutObjectCommand({ ...STATE, Body: text }));

    expect(state.resources.filter(isBoundary)).toHaveLength(1);
    expect(refused.status).toBe(1);
    expect(refused.output).toMatch(
      /-service-boundary is not in the account, expected the boundary that limits the roles of services: \S+, .* Nothing was changed\. As an administrator: npx nx run bootstrap:deploy --environment=prod --account=sandbox\./,
    );
    expect(refused.output).not.toMatch(/: deployed, /);
  });

  it('is deployed with its states in the buckets, each under the folder of its stack', async () => {
    outputOf(await deploy());

    const keysIn = async (region: string) => {
      const Bucket = bucketIn(region);
      const { Contents: objects = [] } = await s3In(region).send(new ListObjectsV2Command({ Bucket }));
      return objects.map(({ Key: key = '' }) => key).sort();
    };
    const states = STACKS.flatMap((stack) =>
      readManifest('prod', stack).states.map(({ name, region }) => [region, `${stack}/${name}.tfstate`] as const),
    );
    expect(states.length).toBeGreaterThan(25);
    for (const region of new Set([primary, ...states.map(([of]) => of)])) {
      const own = region === primary ? [STATE.Key] : [];
      const expected = states.flatMap(([of, key]) => (of === region ? [key] : []));
      expect(await keysIn(region)).toEqual([...expected, ...own].sort());
    }
  });

  it('is planned again without a change', async () => {
    outputOf(await account.nx('run-many', '-t', 'plan', ...DESTINATION, '--backend=s3', '--fail-on-changes'));
  });

  it('keeps its state buckets: a bootstrap that names others is refused, and makes nothing', async () => {
    const copy = new WorkspaceCopy('workspace');
    copy.replace('libs/environments/src/environments/prod.ts', PREFIX, `${PREFIX}-2`);
    const before = account.accountFiles();

    const refused = await copy.nx(['run', 'bootstrap:deploy', ...DESTINATION, '--output-style=stream'], {
      variables: account.environment,
    });
    copy.dispose();

    expect(refused.status).toBe(1);
    expect(refused.output).toContain(
      `prod: stateBackend.bucketPrefix is ${PREFIX}-2, expected ${PREFIX}, which what is deployed has: this change means a new deployment. Nothing was changed.`,
    );
    expect(account.accountFiles()).toEqual(before);
    expect(existsSync(stateFile)).toBe(false);
  });
});
