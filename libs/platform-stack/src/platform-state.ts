import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { type ContractScope, parameterRootOf } from '@dr/stack-contracts';
import type { ContractAddress, ContractRead } from '@dr/state-manifest';
import { Aspects, LocalBackend, S3Backend, TerraformStack } from 'cdktf';
import type { Construct } from 'constructs';
import type { PlatformEnvironment } from './platform-environment';
import { type NameLimit, resourceName } from './resource-name';
import { BoundRoles, serviceBoundaryArn } from './service-boundary';

/**
 * Terraform that this platform needs: 1.11 brought write-only arguments, which keep the database password out of the
 * state [Terraform 1.11 release notes].
 */
const REQUIRED_TERRAFORM = '>= 1.11.0';

/**
 * Version of the AWS provider that every state is planned and applied with: one, so that the same commit plans the same
 * everywhere. Newer than the bindings, which only write JSON: 6.28 brought `invoked_via_function_url` of
 * `aws_lambda_permission` [terraform-provider-aws changelog]. Never lowered: a state that a newer provider wrote may be
 * refused by an older one.
 */
const AWS_PROVIDER_VERSION = '6.66.0';

/** Properties that all states of one stack share. */
export interface PlatformStateProps<Environment extends PlatformEnvironment = PlatformEnvironment> {
  /** The Nx app: `data`. */
  readonly stackName: string;
  /** The team that owns the stack; becomes a tag. */
  readonly owner: string;
  readonly environment: Environment;
  /** Region of the provider, the state and the parameter store. */
  readonly region: string;
}

/**
 * One Terraform state: of one stack, in one region. It brings the backend in its own region, the provider bound to
 * that region and to the environment's account, the default tags, and the permissions boundary of every role in it.
 */
export class PlatformState<Environment extends PlatformEnvironment = PlatformEnvironment>
  extends TerraformStack
  implements ContractScope
{
  readonly stackName: string;
  readonly region: string;
  readonly environment: Environment;
  readonly publishedContracts: ContractAddress[] = [];
  readonly readContracts: ContractRead[] = [];

  /** @param stateName `<component>-<region>`: unique in the workspace, names the state and its folder */
  constructor(scope: Construct, stateName: string, props: PlatformStateProps<Environment>) {
    super(scope, stateName);
    const { environment, region } = props;
    this.stackName = props.stackName;
    this.region = region;
    this.environment = environment;

    this.addBackend(stateName);
    const { roleBoundary } = this;
    if (roleBoundary !== undefined) Aspects.of(this).add(new BoundRoles(roleBoundary));
    new AwsProvider(this, 'Aws', {
      region,
      allowedAccountIds: [environment.accountId],
      defaultTags: [
        {
          tags: {
            platform: environment.platform,
            environment: environment.name,
            stack: props.stackName,
            // What an apply that died began and no state holds is found by it.
            state: stateName,
            owner: props.owner,
            'cost-centre': environment.costCentre,
          },
        },
      ],
    });
    this.addOverride('terraform.required_version', REQUIRED_TERRAFORM);
    // Written out: cdktf leaves out the namespace, its fork does not, and both mean the same provider.
    this.addOverride('terraform.required_providers.aws.source', 'hashicorp/aws');
    this.addOverride('terraform.required_providers.aws.version', AWS_PROVIDER_VERSION);
  }

  get environmentName(): string {
    return this.environment.name;
  }

  get parameterRoot(): string {
    return parameterRootOf(this.environment);
  }

  /** The other serving region. */
  get peerRegion(): string {
    const { primary, standby } = this.environment.regions;
    return this.region === primary.name ? standby.name : primary.name;
  }

  /**
   * `<platform>-<environment>-<part>…`.
   *
   * @throws when it is longer than AWS allows
   */
  resourceName(limit: NameLimit, ...parts: readonly string[]): string {
    return resourceName(limit, this.environment.platform, this.environment.name, ...parts);
  }

  /** Policy that limits the roles of this state: where states are in buckets, the one that the bootstrap makes. */
  protected get roleBoundary(): string | undefined {
    return this.environment.stateBackend.kind === 's3' ? serviceBoundaryArn(this.environment) : undefined;
  }

  private addBackend(stateName: string): void {
    const { stateBackend } = this.environment;
    if (stateBackend.kind === 'local') {
      new LocalBackend(this, { path: 'terraform.tfstate' });
      return;
    }
    new S3Backend(this, {
      bucket: `${stateBackend.bucketPrefix}-${this.region}`,
      key: `${this.stackName}/${stateName}.tfstate`,
      region: this.region,
      encrypt: true,
    });
    // The bindings lack the field; it makes S3 itself hold the lock [Terraform, S3 backend].
    this.addOverride('terraform.backend.s3.use_lockfile', true);
  }
}
