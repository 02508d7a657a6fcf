/** Faults that were made before are put into the sources one by one, and each is caught. */
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { editSource } from './source-edits';
import { promisedResources, SYNTHESIZED } from './synthesized';
import { type CommandResult, outputOf, run, TestAccount, WORKSPACE } from './workspace';
import { filesIn, WorkspaceCopy } from './workspace-copy';

/**
 * Eight mistakes that were made once. Each is put back into the sources of a copy, where what is meant to catch it has to
 * catch it: a count, a look at the synthesized Terraform, the compiler, or real Terraform against the account.
 */
const workspace = new WorkspaceCopy('workspace');
const account = TestAccount.deployed('local');

const STATE = 'data-us-east-1';
const DNS_STATE = 'global-dns-us-west-2';
const workFolder = account.deployment(STATE);
let terraformVariables: Record<string, string | undefined>;
const terraform = (...args: string[]) =>
  run('terraform', [...args, '-no-color'], { cwd: workFolder, env: terraformVariables });

beforeAll(async () => {
  outputOf(await account.runStacks('plan', { stacks: ['data'] }));
  const types = `--types=${[...typesIn('data', STATE), ...typesIn('global-dns', DNS_STATE)].join(',')}`;
  terraformVariables = account.terraformEnvironment(await account.sandbox('env', `--folder=${workFolder}`, types));
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

type Edit = (source: string) => string;

/** Acts while a source has a fault in it. */
async function withFault<Result>(file: string, fault: Edit, act: () => Promise<Result>): Promise<Result> {
  const sound = workspace.read(file);
  workspace.write(file, fault(sound));
  try {
    return await act();
  } finally {
    workspace.write(file, sound);
  }
}

/** Builds and synthesizes a stack of the copy with a fault in it. */
const synthesizeWithFault = (stack: string, file: string, fault: Edit): Promise<CommandResult> =>
  withFault(file, fault, async () => {
    await workspace.build(stack);
    return workspace.synthesize(stack);
  });

/** Where a stack is synthesized without a fault, and where with one. */
const SOUND = join(SYNTHESIZED, 'local');
const FAULTY = join(workspace.root, 'dist/synth/local');

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

type Configuration = Readonly<Record<string, Resources>> & { readonly resource: Resources };

function configuration(root: string, stack: string, state: string): Configuration {
  return JSON.parse(readFileSync(join(root, stack, 'stacks', state, 'cdk.tf.json'), 'utf8')) as Configuration;
}

const synthesized = (...place: Parameters<typeof configuration>) => configuration(...place).resource;

/** The types of a state: with those of the whole provider each run of Terraform takes half a second longer. */
const typesIn = (stack: string, state: string) =>
  ['resource', 'data', 'ephemeral'].flatMap((kind) => Object.keys(configuration(SOUND, stack, state)[kind] ?? {}));

const count = (resources: Resources) =>
  Object.values(resources).reduce((sum, byName) => sum + Object.keys(byName).length, 0);

/** Runs Terraform in the deployed work folder of {@link STATE} with another state's configuration. */
async function inWorkFolder(stack: string, state: string, act: () => Promise<CommandResult>): Promise<CommandResult> {
  const file = join(workFolder, 'cdk.tf.json');
  const sound = readFileSync(file, 'utf8');
  cpSync(join(FAULTY, stack, 'stacks', state, 'cdk.tf.json'), file);
  try {
    return await act();
  } finally {
    writeFileSync(file, sound);
  }
}

/** A construction whose resource gets a block of its own shape. */
const overriding =
  (construction: string, overrides: Readonly<Record<string, string>>): Edit =>
  (source) =>
    editSource(source, { construction }, ({ text }) => {
      const calls = Object.entries(overrides).map(([block, value]) => `made.addOverride('${block}', ${value})`);
      return `((made) => (${calls.join(', ')}, made))(${text})`;
    });

describe('a fault that was made before is caught:', () => {
  it('(1) a stack that promises resources and synthesizes fewer', async () => {
    const state = 'data-us-west-2';
    const promised = promisedResources('local', ['data'])[state];

    const { status } = await synthesizeWithFault('data', 'apps/data/src/standby-data-state.ts', (source) =>
      editSource(source, { construction: 'RegionalCopies' }, ({ args }) => args.join()),
    );

    expect(status).toBe(0);
    expect(count(synthesized(SOUND, 'data', state))).toBe(promised);
    expect(count(synthesized(FAULTY, 'data', state))).toBeLessThan(promised ?? 0);
  });

  it('(2) a global cluster identifier that reaches the standby as a literal', async () => {
    const isRead = (root: string) => {
      const [cluster] = Object.values(synthesized(root, 'data', 'data-us-west-2')['aws_rds_cluster'] ?? {});
      return String(cluster?.['global_cluster_identifier']).startsWith('${local.database-us-east-1[');
    };

    const { status } = await synthesizeWithFault('data', 'apps/data/src/standby-data-state.ts', (source) =>
      editSource(source, { construction: 'RegionalDatabase' }, ({ args, withArgument }) =>
        withArgument(1, `{ ...${args[1]}, globalClusterIdentifier: 'dr-local-trading' }`),
      ),
    );

    expect(status).toBe(0);
    expect([isRead(SOUND), isRead(FAULTY)]).toEqual([true, false]);
  });

  it('(3) a role that no stack makes', async () => {
    await synthesizeWithFault('data', 'libs/aws-constructs/src/aurora-global/aurora-regional-cluster.ts', (source) =>
      editSource(source, { construction: 'RdsClusterInstance' }, ({ args, withArgument }) =>
        withArgument(
          2,
          `{ ...${args[2]}, monitoringInterval: 60, monitoringRoleArn: 'arn:aws:iam::000000000000:role/rds-monitoring' }`,
        ),
      ),
    );

    const applied = await inWorkFolder('data', STATE, () =>
      terraform('apply', '-input=false', '-auto-approve', '-refresh=false'),
    );
    const planned = await terraform('plan', '-input=false', '-detailed-exitcode');

    expect(applied.status).not.toBe(0);
    expect(applied.output).toContain('IAM role ARN value is invalid or does not include the required permissions');
    // What was refused was not done: without the fault everything is as it was.
    expect(planned.output).toContain('No changes.');
    expect(planned.status).toBe(0);
  });

  it("(4) a function's code that is found from one folder only, or is not there", async () => {
    const outdir = join(workspace.root, 'dist/elsewhere');
    const bundle = join(WORKSPACE, 'dist/apps/compute/main.js');
    const elsewhere = await run(process.execPath, [bundle, '--environment', 'local', '--outdir', outdir], {
      cwd: join(workspace.root, 'apps/data'),
    });
    const files = workspace.files('dist/elsewhere');

    const missing = await synthesizeWithFault('compute', 'apps/compute/src/failover-controller-function.ts', (source) =>
      editSource(source, { literal: 'failover-controller.zip' }, () => "'failover-controler.zip'"),
    );

    expect(elsewhere.status).toBe(0);
    expect(Object.keys(files).filter((file) => file.endsWith('.zip'))).toHaveLength(10);
    expect(files).toEqual(filesIn(join(SOUND, 'compute')));
    expect(missing.status).not.toBe(0);
    expect(missing.output).toMatch(
      /archive is \/\S+\/handlers\/failover-controler\.zip, expected an existing zip file\. Build the stack's handlers first\./,
    );
  });

  it('(5) a library or folder that bears the name of a dependency', () => {
    const { dependencies, devDependencies } = JSON.parse(workspace.read('package.json')) as Record<string, object>;
    const taken = new Set(Object.keys({ ...dependencies, ...devDependencies }).flatMap((name) => name.split('/')));
    const colliding = () =>
      ['apps', 'libs', 'tools'].flatMap((kind) =>
        readdirSync(join(workspace.root, kind), { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && taken.has(entry.name))
          .map((entry) => `${kind}/${entry.name}`),
      );
    expect(taken.size).toBeGreaterThan(20);
    expect(colliding()).toEqual([]);

    mkdirSync(join(workspace.root, 'libs/constructs'));
    expect(colliding()).toEqual(['libs/constructs']);
  });

  it('(6) a construct whose resource has a name that a construct has already', async () => {
    const file = 'libs/aws-constructs/src/encryption-key/encryption-key.ts';
    const only = 'libs/aws-constructs/tsconfig.only.json';
    workspace.write(
      only,
      JSON.stringify({ extends: './tsconfig.json', include: [], files: [join(workspace.root, file)] }),
    );
    const compile = () =>
      run('node_modules/.bin/tsc', ['--project', only, '--pretty', 'false'], { cwd: workspace.root });

    const { output, status } = await withFault(
      file,
      (source) =>
        editSource(source, { class: 'EncryptionKey' }, ({ text }) =>
          text.replace(/\}$/, "  readonly node: string = 'key';\n}"),
        ),
      compile,
    );

    expect(status).not.toBe(0);
    expect(output).toMatch(/Property 'node' in type 'EncryptionKey' is not assignable to the same property/);
  });

  it("(7) a failover policy of another shape than the provider's", async () => {
    await synthesizeWithFault(
      'global-dns',
      'libs/aws-constructs/src/dns-failover/failover-records.ts',
      overriding('Route53Record', { failover_routing_policy: "{ policy_type: 'PRIMARY' }" }),
    );

    const { output, status } = await inWorkFolder('global-dns', DNS_STATE, () => terraform('validate'));

    expect(status).not.toBe(0);
    expect(output).toMatch(/failover_routing_policy|policy_type/);
    expect(output).toMatch(/Missing required argument|Extraneous JSON object property|Unsupported argument/);
  });

  it("(8) a table whose blocks are of another shape than the provider's", async () => {
    const wrong = {
      replica: "[{ region: 'us-west-2' }]",
      global_secondary_index: "[{ index_name: 'user-index', hash_key: 'userId', projection_type: 'ALL' }]",
      point_in_time_recovery: '[{ on: true }]',
    };
    await synthesizeWithFault(
      'data',
      'libs/aws-constructs/src/dynamodb-global/global-table.ts',
      overriding('DynamodbTable', wrong),
    );

    const { output, status } = await inWorkFolder('data', STATE, () => terraform('validate'));
    const refused = output.split(/^Error: /m).slice(1);

    expect(status).not.toBe(0);
    for (const block of Object.keys(wrong)) {
      expect(refused).toContainEqual(
        expect.stringMatching(
          new RegExp(
            `^(Missing required argument|Extraneous JSON object property|Unsupported argument)[^]*aws_dynamodb_table[^]*${block}`,
          ),
        ),
      );
    }
  });

  it('and without any of them the stack is synthesized as it was, and sound to Terraform', async () => {
    await workspace.build('data');
    await workspace.synthesize('data');

    expect(workspace.files('dist/synth/local/data')).toEqual(filesIn(join(SOUND, 'data')));
    expect((await terraform('validate')).output).toContain('The configuration is valid');
  });
});
