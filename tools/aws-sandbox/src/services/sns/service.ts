import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { functions } from '../lambda/service';
import { snsEndpoint } from './operations';
import { snsResources } from './resources';
import { Topics } from './topics';

export const sns: AwsService = {
  ...snsResources,
  start: ({ of }) => ({ endpoints: [snsEndpoint(of(topics))] }),
};

export function topics({ account, faults, nowMs, of }: ServiceContext): Topics {
  return new Topics({ account, functions: of(functions), isDark: (region) => faults.isDark(region), nowMs });
}
