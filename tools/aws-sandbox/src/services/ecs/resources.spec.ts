import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;
let role: ObjectValue;
let cluster: ObjectValue;

beforeEach(() => {
  terraform = new TerraformClient();
  role = terraform.apply('aws_iam_role', {
    name: 'tasks',
    assume_role_policy: JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    }),
  });
  cluster = terraform.apply('aws_ecs_cluster', { name: 'shop' });
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const container = (name = 'orders', port = 8080, logDriver?: string) => ({
  name,
  image: 'orders:1',
  portMappings: [{ containerPort: port }],
  ...(logDriver === undefined ? {} : { logConfiguration: { logDriver } }),
});

const task = (changes: ObjectValue = {}): ObjectValue => ({
  family: 'orders',
  requires_compatibilities: ['FARGATE'],
  network_mode: 'awsvpc',
  cpu: '512',
  memory: '1024',
  container_definitions: JSON.stringify([container()]),
  ...changes,
});

/** Subnets, a load balancer, and a target group that it forwards to unless `attached` is false. */
function targets({ attached = true, targetType = 'ip' } = {}) {
  const vpc = terraform.apply('aws_vpc', { cidr_block: '10.0.0.0/16' });
  const subnets = ['a', 'b'].map((zone, index) =>
    String(
      terraform.apply('aws_subnet', {
        vpc_id: vpc['id'] ?? null,
        cidr_block: `10.0.${index}.0/24`,
        availability_zone: `us-east-1${zone}`,
      })['id'],
    ),
  );
  const group = terraform.apply('aws_lb_target_group', {
    name: 'orders',
    port: 8080,
    protocol: 'HTTP',
    target_type: targetType,
    vpc_id: vpc['id'] ?? null,
  });
  const balancer = terraform.apply('aws_lb', { name: 'shop', subnets });
  if (attached) {
    terraform.apply('aws_lb_listener', {
      load_balancer_arn: balancer['arn'] ?? null,
      port: 80,
      protocol: 'HTTP',
      default_action: [{ type: 'forward', target_group_arn: group['arn'] ?? null }],
    });
  }
  return { subnets, targetGroupArn: String(group['arn']) };
}

function service(taskDefinition: ObjectValue, subnets: readonly string[], changes: ObjectValue = {}): ObjectValue {
  return {
    name: 'orders',
    cluster: cluster['arn'] ?? null,
    task_definition: taskDefinition['arn'] ?? null,
    launch_type: 'FARGATE',
    desired_count: 2,
    network_configuration: [{ subnets }],
    ...changes,
  };
}

const refusalOf = (type: string, given: ObjectValue) => terraform.refusal(type, given);

describe('a cluster', () => {
  it('is known by its ARN, and the same after apply as planned', () => {
    expect(cluster['id']).toBe('arn:aws:ecs:us-east-1:000000000000:cluster/shop');
    expect(terraform.changes('aws_ecs_cluster', { name: 'shop' }, cluster)).toEqual([]);
  });

  it('refuses a name with blanks', () => {
    expect(refusalOf('aws_ecs_cluster', { name: 'my shop' })).toEqual([
      expect.stringContaining(
        'InvalidParameterException: Identifiers must be between 1 and 255 letters, numbers, hyphens, and underscores.',
      ),
      'name',
    ]);
  });

  it('takes its default strategy from the providers that it is associated with', () => {
    const strategy = (capacity_provider: string) => ({
      cluster_name: 'shop',
      capacity_providers: ['FARGATE'],
      default_capacity_provider_strategy: [{ capacity_provider, weight: 1 }],
    });

    expect(terraform.apply('aws_ecs_cluster_capacity_providers', strategy('FARGATE'))).toMatchObject({ id: 'shop' });
    expect(refusalOf('aws_ecs_cluster_capacity_providers', strategy('FARGATE_SPOT'))?.[0]).toContain(
      'cannot contain a capacity provider that is not associated with the cluster',
    );
    expect(
      refusalOf('aws_ecs_cluster_capacity_providers', { ...strategy('FARGATE'), cluster_name: 'other' })?.[0],
    ).toContain('ClusterNotFoundException: Cluster not found.');
  });
});

