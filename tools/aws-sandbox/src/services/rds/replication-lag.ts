import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import type { NamedMetric } from '../../model/put-metrics';
import { membersOf } from './global-cluster';

export const LAG_NAMESPACE = 'AWS/RDS';
export const LAG_METRIC = 'AuroraGlobalDBReplicationLag';

/** Source of the metrics' values. */
export interface MetricSource {
  readonly lagMs: number;
  /** ms since 1970, undefined while the region is there. */
  darkSince(region: string): number | undefined;
  /** Time at which the way between two regions broke, ms since 1970; undefined while it works. */
  cutSince(from: string, to: string): number | undefined;
  /** Since when no newer metric becomes known in the region, ms since 1970; undefined while they do. */
  metricsAgeSince(region: string): number | undefined;
}

/**
 * Time until which the lag of a cluster is known: Aurora publishes the lag of a secondary cluster while the writer's region
 * is reachable.
 *
 * @returns ms since 1970; -Infinity for a metric that is not the lag of a secondary cluster in the region
 */
export function lagIsKnownUntil(
  account: AccountView,
  region: string,
  metric: NamedMetric,
  source: MetricSource,
): number {
  const cluster = account.find('aws_rds_cluster', region, metric.dimensions['DBClusterIdentifier'] ?? '');
  const [writer] = membersOf(account, text(cluster?.attributes['global_cluster_identifier']));
  const isLag = metric.namespace === LAG_NAMESPACE && metric.name === LAG_METRIC;
  if (!isLag || cluster === undefined || writer === undefined || writer.region === region) return -Infinity;
  return Math.min(source.cutSince(writer.region, region) ?? Infinity, source.metricsAgeSince(region) ?? Infinity);
}
