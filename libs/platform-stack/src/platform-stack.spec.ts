import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Environment, loadEnvironment } from '@dr/environments';
import { App, TerraformStack, Testing } from 'cdktf';
import { PlatformStack } from './platform-stack';
import { NAME_LIMITS } from './resource-name';

let outdir: string;
let app: App;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'dr-platform-stack-'));
  app = new App({ outdir, stackTraces: false });
});

afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

function createStack(environment: Environment, region = 'us-west-2'): PlatformStack {
  return new PlatformStack(app, `orders-${region}`, {
    stackName: 'orders',
    owner: 'orders-team',
    environment,
    region,
  });
}

/** What Terraform sees of the stack. */
function synthesize(stack: PlatformStack) {
  return JSON.parse(Testing.synth(stack));
}

describe('PlatformStack', () => {
  it("binds the provider to the state's region and the environment's account, and tags all that it makes", () => {
    const { provider } = synthesize(createStack(loadEnvironment('prod')));

    expect(provider).toEqual({
      aws: [
        {
          region: 'us-west-2',
          allowed_account_ids: ['222222222222'],
          default_tags: [
            {
              tags: {
                platform: 'dr',
                environment: 'prod',
                stack: 'orders',
                owner: 'orders-team',
                'cost-centre': 'trading-production',
              },
            },
          ],
        },
      ],
    });
  });

  it('wants the Terraform and the provider that it was written for', () => {
    const { terraform } = synthesize(createStack(loadEnvironment('local')));

    expect(terraform.required_version).toBe('>= 1.11.0');
    expect(terraform.required_providers).toEqual({ aws: { source: 'hashicorp/aws', version: '>= 6.28.0, < 7.0.0' } });
  });

  it("keeps a local environment's state in a file beside the configuration", () => {
    const { terraform } = synthesize(createStack(loadEnvironment('local')));

    expect(terraform.backend).toEqual({ local: { path: 'terraform.tfstate' } });
  });

  it.each(['us-east-1', 'us-west-2'])(
    'keeps the state of %s in a bucket of that region, encrypted, with a lock file',
    (region) => {
      const { terraform } = synthesize(createStack(loadEnvironment('prod'), region));

      expect(terraform.backend).toEqual({
        s3: {
          bucket: `dr-prod-tfstate-222222222222-${region}`,
          key: `orders/orders-${region}.tfstate`,
          region,
          encrypt: true,
          use_lockfile: true,
        },
      });
    },
  );

  it('knows the other serving region from either', () => {
    const environment = loadEnvironment('local');

    const primary = createStack(environment, 'us-east-1');
    const standby = createStack(environment, 'us-west-2');

    expect([primary.isPrimaryRegion, primary.peerRegion]).toEqual([true, 'us-west-2']);
    expect([standby.isPrimaryRegion, standby.peerRegion]).toEqual([false, 'us-east-1']);
  });

  it('names resources and parameters after the platform and the environment', () => {
    const stack = createStack(loadEnvironment('dev'));

    expect(stack.resourceName(NAME_LIMITS.iamRole, 'orders', 'us-west-2')).toBe('dr-dev-orders-us-west-2');
    expect(stack.parameterRoot).toBe('/dr/dev');
    expect(stack.environmentName).toBe('dev');
  });

  it('refuses a name that AWS would refuse', () => {
    const stack = createStack(loadEnvironment('prod'));

    expect(() => stack.resourceName(NAME_LIMITS.targetGroup, 'order-book-matching-engine')).toThrow(
      new Error(
        "target group: name is dr-prod-order-book-matching-engine (34 characters), expected at most 32. Shorten the platform's, the environment's or the resource's part of it.",
      ),
    );
  });

  it('gives its members names that those of a Terraform stack do not bear', () => {
    const base = new TerraformStack(app, 'base');
    const stack = createStack(loadEnvironment('local'));
    const ownPrototype = Object.getOwnPropertyNames(PlatformStack.prototype).filter((name) => name !== 'constructor');
    const ownFields = ['stackName', 'region', 'environment', 'publishedContracts', 'readContracts'];

    expect(Object.keys(stack)).toEqual(expect.arrayContaining(ownFields));
    expect([...ownFields, ...ownPrototype].filter((name) => name in base)).toEqual([]);
  });
});
