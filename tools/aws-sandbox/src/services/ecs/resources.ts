import { agrees } from '../../model/agrees';
import { blocks, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceContext, ServiceDefinition } from '../../model/resource-definition';
import type { ResourceRecord } from '../../model/resource-record';
import type { ObjectValue } from '../../model/value';
import { containersOf, taskDefinitionOf } from './tasks/task-definitions';

const CLUSTER_NOT_FOUND = { code: 'ClusterNotFoundException', message: 'Cluster not found.' } as const;
const ROLE_NOT_VALID = { code: 'ClientException', message: 'Role is not valid' } as const;

const gigabytes = (from: number, to: number, step: number) =>
  Array.from({ length: (to - from) / step + 1 }, (_none, index) => String((from + index * step) * 1_024));

/** Memory in MB that Fargate has for a task's CPU units [ECS developer guide, task sizes]. */
const FARGATE_MEMORY: Readonly<Record<string, readonly string[]>> = {
  '256': ['512', '1024', '2048'],
  '512': gigabytes(1, 4, 1),
  '1024': gigabytes(2, 8, 1),
  '2048': gigabytes(4, 16, 1),
  '4096': gigabytes(8, 30, 1),
  '8192': gigabytes(16, 60, 4),
  '16384': gigabytes(32, 120, 8),
};

