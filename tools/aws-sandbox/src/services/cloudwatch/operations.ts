import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import { lagIsKnownUntil, type MetricSource } from '../rds/replication-lag';
import api from './api.json';
import { alarmOperations } from './alarm-operations';
import type { Alarms } from './alarms';
import { metricOf, putMetricData } from './metric-data';
import { MINUTE_MS, type PutMetrics } from '../../model/put-metrics';

/** More than a call's datapoints is a mistake [CloudWatch API Reference, GetMetricData]. */
const MOST_DATAPOINTS = 100_800;

/**
 * Alarms, metrics that PutMetricData has put, and the one of AWS's that recovery decides by; of every other there are no
 * datapoints. Aurora publishes the lag of a cluster that follows, once a minute when the minute is over, as long as it hears
 * from the writer.
 */
export function cloudwatchEndpoint(source: MetricSource, alarms: Alarms, metrics: PutMetrics): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    permissions: ({ operation, input, region, accountId }) => {
      const alarm = stringMember(input, 'AlarmName');
      const resource = alarm === undefined ? '*' : `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm}`;
      return [{ action: `cloudwatch:${operation}`, resource }];
    },
    operations: {
      ...alarmOperations(alarms),
      PutMetricData: (input, { now, region }) => {
        putMetricData(metrics, input, region, now.getTime());
        return {};
      },
      GetMetricData: (input, { account, region, now }) => {
        const startMs = (input['StartTime'] as Date).getTime();
        const endMs = (input['EndTime'] as Date).getTime();
        if (startMs >= endMs) {
          throw new AwsError('ValidationError', 'The parameter StartTime must be less than the parameter EndTime.');
        }
        if ((endMs - startMs) / MINUTE_MS > MOST_DATAPOINTS) {
          throw new AwsError('ValidationError', 'The requested time range holds too many datapoints.');
        }
        const queries = input['MetricDataQueries'] as readonly Members[];
        const minutes = minutesBetween(startMs, Math.min(endMs, now.getTime() - MINUTE_MS + 1));
        return {
          MetricDataResults: queries.map((query) => {
            const { Metric: named, Period: period, Stat: statistic } = (query['MetricStat'] ?? {}) as Members;
            const metric = metricOf((named ?? {}) as Members);
            const untilMs = lagIsKnownUntil(account, region, metric, source);
            const periodMs = Math.max(Number(period) * 1_000 || 0, MINUTE_MS);
            const published = metrics.isPut(region, metric)
              ? minutes
                  .filter((minute) => minute % periodMs === 0)
                  .map((at) => [at, metrics.statistic(region, metric, String(statistic), at, periodMs)] as const)
              : minutes.map((minute) => [minute, minute < untilMs ? source.lagMs : undefined] as const);
            const known = published.filter(([, value]) => value !== undefined);
            if (input['ScanBy'] !== 'TimestampAscending') known.reverse();
            return {
              Id: query['Id'],
              Label: metric.name,
              StatusCode: 'Complete',
              Timestamps: known.map(([atMs]) => new Date(atMs)),
              Values: known.map(([, value]) => value),
            };
          }),
        };
      },
    },
  };
}

/** Begins of the minutes in a time, the oldest first. */
function minutesBetween(startMs: number, endMs: number): number[] {
  const minutes: number[] = [];
  for (let minute = Math.ceil(startMs / MINUTE_MS) * MINUTE_MS; minute < endMs; minute += MINUTE_MS) {
    minutes.push(minute);
  }
  return minutes;
}
