import { PutMetrics } from '../model/put-metrics';
import type { ServiceContext } from './aws-service';

/** Metrics of an account, which functions put besides whoever calls PutMetricData. */
export function putMetrics({ faults }: ServiceContext): PutMetrics {
  return new PutMetrics((region) => faults.metricsAgeSince(region) !== undefined);
}
