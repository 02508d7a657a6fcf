import type { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { type IAspect, TerraformResource } from 'cdktf';
import type { IConstruct } from 'constructs';
import type { PlatformEnvironment } from './platform-environment';

/** Name of the policy that limits every role of a service: the bootstrap makes it. */
export function serviceBoundaryName({ platform, name }: PlatformEnvironment): string {
  return `${platform}-${name}-service-boundary`;
}

/** ARN of the policy of {@link serviceBoundaryName}. */
export function serviceBoundaryArn(environment: PlatformEnvironment): string {
  return `arn:aws:iam::${environment.accountId}:policy/${serviceBoundaryName(environment)}`;
}

/** Limits each IAM role of a state by a permissions boundary, whatever construct makes it. Changed in place. */
export class BoundRoles implements IAspect {
  /** @param boundary ARN of a policy */
  constructor(private readonly boundary: string) {}

  visit(node: IConstruct): void {
    if (!TerraformResource.isTerraformResource(node) || node.terraformResourceType !== 'aws_iam_role') return;
    (node as IamRole).permissionsBoundary = this.boundary;
  }
}
