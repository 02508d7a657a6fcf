import type { Members } from '../../endpoint/calls/members';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import type { AccountView } from '../../model/account-view';
import { text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import type { Value } from '../../model/value';
import api from './api.json';
import type { HealthCheckers } from './health-checkers';
import { resolveName } from './resolve-name';

const CHECK = 'aws_route53_health_check';
/** [Route 53 API Reference, ListHealthChecks and ListHostedZones] */
const PAGE_SIZE = 100;

/** Operations on health checks and hosted zones, and TestDNSAnswer by the checks' present state. */
export function route53Endpoint(checkers: HealthCheckers): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput: 'InvalidInput',
    permissions: ({ operation }) => [{ action: `route53:${operation}`, resource: '*' }],
    operations: {
      TestDNSAnswer: (input, { account }) => {
        const name = String(input['RecordName']).replace(/\.$/, '');
        const zone = String(input['HostedZoneId']).replace('/hostedzone/', '');
        if (!account.list('aws_route53_zone').some(({ id }) => id === zone)) {
          throw new AwsError('NoSuchHostedZone', `No hosted zone found with ID: ${zone}`);
        }
        const found = resolveName(account, name, checkers.isHealthy);
        return {
          Nameserver: 'ns-1.awsdns-01.com',
          RecordName: `${name}.`,
          RecordType: input['RecordType'],
          RecordData: found?.values ?? [],
          ResponseCode: found === undefined ? 'NXDOMAIN' : 'NOERROR',
          Protocol: 'UDP',
        };
      },
      ListHealthChecks: (input, { account }) => page('HealthChecks', account.list(CHECK), input, shownCheck),
      GetHealthCheck: (input, { account }) => ({ HealthCheck: shownCheck(requireCheck(account, input)) }),
      ListHostedZones: (input, { account }) =>
        page('HostedZones', account.list('aws_route53_zone'), input, (zone) => shownZone(account, zone)),
      GetHealthCheckStatus: (input, { account }) => {
        const check = requireCheck(account, input);
        if (text(check.attributes['type']) === 'CALCULATED') {
          throw new AwsError('InvalidInput', 'The health check status of a calculated health check is not available.');
        }
        const { changedAtMs, isHealthy } = checkers.stateOf(check.id);
        return {
          HealthCheckObservations: [
            {
              Region: 'us-east-1',
              IPAddress: '127.0.0.1',
              StatusReport: {
                Status: isHealthy ? 'Success: HTTP Status Code 200' : 'Failure: the check is not healthy',
                CheckedTime: new Date(changedAtMs),
              },
            },
          ],
        };
      },
    },
  };
}

function requireCheck(account: AccountView, input: Members): ResourceRecord {
  const id = String(input['HealthCheckId']);
  const check = account.list(CHECK).find((candidate) => candidate.id === id);
  if (check === undefined) {
    throw new AwsError('NoSuchHealthCheck', `A health check with id ${id} does not exist.`);
  }
  return check;
}

/** A list in the order of identifiers, from `marker` on, and where the next page begins. */
function page(
  list: string,
  records: readonly ResourceRecord[],
  { Marker: marker = '', MaxItems: most = PAGE_SIZE }: Members,
  shown: (record: ResourceRecord) => Members,
): Members {
  const limit = Math.min(Number(most), PAGE_SIZE);
  if (!Number.isInteger(limit) || limit < 1) {
    throw new AwsError('InvalidInput', `maxitems is ${String(most)}, expected 1 to ${PAGE_SIZE}.`);
  }
  const from = String(marker);
  const rest = records.filter(({ id }) => id >= from).toSorted((left, right) => (left.id < right.id ? -1 : 1));
  const next = rest[limit];
  return {
    [list]: rest.slice(0, limit).map(shown),
    Marker: from,
    IsTruncated: next !== undefined,
    NextMarker: next?.id,
    MaxItems: limit,
  };
}

function shownCheck({ attributes, id }: ResourceRecord): Members {
  const children = texts(attributes['child_healthchecks']);
  // Terraform keeps members that a type of check does not have as null or 0.
  const given = (value: Value | undefined) => (value ? value : undefined);
  return {
    Id: id,
    CallerReference: text(attributes['reference_name']) || id,
    HealthCheckConfig: {
      IPAddress: given(attributes['ip_address']),
      Port: given(attributes['port']),
      Type: attributes['type'],
      ResourcePath: given(attributes['resource_path']),
      FullyQualifiedDomainName: given(attributes['fqdn']),
      SearchString: given(attributes['search_string']),
      RequestInterval: given(attributes['request_interval']),
      FailureThreshold: given(attributes['failure_threshold']),
      Inverted: attributes['invert_healthcheck'] === true,
      Disabled: attributes['disabled'] === true,
      ...(children.length > 0 && {
        HealthThreshold: attributes['child_health_threshold'],
        ChildHealthChecks: children,
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
