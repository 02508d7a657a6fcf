import type { Members } from '../../endpoint/calls/service-endpoint';

/** Something that a caller must be allowed. */
export interface NeededPermission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*` for what has no resource. */
  readonly resource: string;
}

export interface CallToAuthorize {
  /** As a signature names it. */
  readonly service: string;
  readonly operation: string;
  readonly input: Members;
  readonly region: string;
  readonly accountId: string;
}

/** Prefixes of actions that are not the signing name [Service Authorization Reference]. */
const PREFIXES: Readonly<Record<string, string>> = { monitoring: 'cloudwatch' };

/** What a call needs, by the members that name its resources [Service Authorization Reference, each service]. */
export function neededPermissions({
  service,
  operation,
  input,
  region,
  accountId,
}: CallToAuthorize): readonly NeededPermission[] {
  const action = `${PREFIXES[service] ?? service}:${operation}`;
  const on = (...resources: readonly (string | undefined)[]) =>
    resources.map((resource) => ({ action, resource: resource ?? '*' }));
  const member = (name: string) => (typeof input[name] === 'string' ? input[name] : undefined);
  switch (service) {
    case 'sts':
      return [];
    case 'dynamodb': {
      const table = member('TableName') ?? '';
      return on(table.startsWith('arn:') ? table : `arn:aws:dynamodb:${region}:${accountId}:table/${table}`);
    }
    case 'rds': {
      const target = member('TargetDbClusterIdentifier');
      const global = `arn:aws:rds::${accountId}:global-cluster:${member('GlobalClusterIdentifier') ?? '*'}`;
      return on(global, ...(target === undefined ? [] : [target]));
    }
    case 'rds-data':
      return [
        ...on(member('resourceArn')),
        { action: 'secretsmanager:GetSecretValue', resource: member('secretArn') ?? '*' },
      ];
    case 'secretsmanager':
      return on(member('SecretId'));
    case 'sns':
      return on(member('TopicArn'));
    case 'ssm':
      return on(`arn:aws:ssm:${region}:${accountId}:parameter${member('Name') ?? member('Path') ?? '/*'}`);
    case 'monitoring': {
      const alarm = member('AlarmName');
      return on(alarm === undefined ? '*' : `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm}`);
    }
    case 'lambda':
      return on(`arn:aws:lambda:${region}:${accountId}:function:${member('FunctionName') ?? '*'}`);
    case 's3': {
      const key = member('Key');
      const names: Readonly<Record<string, string>> = {
        HeadObject: 'GetObject',
        ListBuckets: 'ListAllMyBuckets',
        ListObjectsV2: 'ListBucket',
      };
      const resource = `arn:aws:s3:::${member('Bucket') ?? ''}${key === undefined ? '' : `/${key}`}`;
      return [{ action: `s3:${names[operation] ?? operation}`, resource }];
    }
    default:
      return on('*');
  }
}
