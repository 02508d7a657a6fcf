import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { FailoverRecords } from './failover-records';

function synthesizeRecords(ttlSeconds = 10): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new FailoverRecords(scope, 'Service', {
      zoneId: 'zone-under-test',
      recordName: 'orders.example.com',
      ttlSeconds,
      primary: { region: 'eu-west-1', dnsName: 'primary.elb.example.com', healthCheckId: 'check-1' },
      secondary: { region: 'eu-central-1', dnsName: 'secondary.elb.example.com', healthCheckId: 'check-2' },
    });
  });
}

describe('FailoverRecords', () => {
  it('answers with the primary while that is healthy, else with the secondary, each by its check', () => {
    expect(synthesizeRecords().resources('aws_route53_record')).toEqual([
      {
        zone_id: 'zone-under-test',
        name: 'orders.example.com',
        type: 'CNAME',
        ttl: 10,
        records: ['primary.elb.example.com'],
        set_identifier: 'eu-west-1',
        failover_routing_policy: { type: 'PRIMARY' },
        health_check_id: 'check-1',
      },
      {
        zone_id: 'zone-under-test',
        name: 'orders.example.com',
        type: 'CNAME',
        ttl: 10,
        records: ['secondary.elb.example.com'],
        set_identifier: 'eu-central-1',
        failover_routing_policy: { type: 'SECONDARY' },
        health_check_id: 'check-2',
      },
    ]);
  });

  it.each([0, 61, 1.5, Number.NaN])('refuses a TTL of %d s', (ttlSeconds) => {
    expect(() => synthesizeRecords(ttlSeconds)).toThrow(
      new Error(`constructs/Service: ttlSeconds is ${ttlSeconds}, expected a whole number from 1 to 60. Correct it.`),
    );
  });
});
