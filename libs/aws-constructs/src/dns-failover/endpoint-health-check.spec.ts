import { synthesizeConstructs } from '@dr/testing';
import { EndpointHealthCheck } from './endpoint-health-check';

describe('EndpointHealthCheck', () => {
  const synthesizeCheck = (inverted?: boolean) =>
    synthesizeConstructs((scope) => {
      new EndpointHealthCheck(scope, 'Check', {
        name: 'orders-eu-west-1',
        host: 'orders.example.com',
        path: '/deep',
        searchText: 'serving',
        intervalSeconds: 30,
        failureThreshold: 2,
        ...(inverted === undefined ? {} : { inverted }),
      });
    });

  it('asks an HTTPS endpoint, and looks for a text in its answer', () => {
    expect(synthesizeCheck().resource('aws_route53_health_check')).toEqual({
      type: 'HTTPS_STR_MATCH',
      fqdn: 'orders.example.com',
      port: 443,
      resource_path: '/deep',
      search_string: 'serving',
      request_interval: 30,
      failure_threshold: 2,
      enable_sni: true,
      tags: { Name: 'orders-eu-west-1' },
      // The new check of another interval takes the old one's place before that goes.
      lifecycle: { create_before_destroy: true },
    });
  });

  it('asks at another port where it is told one', () => {
    const state = synthesizeConstructs((scope) => {
      new EndpointHealthCheck(scope, 'Check', {
        name: 'orders-checks',
        host: 'orders.example.com',
        path: '/',
        port: 9443,
        intervalSeconds: 10,
        failureThreshold: 2,
      });
    });

    expect(state.resource('aws_route53_health_check')).toMatchObject({ fqdn: 'orders.example.com', port: 9443 });
  });

  it('takes any success for health where no text is looked for', () => {
    const state = synthesizeConstructs((scope) => {
      new EndpointHealthCheck(scope, 'Check', {
        name: 'orders-entry',
        host: 'orders.example.com',
        path: '/healthz',
        intervalSeconds: 10,
        failureThreshold: 2,
      });
    });

    expect(state.resource('aws_route53_health_check')).toEqual({
      type: 'HTTPS',
      fqdn: 'orders.example.com',
      port: 443,
      resource_path: '/healthz',
      request_interval: 10,
      failure_threshold: 2,
      enable_sni: true,
      tags: { Name: 'orders-entry' },
      lifecycle: { create_before_destroy: true },
    });
  });

  it('is healthy while the text is not there, when it is inverted', () => {
    expect(synthesizeCheck(true).resource('aws_route53_health_check')['invert_healthcheck']).toBe(true);
    expect(synthesizeCheck(false).resource('aws_route53_health_check')).not.toHaveProperty('invert_healthcheck');
  });
});
