import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import { LambdaFunction as LambdaFunctionResource } from '@cdktf/provider-aws/lib/lambda-function';
import { LambdaFunctionUrl } from '@cdktf/provider-aws/lib/lambda-function-url';
import { LambdaPermission } from '@cdktf/provider-aws/lib/lambda-permission';
import { AssetType, TerraformAsset } from 'cdktf';
import { Construct } from 'constructs';
import { allowing, policyDocument, type PolicyStatement } from '../iam/policy-document';
import { LogGroup } from '../log-group/log-group';
import { DeadLetterQueue, type DeadLetters } from './dead-letter-queue';

export interface LambdaFunctionProps {
  readonly functionName: string;
  readonly description: string;
  /** Name of the role, unique in the account over all regions. */
  readonly roleName: string;
  /** Absolute path of the zip that the build made; its entry file is `index.js`, its export `handler`. */
  readonly archive: string;
  /** 128 to 10,240 MB. */
  readonly memoryMb: number;
  /** 1 to 900 s. */
  readonly timeoutSeconds: number;
  /** Concurrent runs kept for this function, and its limit. */
  readonly reservedConcurrency: number;
  readonly logRetentionDays: number;
  /** Key of the log group; its policy names CloudWatch Logs of this region. */
  readonly logKmsKeyArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Permissions of the code besides writing its own log and traces. */
  readonly statements: readonly PolicyStatement[];
  /**
   * Where in a VPC the function runs, to reach what is only there. Its deletion then waits for its network interfaces.
   * @default none: it runs outside any VPC
   */
  readonly network?: FunctionNetwork;
  /**
   * Where events go that the function failed on, every retry included. A function that is invoked asynchronously, by a
   * schedule, a topic or a rule, needs one: its caller never hears of the failure.
   * @default none: the caller waits for the answer
   */
  readonly deadLetters?: DeadLetters;
}

/** A function's place in a VPC. */
export interface FunctionNetwork {
  /** Private subnets, one a zone. */
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

/** Calls that Lambda makes for a function in a VPC; they take no resource [Lambda developer guide, execution role]. */
const NETWORK_ACTIONS = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
];

/**
 * A Node.js function on ARM with a role, a log group and a policy of its own.
 *
 * @throws when the archive is not there, naming its path
 */
export class LambdaFunction extends Construct {
  readonly functionArn: string;
  readonly functionName: string;
  /** Name of the queue of failed events, where there is one: its alarm wants it. */
  readonly deadLetterQueueName: string | undefined;

  constructor(scope: Construct, id: string, props: LambdaFunctionProps) {
    super(scope, id);
    validateArchive(this.node.path, props.archive);

    const logGroup = new LogGroup(this, 'LogGroup', {
      name: `/aws/lambda/${props.functionName}`,
      retentionDays: props.logRetentionDays,
      kmsKeyArn: props.logKmsKeyArn,
    });
    const deadLetters = props.deadLetters && new DeadLetterQueue(this, 'DeadLetters', props.deadLetters);
    const role = new IamRole(this, 'Role', {
      name: props.roleName,
      description: `Role of function ${props.functionName}`,
      assumeRolePolicy: policyDocument([
        { Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' },
      ]),
    });
    const policy = new IamRolePolicy(this, 'Policy', {
      name: 'function',
      role: role.id,
      policy: policyDocument([
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [`${logGroup.logGroupArn}:*`],
        },
        // X-Ray has no resource to name [Service Authorization Reference, AWS X-Ray].
        { Effect: 'Allow', Action: ['xray:PutTraceSegments', 'xray:PutTelemetryRecords'], Resource: ['*'] },
        ...(props.network ? [{ Effect: 'Allow' as const, Action: NETWORK_ACTIONS, Resource: ['*'] }] : []),
        ...allowing([...(deadLetters?.sendStatements ?? []), ...props.statements]),
      ]),
    });
    const code = new TerraformAsset(this, 'Code', { path: props.archive, type: AssetType.FILE });
    const resource = new LambdaFunctionResource(this, 'Resource', {
      functionName: props.functionName,
      description: props.description,
      role: role.arn,
      runtime: 'nodejs22.x',
      architectures: ['arm64'],
      handler: 'index.handler',
      filename: code.path,
      sourceCodeHash: createHash('sha256').update(readFileSync(props.archive)).digest('base64'),
      memorySize: props.memoryMb,
      timeout: props.timeoutSeconds,
      reservedConcurrentExecutions: props.reservedConcurrency,
      tracingConfig: { mode: 'Active' },
      loggingConfig: { logFormat: 'JSON', logGroup: logGroup.logGroupName },
      // The build puts a source map beside the code: a stack trace in the log then names lines of the source.
      environment: { variables: { NODE_OPTIONS: '--enable-source-maps', ...props.environment } },
      ...(props.network ? { vpcConfig: props.network } : {}),
      ...(deadLetters ? { deadLetterConfig: { targetArn: deadLetters.queueArn } } : {}),
      dependsOn: [policy],
    });
    this.functionArn = resource.arn;
    this.functionName = resource.functionName;
    this.deadLetterQueueName = deadLetters?.queueName;
  }

  /**
   * A URL that anybody may call, for Route 53's checkers, which cannot sign.
   *
   * @returns the URL: `https://<id>.lambda-url.<region>.on.aws/`
   */
  addPublicUrl(): string {
    const url = new LambdaFunctionUrl(this, 'Url', { functionName: this.functionName, authorizationType: 'NONE' });
    new LambdaPermission(this, 'AllowUrl', {
      statementId: 'AllowPublicFunctionUrl',
      action: 'lambda:InvokeFunctionUrl',
      functionName: this.functionName,
      principal: '*',
      functionUrlAuthType: 'NONE',
    });
    // A URL made since October 2025 needs both permissions; the bindings lack the condition [Lambda developer guide].
    const invoke = new LambdaPermission(this, 'AllowInvokeByUrl', {
      statementId: 'AllowInvokeByFunctionUrl',
      action: 'lambda:InvokeFunction',
      functionName: this.functionName,
      principal: '*',
    });
    invoke.addOverride('invoked_via_function_url', true);
    return url.functionUrl;
  }
}

function validateArchive(path: string, archive: string): void {
  if (!existsSync(archive)) {
    throw new Error(`${path}: archive is ${archive}, expected an existing zip file. Build the stack's handlers first.`);
  }
}
