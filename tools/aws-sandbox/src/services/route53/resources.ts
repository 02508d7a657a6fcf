import { blocks, optionalText, text, texts } from '../../model/attribute-values';
import { AwsError, ProviderRefusal } from '../../model/aws-error';
import { randomBase32, randomUuid } from '../../model/random-id';
import type { Reference, ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import { hasTags } from '../../model/search';
import { stableId } from '../../model/stable-id';
import type { ObjectValue } from '../../model/value';

const ROUTING_POLICIES = [
  'cidr_routing_policy',
  'failover_routing_policy',
  'geolocation_routing_policy',
  'geoproximity_routing_policy',
  'latency_routing_policy',
  'weighted_routing_policy',
];

const ZONE_REFERENCE: Reference = {
  attribute: 'zone_id',
  to: 'aws_route53_zone',
  refusal: { code: 'NoSuchHostedZone', message: 'No hosted zone found with ID: {value}', status: 404 },
};

/** Amazon Route 53, one for all regions. Codes and words: Amazon Route 53 API Reference, errors of each action. */
export const route53Resources: ServiceDefinition = {
  name: 'route53',
  sdkId: 'Route 53',
  resources: {
    aws_route53_zone: {
      label: 'Route53 Hosted Zone',
      calls: { create: 'CreateHostedZone', update: 'UpdateHostedZoneComment', delete: 'DeleteHostedZone' },
      scope: 'global',
      id: () => `Z${randomBase32(20)}`,
      arn: 'arn:aws:route53:::hostedzone/{id}',
      replaces: ['name', 'delegation_set_id'],
      defaults: { comment: 'Managed by Terraform', force_destroy: false },
      normalizes: { name: canonicalName },
      computed: {
        enable_accelerated_recovery: () => false,
        name_servers: ({ id }) =>
          ['com', 'net', 'org', 'co.uk']
            .map(
              (domain, index) =>
                `ns-${(Number.parseInt(stableId(6, id, domain), 36) % 512) + index * 512}.awsdns-${String(Number.parseInt(stableId(4, id, domain), 36) % 64).padStart(2, '0')}.${domain}`,
            )
            .sort(),
        primary_name_server: ({ attributes }) => texts(attributes['name_servers'])[0] ?? '',
        zone_id: '{id}',
        'vpc.vpc_region': ({ region }) => region,
      },
      checks: [
        ({ attributes }) => {
          const name = canonicalName(text(attributes['name']));
          if (!/^([a-z0-9_*-]{1,63}\.)*[a-z0-9-]{1,63}$/.test(name)) {
            throw new AwsError(
              'InvalidDomainName',
              `DomainLabelEmpty or not valid (Domain label is empty or holds characters that are not allowed) encountered with '${name}'`,
              { path: ['name'] },
            );
          }
        },
      ],
      usedBy: [
        {
          by: 'aws_route53_record',
          attribute: 'zone_id',
          except: (_record, { attributes }) => attributes['force_destroy'] === true,
          refusal: {
            code: 'HostedZoneNotEmpty',
            message: 'The specified hosted zone contains non-required resource record sets and so cannot be deleted.',
          },
        },
      ],
      onDelete: ({ account, id }) =>
        account.findBy('aws_route53_record', 'zone_id', id).map((record) => ({ remove: record })),
    },
    aws_route53_query_log: {
      label: 'Route53 Query Logging Config',
      calls: { create: 'CreateQueryLoggingConfig', delete: 'DeleteQueryLoggingConfig' },
      scope: 'global',
      id: () => randomUuid(),
      arn: 'arn:aws:route53:::queryloggingconfig/{id}',
      replaces: ['zone_id', 'cloudwatch_log_group_arn'],
      unique: [
        {
          attributes: ['zone_id'],
          refusal: {
            code: 'QueryLoggingConfigAlreadyExists',
            message: 'A QueryLoggingConfig already exists for hosted zone {value}.',
            status: 409,
          },
        },
      ],
      references: [ZONE_REFERENCE],
      checks: [checkQueryLogGroup],
    },
    aws_route53_record: {
      label: 'Route53 Record',
      calls: {
        create: 'ChangeResourceRecordSets',
        update: 'ChangeResourceRecordSets',
        delete: 'ChangeResourceRecordSets',
      },
      scope: 'global',
      id: (context) =>
        [
          text(context.attributes['zone_id']),
          recordName(context),
          text(context.attributes['type']),
          text(context.attributes['set_identifier']),
        ]
          .filter((part) => part !== '')
          .join('_'),
      arn: '',
      replaces: ['zone_id', 'name', 'type', 'set_identifier'],
      normalizes: { name: canonicalName },
      conflicts: [
        ['records', 'alias'],
        ['ttl', 'alias'],
        ...ROUTING_POLICIES.flatMap((one, index) => ROUTING_POLICIES.slice(index + 1).map((other) => [one, other])),
      ],
      exactlyOneOf: [['records', 'alias']],
      allowed: {
        type: [
          'A',
          'AAAA',
          'CAA',
          'CNAME',
          'DS',
          'HTTPS',
          'MX',
          'NAPTR',
          'NS',
          'PTR',
          'SOA',
          'SPF',
          'SRV',
          'SSHFP',
          'SVCB',
          'TLSA',
          'TXT',
        ],
        'failover_routing_policy.type': ['PRIMARY', 'SECONDARY'],
      },
      computed: { fqdn: recordName, allow_overwrite: () => null },
      overwrites: ({ attributes }) => attributes['allow_overwrite'] === true,
      references: [
        ZONE_REFERENCE,
        {
          attribute: 'health_check_id',
          to: 'aws_route53_health_check',
          refusal: { code: 'NoSuchHealthCheck', message: 'No health check exists with the specified ID.', status: 404 },
        },
      ],
      checks: [checkRecord],
    },
    aws_route53_health_check: {
      label: 'Route53 Health Check',
      calls: { create: 'CreateHealthCheck', update: 'UpdateHealthCheck', delete: 'DeleteHealthCheck' },
      scope: 'global',
      id: () => randomUuid(),
      arn: 'arn:aws:route53:::healthcheck/{id}',
      // The interval and the kind of a check cannot be changed [Amazon Route 53 API Reference, UpdateHealthCheck].
      replaces: ['type', 'request_interval', 'measure_latency', 'reference_name', 'routing_control_arn'],
      defaults: { disabled: false, invert_healthcheck: false, measure_latency: false },
      allowed: {
        type: [
          'CALCULATED',
          'CLOUDWATCH_METRIC',
          'HTTP',
          'HTTPS',
          'HTTP_STR_MATCH',
          'HTTPS_STR_MATCH',
          'RECOVERY_CONTROL',
          'TCP',
        ],
        insufficient_data_health_status: ['Healthy', 'LastKnownStatus', 'Unhealthy'],
      },
      ranges: { failure_threshold: [1, 10], child_health_threshold: [0, 256], port: [1, 65_535] },
      computed: {
        enable_sni: ({ attributes }) => text(attributes['type']).startsWith('HTTPS'),
        failure_threshold: ({ attributes }) => (isEndpointCheck(attributes) ? 3 : 0),
        triggers: () => null,
      },
      references: [
        {
          attribute: 'child_healthchecks',
          to: 'aws_route53_health_check',
          refusal: { code: 'InvalidInput', message: 'The following child health checks do not exist: {value}' },
        },
      ],
      checks: [checkHealthCheck],
      usedBy: [
        {
          by: 'aws_route53_health_check',
          attribute: 'child_healthchecks',
          refusal: { code: 'HealthCheckInUse', message: 'Health check {id} is in use by health check {value}' },
        },
      ],
    },
  },
  dataSources: {
    aws_route53_zone: {
      label: 'Route53 Hosted Zone',
      call: 'ListHostedZones',
      arguments: ['name', 'private_zone', 'tags', 'vpc_id', 'zone_id'],
      read: ({ account, config }) => {
        const zoneId = text(config['zone_id']);
        const name = canonicalName(text(config['name']));
        const vpcId = text(config['vpc_id']);
        // A zone with a VPC is private, whatever else is configured [AWS provider, aws_route53_zone].
        const isPrivate = config['private_zone'] === true || vpcId !== '';
        const found = account.list('aws_route53_zone').filter((zone) => {
          const vpcs = vpcsOf(zone);
          return (
            (zoneId === '' ? vpcs.length > 0 === isPrivate : zone.id === zoneId && (!isPrivate || vpcs.length > 0)) &&
            (name === '' ? zoneId !== '' : canonicalName(text(zone.attributes['name'])) === name) &&
            (vpcId === '' || vpcs.includes(vpcId)) &&
            hasTags(zone, config['tags'])
          );
        });
        const [zone] = found;
        if (zone === undefined)
          throw new ProviderRefusal('no matching Route 53 Hosted Zone found', [zoneId === '' ? 'name' : 'zone_id']);
        if (found.length > 1)
          throw new ProviderRefusal(
            `multiple Route 53 Hosted Zones matched (${found.map(({ id }) => id).join(', ')}); use additional constraints to reduce matches to a single Route 53 Hosted Zone`,
            ['name'],
          );
        return {
          ...zone.attributes,
          id: zone.id,
          caller_reference: `terraform-${zone.id}`,
          private_zone: vpcsOf(zone).length > 0,
          // Two records, NS and SOA, are in every zone.
          resource_record_set_count: account.findBy('aws_route53_record', 'zone_id', zone.id).length + 2,
          tags: zone.attributes['tags_all'] ?? {},
        };
      },
    },
  },
};

function vpcsOf({ attributes }: ResourceRecord): readonly string[] {
  return blocks(attributes['vpc']).map((vpc) => text(vpc['vpc_id']));
}

/** In us-east-1, and with a policy that lets Route 53 write [Route 53 API Reference, CreateQueryLoggingConfig]. */
function checkQueryLogGroup({ account, attributes }: ResourceContext): void {
  const arn = text(attributes['cloudwatch_log_group_arn']).replace(/:\*$/, '');
  const path = ['cloudwatch_log_group_arn'];
  if (account.findByArn(arn)?.type !== 'aws_cloudwatch_log_group' || arn.split(':')[3] !== 'us-east-1') {
    throw new AwsError('NoSuchCloudWatchLogsLogGroup', `The CloudWatch Logs log group does not exist: ${arn}`, {
      status: 404,
      path,
    });
  }
  const admitted = account
    .list('aws_cloudwatch_log_resource_policy', 'us-east-1')
    .map((policy) => text(policy.attributes['policy_document']))
    .some((document) => document.includes('route53.amazonaws.com') && document.includes(arn));
  if (!admitted) {
    throw new AwsError(
      'InsufficientCloudWatchLogsResourcePolicy',
      'The CloudWatch Logs resource policy for this log group does not grant Amazon Route 53 sufficient permissions.',
      { path },
    );
  }
}

function canonicalName(name: string): string {
  return name.toLowerCase().replace(/\.$/, '');
}

/** The full name: the zone's is added where the given one does not end in it. */
function recordName({ attributes, account }: ResourceContext): string {
  const name = canonicalName(text(attributes['name']));
  const zone = canonicalName(
    text(account.find('aws_route53_zone', 'global', text(attributes['zone_id']))?.attributes['name']),
  );
  if (name === '') return zone;
  return name === zone || name.endsWith(`.${zone}`) || text(attributes['name']).endsWith('.')
    ? name
    : `${name}.${zone}`;
}

function checkRecord(context: ResourceContext): void {
  const { attributes, account, id, prior } = context;
  const zoneId = text(attributes['zone_id']);
  const zone = canonicalName(text(account.find('aws_route53_zone', 'global', zoneId)?.attributes['name']));
  const name = recordName(context);
  const type = text(attributes['type']);
  const setIdentifier = optionalText(attributes['set_identifier']);
  const refuse = (message: string, attribute: string) =>
    new AwsError('InvalidChangeBatch', `[${message}]`, { path: [attribute] });

  const policy = ROUTING_POLICIES.find((routing) => blocks(attributes[routing]).length > 0);
  // The provider's own checks, in its words.
  if (policy !== undefined && setIdentifier === undefined)
    throw new ProviderRefusal(`"${policy}": all of \`${policy},set_identifier\` must be specified`, ['set_identifier']);
  if (setIdentifier !== undefined && policy === undefined && attributes['multivalue_answer_routing_policy'] !== true) {
    throw new AwsError(
      'InvalidInput',
      'Invalid request: Missing field weight, region, failover, geolocation, geoproximity, cidr or multivalue answer with SetIdentifier',
      { path: ['set_identifier'] },
    );
  }
  if (name !== zone && !name.endsWith(`.${zone}`))
    throw refuse(`RRSet with DNS name ${name}. is not permitted in zone ${zone}.`, 'name');
  if (type === 'CNAME' && name === zone)
    throw refuse(`RRSet of type CNAME with DNS name ${name}. is not permitted at apex in zone ${zone}.`, 'type');
  if (type === 'CNAME' && texts(attributes['records']).length > 1)
    throw refuse(
      `Invalid Resource Record: FATAL problem: MoreThanOneValue (A CNAME record can have one value only) encountered with '${texts(attributes['records']).join(' ')}'`,
      'records',
    );
  if (blocks(attributes['alias']).length === 0 && typeof attributes['ttl'] !== 'number')
    throw new AwsError('InvalidInput', 'Invalid request: Missing field TTL', { path: ['ttl'] });
  if (type === 'A') {
    const wrong = texts(attributes['records']).find((value) => !/^(\d{1,3}\.){3}\d{1,3}$/.test(value));
    if (wrong !== undefined)
      throw refuse(
        `Invalid Resource Record: 'FATAL problem: ARRDATAIllegalIPv4Address (Value is not a valid IPv4 address) encountered with '${wrong}''`,
        'records',
      );
  }

  const overwrites = attributes['allow_overwrite'] === true;
  if (prior === null && !overwrites && account.find('aws_route53_record', 'global', id) !== undefined) {
    const set = setIdentifier === undefined ? '' : `, set identifier='${setIdentifier}'`;
    throw refuse(
      `Tried to create resource record set [name='${name}.', type='${type}'${set}] but it already exists`,
      'name',
    );
  }
  const siblings = account
    .findBy('aws_route53_record', 'fqdn', name)
    .filter((other) => other.id !== id && other.attributes['zone_id'] === zoneId);
  const conflict = siblings.find((other) => (other.attributes['type'] === 'CNAME') !== (type === 'CNAME'));
  if (conflict !== undefined) {
    throw refuse(
      `RRSet of type ${type} with DNS name ${name}. is not permitted as it conflicts with other records with the same DNS name in zone ${zone}.`,
      'name',
    );
  }
  const alike = siblings.filter((other) => other.attributes['type'] === type);
  if (
    alike.some(
      (other) => (optionalText(other.attributes['set_identifier']) === undefined) !== (setIdentifier === undefined),
    )
  ) {
    throw refuse(
      `RRSet with DNS name ${name}., type ${type} cannot be created as a non multi-answer record and a record with a set identifier exist side by side`,
      'set_identifier',
    );
  }
  const role = blocks(attributes['failover_routing_policy'])[0]?.['type'];
  const twin =
    role === undefined
      ? undefined
      : alike.find((other) => blocks(other.attributes['failover_routing_policy'])[0]?.['type'] === role);
  if (twin !== undefined) {
    throw refuse(
      `Failover record set with DNS name ${name}., type ${type} already has a ${text(role)} record: ${text(twin.attributes['set_identifier'])}`,
      'failover_routing_policy',
    );
  }
  if (
    role === 'PRIMARY' &&
    optionalText(attributes['health_check_id']) === undefined &&
    blocks(attributes['alias']).length === 0
  ) {
    throw new AwsError(
      'InvalidInput',
      'Invalid request: HealthCheckId is required for a primary failover record that is no alias',
      { path: ['health_check_id'] },
    );
  }
}

function isEndpointCheck({ type }: ObjectValue): boolean {
  return /^(HTTP|TCP)/.test(text(type));
}

/** Checks the members that each kind of health check requires [Amazon Route 53 API Reference, HealthCheckConfig]. */
function checkHealthCheck({ attributes, account }: ResourceContext): void {
  const type = text(attributes['type']);
  const refuse = (message: string, attribute: string) => new AwsError('InvalidInput', message, { path: [attribute] });
  if (isEndpointCheck(attributes)) {
    if (text(attributes['fqdn']) === '' && text(attributes['ip_address']) === '')
      throw refuse('Invalid parameter : Either IPAddress or FullyQualifiedDomainName must be specified', 'fqdn');
    const interval = attributes['request_interval'];
    if (interval !== null && interval !== 10 && interval !== 30)
      throw refuse('Invalid parameter : RequestInterval must be 10 or 30', 'request_interval');
    const search = text(attributes['search_string']);
    if (type.endsWith('_STR_MATCH') && search === '')
      throw refuse(
        'Invalid parameter : SearchString must be specified for a health check of type ' + type,
        'search_string',
      );
    if (!type.endsWith('_STR_MATCH') && search !== '')
      throw refuse('Invalid parameter : SearchString may be specified for a string match only', 'search_string');
    if (search.length > 255)
      throw refuse('Invalid parameter : SearchString is longer than 255 characters', 'search_string');
    if (type === 'TCP' && text(attributes['resource_path']) !== '')
      throw refuse('Invalid parameter : ResourcePath cannot be specified for TCP', 'resource_path');
    const regions = texts(attributes['regions']);
    if (regions.length > 0 && regions.length < 3)
      throw refuse('Invalid parameter : At least 3 regions must be specified', 'regions');
  }
  if (type === 'CALCULATED') {
    const children = texts(attributes['child_healthchecks']);
    if (children.length === 0)
      throw refuse(
        'Invalid parameter : ChildHealthChecks must be specified for a calculated health check',
        'child_healthchecks',
      );
    const nested = children.find(
      (child) => account.find('aws_route53_health_check', 'global', child)?.attributes['type'] === 'CALCULATED',
    );
    if (nested !== undefined)
      throw refuse(
        `Invalid parameter : A calculated health check cannot monitor the calculated health check ${nested}`,
        'child_healthchecks',
      );
  }
  if (type === 'CLOUDWATCH_METRIC' && text(attributes['cloudwatch_alarm_name']) === '')
    throw refuse(
      'Invalid parameter : AlarmIdentifier must be specified for a health check of type CLOUDWATCH_METRIC',
      'cloudwatch_alarm_name',
    );
}
