/** Limit of AWS on the name of one kind of resource. */
export interface NameLimit {
  /** Kind of resource, for the message: `load balancer`. */
  readonly kind: string;
  readonly maxLength: number;
}

/** AWS's limits on names, each from the API reference of its service. */
export const NAME_LIMITS = {
  iamRole: { kind: 'IAM role', maxLength: 64 },
  loadBalancer: { kind: 'load balancer', maxLength: 32 },
  targetGroup: { kind: 'target group', maxLength: 32 },
  lambdaFunction: { kind: 'Lambda function', maxLength: 64 },
  rdsIdentifier: { kind: 'RDS cluster or instance', maxLength: 63 },
  dynamodbTable: { kind: 'DynamoDB table', maxLength: 255 },
  secret: { kind: 'secret', maxLength: 512 },
  securityGroup: { kind: 'security group', maxLength: 255 },
  kmsAlias: { kind: 'KMS alias', maxLength: 250 },
  alarm: { kind: 'CloudWatch alarm', maxLength: 255 },
  snsTopic: { kind: 'SNS topic', maxLength: 256 },
  eventRule: { kind: 'EventBridge rule', maxLength: 64 },
  sqsQueue: { kind: 'SQS queue', maxLength: 80 },
  backupVault: { kind: 'backup vault', maxLength: 50 },
  backupPlan: { kind: 'backup plan', maxLength: 50 },
  logResourcePolicy: { kind: 'log resource policy', maxLength: 512 },
  bucket: { kind: 'S3 bucket', maxLength: 63 },
  webAcl: { kind: 'web ACL', maxLength: 128 },
  ecrRepository: { kind: 'ECR repository', maxLength: 256 },
  ecsCluster: { kind: 'ECS cluster', maxLength: 255 },
} as const satisfies Record<string, NameLimit>;

/**
 * `<platform>-<environment>-<part>…`, checked against AWS's limit: a name that is cut would collide, so it is refused.
 *
 * @throws when the name is too long
 */
export function resourceName(limit: NameLimit, ...parts: readonly string[]): string {
  const name = parts.join('-');
  if (name.length > limit.maxLength) {
    throw new Error(
      `${limit.kind}: name is ${name} (${name.length} characters), expected at most ${limit.maxLength}. ` +
        `Shorten the platform's, the environment's or the resource's part of it.`,
    );
  }
  return name;
}