describe('a task definition', () => {
  it('has rising revisions, which no deletion gives back', () => {
    const first = terraform.apply('aws_ecs_task_definition', task());
    terraform.destroy('aws_ecs_task_definition', first);
    const second = terraform.apply('aws_ecs_task_definition', task());

    expect([first, second].map(({ id, arn, revision }) => [id, arn, revision])).toEqual([
      ['orders', 'arn:aws:ecs:us-east-1:000000000000:task-definition/orders:1', 1],
      ['orders', 'arn:aws:ecs:us-east-1:000000000000:task-definition/orders:2', 2],
    ]);
  });

  it('is a new one when its containers or its size change', () => {
    const state = terraform.apply('aws_ecs_task_definition', task());

    expect(terraform.changes('aws_ecs_task_definition', task(), state)).toEqual([]);
    expect(terraform.replacements('aws_ecs_task_definition', task({ memory: '2048' }), state)).toEqual(['memory']);
  });

  it.each([
    [
      { cpu: '512', memory: '8192' },
      'No Fargate configuration exists for given values: 512 CPU, 8192 memory. See the Amazon ECS documentation for the valid values.',
      'memory',
    ],
    [
      { cpu: '256', memory: '1536' },
      'No Fargate configuration exists for given values: 256 CPU, 1536 memory.',
      'memory',
    ],
    [{ cpu: '300' }, 'No Fargate configuration exists for given values: 300 CPU, 1024 memory.', 'memory'],
    [{ network_mode: 'bridge' }, 'Fargate only supports network mode ‘awsvpc’.', 'network_mode'],
    [{ container_definitions: '[]' }, 'Container list cannot be empty.', 'container_definitions'],
    [{ execution_role_arn: 'arn:aws:iam::000000000000:role/nobody' }, 'Role is not valid', 'execution_role_arn'],
    [
      { container_definitions: JSON.stringify([container('orders', 8080, 'awslogs')]) },
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
      'execution_role_arn',
    ],
  ])('is refused with %j', (changes, message, attribute) => {
    expect(refusalOf('aws_ecs_task_definition', task(changes))).toEqual([
      expect.stringContaining(`ClientException: ${message}`),
      attribute,
    ]);
  });

  it('may log once a role of the account does it', () => {
    const logging = task({
      container_definitions: JSON.stringify([container('orders', 8080, 'awslogs')]),
      execution_role_arn: role['arn'] ?? null,
    });

    expect(terraform.apply('aws_ecs_task_definition', logging)).toMatchObject({ revision: 1 });
  });
});

