import { loadEnvironment } from '@dr/environments';
import { synthesizeForTest } from '@dr/testing';
import { DnsZoneState } from './dns-zone-state';

const synthesize = (zone: 'create' | 'look-up') => {
  const local = loadEnvironment('local');
  return synthesizeForTest((app) => new DnsZoneState(app, app.environment.regions.standby.name), {
    ...local,
    dns: { ...local.dns, zone },
  }).state('dns-zone-us-west-2');
};

describe('the hosted zone', () => {
  it('can be changed again while us-east-1 is lost', () => {
    expect(synthesize('create').resource('aws_route53_zone')).toEqual({
      name: 'trading.example.com',
      comment: 'Public names of the trading service',
      enable_accelerated_recovery: true,
    });
  });

  it('is looked up where the environment has one already', () => {
    const state = synthesize('look-up');

    expect(state.inventory()).not.toHaveProperty('aws_route53_zone');
    expect(state.dataSources('aws_route53_zone')).toEqual([{ name: 'trading.example.com', private_zone: false }]);
  });

  it('that it made before is left in Route 53 when it is looked up', () => {
    expect(synthesize('look-up').json['removed']).toEqual([
      { from: 'aws_route53_zone.Zone', lifecycle: { destroy: false } },
    ]);
    expect(synthesize('create').json).not.toHaveProperty('removed');
    expect(synthesize('create').json['resource']).toHaveProperty('aws_route53_zone.Zone');
  });
});
