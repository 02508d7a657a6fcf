import { type Members, stringMember } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { AwsError } from '../../model/aws-error';
import { LAG_METRIC, lagIsKnownUntil, type MetricSource, type NamedMetric } from '../rds/replication-lag';
import api from './api.json';
import { alarmOperations } from './alarm-operations';
import type { Alarms } from './alarms';

const MINUTE_MS = 60_000;
/** More than a call's datapoints is a mistake [CloudWatch API Reference, GetMetricData]. */
const MOST_DATAPOINTS = 100_800;

/**
 * Alarms, and the one metric that recovery decides by; of every other there are no datapoints. Aurora publishes the lag of
 * a cluster that follows, once a minute when the minute is over, as long as it hears from the writer.
 */
export function cloudwatchEndpoint(source: MetricSource, alarms: Alarms): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    permissions: ({ operation, input, region, accountId }) => {
      const alarm = stringMember(input, 'AlarmName');
      const resource = alarm === undefined ? '*' : `arn:aws:cloudwatch:${region}:${accountId}:alarm:${alarm}`;
      return [{ action: `cloudwatch:${operation}`, resource }];
    },
    operations: {
      ...alarmOperations(alarms),
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
            const untilMs = lagIsKnownUntil(account, region, metricOf(query), source);
            const published = minutes.filter((minute) => minute < untilMs);
            if (input['ScanBy'] !== 'TimestampAscending') published.reverse();
            return {
              Id: query['Id'],
              Label: LAG_METRIC,
              StatusCode: 'Complete',
              Timestamps: published.map((minute) => new Date(minute)),
              Values: published.map(() => source.lagMs),
            };
          }),
        };
      },
    },
  };
}

function metricOf(query: Members): NamedMetric {
  const metric = ((query['MetricStat'] as Members | undefined)?.['Metric'] ?? {}) as Members;
  const dimensions = (metric['Dimensions'] ?? []) as readonly Members[];
  return {
    namespace: String(metric['Namespace']),
    name: String(metric['MetricName']),
    dimensions: Object.fromEntries(dimensions.map(({ Name: name, Value: value }) => [String(name), String(value)])),
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
