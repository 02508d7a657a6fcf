import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { functionUrls } from './function-urls';
import { LambdaFunctions } from './lambda-functions';
import { lambdaEndpoint } from './operations';
import { lambdaResources } from './resources';

export const lambda: AwsService = {
  ...lambdaResources,
  start: ({ account, of }) => ({
    endpoints: [lambdaEndpoint(of(functions))],
    hosts: [functionUrls(account, of(functions))],
  }),
};

export function functions(context: ServiceContext): LambdaFunctions {
  return new LambdaFunctions(context);
}
