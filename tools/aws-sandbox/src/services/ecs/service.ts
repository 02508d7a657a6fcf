import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { ecsEndpoint } from './operations';
import { ecs as ecsResources } from './resources';
import { Tasks } from './tasks/tasks';

export const ecs: AwsService = {
  ...ecsResources,
  start: ({ of }) => ({ endpoints: [ecsEndpoint(of(tasks))], ticking: [of(tasks)] }),
};

/** Tasks of an account's services. */
export function tasks(context: ServiceContext): Tasks {
  return new Tasks(context);
}
