import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisedResources } from './synthesized';
import { TestAccount } from './workspace';
import { WorkspaceCopy } from './workspace-copy';

/**
 * Eight mistakes that were made once. Each is put back into the sources of a copy, where what is meant to catch it has to
 * catch it: a count, a look at the synthesized Terraform, the compiler, or real Terraform against the account.
 */
const workspace = new WorkspaceCopy('workspace');
const account = new TestAccount({ workspace: workspace.root });
const nx = (...args: string[]) => workspace.nx(args, { variables: account.environment });

beforeAll(async () => {
  const { status, output } = await nx('run-many', '-t', 'deploy');
  if (status !== 0) throw new Error(output);
});
afterAll(async () => {
  await account.dispose();
  workspace.dispose();
});

/** What Nx does while a file has a fault in it. */
async function withFault<Result>(file: string, from: string, to: string, act: () => Promise<Result>): Promise<Result> {
  const sound = workspace.read(file);
  workspace.replace(file, from, to);
  try {
    return await act();
  } finally {
    workspace.write(file, sound);
  }
}

type Resources = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;

function synthesized(stack: string, state: string): Resources {
  const file = `dist/synth/local/${stack}/stacks/${state}/cdk.tf.json`;
  return (JSON.parse(workspace.read(file)) as { readonly resource: Resources }).resource;
}

const count = (resources: Resources) =>
  Object.values(resources).reduce((sum, byName) => sum + Object.keys(byName).length, 0);

describe('a fault that was made before is caught:', () => {
  it('(1) a stack that promises resources and synthesizes fewer', async () => {
    const state = 'data-us-west-2';
    const promised = promisedResources('local', ['data'])[state];
    expect(count(synthesized('data', state))).toBe(promised);

    const found = await withFault(
      'apps/data/src/data-stack.ts',
      '`:${this.region}:`);\n    this.backUp([this.addCluster(primaryDatabase.globalClusterIdentifier, secretArn)]);',
      '`:${this.region}:`);\n    this.addCluster(primaryDatabase.globalClusterIdentifier, secretArn);',
      async () => {
        expect((await nx('run', 'data:synth')).status).toBe(0);
        return count(synthesized('data', state));
      },
    );
    expect(found).toBeLessThan(promised ?? 0);
  });

  it('(2) a global cluster identifier that reaches the standby as a literal', async () => {
    const isRead = () => {
      const [cluster] = Object.values(synthesized('data', 'data-us-west-2')['aws_rds_cluster'] ?? {});
      return String(cluster?.['global_cluster_identifier']).startsWith('${local.database-us-east-1[');
    };
    await nx('run', 'data:synth');
    expect(isRead()).toBe(true);

    const withLiteral = await withFault(
      'apps/data/src/data-stack.ts',
      'this.addCluster(primaryDatabase.globalClusterIdentifier, secretArn)',
      "this.addCluster('dr-local-trading', secretArn)",
      async () => {
        expect((await nx('run', 'data:synth')).status).toBe(0);
        return isRead();
      },
    );
    expect(withLiteral).toBe(false);
  });

  it('(3) a role that no stack makes', async () => {
    const { output, status } = await withFault(
      'libs/aws-constructs/src/aurora-global/aurora-regional-cluster.ts',
      "        engine: 'aurora-postgresql',\n        instanceClass:",
      "        engine: 'aurora-postgresql',\n        monitoringInterval: 60,\n        monitoringRoleArn: 'arn:aws:iam::000000000000:role/rds-monitoring',\n        instanceClass:",
      () => nx('run', 'data:deploy'),
    );

    expect(status).not.toBe(0);
    expect(output).toContain('IAM role ARN value is invalid or does not include the required permissions');
    // What was refused was not done: the next deploy finds everything as it was.
    expect((await nx('run', 'data:deploy')).output).toContain('data-us-east-1: no change');
  });

  it("(4) a function's code that is found from one folder only, or is not there", async () => {
    const elsewhere = await workspace.nx(['run', 'compute:synth'], {
      folder: 'apps/data',
      variables: account.environment,
    });
    expect(elsewhere.status).toBe(0);

    const missing = await withFault(
      'apps/compute/src/failover-controller-stack.ts',
      "'failover-controller.zip'",
      "'failover-controler.zip'",
      () => nx('run', 'compute:synth'),
    );
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
    expect(colliding()).toEqual([]);

    workspace.write('libs/constructs/src/index.ts', 'export {};\n');
    expect(colliding()).toEqual(['libs/constructs']);
  });

  it('(6) a construct whose resource has a name that a construct has already', async () => {
    const { output, status } = await withFault(
      'libs/aws-constructs/src/encryption-key/encryption-key.ts',
      '  readonly keyArn: string;\n',
      "  readonly keyArn: string;\n  readonly node: string = 'key';\n",
      () => nx('run', 'aws-constructs:typecheck'),
    );

    expect(status).not.toBe(0);
    expect(output).toMatch(/Property 'node' in type 'EncryptionKey' is not assignable to the same property/);
  });

  it("(7) a failover policy of another shape than the provider's", async () => {
    const { output, status } = await withFault(
      'libs/aws-constructs/src/dns-failover/failover-records.ts',
      "        ...('healthCheckId' in target ? { healthCheckId: target.healthCheckId } : {}),\n      });",
      "        ...('healthCheckId' in target ? { healthCheckId: target.healthCheckId } : {}),\n      }).addOverride('failover_routing_policy', { policy_type: type });",
      () => nx('run', 'global-dns:plan'),
    );

    expect(status).not.toBe(0);
    expect(output).toMatch(/failover_routing_policy|policy_type/);
    expect(output).toMatch(/Missing required argument|Extraneous JSON object property|Unsupported argument/);
  });

  it.each([
    ['replica', "{ region: 'us-west-2' }"],
    ['global_secondary_index', "{ index_name: 'user-index', hash_key: 'userId', projection_type: 'ALL' }"],
    ['point_in_time_recovery', '{ on: true }'],
  ])("(8) a table whose %s is of another shape than the provider's", async (block, wrong) => {
    const { output, status } = await withFault(
      'libs/aws-constructs/src/dynamodb-global/global-table.ts',
      "      lifecycle: { ignoreChanges: ['replica'] },\n    });",
      `      lifecycle: { ignoreChanges: ['replica'] },\n    });\n    table.addOverride('${block}', [${wrong}]);`,
      () => nx('run', 'data:plan'),
    );

    expect(status).not.toBe(0);
    expect(output).toMatch(/Missing required argument|Extraneous JSON object property|Unsupported argument/);
  });

  it('and without any of them nothing is left to change', async () => {
    const { output, status } = await nx('run-many', '-t', 'deploy');

    expect(status).toBe(0);
    expect(output).not.toMatch(/ to (add|change|destroy)/);
    expect(readFileSync(join(workspace.root, 'apps/data/src/data-stack.ts'), 'utf8')).toContain('this.backUp([');
  });
});
