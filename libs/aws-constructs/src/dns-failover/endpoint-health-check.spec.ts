import { synthesizeConstructs } from '@dr/testing';
import { EndpointHealthCheck } from './endpoint-health-check';

describe('EndpointHealthCheck', () => {
  it('asks an HTTPS endpoint, and looks for a text in its answer', () => {
    const state = synthesizeConstructs((scope) => {
      new EndpointHealthCheck(scope, 'Check', {
        name: 'orders-eu-west-1',
        host: 'orders.example.com',
        path: '/deep',
        healthyText: 'serving',
        intervalSeconds: 30,
        failureThreshold: 2,
      });
    });

    expect(state.resource('aws_route53_health_check')).toEqual({
      type: 'HTTPS_STR_MATCH',
      fqdn: 'orders.example.com',
      port: 443,
      resource_path: '/deep',
      search_string: 'serving',
      request_interval: 30,
      failure_threshold: 2,
      enable_sni: true,
      tags: { Name: 'orders-eu-west-1' },
    });
  });
});
