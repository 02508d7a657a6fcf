import type { AwsService } from '../../runtime/aws-service';
import { secretsManagerEndpoint } from './operations';
import { secretsmanagerResources } from './resources';

export const secretsmanager: AwsService = {
  ...secretsmanagerResources,
  start: () => ({ endpoints: [secretsManagerEndpoint] }),
};
