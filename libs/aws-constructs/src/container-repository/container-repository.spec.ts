import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { ContainerRepository, type ContainerRepositoryProps } from './container-repository';
import { ImageReplication } from './image-replication';

function synthesizeRepository(changes: Partial<ContainerRepositoryProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new ContainerRepository(scope, 'Images', { repositoryName: 'orders', kmsKeyArn: 'arn:aws:kms:key', ...changes });
  });
}

function lifecycleOf(state: SynthesizedState): unknown {
  const { repository, policy } = state.resource('aws_ecr_lifecycle_policy');
  expect(repository).toMatch(/^\$\{aws_ecr_repository\.Images_[0-9A-F]{8}\.name\}$/);
  return JSON.parse(String(policy));
}

describe('ContainerRepository', () => {
  it('is encrypted, scans what arrives, and lets no tag be moved', () => {
    expect(synthesizeRepository().resource('aws_ecr_repository')).toEqual({
      name: 'orders',
      image_tag_mutability: 'IMMUTABLE',
      image_scanning_configuration: { scan_on_push: true },
      encryption_configuration: [{ encryption_type: 'KMS', kms_key: 'arn:aws:kms:key' }],
      force_delete: false,
    });
  });

  it('keeps the newest 50 images, and untagged ones for a week', () => {
    expect(lifecycleOf(synthesizeRepository())).toEqual({
      rules: [
        {
          rulePriority: 1,
          description: 'Untagged images go after 7 days',
          selection: { tagStatus: 'untagged', countType: 'sinceImagePushed', countUnit: 'days', countNumber: 7 },
          action: { type: 'expire' },
        },
        {
          rulePriority: 2,
          description: 'The newest 50 images stay',
          selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: 50 },
          action: { type: 'expire' },
        },
      ],
    });
  });

  it('never lets go of a tag that it is told to keep', () => {
    expect(lifecycleOf(synthesizeRepository({ keptTags: ['bootstrap'], keptImages: 5 }))).toMatchObject({
      rules: [
        {
          rulePriority: 1,
          selection: {
            tagStatus: 'tagged',
            tagPatternList: ['bootstrap'],
            countType: 'imageCountMoreThan',
            countNumber: 1,
          },
        },
        { rulePriority: 2, selection: { tagStatus: 'untagged' } },
        { rulePriority: 3, selection: { tagStatus: 'any', countNumber: 5 } },
      ],
    });
  });

  it('is deleted with its images where it is told to be', () => {
    expect(synthesizeRepository({ forceDelete: true }).resource('aws_ecr_repository')['force_delete']).toBe(true);
  });

  it.each([0, 1.5, Number.NaN])('refuses to keep %d images', (keptImages) => {
    expect(() => synthesizeRepository({ keptImages })).toThrow(
      new Error(`constructs/Images: keptImages is ${keptImages}, expected a whole number from 1. Correct it.`),
    );
  });
});

describe('ImageReplication', () => {
  it('copies images of a prefix to the other region', () => {
    const state = synthesizeConstructs((scope) => {
      new ImageReplication(scope, 'Replication', {
        repositoryPrefix: 'orders-',
        destinationRegion: 'eu-central-1',
        accountId: '123456789012',
      });
    });

    expect(state.resource('aws_ecr_replication_configuration')).toEqual({
      replication_configuration: {
        rule: [
          {
            destination: [{ region: 'eu-central-1', registry_id: '123456789012' }],
            repository_filter: [{ filter: 'orders-', filter_type: 'PREFIX_MATCH' }],
          },
        ],
      },
    });
  });
});
