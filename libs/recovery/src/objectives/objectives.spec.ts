import { DEFAULT_RECOVERY_SETTINGS } from '../recovery-settings';
import { assessObjectives } from './assess-objectives';
import { sumBudget } from './recovery-budget';
import { readRecoveryFacts, type SynthesizedState } from './recovery-facts';

interface Changes {
  readonly interval?: number;
  readonly threshold?: number;
  readonly ttl?: number;
  readonly alias?: boolean;
  readonly lagMs?: number;
  readonly guardedLossMs?: number;
  readonly promotionMs?: number;
}

/** Recovery settings that the stacks of a platform synthesize. */
function platform({
  interval = 10,
  threshold = 2,
  ttl = 10,
  alias = false,
  lagMs = 5_000,
  guardedLossMs = 5_000,
  promotionMs = 900_000,
}: Changes = {}) {
  const settings = {
    ...DEFAULT_RECOVERY_SETTINGS,
    timeouts: { ...DEFAULT_RECOVERY_SETTINGS.timeouts, promotionMs },
    guard: { ...DEFAULT_RECOVERY_SETTINGS.guard, maximumLossMs: guardedLossMs },
  };
  const check = { type: 'HTTPS_STR_MATCH', request_interval: interval, failure_threshold: threshold };
  const answer = alias ? { alias: { name: 'lb' } } : { ttl, records: ['lb'] };
  const states: SynthesizedState[] = [
    {
      name: 'global-dns-us-west-2',
      json: {
        resource: {
          aws_route53_health_check: {
            Deep: check,
            Latch: { ...check, invert_healthcheck: true, failure_threshold: 9 },
            Both: {
              type: 'CALCULATED',
              child_healthchecks: ['${aws_route53_health_check.Deep.id}', '${aws_route53_health_check.Latch.id}'],
            },
          },
          aws_route53_record: {
            Primary: {
              ...answer,
              failover_routing_policy: { type: 'PRIMARY' },
              health_check_id: '${aws_route53_health_check.Both.id}',
            },
            Secondary: { ttl, failover_routing_policy: { type: 'SECONDARY' } },
            Validation: { ttl: 300 },
          },
        },
      },
    },
    { name: 'compute-us-east-1', json: { resource: { aws_lb: { Entry: { client_keep_alive: 60 } } } } },
    {
      name: 'failover-controller-us-west-2',
      json: {
        resource: {
          aws_lambda_function: {
            Controller: { environment: { variables: { RECOVERY_SETTINGS: JSON.stringify(settings) } } },
          },
          aws_cloudwatch_event_rule: { EveryMinute: { schedule_expression: 'rate(1 minute)' } },
        },
      },
    },
    {
      name: 'data-us-east-1',
      json: {
        resource: {
          aws_cloudwatch_metric_alarm: {
            Lag: { metric_name: 'AuroraGlobalDBReplicationLag', threshold: lagMs },
            Latency: { metric_name: 'ReplicationLatency', threshold: 4_000 },
            Cpu: { metric_name: 'CPUUtilization', threshold: 80_000 },
          },
        },
      },
    },
  ];
  return states;
}

const OBJECTIVES = { entryRecoverySeconds: 60, sqlRecoverySeconds: 1_200, dataLossMs: 5_000 };
const FILE = 'libs/environments/src/environments/prod.ts';
const problems = (changes: Changes) =>
  assessObjectives('prod', FILE, sumBudget(readRecoveryFacts('prod', platform(changes))), OBJECTIVES);

