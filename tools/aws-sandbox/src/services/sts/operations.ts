import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { callerIdentity } from './resources';

export const stsEndpoint: ServiceEndpoint = {
  signingName: 'sts',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  inputs: { GetCallerIdentity: {} },
  // Everybody may ask who they are [IAM user guide, GetCallerIdentity].
  permissions: () => [],
  operations: {
    GetCallerIdentity: (_input, { accountId }) => {
      const identity = callerIdentity(accountId);
      return { Arn: identity.arn, UserId: identity.user_id, Account: identity.account_id };
    },
  },
};
