import { SETTINGS_VARIABLE } from '../controller-environment';
import { UnreadableFactsError } from '../errors';
import { drainWaitMs } from '../fencing/drain-wait';
import type { RecoverySettings } from '../recovery-settings';

/** One synthesized Terraform state. */
export interface SynthesizedState {
  /** `global-dns-us-west-2` */
  readonly name: string;
  /** Its Terraform JSON. */
  readonly json: Readonly<Record<string, unknown>>;
}

/** A number of the synthesized Terraform that a recovery takes time by. */
export interface Fact {
  readonly value: number;
  /** `global-dns-us-west-2: aws_route53_record.Service_Primary_12AB34CD` */
  readonly readFrom: string;
  /** The setting that it comes from: `dns.recordTtlSeconds`. */
  readonly setting: string;
  /** Value of that setting, where it has another unit. @default value */
  readonly settingValue?: number;
}

/** Facts of a recovery in the synthesized Terraform of all stacks. */
export interface RecoveryFacts {
  /** Seconds between two checks of one checker, of the check that takes the failed primary out of DNS. */
  readonly checkInterval: Fact;
  /** Failed checks in a row, of the same check. */
  readonly failureThreshold: Fact;
  /** Seconds that a resolver keeps the answer; of an alias record AWS's own 60. */
  readonly recordTtl: Fact;
  /** Whether an alias record is in the path. */
  readonly isAlias: boolean;
  /** Seconds that the load balancers keep a client's connection: the longer of both regions. */
  readonly clientKeepAlive: Fact;
  /** Seconds between two runs of the failover controller by its schedule. */
  readonly controllerPeriod: Fact;
  /** Seconds that a run of it lasts. */
  readonly controllerRun: Fact;
  /** Rounds in a row in which the primary fails before it takes over. */
  readonly controllerThreshold: Fact;
  /** Seconds until no earlier writer can write any more. */
  readonly drainWait: Fact;
  /** Seconds of a promotion after which a person is called. */
  readonly promotionTimeout: Fact;
  /** Seconds after a promotion within which another one waits for a person. */
  readonly cooldown: Fact;
  /** Seconds without a proved write after which a person is called. */
  readonly proofTimeout: Fact;
  /** Milliseconds of replication lag with which the promotion guard asks no person. */
  readonly guardedLoss: Fact;
  /** Milliseconds for which the guard takes a measurement of the lag. */
  readonly lagAge: Fact;
  /** Milliseconds of replication lag of the database at which an alarm is raised: the highest. */
  readonly databaseLagAlarm: Fact;
  /** Milliseconds of replication latency of the eventually consistent tables at which an alarm is raised. */
  readonly tableLagAlarm: Fact;
}

/** TTL of an alias to a load balancer, which cannot be set [Route 53 developer guide, alias records]. */
const ALIAS_TTL_SECONDS = 60;

type Arguments = Readonly<Record<string, unknown>>;

interface Found {
  readonly name: string;
  readonly readFrom: string;
  readonly arguments: Arguments;
}

/**
 * @param environment for the message alone
 * @throws UnreadableFactsError with everything that is missing: without a failover pair, or a check of its primary,
 * there is no recovery to budget
 */