describe('a service', () => {
  it('runs a task definition behind a load balancer, and is planned as it is', () => {
    const { subnets, targetGroupArn } = targets();
    const given = service(terraform.apply('aws_ecs_task_definition', task()), subnets, {
      load_balancer: [{ target_group_arn: targetGroupArn, container_name: 'orders', container_port: 8080 }],
    });

    const state = terraform.apply('aws_ecs_service', given);

    expect(state['id']).toBe('arn:aws:ecs:us-east-1:000000000000:service/shop/orders');
    expect(terraform.changes('aws_ecs_service', given, state)).toEqual([]);
    expect(terraform.replacements('aws_ecs_service', { ...given, desired_count: 5 }, state)).toEqual([]);
    expect(terraform.replacements('aws_ecs_service', { ...given, name: 'trades' }, state)).toEqual(['name']);
  });

  it('keeps its cluster from being deleted', () => {
    const { subnets } = targets();
    terraform.apply('aws_ecs_service', service(terraform.apply('aws_ecs_task_definition', task()), subnets));

    expect(terraform.refusalOfDestroy('aws_ecs_cluster', cluster)?.[0]).toContain(
      'ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.',
    );
  });

  it('wants a load balancer before its targets, of the kind that its network mode takes', () => {
    const { subnets, targetGroupArn } = targets({ attached: false });
    const taskDefinition = terraform.apply('aws_ecs_task_definition', task());
    const behind = (changes: ObjectValue = {}) =>
      service(taskDefinition, subnets, {
        load_balancer: [
          { target_group_arn: targetGroupArn, container_name: 'orders', container_port: 8080, ...changes },
        ],
      });

    expect(refusalOf('aws_ecs_service', behind())).toEqual([
      expect.stringContaining(
        `InvalidParameterException: The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      ),
      'load_balancer',
    ]);
  });

  it('is refused targets that are instances, and a container or port that its tasks do not have', () => {
    const { subnets, targetGroupArn } = targets();
    const taskDefinition = terraform.apply('aws_ecs_task_definition', task());
    const behind = (container_name: string, container_port: number) =>
      service(taskDefinition, subnets, {
        load_balancer: [{ target_group_arn: targetGroupArn, container_name, container_port }],
      });

    expect(refusalOf('aws_ecs_service', behind('trades', 8080))?.[0]).toContain(
      'InvalidParameterException: The container trades does not exist in the task definition.',
    );
    expect(refusalOf('aws_ecs_service', behind('orders', 9090))?.[0]).toContain(
      'InvalidParameterException: The container orders did not have a container port 9090 defined.',
    );
  });

  it('is refused targets that are instances', () => {
    const { subnets, targetGroupArn } = targets({ targetType: 'instance' });
    const given = service(terraform.apply('aws_ecs_task_definition', task()), subnets, {
      load_balancer: [{ target_group_arn: targetGroupArn, container_name: 'orders', container_port: 8080 }],
    });

    expect(refusalOf('aws_ecs_service', given)?.[0]).toContain(
      'has target type instance, which is incompatible with the awsvpc network mode specified in the task definition.',
    );
  });

  it('wants a cluster, a task definition, subnets and a place in the network', () => {
    const { subnets } = targets();
    const taskDefinition = terraform.apply('aws_ecs_task_definition', task());
    const refused = (changes: ObjectValue) =>
      refusalOf('aws_ecs_service', service(taskDefinition, subnets, changes))?.[0];

    expect(refused({ cluster: 'nowhere' })).toContain('ClusterNotFoundException: Cluster not found.');
    expect(refused({ task_definition: 'trades:1' })).toContain('ClientException: TaskDefinition not found.');
    const inactive = terraform.apply('aws_ecs_task_definition', task());
    terraform.destroy('aws_ecs_task_definition', inactive);
    expect(refused({ task_definition: inactive['arn'] ?? null })).toContain(
      'ClientException: TaskDefinition is inactive',
    );
    expect(refused({ network_configuration: [] })).toContain(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
    );
    expect(refused({ network_configuration: [{ subnets: ['subnet-0'] }] })).toContain(
      "The subnet ID 'subnet-0' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
    );
  });

  it('has a name of its own in its cluster', () => {
    const { subnets } = targets();
    const taskDefinition = terraform.apply('aws_ecs_task_definition', task());
    terraform.apply('aws_ecs_service', service(taskDefinition, subnets));

    expect(refusalOf('aws_ecs_service', service(taskDefinition, subnets))?.[0]).toContain(
      'InvalidParameterException: Creation of service was not idempotent.',
    );
  });
});

describe('scaling', () => {
  const target = (changes: ObjectValue = {}): ObjectValue => ({
    service_namespace: 'ecs',
    scalable_dimension: 'ecs:service:DesiredCount',
    resource_id: 'service/shop/orders',
    min_capacity: 2,
    max_capacity: 8,
    ...changes,
  });
  const policy: ObjectValue = {
    name: 'cpu',
    policy_type: 'TargetTrackingScaling',
    service_namespace: 'ecs',
    scalable_dimension: 'ecs:service:DesiredCount',
    resource_id: 'service/shop/orders',
    target_tracking_scaling_policy_configuration: [
      {
        target_value: 60,
        predefined_metric_specification: [{ predefined_metric_type: 'ECSServiceAverageCPUUtilization' }],
      },
    ],
  };

  it('is of a service that is there, within limits that leave room', () => {
    expect(refusalOf('aws_appautoscaling_target', target())?.[0]).toContain(
      "ValidationException: ECS service doesn't exist: service/shop/orders",
    );
    expect(refusalOf('aws_appautoscaling_target', target({ max_capacity: 1 }))).toEqual([
      expect.stringContaining('ValidationException: Maximum capacity cannot be less than minimum capacity'),
      'max_capacity',
    ]);
  });

  it('follows policies of a registered target, which end with it', () => {
    const { subnets } = targets();
    terraform.apply('aws_ecs_service', service(terraform.apply('aws_ecs_task_definition', task()), subnets));
    expect(refusalOf('aws_appautoscaling_policy', policy)?.[0]).toContain(
      'ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/shop/orders, scalable dimension: ecs:service:DesiredCount',
    );

    const registered = terraform.apply('aws_appautoscaling_target', target());
    const state = terraform.apply('aws_appautoscaling_policy', policy);
    expect([registered['id'], state['id']]).toEqual(['service/shop/orders', 'cpu']);
    expect(terraform.changes('aws_appautoscaling_target', target(), registered)).toEqual([]);
    expect(terraform.changes('aws_appautoscaling_policy', policy, state)).toEqual([]);

    terraform.destroy('aws_appautoscaling_target', registered);
    expect(terraform.account.list('aws_appautoscaling_policy')).toEqual([]);
  });
});
