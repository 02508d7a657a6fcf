import { EcrReplicationConfiguration } from '@cdktf/provider-aws/lib/ecr-replication-configuration';
import { Construct } from 'constructs';

export interface ImageReplicationProps {
  /** Repositories whose names begin so are replicated. */
  readonly repositoryPrefix: string;
  /** Where to; a repository of the same name there keeps its own settings. */
  readonly destinationRegion: string;
  /** Account of both registries: twelve digits. */
  readonly accountId: string;
}

/**
 * Replication of pushed images from a region's registry to another region's; images pushed before are not copied. A
 * registry has one such configuration: one state of the account and region defines it.
 */
export class ImageReplication extends Construct {
  constructor(scope: Construct, id: string, props: ImageReplicationProps) {
    super(scope, id);
    new EcrReplicationConfiguration(this, 'Resource', {
      replicationConfiguration: {
        rule: [
          {
            destination: [{ region: props.destinationRegion, registryId: props.accountId }],
            repositoryFilter: [{ filter: props.repositoryPrefix, filterType: 'PREFIX_MATCH' }],
          },
        ],
      },
    });
  }
}
