/** A company adopts a copy of the workspace: generated files and production are the company's, and the command typed again changes nothing. */
import { loadEnvironment } from '@dr/environments';
import { ACME, wholeCopy } from './adopted-workspace';
import { readManifest, STACKS } from './synthesized';
import { outputOf } from './workspace';

const workspace = wholeCopy();
afterAll(() => workspace.dispose());

const { platform, accountId, domainName, regions } = loadEnvironment('prod');
const owners = STACKS.map((stack) => readManifest('prod', stack).owner);

const status = () => workspace.git('status', '--porcelain');

it('a wrong value is refused with the nearest right one, and nothing is changed', async () => {
  const refused = await workspace.stacks([
    'adopt',
    ...ACME,
    '--account=prd=1',
    '--regions=eu-wst-1,us-east-1,us-west-2',
  ]);

  expect(refused.status).toBe(1);
  expect(refused.output).toContain('--account is prd=1, expected one of dev, prod, and its value, as prod=1.\n');
  expect(refused.output).toMatch(/^--regions is eu-wst-1, expected one of .* Did you mean eu-west-1\?$/m);
  expect(refused.output).not.toContain('    at ');
  expect(status()).toBe('');
});

it('--dry-run lists what would change, and changes nothing', async () => {
  const listed = outputOf(await workspace.stacks(['adopt', ...ACME, '--dry-run']));

  expect(listed).toContain(`\n  platform: ${platform} -> acme\n  accountId: ${accountId} -> 210987654321\n`);
  expect(listed).toMatch(/^ {2}stateBackend\.bucketPrefix: \S+ -> acme-prod-tfstate-210987654321$/m);
  expect(listed).toMatch(/^apps\/data\/src\/main\.ts\n {2}owner: [a-z]+-team -> storage-team$/m);
  expect(listed).toContain('\ndocs/settings.md, which follows');
  expect(status()).toBe('');
});

it('changes that no commit holds are refused', async () => {
  workspace.write('notes.txt', 'not yet');

  const refused = await workspace.stacks(['adopt', ...ACME]);

  expect(refused).toMatchObject({ status: 1 });
  expect(refused.output).toContain(
    'the work tree has changes that no commit holds, expected that all can be taken back. Nothing was changed. Commit them, or add --force.',
  );
  expect(status()).toBe('?? notes.txt');
  workspace.commit('Notes');
});

describe('after the adoption', () => {
  beforeAll(async () => {
    const said = outputOf(await workspace.stacks(['adopt', ...ACME]));
    expect(said).toContain('prod_PLAN_ROLE=arn:aws:iam::210987654321:role/acme-prod-plan');
  });

  it('the command typed again changes nothing', async () => {
    const before = workspace.commit('Adopted');

    const again = outputOf(await workspace.stacks(['adopt', ...ACME]));

    expect(again).toMatch(/^Nothing to change\.$/m);
    expect(again).not.toContain('UPDATE ');
    expect([status(), workspace.git('rev-parse', 'HEAD')]).toEqual(['', before]);
  });

  it('what is generated agrees with the sources', async () => {
    outputOf(await workspace.nx(['sync:check']));
    const page = `--rootDir libs/environments --testMatch '<rootDir>/src/settings-page.spec.ts'`;
    outputOf(await workspace.type(`node node_modules/jest/bin/jest.js --config jest.preset.js ${page}`));

    expect(workspace.read('.github/CODEOWNERS')).toMatch(
      /^\* @acme\/cloud-team\n\/apps\/compute\/ @acme\/orders-team$/m,
    );
    expect(workspace.read('apps/network/README.md')).toContain('Owner: routing-team.');
    expect(JSON.parse(workspace.read('apps/data/inventory.json'))).toHaveProperty('data-eu-west-1');
  });

  it('production is synthesized under its names, and under none of those before', async () => {
    outputOf(await workspace.nx(['run-many', '-t', 'synth', '-c', 'prod']));
    const files = Object.entries(workspace.files('dist/synth/prod')).map(
      ([file, content]) => [file, Buffer.from(content, 'base64').toString()] as const,
    );
    const configurations = files.filter(([file]) => file.endsWith('cdk.tf.json')).map(([, text]) => JSON.parse(text));
    const before = [`${platform}-prod`, `/${platform}/`, accountId, domainName, ...owners];
    const strangers = [...before, regions.standby.name, regions.witness];

    expect(configurations.length).toBeGreaterThan(20);
    for (const { provider, terraform } of configurations) {
      const [{ region, allowed_account_ids: accounts, default_tags: tags }] = provider.aws;
      expect(['eu-west-1', 'eu-central-1', 'eu-west-2', 'us-east-1']).toContain(region);
      expect(accounts).toEqual(['210987654321']);
      expect(tags[0].tags).toMatchObject({
        platform: 'acme',
        owner: expect.stringMatching(/^(routing|storage|orders)-/),
      });
      expect(terraform.backend.s3.bucket).toBe(`acme-prod-tfstate-210987654321-${region}`);
    }
    expect(STACKS.map((stack) => files.some(([file]) => file.startsWith(`${stack}/`)))).toEqual(STACKS.map(() => true));
    expect(
      files.flatMap(([file, text]) =>
        strangers.filter((each) => text.includes(each)).map((each) => `${file}: ${each}`),
      ),
    ).toEqual([]);
  });
});
