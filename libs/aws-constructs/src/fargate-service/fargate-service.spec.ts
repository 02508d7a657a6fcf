import { type SynthesizedState, synthesizeConstructs } from '@dr/testing';
import { FargateCluster } from './fargate-cluster';
import { FargateService, type FargateServiceProps } from './fargate-service';

function synthesizeService(changes: Partial<FargateServiceProps> = {}): SynthesizedState {
  return synthesizeConstructs((scope) => {
    new FargateService(scope, 'Service', {
      serviceName: 'orders',
      cluster: { clusterArn: 'arn:aws:ecs:cluster', clusterName: 'shop' },
      accountId: '123456789012',
      region: 'eu-west-1',
      image: 'registry/orders:bootstrap',
      repositoryArn: 'arn:aws:ecr:orders',
      port: 8080,
      cpuUnits: 512,
      memoryMb: 1024,
      taskCount: 3,
      maximumTaskCount: 12,
      subnetIds: ['subnet-1', 'subnet-2', 'subnet-3'],
      securityGroupIds: ['group-1'],
      targetGroupArn: 'arn:aws:targetgroup',
      targetGroupAttachment: { fqn: 'aws_lb_listener.Https' },
      executionRoleName: 'orders-execution-eu-west-1',
      taskRoleName: 'orders-task-eu-west-1',
      logRetentionDays: 30,
      logKmsKeyArn: 'arn:aws:kms:key',
      environment: { TABLE_NAME: 'orders' },
      statements: [{ actions: ['dynamodb:GetItem'], resources: ['arn:aws:dynamodb:orders'] }],
      ...changes,
    });
  });
}

function named(state: SynthesizedState, type: string, name: string) {
  return state.resources(type).find((resource) => resource['name'] === name);
}

