import { ContainerRepository, ImageReplication } from '@dr/aws-constructs';
import type { Environment } from '@dr/environments';
import { NAME_LIMITS, type PlatformState } from '@dr/platform-stack';

/** Image tag that the service runs until a team's first deployment: the first image that it pushes. */
const BOOTSTRAP_TAG = 'bootstrap';

export interface ServiceImagesProps {
  readonly kmsKeyArn: string;
  /** Region that this one's images are copied to. @default none: this region's repository receives copies */
  readonly copiedTo?: string;
}

/** The region's repository of the service's images: each region pulls from its own, so that it needs nothing of the other. */
export class ServiceImages {
  readonly repositoryArn: string;
  /** Image of the first deployment: `<repository url>:bootstrap` */
  readonly bootstrapImage: string;

  constructor(state: PlatformState<Environment>, { kmsKeyArn, copiedTo }: ServiceImagesProps) {
    const { accountId, deletionProtection } = state.environment;
    const repository = new ContainerRepository(state, 'Images', {
      repositoryName: state.resourceName(NAME_LIMITS.ecrRepository, 'trade'),
      kmsKeyArn,
      keptTags: [BOOTSTRAP_TAG],
      forceDelete: !deletionProtection,
    });
    if (copiedTo !== undefined) {
      new ImageReplication(state, 'ImageReplication', {
        repositoryPrefix: repository.repositoryName,
        destinationRegion: copiedTo,
        accountId,
      });
    }
    this.repositoryArn = repository.repositoryArn;
    this.bootstrapImage = `${repository.repositoryUrl}:${BOOTSTRAP_TAG}`;
  }
}
