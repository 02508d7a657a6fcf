import type { ServiceDefinition } from '../../model/resource-definition';

/** AWS STS, and data sources of the account and partition that Terraform runs in. */
export const stsResources: ServiceDefinition = {
  name: 'sts',
  sdkId: 'STS',
  resources: {},
  dataSources: {
    aws_caller_identity: {
      label: 'STS Caller Identity',
      call: 'GetCallerIdentity',
      arguments: [],
      read: ({ accountId }) => callerIdentity(accountId),
    },
    aws_partition: {
      label: 'Partition',
      call: 'none',
      arguments: [],
      read: () => ({ id: 'aws', partition: 'aws', dns_suffix: 'amazonaws.com', reverse_dns_prefix: 'com.amazonaws' }),
    },
  },
};

const USER_ID = `AIDA${'SANDBOX'.padEnd(17, 'A')}`;

/** Identity of every caller: signatures are not checked. */
export function callerIdentity(accountId: string): {
  readonly id: string;
  readonly account_id: string;
  readonly arn: string;
  readonly user_id: string;
} {
  return { id: accountId, account_id: accountId, arn: `arn:aws:iam::${accountId}:user/sandbox`, user_id: USER_ID };
}