describe('FargateService', () => {
  it('runs in private subnets, is rolled back when it fails, and leaves deployments and its size alone', () => {
    expect(synthesizeService().resource('aws_ecs_service')).toEqual({
      name: 'orders',
      cluster: 'arn:aws:ecs:cluster',
      task_definition: expect.stringMatching(
        /^\$\{aws_ecs_task_definition\.Service_TaskDefinition_[0-9A-F]{8}\.arn\}$/,
      ),
      launch_type: 'FARGATE',
      desired_count: 3,
      deployment_minimum_healthy_percent: 100,
      deployment_maximum_percent: 200,
      deployment_circuit_breaker: { enable: true, rollback: true },
      availability_zone_rebalancing: 'ENABLED',
      health_check_grace_period_seconds: 60,
      network_configuration: {
        subnets: ['subnet-1', 'subnet-2', 'subnet-3'],
        security_groups: ['group-1'],
        assign_public_ip: false,
      },
      load_balancer: [{ target_group_arn: 'arn:aws:targetgroup', container_name: 'orders', container_port: 8080 }],
      enable_ecs_managed_tags: true,
      propagate_tags: 'SERVICE',
      lifecycle: { ignore_changes: ['desired_count', 'task_definition'] },
      depends_on: ['aws_lb_listener.Https', expect.stringMatching(/^aws_iam_role_policy\.Service_ExecutionPolicy_/)],
    });
  });

  it('has tasks on ARM whose revisions stay', () => {
    expect(synthesizeService().resource('aws_ecs_task_definition')).toEqual({
      family: 'orders',
      requires_compatibilities: ['FARGATE'],
      network_mode: 'awsvpc',
      runtime_platform: { cpu_architecture: 'ARM64', operating_system_family: 'LINUX' },
      cpu: '512',
      memory: '1024',
      execution_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Service_ExecutionRole_[0-9A-F]{8}\.arn\}$/),
      task_role_arn: expect.stringMatching(/^\$\{aws_iam_role\.Service_TaskRole_[0-9A-F]{8}\.arn\}$/),
      volume: [{ name: 'scratch' }],
      container_definitions: expect.any(String),
      skip_destroy: true,
    });
  });

  it('maps a second port beside the one that the load balancer sends requests to', () => {
    const state = synthesizeService({ secondPort: 9090 });
    const [container] = JSON.parse(String(state.resource('aws_ecs_task_definition')['container_definitions']));

    expect(container.portMappings).toEqual([
      { containerPort: 8080, hostPort: 8080, protocol: 'tcp' },
      { containerPort: 9090, hostPort: 9090, protocol: 'tcp' },
    ]);
    expect(state.resource('aws_ecs_service')['load_balancer']).toMatchObject([{ container_port: 8080 }]);
  });

  it('has one container that writes to its log and to scratch space alone', () => {
    const { container_definitions } = synthesizeService().resource('aws_ecs_task_definition');

    expect(JSON.parse(String(container_definitions))).toEqual([
      {
        name: 'orders',
        image: 'registry/orders:bootstrap',
        essential: true,
        portMappings: [{ containerPort: 8080, hostPort: 8080, protocol: 'tcp' }],
        environment: [{ name: 'TABLE_NAME', value: 'orders' }],
        readonlyRootFilesystem: true,
        mountPoints: [{ sourceVolume: 'scratch', containerPath: '/tmp', readOnly: false }],
        linuxParameters: { initProcessEnabled: true },
        stopTimeout: 30,
        logConfiguration: {
          logDriver: 'awslogs',
          options: {
            'awslogs-group': expect.stringMatching(
              /^\$\{aws_cloudwatch_log_group\.Service_LogGroup_[0-9A-F]{8}\.name\}$/,
            ),
            'awslogs-region': 'eu-west-1',
            'awslogs-stream-prefix': 'service',
            mode: 'non-blocking',
            'max-buffer-size': '25m',
          },
        },
      },
    ]);
    expect(named(synthesizeService(), 'aws_cloudwatch_log_group', '/aws/ecs/orders')).toEqual({
      name: '/aws/ecs/orders',
      retention_in_days: 30,
      kms_key_id: 'arn:aws:kms:key',
    });
  });

  it("has roles that this account's tasks of this region alone assume", () => {
    const state = synthesizeService();

    expect(state.resources('aws_iam_role').map(({ name }) => name)).toEqual([
      'orders-execution-eu-west-1',
      'orders-task-eu-west-1',
    ]);
    for (const { assume_role_policy } of state.resources('aws_iam_role')) {
      expect(JSON.parse(String(assume_role_policy))).toEqual({
        Version: '2012-10-17',
        Statement: [
          {
            Effect: 'Allow',
            Principal: { Service: 'ecs-tasks.amazonaws.com' },
            Action: 'sts:AssumeRole',
            Condition: {
              ArnLike: { 'aws:SourceArn': 'arn:aws:ecs:eu-west-1:123456789012:*' },
              StringEquals: { 'aws:SourceAccount': '123456789012' },
            },
          },
        ],
      });
    }
  });

  it('may pull its image and write its log; the code may do what its statements say', () => {
    const policies = synthesizeService()
      .resources('aws_iam_role_policy')
      .map(({ policy }) => JSON.parse(String(policy)).Statement);

    expect(policies).toEqual([
      [
        { Effect: 'Allow', Action: ['ecr:GetAuthorizationToken'], Resource: ['*'] },
        {
          Effect: 'Allow',
          Action: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
          Resource: ['arn:aws:ecr:orders'],
        },
        {
          Effect: 'Allow',
          Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
          Resource: [expect.stringMatching(/^\$\{aws_cloudwatch_log_group\.Service_LogGroup_[0-9A-F]{8}\.arn\}:\*$/)],
        },
      ],
      [{ Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: ['arn:aws:dynamodb:orders'] }],
    ]);
  });

  it('gives its container values of a secret by reference, which the role that starts tasks alone may read', () => {
    const state = synthesizeService({
      secret: { secretArn: 'arn:secret', kmsKeyArn: 'arn:secrets-key', variables: { DATABASE_USER: 'username' } },
    });
    const [container] = JSON.parse(String(state.resource('aws_ecs_task_definition')['container_definitions']));
    const [execution, task] = state.resources('aws_iam_role_policy').map(({ policy }) => String(policy));

    expect(container.secrets).toEqual([{ name: 'DATABASE_USER', valueFrom: 'arn:secret:username::' }]);
    expect(JSON.parse(String(execution)).Statement).toEqual(
      expect.arrayContaining([
        { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue'], Resource: ['arn:secret'] },
        { Effect: 'Allow', Action: ['kms:Decrypt'], Resource: ['arn:secrets-key'] },
      ]),
    );
    expect(task).not.toContain('arn:secret');
  });

  it('scales with CPU and memory between its bounds', () => {
    const state = synthesizeService();
    const target = (attribute: string) =>
      expect.stringMatching(
        new RegExp(`^\\$\\{aws_appautoscaling_target\\.Service_Scaling_[0-9A-F]{8}\\.${attribute}\\}$`),
      );
    const policy = (name: string, metric: string, value: number) => ({
      name,
      policy_type: 'TargetTrackingScaling',
      service_namespace: target('service_namespace'),
      scalable_dimension: target('scalable_dimension'),
      resource_id: target('resource_id'),
      target_tracking_scaling_policy_configuration: {
        target_value: value,
        predefined_metric_specification: { predefined_metric_type: metric },
        scale_out_cooldown: 60,
        scale_in_cooldown: 300,
      },
    });

    expect(state.resource('aws_appautoscaling_target')).toEqual({
      service_namespace: 'ecs',
      scalable_dimension: 'ecs:service:DesiredCount',
      resource_id: expect.stringMatching(/^service\/shop\/\$\{aws_ecs_service\.Service_[0-9A-F]{8}\.name\}$/),
      min_capacity: 3,
      max_capacity: 12,
    });
    expect(state.resources('aws_appautoscaling_policy')).toEqual([
      policy('cpu', 'ECSServiceAverageCPUUtilization', 60),
      policy('memory', 'ECSServiceAverageMemoryUtilization', 70),
    ]);
  });

  it('gives code without statements a role that may do nothing', () => {
    expect(synthesizeService({ statements: [] }).inventory()['aws_iam_role_policy']).toBe(1);
  });

  it.each([
    [256, 512],
    [256, 2048],
    [512, 3072],
    [4096, 30_720],
  ])('takes %d CPU units with %d MB', (cpuUnits, memoryMb) => {
    expect(() => synthesizeService({ cpuUnits, memoryMb })).not.toThrow();
  });

  it.each([
    [300, 512, 'cpuUnits is 300, expected one of 256, 512, 1024, 2048, 4096'],
    [256, 1536, 'memoryMb is 1536, expected 512, 1024 or 2048 for 256 CPU units'],
    [512, 1536, 'memoryMb is 1536, expected a multiple of 1024 from 1024 to 4096 for 512 CPU units'],
    [1024, 1024, 'memoryMb is 1024, expected a multiple of 1024 from 2048 to 8192 for 1024 CPU units'],
    [4096, 31_744, 'memoryMb is 31744, expected a multiple of 1024 from 8192 to 30720 for 4096 CPU units'],
  ])('refuses %d CPU units with %d MB, which Fargate does not have', (cpuUnits, memoryMb, problem) => {
    expect(() => synthesizeService({ cpuUnits, memoryMb })).toThrow(
      new Error(`constructs/Service: ${problem}. Change service.cpuUnits or service.memoryMb of the environment.`),
    );
  });

  it.each([0, 2.5, Number.NaN])('refuses %d tasks', (taskCount) => {
    expect(() => synthesizeService({ taskCount })).toThrow(
      new Error(`constructs/Service: taskCount is ${taskCount}, expected a whole number from 1. Correct it.`),
    );
  });

  it.each([2, 12.5])('refuses at most %d tasks where three are the fewest', (maximumTaskCount) => {
    expect(() => synthesizeService({ maximumTaskCount })).toThrow(
      new Error(
        `constructs/Service: maximumTaskCount is ${maximumTaskCount}, expected a whole number from taskCount, 3. Raise it.`,
      ),
    );
  });
});

