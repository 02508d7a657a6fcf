import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { topics } from '../sns/service';
import { Alarms } from './alarms';
import { LagAlarms } from './lag-alarms';
import { cloudwatchEndpoint } from './operations';
import { cloudwatchResources } from './resources';

export const cloudwatch: AwsService = {
  ...cloudwatchResources,
  start: ({ faults, of }) => ({ endpoints: [cloudwatchEndpoint(faults, of(alarms))], ticking: [of(lagAlarms)] }),
};

export function alarms({ account, nowMs, of }: ServiceContext): Alarms {
  return new Alarms({ account, topics: of(topics), nowMs });
}

export function lagAlarms({ account, faults, nowMs, of }: ServiceContext): LagAlarms {
  return new LagAlarms(account, of(alarms), faults, nowMs);
}