/** Amazon ECS. Codes and words: Amazon ECS API Reference, errors of each action. */
export const ecs: ServiceDefinition = {
  name: 'ecs',
  sdkId: 'ECS',
  resources: {
    aws_ecs_cluster: {
      label: 'ECS Cluster',
      calls: { create: 'CreateCluster', update: 'UpdateCluster', delete: 'DeleteCluster' },
      id: 'arn:aws:ecs:{region}:{accountId}:cluster/{name}',
      arn: '{id}',
      importId: '{name}',
      soughtBy: { cluster_name: ({ arn = '', attributes }) => [arn, attributes['name'] ?? ''] },
      replaces: ['name'],
      // A cluster of that name is given back as it is [terraform-provider-aws, issue 38875].
      overwrites: agrees,
      allowed: { 'setting.name': ['containerInsights'] },
      checks: [
        nameCheck,
        ({ attributes }) => {
          const value = blocks(attributes['setting']).map((setting) => text(setting['value']))[0];
          if (value !== undefined && !['disabled', 'enabled', 'enhanced'].includes(value)) {
            throw invalid(`The value for containerInsights is not valid: ${value}`, 'setting');
          }
        },
      ],
      deleteChecks: [
        ({ account, region, arn }) => {
          if (account.findBy('aws_ecs_service', 'cluster', arn, region).length > 0) {
            throw new AwsError(
              'ClusterContainsServicesException',
              'The Cluster cannot be deleted while Services are active.',
            );
          }
        },
      ],
    },
    aws_ecs_cluster_capacity_providers: {
      label: 'ECS Cluster Capacity Providers',
      calls: {
        create: 'PutClusterCapacityProviders',
        update: 'PutClusterCapacityProviders',
        delete: 'PutClusterCapacityProviders',
      },
      id: '{cluster_name}',
      replaces: ['cluster_name'],
      overwrites: () => true,
      defaults: { 'default_capacity_provider_strategy.base': 0 },
      ranges: {
        'default_capacity_provider_strategy.base': [0, 100_000],
        'default_capacity_provider_strategy.weight': [0, 1_000],
      },
      references: [{ attribute: 'cluster_name', to: 'aws_ecs_cluster', by: 'name', refusal: CLUSTER_NOT_FOUND }],
      checks: [
        ({ attributes }) => {
          const associated = texts(attributes['capacity_providers']);
          const stranger = blocks(attributes['default_capacity_provider_strategy'])
            .map((strategy) => text(strategy['capacity_provider']))
            .find((provider) => !associated.includes(provider));
          if (stranger !== undefined) {
            throw invalid(
              'The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.',
              'default_capacity_provider_strategy',
            );
          }
        },
      ],
    },
    aws_ecs_task_definition: {
      label: 'ECS Task Definition',
      calls: { create: 'RegisterTaskDefinition', update: 'TagResource', delete: 'DeregisterTaskDefinition' },
      namedBy: 'family',
      soughtBy: {
        task_definition: (record, account) => {
          const { arn = '', id, region, attributes } = record;
          const family = text(attributes['family']);
          return [arn, id, ...(taskDefinitionOf(account, region, family) === record ? [family] : [])];
        },
      },
      id: (context) => `${text(context.attributes['family'])}:${revisionOf(context)}`,
      // A revision is no part of what the provider keeps as the id.
      stateId: '{family}',
      importId: '{arn}',
      arn: 'arn:aws:ecs:{region}:{accountId}:task-definition/{id}',
      replaces: [
        'family',
        'container_definitions',
        'cpu',
        'memory',
        'network_mode',
        'ipc_mode',
        'pid_mode',
        'execution_role_arn',
        'task_role_arn',
        'requires_compatibilities',
        'runtime_platform',
        'ephemeral_storage',
        'placement_constraints',
        'proxy_configuration',
        'volume',
        'enable_fault_injection',
      ],
      defaults: { skip_destroy: false, track_latest: false },
      allowed: {
        network_mode: ['awsvpc', 'bridge', 'host', 'none'],
        'runtime_platform.cpu_architecture': ['ARM64', 'X86_64'],
      },
      computed: {
        arn_without_revision: 'arn:aws:ecs:{region}:{accountId}:task-definition/{family}',
        enable_fault_injection: () => false,
        network_mode: '',
        revision: ({ id }) => Number(id.split(':')[1]),
      },
      references: [
        { attribute: 'execution_role_arn', to: 'aws_iam_role', by: 'arn', refusal: ROLE_NOT_VALID },
        { attribute: 'task_role_arn', to: 'aws_iam_role', by: 'arn', refusal: ROLE_NOT_VALID },
      ],
      checks: [taskDefinitionCheck],
      // Deregistered or left alone, a revision stays: tasks of it may run, and its number is never given again.
      retires: ({ attributes }) => ({
        pendingDeletion: true,
        status: attributes['skip_destroy'] === true ? 'ACTIVE' : 'INACTIVE',
      }),
    },
    aws_ecs_service: {
      label: 'ECS Service',
      calls: { create: 'CreateService', update: 'UpdateService', delete: 'DeleteService' },
      id: (context) =>
        `arn:aws:ecs:${context.region}:${context.accountId}:service/${text(clusterOf(context)?.attributes['name'])}/${text(context.attributes['name'])}`,
      arn: '{id}',
      importId: (context) => `${text(clusterOf(context)?.attributes['name'])}/${text(context.attributes['name'])}`,
      soughtBy: {
        cluster_arn: ({ arn = '' }) => arn.replace(':service/', ':cluster/').replace(/\/[^/]+$/, ''),
        service_name: 'name',
      },
      replaces: ['name', 'cluster', 'launch_type', 'scheduling_strategy', 'iam_role', 'deployment_controller'],
      defaults: {
        deployment_maximum_percent: 200,
        deployment_minimum_healthy_percent: 100,
        enable_ecs_managed_tags: false,
        enable_execute_command: false,
        scheduling_strategy: 'REPLICA',
        wait_for_steady_state: false,
        'network_configuration.assign_public_ip': false,
      },
      allowed: {
        availability_zone_rebalancing: ['DISABLED', 'ENABLED'],
        launch_type: ['EC2', 'EXTERNAL', 'FARGATE'],
        propagate_tags: ['NONE', 'SERVICE', 'TASK_DEFINITION'],
        scheduling_strategy: ['DAEMON', 'REPLICA'],
      },
      ranges: { health_check_grace_period_seconds: [0, 2_147_483_647] },
      computed: {
        availability_zone_rebalancing: 'DISABLED',
        iam_role: '/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS',
        launch_type: 'EC2',
        platform_version: ({ attributes }) => (attributes['launch_type'] === 'FARGATE' ? 'LATEST' : ''),
        triggers: () => ({}),
      },
      references: [
        {
          attribute: 'network_configuration.subnets',
          to: 'aws_subnet',
          refusal: {
            code: 'InvalidParameterException',
            message:
              "Error retrieving subnet information for [{value}]: The subnet ID '{value}' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
          },
        },
        {
          attribute: 'network_configuration.security_groups',
          to: 'aws_security_group',
          refusal: {
            code: 'InvalidParameterException',
            message:
              "Error retrieving security group information for [{value}]: The security group '{value}' does not exist (ErrorCode: InvalidGroup.NotFound)",
          },
        },
      ],
      unique: [
        {
          attributes: ['name', 'cluster'],
          refusal: { code: 'InvalidParameterException', message: 'Creation of service was not idempotent.' },
        },
      ],
      checks: [serviceCheck],
    },
  },
};

/** The cluster that a service names by ARN or by name. */
function clusterOf({ account, region, attributes }: ResourceContext): ResourceRecord | undefined {
  const named = text(attributes['cluster']);
  return account
    .list('aws_ecs_cluster', region)
    .find(({ arn, attributes: { name } }) => named === arn || named === name);
}

/** The revision that it has, or the next of its family. */
function revisionOf({ account, region, attributes }: ResourceContext): number {
  if (typeof attributes['revision'] === 'number') return attributes['revision'];
  const revisions = account
    .list('aws_ecs_task_definition', region)
    .filter(({ attributes: { family } }) => family === attributes['family'])
    .map(({ attributes: { revision } }) => Number(revision));
  return Math.max(0, ...revisions) + 1;
}

