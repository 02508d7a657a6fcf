import type { AccountView } from '../../model/account-view';
import { blocks, text, texts } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';

/** Returns true where a health check is healthy now. */
export type HealthOf = (healthCheckId: string) => boolean;

/** Response of Route 53: the values of a record, or the resource that an alias names. */
export interface DnsAnswer {
  readonly values: readonly string[];
  /** Seconds for which a resolver may cache it. */
  readonly ttlSeconds: number;
  /** Of the record that was chosen among several; empty where there is one. */
  readonly setIdentifier: string;
}

/** An alias takes the time to live of its target: 60 s for a load balancer [Route 53 developer guide, alias records]. */
const ALIAS_TTL_SECONDS = 60;

/**
 * Resolves a name as Route 53 does: simple records, and failover records by the health of the primary. Where no record is
 * healthy, the primary's is returned [Route 53 developer guide, how Route 53 chooses records].
 *
 * @returns undefined where the account has no such record
 */
export function resolveName(account: AccountView, name: string, isHealthy: HealthOf): DnsAnswer | undefined {
  const fqdn = name.toLowerCase().replace(/\.$/, '');
  const records = account
    .findBy('aws_route53_record', 'fqdn', fqdn)
    .filter(({ attributes }) => ['A', 'AAAA', 'CNAME'].includes(text(attributes['type'])));
  const chosen = chooseRecord(records, isHealthy);
  if (chosen === undefined) return undefined;
  const { attributes } = chosen;
  const [alias] = blocks(attributes['alias']);
  return {
    values: alias === undefined ? texts(attributes['records']) : [text(alias['name'])],
    ttlSeconds: alias === undefined ? Number(attributes['ttl'] ?? 0) : ALIAS_TTL_SECONDS,
    setIdentifier: text(attributes['set_identifier']),
  };
}

function chooseRecord(records: readonly ResourceRecord[], isHealthy: HealthOf): ResourceRecord | undefined {
  const role = ({ attributes }: ResourceRecord) => text(blocks(attributes['failover_routing_policy'])[0]?.['type']);
  const healthy = ({ attributes }: ResourceRecord) => {
    const check = text(attributes['health_check_id']);
    return check === '' || isHealthy(check);
  };
  const primary = records.find((record) => role(record) === 'PRIMARY');
  const secondary = records.find((record) => role(record) === 'SECONDARY');
  if (primary === undefined) return secondary ?? records[0];
  if (healthy(primary) || secondary === undefined) return primary;
  return healthy(secondary) ? secondary : primary;
}

/** The load balancer that a name leads to, through aliases and canonical names; undefined where none does. */
export function findLoadBalancer(
  account: AccountView,
  host: string,
  isHealthy: HealthOf,
  hops = 0,
): ResourceRecord | undefined {
  const [balancer] = account.findBy('aws_lb', 'dns_name', host);
  if (balancer !== undefined || hops > 8) return balancer;
  const [next] = resolveName(account, host, isHealthy)?.values ?? [];
  return next === undefined
    ? undefined
    : findLoadBalancer(account, next.toLowerCase().replace(/\.$/, ''), isHealthy, hops + 1);
}
