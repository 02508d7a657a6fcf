import type { AwsService } from '../../runtime/aws-service';
import { ssmEndpoint } from './operations';
import { ssmResources } from './resources';

export const ssm: AwsService = { ...ssmResources, start: () => ({ endpoints: [ssmEndpoint] }) };
