import { resolveName } from '../../dns/resolve-name';
import type { HealthCheckers } from '../../dns/health-checkers';
import { text } from '../../provider/attribute-values';
import { AwsError } from '../../provider/aws-error';
import { NamedList, type ServiceEndpoint } from '../service-endpoint';

const VERSION = '/2013-04-01';

/** What Route 53 would answer now, and how its checks stand. */
export function route53Endpoint(checkers: HealthCheckers): ServiceEndpoint {
  return {
    signingName: 'route53',
    xmlNamespace: 'https://route53.amazonaws.com/doc/2013-04-01/',
    routes: [
      { method: 'GET', path: `${VERSION}/testdnsanswer`, operation: 'TestDNSAnswer' },
      { method: 'GET', path: `${VERSION}/healthcheck/{HealthCheckId}/status`, operation: 'GetHealthCheckStatus' },
    ],
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
      GetHealthCheckStatus: (input, { account }) => {
        const id = String(input['HealthCheckId']);
        const check = account.list('aws_route53_health_check').find((candidate) => candidate.id === id);
        if (check === undefined) {
          throw new AwsError('NoSuchHealthCheck', `A health check with id ${id} does not exist.`, { status: 404 });
        }
        if (text(check.attributes['type']) === 'CALCULATED') {
          throw new AwsError('InvalidInput', 'The health check status of a calculated health check is not available.');
        }
        const { changedAtMs, isHealthy } = checkers.stateOf(id);
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
