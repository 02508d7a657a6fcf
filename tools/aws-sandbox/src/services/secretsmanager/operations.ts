import { stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import api from './api.json';
import { secretValue } from './resources';

/** Secrets as Terraform made them, in their own region and in those that they are replicated to. */
export const secretsManagerEndpoint: ServiceEndpoint = {
  api: api as ServiceApi,
  permissions: ({ operation, input }) => [
    { action: `secretsmanager:${operation}`, resource: stringMember(input, 'SecretId') ?? '*' },
  ],
  operations: {
    GetSecretValue: (input, { account, region }) => {
      const { arn, name, secretString, versionId } = secretValue(account, region, String(input['SecretId']));
      return {
        ARN: arn,
        Name: name,
        SecretString: secretString,
        VersionId: versionId,
        VersionStages: ['AWSCURRENT'],
      };
    },
  },
};
