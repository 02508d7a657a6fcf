import { text, valuesAt } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ServiceDefinition } from '../../model/resource-definition';
import { kmsKeyCheck } from '../kms/resources';

/** Amazon ECR. Codes and words: Amazon ECR API Reference, errors of each action. */
export const ecr: ServiceDefinition = {
  name: 'ecr',
  sdkId: 'ECR',
  resources: {
    aws_ecr_repository: {
      label: 'ECR Repository',
      calls: { create: 'CreateRepository', update: 'PutImageTagMutability', delete: 'DeleteRepository' },
      id: '{name}',
      arn: 'arn:aws:ecr:{region}:{accountId}:repository/{name}',
      replaces: ['name', 'encryption_configuration'],
      defaults: { image_tag_mutability: 'MUTABLE', 'encryption_configuration.encryption_type': 'AES256' },
      allowed: {
        image_tag_mutability: ['IMMUTABLE', 'IMMUTABLE_WITH_EXCLUSION', 'MUTABLE', 'MUTABLE_WITH_EXCLUSION'],
        'encryption_configuration.encryption_type': ['AES256', 'KMS', 'KMS_DSSE'],
      },
      computed: {
        registry_id: '{accountId}',
        repository_url: '{accountId}.dkr.ecr.{region}.amazonaws.com/{name}',
        'encryption_configuration.kms_key': '',
      },
      unique: [
        {
          attributes: ['name'],
          refusal: {
            code: 'RepositoryAlreadyExistsException',
            message: "The repository with name '{value}' already exists in the registry with id '{accountId}'",
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          const name = text(attributes['name']);
          if (!/^(?:[a-z0-9]+(?:[._-][a-z0-9]+)*\/)*[a-z0-9]+(?:[._-][a-z0-9]+)*$/.test(name) || name.length > 256) {
            throw new AwsError(
              'InvalidParameterException',
              `Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''`,
              { path: ['name'] },
            );
          }
        },
        kmsKeyCheck('encryption_configuration.kms_key', {
          code: 'KmsException',
          message: "Key '{value}' does not exist",
        }),
      ],
      onDelete: ({ account, id, region }) =>
        account.findBy('aws_ecr_lifecycle_policy', 'repository', id, region).map((policy) => ({ remove: policy })),
    },
    aws_ecr_lifecycle_policy: {
      label: 'ECR Lifecycle Policy',
      calls: { create: 'PutLifecyclePolicy', update: 'PutLifecyclePolicy', delete: 'DeleteLifecyclePolicy' },
      id: '{repository}',
      replaces: ['repository'],
      overwrites: () => true,
      computed: { registry_id: '{accountId}' },
      references: [
        {
          attribute: 'repository',
          to: 'aws_ecr_repository',
          refusal: {
            code: 'RepositoryNotFoundException',
            message: "The repository with name '{value}' does not exist in the registry with id '{accountId}'",
          },
        },
      ],
      checks: [
        ({ attributes }) => {
          if (!hasDistinctPriorities(text(attributes['policy']))) {
            throw new AwsError(
              'InvalidParameterException',
              "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: every rule has a selection and a priority of its own'",
              { path: ['policy'] },
            );
          }
        },
      ],
    },
    aws_ecr_replication_configuration: {
      label: 'ECR Replication Configuration',
      calls: {
        create: 'PutReplicationConfiguration',
        update: 'PutReplicationConfiguration',
        delete: 'PutReplicationConfiguration',
      },
      // One for the registry of a region.
      id: '{accountId}',
      overwrites: () => true,
      computed: { registry_id: '{accountId}' },
      checks: [
        ({ attributes, region, accountId }) => {
          const own = valuesAt(attributes, 'replication_configuration.rule.destination').some(
            (destination) =>
              typeof destination === 'object' &&
              destination !== null &&
              'region' in destination &&
              destination['region'] === region &&
              destination['registry_id'] === accountId,
          );
          if (own) {
            throw new AwsError(
              'InvalidParameterException',
              `Invalid parameter at 'replicationConfiguration' failed to satisfy constraint: 'Replication destination cannot be the same as the source registry: ${accountId}, ${region}'`,
              { path: ['replication_configuration'] },
            );
          }
        },
      ],
    },
  },
};

function hasDistinctPriorities(policy: string): boolean {
  try {
    const { rules } = JSON.parse(policy) as { rules: { rulePriority: unknown; selection: unknown }[] };
    const priorities = new Set(rules.map(({ rulePriority }) => rulePriority));
    return priorities.size === rules.length && rules.every((rule) => Boolean(rule.rulePriority && rule.selection));
  } catch {
    return false;
  }
}
