import type { AwsService } from '../../runtime/aws-service';
import { stsEndpoint } from './operations';
import { stsResources } from './resources';

export const sts: AwsService = { ...stsResources, start: () => ({ endpoints: [stsEndpoint] }) };
