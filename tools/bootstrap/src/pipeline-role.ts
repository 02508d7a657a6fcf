import { IamPolicy } from '@cdktf/provider-aws/lib/iam-policy';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicyAttachment } from '@cdktf/provider-aws/lib/iam-role-policy-attachment';
import type { PolicyDocument } from '@dr/iam-policy';
import { NAME_LIMITS, resourceName } from '@dr/platform-stack';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';

export interface PipelineRoleProps {
  readonly roleName: string;
  readonly description: string;
  readonly trust: PolicyDocument;
  readonly policies: readonly PolicyDocument[];
  /** @default no boundary */
  readonly boundary?: PolicyDocument;
  /** The identity provider that it trusts: IAM wants it to be there. */
  readonly provider: ITerraformDependable;
}

/** A first database takes most of an hour, and a deploy does more besides [aws-actions/configure-aws-credentials]. */
const SESSION_SECONDS = 2 * 60 * 60;

/** A role that a workflow takes for as long as a deploy lasts, with its policies. */
export class PipelineRole extends Construct {
  constructor(scope: Construct, id: string, props: PipelineRoleProps) {
    super(scope, id);
    const { roleName, description, trust, policies, boundary, provider } = props;
    const name = resourceName(NAME_LIMITS.iamRole, roleName);
    const policyOf = (id: string, part: string, document: PolicyDocument) =>
      new IamPolicy(this, id, { name: `${name}-${part}`, description, policy: JSON.stringify(document) });
    const limit = boundary && policyOf('Boundary', 'boundary', boundary);
    const role = new IamRole(this, 'Resource', {
      name,
      description,
      assumeRolePolicy: JSON.stringify(trust),
      maxSessionDuration: SESSION_SECONDS,
      ...(limit === undefined ? {} : { permissionsBoundary: limit.arn }),
      dependsOn: [provider],
    });
    policies.forEach((document, index) => {
      const policy = policyOf(`Policy${index + 1}`, String(index + 1), document);
      new IamRolePolicyAttachment(this, `Attachment${index + 1}`, { role: role.name, policyArn: policy.arn });
    });
  }
}