describe('FargateCluster', () => {
  const state = synthesizeConstructs((scope) => {
    new FargateCluster(scope, 'Cluster', {
      clusterName: 'shop',
      logRetentionDays: 30,
      logKmsKeyArn: 'arn:aws:kms:key',
    });
  });

  it('reports how its tasks fare, into a log group of its own', () => {
    expect(state.resource('aws_ecs_cluster')).toEqual({
      name: 'shop',
      setting: [{ name: 'containerInsights', value: 'enhanced' }],
      depends_on: [expect.stringMatching(/^aws_cloudwatch_log_group\.Cluster_InsightsLogGroup_[0-9A-F]{8}$/)],
    });
    expect(state.resource('aws_cloudwatch_log_group')).toEqual({
      name: '/aws/ecs/containerinsights/shop/performance',
      retention_in_days: 30,
      kms_key_id: 'arn:aws:kms:key',
    });
  });

  it('runs on Fargate, never on spare capacity that may be taken back', () => {
    expect(state.resource('aws_ecs_cluster_capacity_providers')).toEqual({
      cluster_name: expect.stringMatching(/^\$\{aws_ecs_cluster\.Cluster_[0-9A-F]{8}\.name\}$/),
      capacity_providers: ['FARGATE'],
      default_capacity_provider_strategy: [{ capacity_provider: 'FARGATE', weight: 1 }],
    });
  });
});