describe('the recovery budget', () => {
  it('is the sum of what the synthesized Terraform says, tier by tier', () => {
    const budget = sumBudget(readRecoveryFacts('prod', platform()));

    expect(budget.map(({ tier, unit, typical, worst }) => [tier, typical, worst, unit])).toEqual([
      ['entry', 35, 52, 's'],
      ['strongly consistent writes', 35, 53, 's'],
      ['SQL writes', 150.5, 1_060, 's'],
      ['SQL writes, approved', 450.5, 1_060, 's'],
      ['impaired entry', 65, 112, 's'],
      ['database loss', 1_000, 5_000, 'ms'],
      ['database loss, unseen', 6_000, 77_000, 'ms'],
      ['database loss, unseen without a trail', 61_000, 77_000, 'ms'],
      ['table loss', 1_000, 4_000, 'ms'],
      ['hand-back', 25.5, 57, 's'],
      ['evacuation', 48, 232, 's'],
      ['failing entry or writer', 255.5, 453, 's'],
    ]);
  });

  it('has the detection times that are known of silent endpoints', () => {
    const detection = (interval: number, threshold: number) => {
      const [entry] = sumBudget(readRecoveryFacts('prod', platform({ interval, threshold })));
      const term = entry?.terms.find(({ name }) => name === 'detection');
      return [term?.typical, term?.worst];
    };

    expect([detection(10, 2), detection(10, 3), detection(30, 1)]).toEqual([
      [28, 32],
      [42, 48],
      [34, 36],
    ]);
  });

  it('says where each number was read, and how each term is known', () => {
    const [entry] = sumBudget(readRecoveryFacts('prod', platform()));

    expect(entry?.terms.map(({ name, basis }) => [name, basis])).toEqual([
      ['detection', 'documented'],
      ['verdict', 'assumed'],
      ['resolvers', 'documented'],
      ['reconnect', 'assumed'],
    ]);
    expect(entry?.terms.flatMap(({ facts }) => facts)).toEqual([
      {
        value: 10,
        readFrom: 'global-dns-us-west-2: aws_route53_health_check.Deep',
        setting: 'dns.healthCheckIntervalSeconds',
      },
      {
        value: 2,
        readFrom: 'global-dns-us-west-2: aws_route53_health_check.Deep',
        setting: 'dns.healthCheckFailureThreshold',
      },
      { value: 10, readFrom: 'global-dns-us-west-2: aws_route53_record.Primary', setting: 'dns.recordTtlSeconds' },
    ]);
  });

  it('cannot be summed without what a recovery stands on', () => {
    expect(() => readRecoveryFacts('prod', [])).toThrow(
      [
        'prod: a health check that decides on the PRIMARY failover record is missing, expected in the synthesized stacks. Synthesize all of them.',
        'prod: a pair of failover records is missing, expected in the synthesized stacks. Synthesize all of them.',
        'prod: a load balancer is missing, expected in the synthesized stacks. Synthesize all of them.',
        'prod: a schedule of the failover controller is missing, expected in the synthesized stacks. Synthesize all of them.',
        'prod: a failover controller is missing, expected in the synthesized stacks. Synthesize all of them.',
        'prod: an alarm on AuroraGlobalDBReplicationLag of the database is missing, expected in the synthesized stacks. Synthesize all of them.',
        'prod: an alarm on ReplicationLatency of the tables is missing, expected in the synthesized stacks. Synthesize all of them.',
      ].join('\n'),
    );
  });
});

describe('objectives', () => {
  it('are met by what is deployed', () => {
    expect(problems({})).toEqual([]);
  });

  it.each<[string, Changes, string]>([
    [
      'a threshold of 3',
      { threshold: 3 },
      'prod: entry is 68 s at worst, expected less than 60 s (objectives.entryRecoverySeconds). The term detection takes 48 s of it: dns.healthCheckIntervalSeconds is 10, dns.healthCheckFailureThreshold is 3. Change libs/environments/src/environments/prod.ts.',
    ],
    [
      'a TTL of 60 s',
      { ttl: 60 },
      'prod: entry is 102 s at worst, expected less than 60 s (objectives.entryRecoverySeconds). The term resolvers takes 60 s of it: dns.recordTtlSeconds is 60. Change libs/environments/src/environments/prod.ts.',
    ],
    [
      'an alias record',
      { alias: true },
      'prod: entry is 102 s at worst, expected less than 60 s (objectives.entryRecoverySeconds). The term resolvers takes 60 s of it: dns.recordTtlSeconds is 60. Change libs/environments/src/environments/prod.ts.',
    ],
    [
      'an interval of 30 s with a threshold of 2',
      { interval: 30, threshold: 2 },
      'prod: entry is 92 s at worst, expected less than 60 s (objectives.entryRecoverySeconds). The term detection takes 72 s of it: dns.healthCheckIntervalSeconds is 30, dns.healthCheckFailureThreshold is 2. Change libs/environments/src/environments/prod.ts.',
    ],
  ])('are missed by %s, which is named with its settings and their file', (_what, changes, message) => {
    expect(problems(changes)[0]).toBe(message);
    expect(problems(changes)).toHaveLength(2);
  });

  it('are missed by a promotion that nobody is called for in time', () => {
    expect(problems({ promotionMs: 1_200_000 })).toEqual([
      'prod: SQL writes is 1360 s at worst, expected less than 1200 s (objectives.sqlRecoverySeconds). The term promotion takes 1200 s of it: recovery.promotionTimeoutSeconds is 1200. Change libs/environments/src/environments/prod.ts.',
    ]);
  });

  it('are missed by an alarm that comes too late', () => {
    expect(problems({ lagMs: 6_000 })).toEqual([
      'prod: database loss is 6000 ms at worst, expected at most 5000 ms (objectives.dataLossMs). The term replication lag takes 6000 ms of it: objectives.dataLossMs is 6000. Change libs/environments/src/environments/prod.ts.',
    ]);
  });

  it('are missed by a guard that promotes with more than may be lost', () => {
    expect(problems({ guardedLossMs: 9_000 })).toEqual([
      'prod: database loss is 9000 ms at worst, expected at most 5000 ms (objectives.dataLossMs). The term replication lag takes 9000 ms of it: objectives.dataLossMs is 9000. Change libs/environments/src/environments/prod.ts.',
    ]);
  });
});
