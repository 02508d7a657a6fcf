import { stringMember } from '../../endpoint/calls/members';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import { secretValue } from './resources';

/** Secrets as Terraform made them, in their own region and in those that they are replicated to. */
export const secretsManagerEndpoint: ServiceEndpoint = {
  signingName: 'secretsmanager',
  targetPrefix: 'secretsmanager',
  inputs: { GetSecretValue: { SecretId: 'string' } },
  permissions: ({ operation, input }) => [
    { action: `secretsmanager:${operation}`, resource: stringMember(input, 'SecretId') ?? '*' },
  ],
  operations: {
    GetSecretValue: (input, { account, region }) => {
      const id = input['SecretId'];
      if (typeof id !== 'string' || id === '') {
        throw new AwsError('ValidationException', 'The parameter SecretId is required');
      }
      const { arn, name, secretString, versionId } = secretValue(account, region, id);
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
