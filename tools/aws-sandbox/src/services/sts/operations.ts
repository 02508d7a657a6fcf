import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import api from './api.json';
import { callerIdentity } from './resources';

export const stsEndpoint: ServiceEndpoint = {
  api: api as ServiceApi,
  // Everybody may ask who they are [IAM user guide, GetCallerIdentity].
  permissions: () => [],
  operations: {
    GetCallerIdentity: (_input, { accountId }) => {
      const identity = callerIdentity(accountId);
      return { Arn: identity.arn, UserId: identity.user_id, Account: identity.account_id };
    },
  },
};
