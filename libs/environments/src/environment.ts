import { parseCidr } from '@dr/cidr';
import { z } from 'zod';
import { REGION_NAMES, type RegionName } from './region-catalog';

/** Effect of a change of a setting on what is deployed. */
export type ChangeEffect = 'in place' | 'replacement' | 'downtime' | 'by steps' | 'new deployment';

/** Text of the documentation's settings page about a setting, besides its type and range. */
export interface SettingMeta {
  readonly description: string;
  /** Where the range is from: the page of AWS that sets it, or why the platform sets a narrower one. */
  readonly limits?: string;
  readonly unit?: string;
  readonly change: ChangeEffect;
  /** Whether a lower value means a new deployment. */
  readonly growsOnly?: true;
  /** Terraform types of which a change may replace or remove resources. @default none */
  readonly takesAway?: readonly string[];
  /** Of a downtime: the most seconds in which SQL is not served, and where the number is from. */
  readonly downtime?: { readonly seconds: number; readonly source: string };
  /** Of a change by steps, in order: see `DeclaredSettings` of @dr/state-manifest. */
  readonly steps?: readonly string[];
  /** Of a change by steps: setting whose value serves beside this one; a deploy may exchange the two. */
  readonly beside?: string;
}

function setting<Schema extends z.ZodType>(schema: Schema, meta: SettingMeta): Schema {
  return schema.meta({ ...meta });
}

/**
 * One refinement that says what it got and what it wants; zod's own messages leave out the value.
 * `expected` completes the sentence `<path> is <got>, expected <expected>`.
 */
function expecting<Value>(
  create: (params: { error: string }) => z.ZodType<Value, Value>,
  accepts: (value: Value) => boolean,
  expected: string,
): z.ZodType<Value, Value> {
  return create({ error: expected }).refine(accepts, { error: expected });
}

const wholeNumber = (from: number, to: number) =>
  expecting(
    z.number,
    (value) => Number.isInteger(value) && value >= from && value <= to,
    `a whole number from ${from} to ${to}`,
  );

const matching = (pattern: RegExp, expected: string) => expecting(z.string, (value) => pattern.test(value), expected);

const oneOf = <const Values extends readonly [string, ...string[]]>(...values: Values) =>
  z.enum(values, { error: values.length > 1 ? `one of ${values.join(', ')}` : values[0] });

const cidrBlock = expecting(
  z.string,
  (value) => {
    const prefixLength = parseCidr(value)?.bitmask;
    return prefixLength !== undefined && prefixLength >= 16 && prefixLength <= 22;
  },
  'an IPv4 block in CIDR notation between /16 and /22 without host bits, such as 10.20.0.0/16',
);

const regionName = z.enum(REGION_NAMES as [RegionName, ...RegionName[]], {
  error: `one of ${REGION_NAMES.join(', ')}`,
});

const LOG_RETENTION_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const REGION_LIMITS =
  'AWS Regions and Availability Zones; all three: DynamoDB developer guide, multi-Region strong consistency';

const ZONE_STEPS = [
  "To look-up: the zone stays in Route 53, and leaves Terraform's state. To create: call importFrom('<id of the zone>') of the zone in apps/network/src/dns-zone-state.ts, or a second zone of that name is made.",
  'npx nx run-many -t plan --environment=<environment> --allow=dns.zone lists forget, or import, and no create of a zone.',
  'npx nx run-many -t deploy --environment=<environment> --allow=dns.zone',
  'Remove the call, if there is one.',
];

const servingRegion = z.strictObject({
  name: setting(regionName, { description: 'AWS region.', limits: REGION_LIMITS, change: 'new deployment' }),
  cidrBlock: setting(cidrBlock, {
    description: "Address block of the region's VPC; no two regions may overlap, since they are peered.",
    change: 'new deployment',
  }),
});

