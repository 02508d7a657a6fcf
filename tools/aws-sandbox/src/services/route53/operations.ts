import { type Members, NamedList } from '../../endpoint/calls/members';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import type { AccountView } from '../../model/account-view';
import { text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import type { HealthCheckers } from './health-checkers';
import { resolveName } from './resolve-name';

const VERSION = '/2013-04-01';
const CHECK = 'aws_route53_health_check';
/** [Route 53 API Reference, ListHealthChecks and ListHostedZones] */
const PAGE_SIZE = 100;

const PAGE = { marker: 'string', maxitems: 'integer' } as const;

/** What Route 53 would answer now, and how its checks stand. */
export function route53Endpoint(checkers: HealthCheckers): ServiceEndpoint {
  return {
    signingName: 'route53',
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    routes: [
      { method: 'GET', path: `${VERSION}/testdnsanswer`, operation: 'TestDNSAnswer' },
      { method: 'GET', path: `${VERSION}/healthcheck`, operation: 'ListHealthChecks' },
      { method: 'GET', path: `${VERSION}/healthcheck/{HealthCheckId}`, operation: 'GetHealthCheck' },
      { method: 'GET', path: `${VERSION}/healthcheck/{HealthCheckId}/status`, operation: 'GetHealthCheckStatus' },
      { method: 'GET', path: `${VERSION}/hostedzone`, operation: 'ListHostedZones' },
    ],
    inputs: {
      TestDNSAnswer: { recordname: 'string', hostedzoneid: 'string', recordtype: 'string' },
      ListHealthChecks: PAGE,
      GetHealthCheck: { HealthCheckId: 'string' },
      GetHealthCheckStatus: { HealthCheckId: 'string' },
      ListHostedZones: PAGE,
    },
    permissions: ({ operation }) => [{ action: `route53:${operation}`, resource: '*' }],
    operations: {
      TestDNSAnswer: (input, { account }) => {
        const name = String(input['recordname'] ?? '').replace(/\.$/, '');
        const zone = String(input['hostedzoneid'] ?? '').replace('/hostedzone/', '');
        if (!account.list('aws_route53_zone').some(({ id }) => id === zone)) {
          throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${zone}`, { status: 404 });
        }
        const found = resolveName(account, name, checkers.isHealthy);
        return {
          Nameserver: 'ns-1.awsdns-01.com',
          RecordName: `${name}.`,
          RecordType: String(input['recordtype'] ?? 'A'),
          RecordData: new NamedList('RecordDataEntry', found?.values ?? []),
          ResponseCode: found === undefined ? 'NXDOMAIN' : 'NOERROR',
          Protocol: 'UDP',
        };
      },
      ListHealthChecks: (input, { account }) =>
        page('HealthChecks', 'HealthCheck', account.list(CHECK), input, shownCheck),
      GetHealthCheck: (input, { account }) => ({ HealthCheck: shownCheck(requireCheck(account, input)) }),
      ListHostedZones: (input, { account }) =>
        page('HostedZones', 'HostedZone', account.list('aws_route53_zone'), input, (zone) => shownZone(account, zone)),
      GetHealthCheckStatus: (input, { account }) => {
        const check = requireCheck(account, input);
        if (text(check.attributes['type']) === 'CALCULATED') {
          throw new AwsError('InvalidInput', 'The health check status of a calculated health check is not available.');
        }
        const { changedAtMs, isHealthy } = checkers.stateOf(check.id);
        return {
          HealthCheckObservations: new NamedList('HealthCheckObservation', [
            {
              Region: 'us-east-1',
              IPAddress: '127.0.0.1',
              StatusReport: {
                Status: isHealthy ? 'Success: HTTP Status Code 200' : 'Failure: the check is not healthy',
                CheckedTime: new Date(changedAtMs),
              },
            },
          ]),
        };
      },
    },
  };
}

function requireCheck(account: AccountView, input: Members): ResourceRecord {
  const id = String(input['HealthCheckId']);
  const check = account.list(CHECK).find((candidate) => candidate.id === id);
  if (check === undefined) {
    throw new AwsError('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, { status: 404 });
  }
  return check;
}

/** A list in the order of identifiers, from `marker` on, and where the next page begins. */
function page(
  list: string,
  element: string,
  records: readonly ResourceRecord[],
  { marker, maxitems }: Members,
  shown: (record: ResourceRecord) => Members,
): Members {
  const limit = Math.min(Number(maxitems ?? PAGE_SIZE), PAGE_SIZE);
  if (limit < 1) throw new AwsError('InvalidInput', `maxitems is ${limit}, expected 1 to ${PAGE_SIZE}.`);
  const from = String(marker ?? '');
  const rest = records.filter(({ id }) => id >= from).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const next = rest[limit];
  return {
    [list]: new NamedList(element, rest.slice(0, limit).map(shown)),
    Marker: from,
    IsTruncated: next !== undefined,
    ...(next === undefined ? {} : { NextMarker: next.id }),
    MaxItems: limit,
  };
}

function shownCheck({ attributes, id }: ResourceRecord): Members {
  const children = texts(attributes['child_healthchecks']);
  // What a type of check does not have, Terraform keeps as nothing or as 0.
  const given = (member: string, value: Value | undefined) => (value ? { [member]: value } : {});
  return {
    Id: id,
    CallerReference: text(attributes['reference_name']) || id,
    HealthCheckConfig: {
      ...given('IPAddress', text(attributes['ip_address'])),
      ...given('Port', attributes['port']),
      Type: attributes['type'],
      ...given('ResourcePath', text(attributes['resource_path'])),
      ...given('FullyQualifiedDomainName', text(attributes['fqdn'])),
      ...given('SearchString', text(attributes['search_string'])),
      ...given('RequestInterval', attributes['request_interval']),
      ...given('FailureThreshold', attributes['failure_threshold']),
      Inverted: attributes['invert_healthcheck'] === true,
      Disabled: attributes['disabled'] === true,
      ...(children.length === 0
        ? {}
        : {
            HealthThreshold: attributes['child_health_threshold'],
            ChildHealthChecks: new NamedList('ChildHealthCheck', children),
          }),
    },
    HealthCheckVersion: 1,
  };
}

function shownZone(account: AccountView, { attributes, id }: ResourceRecord): Members {
  return {
    Id: `/hostedzone/${id}`,
    Name: `${text(attributes['name']).replace(/\.$/, '')}.`,
    CallerReference: id,
    Config: { Comment: text(attributes['comment']), PrivateZone: false },
    // With the records of the zone itself, NS and SOA.
    ResourceRecordSetCount: account.findBy('aws_route53_record', 'zone_id', id).length + 2,
  };
}
