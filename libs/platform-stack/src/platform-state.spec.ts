import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { App, TerraformStack, Testing } from 'cdktf';
import { Construct } from 'constructs';
import type { PlatformEnvironment } from './platform-environment';
import { PlatformState } from './platform-state';
import { NAME_LIMITS } from './resource-name';

const REGIONS = { primary: { name: 'us-east-1' }, standby: { name: 'us-west-2' } };

const LOCAL: PlatformEnvironment = {
  ...{ name: 'local', platform: 'dr', accountId: '000000000000', costCentre: 'none', regions: REGIONS },
  stateBackend: { kind: 'local' },
};

const PROD: PlatformEnvironment = {
  ...{ name: 'prod', platform: 'dr', accountId: '222222222222', costCentre: 'trading-production', regions: REGIONS },
  stateBackend: { kind: 's3', bucketPrefix: 'dr-prod-tfstate-222222222222' },
};

let outdir: string;
let app: App;

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), 'dr-platform-stack-'));
  app = new App({ outdir, stackTraces: false });
});

afterEach(() => {
  rmSync(outdir, { recursive: true, force: true });
});

function createState(environment: PlatformEnvironment, region = 'us-west-2', scope = app): PlatformState {
  return new PlatformState(scope, `orders-${region}`, {
    stackName: 'orders',
    owner: 'orders-team',
    environment,
    region,
  });
}

/** The state's configuration, as Terraform reads it. */
function synthesize(state: PlatformState) {
  return JSON.parse(Testing.synth(state));
}

describe('PlatformState', () => {
  it("binds the provider to the state's region and the environment's account, and tags all that it makes", () => {
    const { provider } = synthesize(createState(PROD));

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
                state: 'orders-us-west-2',
                owner: 'orders-team',
                'cost-centre': 'trading-production',
              },
            },
          ],
        },
      ],
    });
  });

  it('wants the Terraform that it was written for, and exactly one version of the provider', () => {
    const { terraform } = synthesize(createState(LOCAL));

    expect(terraform.required_version).toBe('>= 1.11.0');
    expect(terraform.required_providers).toEqual({ aws: { source: 'hashicorp/aws', version: '6.66.0' } });
  });

  it("keeps a local environment's state in a file beside the configuration", () => {
    const { terraform } = synthesize(createState(LOCAL));

    expect(terraform.backend).toEqual({ local: { path: 'terraform.tfstate' } });
  });

  it.each(['us-east-1', 'us-west-2'])(
    'keeps the state of %s in a bucket of that region, encrypted, with a lock file',
    (region) => {
      const { terraform } = synthesize(createState(PROD, region));

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

  it('limits each role by the boundary of the bootstrap, whatever makes it, where states are in buckets', () => {
    const rolesOf = (environment: PlatformEnvironment) => {
      const state = createState(environment, 'us-west-2', new App({ outdir, stackTraces: false }));
      new IamRole(state, 'Tasks', { name: 'tasks', assumeRolePolicy: '{}' });
      new IamRole(new Construct(state, 'Part'), 'Role', {
        ...{ name: 'part', assumeRolePolicy: '{}', permissionsBoundary: 'arn:aws:iam::222222222222:policy/another' },
      });
      const { resource } = synthesize(state);
      return Object.values<{ permissions_boundary?: string }>(resource.aws_iam_role);
    };
    const boundary = 'arn:aws:iam::222222222222:policy/dr-prod-service-boundary';

    expect(rolesOf(PROD).map((role) => role.permissions_boundary)).toEqual([boundary, boundary]);
    expect(rolesOf(LOCAL).map((role) => role.permissions_boundary)).toEqual([
      'arn:aws:iam::222222222222:policy/another',
      undefined,
    ]);
  });

  it('knows the other serving region from either', () => {
    const environment = LOCAL;

    const primary = createState(environment, 'us-east-1');
    const standby = createState(environment, 'us-west-2');

    expect(primary.peerRegion).toBe('us-west-2');
    expect(standby.peerRegion).toBe('us-east-1');
  });

  it('names resources and parameters after the platform and the environment', () => {
    const state = createState({ ...PROD, name: 'dev' });

    expect(state.resourceName(NAME_LIMITS.iamRole, 'orders', 'us-west-2')).toBe('dr-dev-orders-us-west-2');
    expect(state.parameterRoot).toBe('/dr/dev');
    expect(state.environmentName).toBe('dev');
  });

  it('refuses a name that AWS would refuse', () => {
    const state = createState(PROD);

    expect(() => state.resourceName(NAME_LIMITS.targetGroup, 'order-book-matching-engine')).toThrow(
      new Error(
        "target group: name is dr-prod-order-book-matching-engine (34 characters), expected at most 32. Shorten the platform's, the environment's or the resource's part of it.",
      ),
    );
  });

  it('gives its members names that no member of a Terraform stack bears', () => {
    const base = new TerraformStack(app, 'base');
    const state = createState(LOCAL);
    const ownPrototype = Object.getOwnPropertyNames(PlatformState.prototype).filter((name) => name !== 'constructor');
    const ownFields = ['stackName', 'region', 'environment', 'publishedContracts', 'readContracts'];

    expect(Object.keys(state)).toEqual(expect.arrayContaining(ownFields));
    expect([...ownFields, ...ownPrototype].filter((name) => name in base)).toEqual([]);
  });
});
