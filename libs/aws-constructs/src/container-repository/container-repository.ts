import { EcrLifecyclePolicy } from '@cdktf/provider-aws/lib/ecr-lifecycle-policy';
import { EcrRepository } from '@cdktf/provider-aws/lib/ecr-repository';
import { Construct } from 'constructs';

export interface ContainerRepositoryProps {
  /** Lower-case letters, digits, `-`, `_`, `.` and `/`. A change replaces the repository and loses its images. */
  readonly repositoryName: string;
  /** Key of this region that images are encrypted with. A change replaces the repository and loses its images. */
  readonly kmsKeyArn: string;
  /**
   * Tags that never expire: what a task definition names must be there when a task starts.
   * @default none
   */
  readonly keptTags?: readonly string[];
  /**
   * Tagged images that are kept besides, the newest ones; at least 1.
   * @default 50
   */
  readonly keptImages?: number;
  /**
   * Whether the repository is deleted with the images in it.
   * @default false
   */
  readonly forceDelete?: boolean;
}

/** An untagged image is a layer cache of a build, or a leftover of a push that failed. */
const UNTAGGED_DAYS = 7;

/** A repository whose tags cannot be moved, and whose images are scanned when they arrive, replicas too. */
export class ContainerRepository extends Construct {
  readonly repositoryArn: string;
  readonly repositoryName: string;
  /** `<account>.dkr.ecr.<region>.amazonaws.com/<name>`, without a tag. */
  readonly repositoryUrl: string;

  constructor(scope: Construct, id: string, props: ContainerRepositoryProps) {
    super(scope, id);
    const { keptTags = [], keptImages = 50, forceDelete = false } = props;
    if (!Number.isInteger(keptImages) || keptImages < 1) {
      throw new Error(`${this.node.path}: keptImages is ${keptImages}, expected a whole number from 1. Correct it.`);
    }
    const repository = new EcrRepository(this, 'Resource', {
      name: props.repositoryName,
      imageTagMutability: 'IMMUTABLE',
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: [{ encryptionType: 'KMS', kmsKey: props.kmsKeyArn }],
      forceDelete,
    });
    new EcrLifecyclePolicy(this, 'Lifecycle', {
      repository: repository.name,
      policy: JSON.stringify({ rules: lifecycleRules(keptTags, keptImages) }),
    });
    this.repositoryArn = repository.arn;
    this.repositoryName = repository.name;
    this.repositoryUrl = repository.repositoryUrl;
  }
}

/**
 * An image that one rule matches is out of reach of the rules after it, so the first ones keep: of a tag that cannot be
 * moved there is never more than one image [ECR user guide, lifecycle policies].
 */
function lifecycleRules(keptTags: readonly string[], keptImages: number): readonly object[] {
  return [
    ...keptTags.map((tag) => ({
      description: `Keep ${tag}`,
      selection: { tagStatus: 'tagged', tagPatternList: [tag], countType: 'imageCountMoreThan', countNumber: 1 },
    })),
    {
      description: `Untagged images go after ${UNTAGGED_DAYS} days`,
      selection: {
        tagStatus: 'untagged',
        countType: 'sinceImagePushed',
        countUnit: 'days',
        countNumber: UNTAGGED_DAYS,
      },
    },
    {
      description: `The newest ${keptImages} images stay`,
      selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keptImages },
    },
  ].map((rule, index) => ({ rulePriority: index + 1, ...rule, action: { type: 'expire' } }));
}