const stateBackend = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('local') }),
  z.strictObject({
    kind: z.literal('s3'),
    bucketPrefix: setting(
      matching(/^[a-z0-9][a-z0-9-]{1,34}$/, '2 to 35 lower-case letters, digits and hyphens, no hyphen in front'),
      {
        description: "State buckets are named <prefix>-<region>, one in each region, and hold that region's states.",
        change: 'new deployment',
      },
    ),
  }),
]);

/** The schema of an environment's settings: types, units, ranges, and what a change does. */
export const environmentSchema = z.strictObject({
  name: setting(matching(/^[a-z][a-z0-9]{1,11}$/, '2 to 12 lower-case letters and digits, a letter first'), {
    description: 'Name of the environment, and second part of every parameter path.',
    change: 'new deployment',
  }),
  platform: setting(
    matching(
      /^(?!aws|ssm)[a-z][a-z0-9]{1,11}$/,
      '2 to 12 lower-case letters and digits, a letter first, and neither aws nor ssm in front',
    ),
    {
      description: 'Name of the platform: first part of every resource name and parameter path.',
      limits: 'platform; aws and ssm: Systems Manager API, PutParameter',
      change: 'new deployment',
    },
  ),
  accountId: setting(matching(/^\d{12}$/, 'the 12 digits of an AWS account'), {
    description: 'The only AWS account that the provider accepts credentials of.',
    change: 'new deployment',
  }),
  costCentre: setting(matching(/^[\p{L}\p{N}_.:/=+@-]{1,64}$/u, '1 to 64 letters, digits and _ . : / = + @ -'), {
    description: 'Value of the cost-centre tag.',
    limits: 'platform; Tagging guide, tag values: blanks too, to 256',
    change: 'in place',
  }),
  domainName: setting(
    matching(
      /^(?=.{4,58}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
      'a lower-case domain name of at most 58 characters, such as trading.example.com',
    ),
    {
      description: 'Domain of the hosted zone; the service answers under trade.<domain>.',
      limits: 'ACM API, RequestCertificate: trade.<domain> has at most 64 characters',
      change: 'new deployment',
    },
  ),
  regions: z.strictObject({
    primary: servingRegion,
    standby: servingRegion,
    witness: setting(regionName, {
      description:
        'Third region of the strongly consistent table; it stores its log, has the alarms on both failover controllers, and serves nothing. DynamoDB chooses it when the table is empty, and never again.',
      limits: REGION_LIMITS,
      change: 'new deployment',
    }),
  }),
  network: z.strictObject({
    zoneCount: setting(wholeNumber(2, 6), {
      description: 'Availability zones per region. Adding one moves no existing subnet.',
      limits: 'platform: two survive the loss of one',
      unit: 'zones',
      change: 'in place',
      growsOnly: true,
    }),
    natGateways: setting(oneOf('per-zone', 'single'), {
      description:
        'One NAT gateway a zone survives the loss of a zone; a single one costs a third. The other zones have no path to the internet until their routes lead to it.',
      limits: 'platform',
      change: 'in place',
      takesAway: ['aws_nat_gateway', 'aws_eip'],
    }),
    interfaceEndpoints: setting(z.boolean({ error: 'true or false' }), {
      description:
        'Whether AWS is reached by interface endpoints in the private subnets, without a path through the internet.',
      change: 'in place',
      takesAway: ['aws_vpc_endpoint', 'aws_security_group', 'aws_vpc_security_group_ingress_rule'],
    }),
  }),
  database: z.strictObject({
    name: setting(matching(/^[a-z][a-z0-9_]{0,62}$/, 'a letter, then letters, digits and underscores, 63 at most'), {
      description: 'Database of the service. Aurora creates it with the cluster, and renames none later.',
      limits: 'RDS API, CreateDBCluster',
      change: 'by steps',
      takesAway: ['aws_ecs_task_definition'],
      steps: [
        'End what is connected to the database <deployed>: SQL is not served until the last step.',
        'As its owner, in the database postgres at the writer: ALTER DATABASE <deployed> RENAME TO <wanted>',
        'npx nx run-many -t deploy --environment=<environment> --allow=database.name',
        'Start the service with the new name.',
      ],
    }),
    engineVersion: setting(matching(/^\d{2}\.\d{1,2}$/, 'an Aurora PostgreSQL version such as 16.6'), {
      description:
        'Aurora PostgreSQL version, the same in both regions, as a global database wants it: docs/upgrades.md.',
      change: 'downtime',
      downtime: { seconds: 1_800, source: 'assumed, of a major version' },
      growsOnly: true,
      takesAway: ['aws_rds_cluster_parameter_group', 'aws_db_parameter_group'],
    }),
    instanceClass: setting(
      matching(
        /^db\.(r[5-9][a-z]*|x2g)\.(large|(2|4|8|12|16|24|32|48)?xlarge)$/,
        'a memory-optimized instance class such as db.r6g.large',
      ),
      {
        description:
          'Instance class in both regions: the standby must carry the load as it stands. All instances of a region change at once.',
        limits: 'Aurora user guide, requirements of a global database: db.r5 or higher',
        change: 'downtime',
        downtime: { seconds: 600, source: 'assumed' },
      },
    ),
    instancesPerRegion: setting(wholeNumber(2, 15), {
      description:
        'Instances per region; a standby region without instances cannot be promoted. Removing the one that writes makes another the writer.',
      limits: 'from 2: platform, for the loss of a zone; to 15: Aurora user guide, quotas of a global database',
      unit: 'instances',
      change: 'in place',
      takesAway: ['aws_rds_cluster_instance'],
    }),
    connectionAlarm: setting(wholeNumber(10, 16_000), {
      description: 'Connections of an instance above which an alarm is raised; its class decides how many it takes.',
      limits: 'platform',
      unit: 'connections',
      change: 'in place',
    }),
    backupRetentionDays: setting(wholeNumber(1, 35), {
      description: 'Days of automated backups.',
      limits: 'RDS API, ModifyDBCluster',
      unit: 'days',
      change: 'in place',
    }),
  }),
  archive: z.strictObject({
    backupRetentionDays: setting(wholeNumber(1, 3_650), {
      description: "Days that AWS Backup keeps a day's backup of the data, and its copy in the other region.",
      limits: 'platform; AWS Backup API, Lifecycle: from 1',
      unit: 'days',
      change: 'in place',
    }),
    auditRetentionDays: setting(wholeNumber(30, 3_650), {
      description: 'Days that audit records are kept, in both regions.',
      limits: 'platform; S3 API, DefaultRetention: from 1',
      unit: 'days',
      change: 'in place',
    }),
  }),
  objectives: z.strictObject({
    entryRecoverySeconds: setting(wholeNumber(30, 600), {
      description:
        'Time in which clients, and strongly consistent writes, are served again after a region is lost; the budget must stay below it.',
      limits: 'platform',
      unit: 's',
      change: 'in place',
    }),
    sqlRecoverySeconds: setting(wholeNumber(60, 7_200), {
      description:
        "Time in which SQL writes are served again after a region is lost, a person's approval not counted; the budget must stay below it.",
      limits: 'platform',
      unit: 's',
      change: 'in place',
    }),
    dataLossMs: setting(wholeNumber(100, 3_600_000), {
      description:
        'Longest replication lag of the database and of eventually consistent tables: what a failover may lose of them.',
      limits: 'platform',
      unit: 'ms',
      change: 'in place',
    }),
  }),
  service: z.strictObject({
    port: setting(wholeNumber(1024, 65_535), {
      description: 'Port that the load balancer sends requests to, and that the service listens on.',
      limits: 'platform: a port without privileges; Elastic Load Balancing API, CreateTargetGroup: to 65535',
      change: 'by steps',
      takesAway: [
        'aws_ecs_task_definition',
        'aws_vpc_security_group_egress_rule',
        'aws_vpc_security_group_ingress_rule',
      ],
      beside: 'service.secondPort',
      steps: [
        'Set service.port back to <deployed>, and service.secondPort to <wanted>: npx nx run-many -t deploy --environment=<environment>',
        "Deploy a revision of the service's task definition that maps both ports, of an image that listens on both.",
        'Exchange them, service.port <wanted> and service.secondPort <deployed>: npx nx run-many -t deploy --environment=<environment>',
        'When the tasks of that deployment are the only ones, leave service.secondPort out: npx nx run-many -t deploy --environment=<environment>',
      ],
    }),
    secondPort: setting(wholeNumber(1024, 65_535).optional(), {
      description: 'Another port that the load balancer may reach the service on, while service.port changes.',
      limits: 'platform: a port without privileges; Elastic Load Balancing API, CreateTargetGroup: to 65535',
      change: 'in place',
      takesAway: [
        'aws_ecs_task_definition',
        'aws_vpc_security_group_egress_rule',
        'aws_vpc_security_group_ingress_rule',
      ],
    }),
    healthCheckPath: setting(
      matching(/^\/[a-z0-9/-]{0,1023}$/, 'a path of at most 1024 characters, such as /healthz'),
      {
        description:
          "Path of the service's own health check, asked by the load balancer. The service has to answer it before; tasks are told of it from their next deployment on.",
        limits: 'platform: letters; Elastic Load Balancing API, CreateTargetGroup: to 1024',
        change: 'in place',
        takesAway: ['aws_ecs_task_definition'],
      },
    ),
    clientKeepAliveSeconds: setting(wholeNumber(60, 604_800), {
      description:
        "How long the load balancer keeps a client's idle connection, which would pin it to a failed region.",
      limits: 'Elastic Load Balancing API, LoadBalancerAttribute',
      unit: 's',
      change: 'in place',
    }),
    cpuUnits: setting(
      expecting(z.number, (value) => [256, 512, 1024, 2048, 4096].includes(value), 'one of 256, 512, 1024, 2048, 4096'),
      {
        description: 'CPU of a task, from its next deployment on; 1,024 units are one virtual CPU.',
        limits: 'ECS developer guide, task size; platform: at most 4096',
        unit: 'CPU units',
        change: 'in place',
        takesAway: ['aws_ecs_task_definition'],
      },
    ),
    memoryMb: setting(wholeNumber(512, 30_720), {
      description: 'Memory of a task, from its next deployment on; Fargate offers some sizes with each CPU.',
      limits: 'ECS developer guide, task size',
      unit: 'MB',
      change: 'in place',
      takesAway: ['aws_ecs_task_definition'],
    }),
    taskCount: setting(wholeNumber(1, 200), {
      description: 'Fewest tasks in each region, the standby too: enough for the whole load.',
      limits: 'platform',
      unit: 'tasks',
      change: 'in place',
    }),
    maximumTaskCount: setting(wholeNumber(1, 500), {
      description: 'Most tasks in each region.',
      limits: 'platform',
      unit: 'tasks',
      change: 'in place',
    }),
    requestLimitPerAddress: setting(wholeNumber(100, 2_000_000), {
      description: 'Requests of one client address in five minutes, beyond which the firewall blocks it.',
      limits: 'platform; WAF API, RateBasedStatement: from 10 to 2000000000',
      unit: 'requests',
      change: 'in place',
    }),
  }),
  notifications: z.strictObject({
    emails: setting(
      z
        .array(matching(/^[^@\s]+@[^@\s]+\.[a-z]+$/, 'an e-mail address such as oncall@example.com'), {
          error: 'a list of e-mail addresses',
        })
        .max(10, { error: 'at most 10 addresses' }),
      {
        description: 'Addresses that alarms notify; each confirms once.',
        change: 'in place',
        takesAway: ['aws_sns_topic_subscription'],
      },
    ),
  }),
  deletionProtection: setting(z.boolean({ error: 'true or false' }), {
    description:
      'Whether databases, tables and load balancers refuse deletion, clusters leave a final snapshot, and backups are locked.',
    change: 'in place',
    takesAway: ['aws_backup_vault_lock_configuration'],
  }),
  healthCheckFunction: z.strictObject({
    memoryMb: setting(wholeNumber(128, 10_240), {
      description: 'Memory of each function that checks a region; CPU share follows it.',
      limits: 'Lambda API, CreateFunction',
      unit: 'MB',
      change: 'in place',
    }),
    timeoutSeconds: setting(wholeNumber(2, 10), {
      description: 'Longest run; the probes end well before, within the 2 s that Route 53 waits.',
      limits: 'platform; Lambda API, CreateFunction: from 1 to 900',
      unit: 's',
      change: 'in place',
    }),
    reservedConcurrency: setting(wholeNumber(5, 100), {
      description: 'Concurrent runs kept for each of these functions, and its limit; 15 checkers ask at once at worst.',
      limits: 'platform; Lambda API, PutFunctionConcurrency: from 0',
      unit: 'runs',
      change: 'in place',
    }),
  }),
  recovery: z.strictObject({
    mode: setting(oneOf('automatic', 'approval', 'observe'), {
      description:
        'What the failover controller does by itself: take over and promote within the objective of data loss; take over, and promote when a person approves; or only notify.',
      limits: 'platform',
      change: 'in place',
    }),
    failureThreshold: setting(wholeNumber(2, 8), {
      description: 'Rounds of observation, one each 5 s, that must fail in a row before the controller takes over.',
      limits: 'platform; to 8: the good rounds after which a region is healthy again',
      unit: 'rounds',
      change: 'in place',
    }),
    maximumLagAgeSeconds: setting(wholeNumber(90, 600), {
      description:
        'Oldest measurement of the replication lag on which the controller promotes, where the canary shows nothing; CloudWatch has one a minute.',
      limits: 'platform',
      unit: 's',
      change: 'in place',
    }),
    promotionTimeoutSeconds: setting(wholeNumber(60, 3_600), {
      description: 'Time after which a person is notified that a promotion or switchover has not ended.',
      limits: 'platform',
      unit: 's',
      change: 'in place',
    }),
  }),
  dns: z.strictObject({
    zone: setting(oneOf('create', 'look-up'), {
      description: 'Whether the hosted zone of the domain is made here, or is there already.',
      limits: 'platform',
      change: 'by steps',
      steps: ZONE_STEPS,
    }),
    recordTtlSeconds: setting(wholeNumber(1, 60), {
      description: 'TTL of the failover records: how long resolvers may go on answering the failed region.',
      limits: 'platform; Route 53 API, ResourceRecordSet: from 0 to 2147483647',
      unit: 's',
      change: 'in place',
    }),
    healthCheckIntervalSeconds: setting(
      expecting(z.number, (value) => value === 10 || value === 30, '10 or 30'),
      {
        description: 'Seconds between two checks of one Route 53 checker. New checks answer for the old ones.',
        limits: 'Route 53 API, HealthCheckConfig',
        unit: 's',
        change: 'replacement',
        takesAway: ['aws_route53_health_check'],
      },
    ),
    healthCheckFailureThreshold: setting(wholeNumber(1, 10), {
      description: 'Checks in a row that must fail before a checker calls the endpoint unhealthy.',
      limits: 'Route 53 API, HealthCheckConfig',
      unit: 'checks',
      change: 'in place',
    }),
  }),
  logRetentionDays: setting(
    expecting(z.number, (value) => LOG_RETENTION_DAYS.includes(value), `one of ${LOG_RETENTION_DAYS.join(', ')}`),
    {
      description: 'Days that log groups keep their events.',
      limits: 'CloudWatch Logs API, PutRetentionPolicy',
      unit: 'days',
      change: 'in place',
    },
  ),
  stateBackend,
});

/** Settings of one environment as its file states them. */
export type EnvironmentSettings = z.input<typeof environmentSchema>;

/** Settings that were validated. */
export type Environment = z.output<typeof environmentSchema>;

/** One of the two regions that serve. */
export type ServingRegion = Environment['regions']['primary'];
