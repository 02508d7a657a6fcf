import { IamOpenidConnectProvider } from '@cdktf/provider-aws/lib/iam-openid-connect-provider';
import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import {
  type DeployAccount,
  type DeployedStack,
  deployRoleName,
  deployRolePolicies,
  deployTrust,
  GITHUB_ISSUER,
  planRoleName,
  planRolePolicies,
  planTrust,
  serviceBoundary,
  TOKEN_AUDIENCE,
} from '@dr/deploy-roles';
import type { Environment } from '@dr/environments';
import { pascalCase } from '@dr/construct-id';
import { type PlatformApp, PlatformState, serviceBoundaryArn, serviceBoundaryName } from '@dr/platform-stack';
import { PipelineRole } from './pipeline-role';
import { replicateStates } from './replicate-states';
import { StateBucket } from './state-bucket';

export interface BootstrapProps {
  /** Repository of GitHub whose workflows deploy: `acme/trading`. */
  readonly repository: string;
  /** All stacks of the environment. */
  readonly stacks: readonly DeployedStack[];
}

/**
 * Everything that deploys need in an account: a state bucket in each region that has states, copied to another one, GitHub's
 * identity provider, a role for each stack that deploys it, one that plans all of them, and the boundary of every role that
 * a stack makes. It is in one state, which begins beside the configuration and moves into the bucket that it made.
 */
export class BootstrapState extends PlatformState<Environment> {
  constructor(app: PlatformApp<Environment>, { repository, stacks }: BootstrapProps) {
    super(app, `bootstrap-${app.environment.regions.primary.name}`, {
      ...app.stateProps,
      region: app.environment.regions.primary.name,
    });
    const { platform, name: environment, accountId, stateBackend } = this.environment;
    if (stateBackend.kind === 'local') {
      throw new Error(
        `stateBackend of the environment ${environment} is local, expected s3: only an environment with state buckets is bootstrapped. Name another: npx nx run bootstrap:deploy -c <environment>`,
      );
    }
    const account: DeployAccount = {
      ...{ platform, environment, accountId },
      // Where a state is, and not only where the platform serves: Route 53's monitoring is in us-east-1.
      regions: [...new Set([...app.servingRegions, ...stacks.flatMap(({ states }) => states.map(regionOf))])],
      bucketPrefix: stateBackend.bucketPrefix,
      serviceBoundary: serviceBoundaryArn(this.environment),
    };

    const [primary, standby, ...others] = account.regions.map(
      (region) =>
        new StateBucket(this, `States${pascalCase(region)}`, {
          bucketName: `${stateBackend.bucketPrefix}-${region}`,
          region,
        }),
    ) as [StateBucket, StateBucket, ...StateBucket[]];
    replicateStates(this, `${platform}-${environment}-state-replication`, [
      [primary, standby],
      [standby, primary],
      ...others.map((other) => [other, primary] as const),
    ]);

    const { regions } = this.environment;
    new IamPolicy(this, 'ServiceBoundary', {
      name: serviceBoundaryName(this.environment),
      description: 'Limits every role that a stack makes for a service',
      policy: JSON.stringify(serviceBoundary(account, [...new Set([...account.regions, regions.witness])])),
      // Without it no role that it limits may do anything.
      lifecycle: { preventDestroy: true },
    });

    const provider = new IamOpenidConnectProvider(this, 'GitHub', {
      url: `https://${GITHUB_ISSUER}`,
      clientIdList: [TOKEN_AUDIENCE],
    });
    const trusted = { repository, accountId };
    for (const stack of stacks) {
      new PipelineRole(this, `Deploy${pascalCase(stack.stack)}`, {
        roleName: deployRoleName(account, stack.stack),
        description: `Deploys ${stack.stack} of ${stack.owner}`,
        trust: deployTrust(trusted, environment),
        ...deployRolePolicies(stack, stacks, account),
        provider,
      });
    }
    new PipelineRole(this, 'Plan', {
      roleName: planRoleName(account),
      description: 'Plans all stacks, and changes nothing',
      trust: planTrust(trusted, environment),
      policies: planRolePolicies(stacks, account),
      provider,
    });
  }

  /** Its roles deploy, and copy states: each has a limit of its own, or none. */
  protected override get roleBoundary(): undefined {
    return undefined;
  }
}

const regionOf = ({ region }: { readonly region: string }) => region;
