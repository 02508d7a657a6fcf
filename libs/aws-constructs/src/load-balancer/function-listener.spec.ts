import { synthesizeConstructs } from '@dr/testing';
import { FunctionListener } from './function-listener';

const state = synthesizeConstructs((scope) => {
  new FunctionListener(scope, 'Checks', {
    name: 'orders-check',
    loadBalancerArn: 'arn:aws:elasticloadbalancing:balancer',
    port: 9443,
    certificateArn: 'arn:aws:acm:certificate',
    target: { functionArn: 'arn:aws:lambda:check', functionName: 'check' },
  });
});

const TARGET_GROUP = expect.stringMatching(/^\$\{aws_lb_target_group\.Checks_TargetGroup_[0-9A-F]{8}\.arn\}$/);

describe('FunctionListener', () => {
  it('serves HTTPS of TLS 1.2 or later at a port of its own, once its function is registered', () => {
    expect(state.resource('aws_lb_listener')).toEqual({
      load_balancer_arn: 'arn:aws:elasticloadbalancing:balancer',
      port: 9443,
      protocol: 'HTTPS',
      ssl_policy: 'ELBSecurityPolicy-TLS13-1-2-2021-06',
      certificate_arn: 'arn:aws:acm:certificate',
      default_action: [{ type: 'forward', target_group_arn: TARGET_GROUP }],
      depends_on: [expect.stringMatching(/^aws_lb_target_group_attachment\./)],
    });
  });

  it('forwards to the function, which the load balancer may invoke for that target group alone', () => {
    expect(state.resource('aws_lb_target_group')).toEqual({ name: 'orders-check', target_type: 'lambda' });
    expect(state.resource('aws_lb_target_group_attachment')).toEqual({
      target_group_arn: TARGET_GROUP,
      target_id: 'arn:aws:lambda:check',
      depends_on: [expect.stringMatching(/^aws_lambda_permission\./)],
    });
    expect(state.resource('aws_lambda_permission')).toEqual({
      statement_id: 'AllowLoadBalancer',
      action: 'lambda:InvokeFunction',
      function_name: 'check',
      principal: 'elasticloadbalancing.amazonaws.com',
      source_arn: TARGET_GROUP,
    });
  });
});
