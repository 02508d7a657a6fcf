import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { PublicLoadBalancer, type PublicLoadBalancerProps } from './public-load-balancer';

function synthesizeLoadBalancer(changes: Partial<PublicLoadBalancerProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new PublicLoadBalancer(scope, 'LoadBalancer', {
      name: 'orders',
      vpcId: 'vpc-under-test',
      subnetIds: ['subnet-1', 'subnet-2'],
      securityGroupIds: ['group-1'],
      deletionProtection: false,
      servicePort: 8443,
      healthCheckPath: '/ready',
      certificateArn: 'arn:aws:acm:certificate',
      accessLogBucketName: 'orders-access-logs',
      ...changes,
    });
  });
}

function listener(port: number, changes: Partial<PublicLoadBalancerProps> = {}) {
  return synthesizeLoadBalancer(changes)
    .resources('aws_lb_listener')
    .find((found) => found['port'] === port);
}

describe('PublicLoadBalancer', () => {
  it('faces the internet, drops malformed headers and lets clients go after a minute unless told otherwise', () => {
    expect(synthesizeLoadBalancer().resource('aws_lb')).toEqual({
      name: 'orders',
      load_balancer_type: 'application',
      internal: false,
      subnets: ['subnet-1', 'subnet-2'],
      security_groups: ['group-1'],
      drop_invalid_header_fields: true,
      enable_deletion_protection: false,
      client_keep_alive: 60,
      access_logs: { enabled: true, bucket: 'orders-access-logs' },
    });
  });

  it('answers plain HTTP with a redirect to HTTPS, and serves nothing over it', () => {
    expect(listener(80)).toEqual({
      load_balancer_arn: expect.stringMatching(/^\$\{aws_lb\.LoadBalancer_[0-9A-F]{8}\.arn\}$/),
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'redirect', redirect: { port: '443', protocol: 'HTTPS', status_code: 'HTTP_301' } }],
    });
  });

  it('serves HTTPS of TLS 1.2 or later, and tells browsers to ask for nothing else', () => {
    expect(listener(443)).toEqual({
      load_balancer_arn: expect.stringMatching(/^\$\{aws_lb\.LoadBalancer_[0-9A-F]{8}\.arn\}$/),
      port: 443,
      protocol: 'HTTPS',
      ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      certificate_arn: 'arn:aws:acm:certificate',
      default_action: [
        {
          type: 'forward',
          target_group_arn: expect.stringMatching(
            /^\$\{aws_lb_target_group\.LoadBalancer_TargetGroup_[0-9A-F]{8}\.arn\}$/,
          ),
        },
      ],
      routing_http_response_strict_transport_security_header_value: 'max-age=31536000',
    });
  });

  it.each(['ELBSecurityPolicy-TLS13-1-3-2021-06', 'ELBSecurityPolicy-TLS13-1-2-Res-2021-06'])(
    'takes %s',
    (sslPolicy) => {
      expect(listener(443, { sslPolicy })?.['ssl_policy']).toBe(sslPolicy);
    },
  );

  it.each(['ELBSecurityPolicy-2016-08', 'ELBSecurityPolicy-TLS13-1-0-2021-06', ''])(
    'refuses the TLS policy "%s"',
    (sslPolicy) => {
      expect(() => synthesizeLoadBalancer({ sslPolicy })).toThrow(
        new Error(
          `constructs/LoadBalancer: sslPolicy is ${sslPolicy}, expected a policy of TLS 1.2 or later such as ELBSecurityPolicy-TLS13-1-2-2021-06. Correct it.`,
        ),
      );
    },
  );

  it('gives up a failing target within 20 s', () => {
    expect(synthesizeLoadBalancer().resource('aws_lb_target_group')).toEqual({
      name: 'orders',
      vpc_id: 'vpc-under-test',
      target_type: 'ip',
      protocol: 'HTTP',
      port: 8443,
      deregistration_delay: '30',
      health_check: { path: '/ready', interval: 10, timeout: 5, healthy_threshold: 2, unhealthy_threshold: 2 },
      lifecycle: { ignore_changes: ['port'] },
    });
  });

  it('refuses deletion where it is protected', () => {
    const { enable_deletion_protection } = synthesizeLoadBalancer({ deletionProtection: true }).resource('aws_lb');

    expect(enable_deletion_protection).toBe(true);
  });

  it.each([60, 604_800])('keeps idle clients for %d s', (clientKeepAliveSeconds) => {
    const { client_keep_alive } = synthesizeLoadBalancer({ clientKeepAliveSeconds }).resource('aws_lb');

    expect(client_keep_alive).toBe(clientKeepAliveSeconds);
  });

  it.each([59, 604_801, 60.5, Number.NaN])('refuses to keep idle clients for %d s', (clientKeepAliveSeconds) => {
    expect(() => synthesizeLoadBalancer({ clientKeepAliveSeconds })).toThrow(
      new Error(
        `constructs/LoadBalancer: clientKeepAliveSeconds is ${clientKeepAliveSeconds}, expected a whole number from 60 to 604800. Correct it.`,
      ),
    );
  });
});
