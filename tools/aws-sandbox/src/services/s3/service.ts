import type { AwsService } from '../../runtime/aws-service';
import { bucketPath } from './bucket-path';
import { ObjectStore } from './object-store';
import { s3Endpoint } from './operations';
import { s3Resources } from './resources';

export const s3: AwsService = {
  ...s3Resources,
  start: ({ account, nowMs }) => ({
    endpoints: [s3Endpoint(new ObjectStore(account, nowMs))],
    pathOf: (host) => bucketPath(host, account),
  }),
};