export function readRecoveryFacts(environment: string, states: readonly SynthesizedState[]): RecoveryFacts {
  const problems: string[] = [];
  const all = (type: string) => states.flatMap((state) => resourcesOf(state, type));
  const longest = (facts: readonly Fact[], what: string): Fact => {
    const [first, ...rest] = facts;
    if (first === undefined) {
      problems.push(what);
      return { value: 0, readFrom: '', setting: '' };
    }
    return rest.reduce((left, right) => (right.value > left.value ? right : left), first);
  };

  const records = all('aws_route53_record').filter((record) => failoverRole(record) !== undefined);
  const ttls = records.map((record): Fact => {
    const value = record.arguments['alias'] === undefined ? Number(record.arguments['ttl']) : ALIAS_TTL_SECONDS;
    return { value, readFrom: record.readFrom, setting: 'dns.recordTtlSeconds' };
  });
  const checks = all('aws_route53_health_check');
  const deciding = records
    .filter((record) => failoverRole(record) === 'PRIMARY')
    .flatMap((record) => decidingChecks(record.arguments['health_check_id'], checks));
  const factOf = (argument: string, setting: string) => (found: Found) =>
    ({ value: Number(found.arguments[argument]), readFrom: found.readFrom, setting }) as const;
  const slowest = deciding.reduce<Found | undefined>(
    (left, right) => (left === undefined || detectionSeconds(right) > detectionSeconds(left) ? right : left),
    undefined,
  );
  const alarms = all('aws_cloudwatch_metric_alarm');
  const lagAlarms = (metric: string) =>
    alarms
      .filter((alarm) => alarm.arguments['metric_name'] === metric)
      .map(factOf('threshold', 'objectives.dataLossMs'));
  const check = slowest === undefined ? [] : [slowest];
  const controllers = all('aws_lambda_function').flatMap(controllerOf);
  const controllerFact = (setting: string, read: (settings: RecoverySettings) => number) =>
    controllers.map(({ readFrom, settings }): Fact => ({ value: read(settings), readFrom, setting }));
  const controllerStates = new Set(controllers.map(({ readFrom }) => stateIn(readFrom)));
  const periods = all('aws_cloudwatch_event_rule')
    .filter(({ readFrom }) => controllerStates.has(stateIn(readFrom)))
    .flatMap(({ arguments: args, readFrom }): readonly Fact[] => {
      const minutes = /^rate\((\d+) minutes?\)$/.exec(String(args['schedule_expression']))?.[1];
      return minutes === undefined
        ? []
        : [{ value: Number(minutes) * 60, readFrom, setting: 'SCHEDULE of the failover controller' }];
    });

  const facts: RecoveryFacts = {
    checkInterval: longest(
      check.map(factOf('request_interval', 'dns.healthCheckIntervalSeconds')),
      'a health check that decides on the PRIMARY failover record',
    ),
    failureThreshold: longest(check.map(factOf('failure_threshold', 'dns.healthCheckFailureThreshold')), ''),
    recordTtl: longest(ttls, 'a pair of failover records'),
    isAlias: records.some((record) => record.arguments['alias'] !== undefined),
    clientKeepAlive: longest(
      all('aws_lb').map(factOf('client_keep_alive', 'service.clientKeepAliveSeconds')),
      'a load balancer',
    ),
    controllerPeriod: longest(periods, 'a schedule of the failover controller'),
    controllerRun: longest(
      controllerFact('controllerRunMs', ({ controllerRunMs }) => controllerRunMs / 1_000),
      'a failover controller',
    ),
    controllerThreshold: longest(
      controllerFact('recovery.failureThreshold', ({ detection }) => detection.failureThreshold),
      '',
    ),
    drainWait: longest(
      controllerFact('fencing', ({ fencing }) => Math.ceil(drainWaitMs(fencing) / 1_000)),
      '',
    ),
    promotionTimeout: longest(
      controllerFact('recovery.promotionTimeoutSeconds', ({ timeouts }) => timeouts.promotionMs / 1_000),
      '',
    ),
    cooldown: longest(
      controllerFact('guard.cooldownMs', ({ guard }) => guard.cooldownMs / 1_000),
      '',
    ),
    proofTimeout: longest(
      controllerFact('timeouts.proofMs', ({ timeouts }) => timeouts.proofMs / 1_000),
      '',
    ),
    guardedLoss: longest(
      controllerFact('objectives.dataLossMs', ({ guard }) => guard.maximumLossMs),
      '',
    ),
    lagAge: longest(
      controllerFact('recovery.maximumLagAgeSeconds', ({ guard }) => guard.maximumLagAgeMs).map((fact) => ({
        ...fact,
        settingValue: fact.value / 1_000,
      })),
      '',
    ),
    databaseLagAlarm: longest(
      lagAlarms('AuroraGlobalDBReplicationLag'),
      'an alarm on AuroraGlobalDBReplicationLag of the database',
    ),
    tableLagAlarm: longest(lagAlarms('ReplicationLatency'), 'an alarm on ReplicationLatency of the tables'),
  };
  const missing = problems.filter((problem) => problem !== '');
  if (missing.length > 0) throw new UnreadableFactsError(environment, missing);
  return facts;
}

function resourcesOf({ name: state, json }: SynthesizedState, type: string): readonly Found[] {
  const byType = (json['resource'] ?? {}) as Readonly<Record<string, Readonly<Record<string, Arguments>>>>;
  return Object.entries(byType[type] ?? {}).map(([name, args]) => ({
    name,
    readFrom: `${state}: ${type}.${name}`,
    arguments: args,
  }));
}

/** The settings that a function was given, where it is a failover controller. */
function controllerOf({
  arguments: args,
  readFrom,
}: Found): readonly { readFrom: string; settings: RecoverySettings }[] {
  const { variables } = (args['environment'] ?? {}) as { readonly variables?: Readonly<Record<string, string>> };
  const settings = variables?.[SETTINGS_VARIABLE];
  return settings === undefined ? [] : [{ readFrom, settings: JSON.parse(settings) as RecoverySettings }];
}

function stateIn(readFrom: string): string {
  return readFrom.split(':')[0] ?? '';
}

function failoverRole({ arguments: args }: Found): string | undefined {
  const policy = args['failover_routing_policy'] as { readonly type?: string } | undefined;
  return policy?.type;
}

/** The endpoint checks whose failure alone fails a check; an inverted one fails by an answer, not by silence. */
function decidingChecks(expression: unknown, checks: readonly Found[]): readonly Found[] {
  const name = /\.(\w+)\.id\}$/.exec(String(expression))?.[1];
  const check = checks.find((candidate) => candidate.name === name);
  if (check === undefined) return [];
  const children = check.arguments['child_healthchecks'] as readonly unknown[] | undefined;
  if (children !== undefined) return children.flatMap((child) => decidingChecks(child, checks));
  return check.arguments['invert_healthcheck'] === true ? [] : [check];
}

function detectionSeconds({ arguments: args }: Found): number {
  return Number(args['request_interval']) * Number(args['failure_threshold']);
}