function nameCheck({ attributes }: ResourceContext): void {
  if (!/^[A-Za-z0-9_-]{1,255}$/.test(text(attributes['name']))) {
    throw invalid('Identifiers must be between 1 and 255 letters, numbers, hyphens, and underscores.', 'name');
  }
}

function taskDefinitionCheck({ attributes }: ResourceContext): void {
  const containers = containersOf(attributes);
  if (containers === undefined) {
    throw refusedByClient('Container definitions are not a valid JSON list.', 'container_definitions');
  }
  if (containers.length === 0) throw refusedByClient('Container list cannot be empty.', 'container_definitions');
  if (!texts(attributes['requires_compatibilities']).includes('FARGATE')) return;
  if (attributes['network_mode'] !== 'awsvpc') {
    throw refusedByClient('Fargate only supports network mode ‘awsvpc’.', 'network_mode');
  }
  const [cpu, memory] = [text(attributes['cpu']), text(attributes['memory'])];
  if (FARGATE_MEMORY[cpu]?.includes(memory) !== true) {
    throw refusedByClient(
      `No Fargate configuration exists for given values: ${cpu} CPU, ${memory} memory. See the Amazon ECS documentation for the valid values.`,
      'memory',
    );
  }
  const driver = containers
    .map(({ logConfiguration }) => logConfiguration?.logDriver)
    .find((name) => name === 'awslogs');
  if (driver !== undefined && text(attributes['execution_role_arn']) === '') {
    throw refusedByClient(
      'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
      'execution_role_arn',
    );
  }
}

function serviceCheck(context: ResourceContext): void {
  const { attributes, account, region } = context;
  nameCheck(context);
  if (text(attributes['cluster']) !== '' && clusterOf(context) === undefined) {
    throw new AwsError(CLUSTER_NOT_FOUND.code, CLUSTER_NOT_FOUND.message, { path: ['cluster'] });
  }
  const taskDefinition = taskDefinitionOf(account, region, text(attributes['task_definition']));
  if (taskDefinition === undefined) throw refusedByClient('TaskDefinition not found.', 'task_definition');
  if (taskDefinition.internal?.['status'] === 'INACTIVE') {
    throw refusedByClient('TaskDefinition is inactive', 'task_definition');
  }
  const inVpc = taskDefinition.attributes['network_mode'] === 'awsvpc';
  if (inVpc && blocks(attributes['network_configuration']).length === 0) {
    throw invalid(
      "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
      'network_configuration',
    );
  }
  for (const balancer of blocks(attributes['load_balancer'])) {
    checkTargets(context, text(balancer['target_group_arn']), inVpc);
    checkContainer(taskDefinition, text(balancer['container_name']), Number(balancer['container_port']));
  }
}

function checkTargets({ account, region }: ResourceContext, targetGroupArn: string, inVpc: boolean): void {
  if (targetGroupArn === '') return;
  const targetGroup = account.find('aws_lb_target_group', region, targetGroupArn);
  const listeners = ['aws_lb_listener', 'aws_lb_listener_rule'].flatMap((type) => account.list(type, region));
  if (targetGroup === undefined || !listeners.some(({ attributes }) => forwardsTo(attributes, targetGroupArn))) {
    throw invalid(
      `The target group with targetGroupArn ${targetGroupArn} does not have an associated load balancer.`,
      'load_balancer',
    );
  }
  const targetType = text(targetGroup.attributes['target_type']);
  if (inVpc && targetType !== 'ip') {
    throw invalid(
      `The provided target group ${targetGroupArn} has target type ${targetType}, which is incompatible with the awsvpc network mode specified in the task definition.`,
      'load_balancer',
    );
  }
}

function forwardsTo(listener: ObjectValue, targetGroupArn: string): boolean {
  return [...blocks(listener['default_action']), ...blocks(listener['action'])].some(
    (action) =>
      action['target_group_arn'] === targetGroupArn ||
      blocks(action['forward'])
        .flatMap((forward) => blocks(forward['target_group']))
        .some(({ arn }) => arn === targetGroupArn),
  );
}

function checkContainer(taskDefinition: ResourceRecord, name: string, port: number): void {
  const container = containersOf(taskDefinition.attributes)?.find((candidate) => candidate.name === name);
  if (container === undefined) {
    throw invalid(`The container ${name} does not exist in the task definition.`, 'load_balancer');
  }
  if (!(container.portMappings ?? []).some(({ containerPort }) => containerPort === port)) {
    throw invalid(`The container ${name} did not have a container port ${port} defined.`, 'load_balancer');
  }
}

function invalid(message: string, attribute: string): AwsError {
  return new AwsError('InvalidParameterException', message, { path: [attribute] });
}

function refusedByClient(message: string, attribute: string): AwsError {
  return new AwsError('ClientException', message, { path: [attribute] });
}
