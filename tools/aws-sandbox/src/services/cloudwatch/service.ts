import type { AwsService, ServiceContext } from '../../runtime/aws-service';
import { topics } from '../sns/service';
import { Alarms } from './alarms';
import { LagAlarms } from './lag-alarms';
import { cloudwatchEndpoint } from './operations';
import { PutMetricAlarms } from './put-metric-alarms';
import { putMetrics } from '../../runtime/put-metrics';
import { cloudwatchResources } from './resources';

export const cloudwatch: AwsService = {
  ...cloudwatchResources,
  start: ({ faults, of }) => ({
    endpoints: [cloudwatchEndpoint(faults, of(alarms), of(putMetrics))],
    ticking: [of(lagAlarms), of(putMetricAlarms)],
  }),
};

export function alarms({ account, nowMs, of }: ServiceContext): Alarms {
  return new Alarms({ account, topics: of(topics), nowMs });
}

export function lagAlarms({ account, faults, nowMs, of }: ServiceContext): LagAlarms {
  return new LagAlarms(account, of(alarms), faults, nowMs);
}

export function putMetricAlarms({ faults, nowMs, of }: ServiceContext): PutMetricAlarms {
  return new PutMetricAlarms(of(putMetrics), of(alarms), faults, nowMs);
}
