import { type Members, stringMember } from '../../endpoint/calls/members';
import { pageOf } from '../../endpoint/calls/page';
import type { ServiceApi } from '../../endpoint/calls/service-api';
import type { CallContext, ServiceEndpoint } from '../../endpoint/calls/service-endpoint';
import { blocks, text, texts } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import api from './api.json';
import { deploymentId } from './tasks/deployment';
import { containersOf, taskDefinitionOf } from './tasks/task-definitions';
import type { StoppedTask, Task, Tasks } from './tasks/tasks';

type Place = Pick<CallContext, 'account' | 'accountId' | 'region'>;

const DEFAULT_CLUSTER = 'default';
/** Most and default of a page [Amazon ECS API Reference, ListTasks and ListServices: maxResults]. */
const PAGE_SIZE = 100;
const SERVICES_PAGE_SIZE = 10;

/**
 * Operations on clusters, services and tasks that Terraform made, as an operator types them. A service whose image nobody pushed runs no
 * task, and says so; neither does one that automation or a request has not started yet.
 */
export function ecsEndpoint(tasks: Tasks): ServiceEndpoint {
  return {
    api: api as ServiceApi,
    invalidInput: 'InvalidParameterException',
    permissions: ({ accountId, input, operation, region }) => {
      const of = (kind: string, named: string) =>
        `arn:aws:ecs:${region}:${accountId}:${kind}/${nameOf(stringMember(input, 'cluster') ?? DEFAULT_CLUSTER)}/${nameOf(named)}`;
      const service = stringMember(input, 'service');
      const task = stringMember(input, 'task');
      const named: Readonly<Record<string, readonly string[]>> = {
        UpdateService: [of('service', service ?? '')],
        DescribeServices: namesIn(input, 'services').map((given) => of('service', given)),
        StopTask: [of('task', task ?? '')],
        DescribeTasks: namesIn(input, 'tasks').map((given) => of('task', given)),
      };
      return (named[operation] ?? ['*']).map((resource) => ({ action: `ecs:${operation}`, resource }));
    },
    operations: {
      ListClusters: (input, { account, region }) => {
        const { nextToken, records } = pageOf(
          account.list('aws_ecs_cluster', region),
          input['nextToken'],
          sizeOf(input),
        );
        return { clusterArns: records.map(({ arn }) => arn), nextToken };
      },
      DescribeClusters: (input, context) => {
        const named = input['clusters'] === undefined ? [DEFAULT_CLUSTER] : namesIn(input, 'clusters');
        const found = named.map((name) => findCluster(context, name));
        return {
          clusters: found
            .filter((cluster) => cluster !== undefined)
            .map((cluster) => clusterOf(context, cluster, tasks)),
          failures: missing(context, named, found, (name) => `cluster/${name}`),
        };
      },
      ListServices: (input, context) => {
        const cluster = requireCluster(context, input);
        const { nextToken, records } = pageOf(
          servicesIn(context, cluster),
          input['nextToken'],
          sizeOf(input, SERVICES_PAGE_SIZE),
        );
        return { serviceArns: records.map(({ arn }) => arn), nextToken };
      },
      DescribeServices: (input, context) => {
        const cluster = requireCluster(context, input);
        const named = namesIn(input, 'services');
        const found = named.map((name) => findService(context, cluster, name));
        return {
          services: found
            .filter((service) => service !== undefined)
            .map((service) => serviceOf(cluster, service, tasks)),
          failures: missing(context, named, found, (name) => `service/${text(cluster.attributes['name'])}/${name}`),
        };
      },
      ListTasks: (input, context) => {
        const cluster = requireCluster(context, input);
        const name = stringMember(input, 'serviceName');
        const family = stringMember(input, 'family');
        const services = name === undefined ? servicesIn(context, cluster) : [requireService(context, cluster, name)];
        const all = services
          .map((service) => tasks.of(service))
          .flatMap((of) =>
            input['desiredStatus'] === 'STOPPED'
              ? [...of.tasks.filter(({ isDraining }) => isDraining), ...of.stopped]
              : of.tasks.filter(({ isDraining, process }) => !isDraining && process.isRunning),
          )
          .filter(({ definition }) => family === undefined || familyOf(definition) === family)
          .map(({ arn }) => ({ id: arn }));
        const { nextToken, records } = pageOf(all, input['nextToken'], sizeOf(input));
        return { taskArns: records.map(({ id }) => id), nextToken };
      },
      DescribeTasks: (input, context) => {
        const cluster = requireCluster(context, input);
        const named = namesIn(input, 'tasks');
        const found = named.map((name) => findTask(context, cluster, name, tasks));
        return {
          tasks: found.filter((task) => task !== undefined).map(({ service, task }) => taskOf(context, service, task)),
          failures: missing(context, named, found, (name) => `task/${text(cluster.attributes['name'])}/${name}`),
        };
      },
      StopTask: (input, context) => {
        const found = findTask(context, requireCluster(context, input), String(input['task']), tasks);
        if (found === undefined) throw new AwsError('InvalidParameterException', 'The referenced task was not found.');
        if ('process' in found.task) tasks.stop(found.task, stringMember(input, 'reason') ?? 'Task stopped by user');
        return { task: taskOf(context, found.service, found.task) };
      },
      UpdateService: (input, context) => {
        const cluster = requireCluster(context, input);
        const service = requireService(context, cluster, String(input['service']));
        const attributes = { ...service.attributes };
        const { desiredCount, taskDefinition } = input;
        if (desiredCount !== undefined) {
          if (Number(desiredCount) < 0) {
            throw new AwsError('InvalidParameterException', 'desiredCount must be greater than or equal to 0.');
          }
          attributes['desired_count'] = Number(desiredCount);
        }
        if (taskDefinition !== undefined) {
          const given = taskDefinitionOf(context.account, context.region, String(taskDefinition));
          if (given === undefined) throw new AwsError('ClientException', 'TaskDefinition not found.');
          if (given.internal?.['status'] === 'INACTIVE') {
            throw new AwsError('ClientException', 'TaskDefinition is inactive');
          }
          attributes['task_definition'] = given.arn ?? given.id;
        }
        const updated = { ...service, attributes };
        context.account.commit([{ put: updated }]);
        if (input['forceNewDeployment'] === true) tasks.redeploy(updated);
        return { service: serviceOf(cluster, updated, tasks) };
      },
      DescribeTaskDefinition: (input, { account, region }) => {
        const found = taskDefinitionOf(account, region, String(input['taskDefinition']));
        if (found === undefined) throw new AwsError('ClientException', 'Unable to describe task definition.');
        const { attributes } = found;
        return {
          taskDefinition: {
            taskDefinitionArn: found.arn,
            containerDefinitions: containersOf(attributes) ?? [],
            family: attributes['family'],
            taskRoleArn: text(attributes['task_role_arn']) || undefined,
            executionRoleArn: text(attributes['execution_role_arn']) || undefined,
            networkMode: text(attributes['network_mode']),
            revision: Number(attributes['revision']),
            status: found.internal?.['status'] === 'INACTIVE' ? 'INACTIVE' : 'ACTIVE',
            requiresCompatibilities: texts(attributes['requires_compatibilities']),
            cpu: text(attributes['cpu']),
            memory: text(attributes['memory']),
          },
          tags: [],
        };
      },
    },
  };
}

/** `arn:aws:ecs:us-east-1:000000000000:service/shop/orders` → `orders` */
const nameOf = (given: string) => given.split('/').at(-1) ?? '';

/** `arn:aws:ecs:us-east-1:000000000000:task-definition/orders:3` → `orders` */
const familyOf = (definition: string) => nameOf(definition).split(':')[0];

const namesIn = (input: Members, member: string) => (input[member] ?? []) as readonly string[];

const sizeOf = (input: Members, most = PAGE_SIZE) => Number(input['maxResults'] ?? most);

function missing(
  { accountId, region }: Place,
  named: readonly string[],
  found: readonly unknown[],
  resource: (name: string) => string,
): readonly Members[] {
  return named
    .filter((_name, index) => found[index] === undefined)
    .map((name) => ({ arn: `arn:aws:ecs:${region}:${accountId}:${resource(nameOf(name))}`, reason: 'MISSING' }));
}

function findCluster({ account, region }: Place, named: string): ResourceRecord | undefined {
  return account
    .list('aws_ecs_cluster', region)
    .find(({ arn, attributes: { name } }) => named === arn || named === name);
}

function requireCluster(context: Place, input: Members): ResourceRecord {
  const found = findCluster(context, stringMember(input, 'cluster') ?? DEFAULT_CLUSTER);
  if (found === undefined) throw new AwsError('ClusterNotFoundException', 'Cluster not found.');
  return found;
}

function servicesIn({ account, region }: Place, { attributes }: ResourceRecord): readonly ResourceRecord[] {
  // Its own ARN has the name of its cluster.
  const inCluster = ({ id }: ResourceRecord) => id.split('/')[1] === attributes['name'];
  return account.list('aws_ecs_service', region).filter(inCluster);
}

function findService(context: Place, cluster: ResourceRecord, named: string): ResourceRecord | undefined {
  return servicesIn(context, cluster).find(({ arn, attributes: { name } }) => named === arn || named === name);
}

function requireService(context: Place, cluster: ResourceRecord, named: string): ResourceRecord {
  const found = findService(context, cluster, named);
  if (found === undefined) throw new AwsError('ServiceNotFoundException', 'Service not found.');
  return found;
}

interface FoundTask {
  readonly service: ResourceRecord;
  readonly task: Task | StoppedTask;
}

/** @param named ARN or id */
function findTask(context: Place, cluster: ResourceRecord, named: string, tasks: Tasks): FoundTask | undefined {
  for (const service of servicesIn(context, cluster)) {
    const { stopped, tasks: present } = tasks.of(service);
    const task = [...present, ...stopped].find(({ arn }) => arn === named || nameOf(arn) === named);
    if (task !== undefined) return { service, task };
  }
  return undefined;
}

const isServing = ({ isDraining, process }: Task) => !isDraining && process.isRunning;

function clusterOf(context: Place, cluster: ResourceRecord, tasks: Tasks): Members {
  const services = servicesIn(context, cluster);
  return {
    clusterArn: cluster.arn,
    clusterName: cluster.attributes['name'],
    status: 'ACTIVE',
    registeredContainerInstancesCount: 0,
    runningTasksCount: services.flatMap((service) => tasks.list(service)).length,
    pendingTasksCount: 0,
    activeServicesCount: services.length,
    statistics: [],
    tags: [],
    settings: blocks(cluster.attributes['setting']).map(({ name, value }) => ({ name, value })),
  };
}

function serviceOf(cluster: ResourceRecord, service: ResourceRecord, tasks: Tasks): Members {
  const { attributes } = service;
  const { deployment, events, tasks: all } = tasks.of(service);
  const given = text(attributes['task_definition']);
  const primary = deployment.wanted(given) ?? given;
  const desired = Number(attributes['desired_count'] ?? 0);
  const running = all.filter(isServing);
  const described = (definition: string, status: string): Members => {
    const failed = deployment.failedRevision === definition;
    const ofIt = running.filter((task) => task.definition === definition);
    const isCompleted = deployment.isCompleted(definition) && !ofIt.some(({ isOld }) => isOld);
    const rolloutState = failed ? 'FAILED' : isCompleted ? 'COMPLETED' : 'IN_PROGRESS';
    const id = deploymentId(definition);
    return {
      id,
      status,
      taskDefinition: definition,
      desiredCount: status === 'PRIMARY' ? desired : 0,
      pendingCount: 0,
      runningCount: ofIt.length,
      failedTasks: deployment.failuresOf(definition),
      launchType: text(attributes['launch_type']),
      rolloutState,
      rolloutStateReason: failed
        ? 'ECS deployment circuit breaker: tasks failed to start.'
        : `ECS deployment ${id} ${rolloutState === 'COMPLETED' ? 'completed' : 'in progress'}.`,
    };
  };
  const others = new Set([...running.map(({ definition }) => definition), given].filter((one) => one !== primary));
  const nobodyPushed = tasks.isRun(service)
    ? []
    : [
        {
          id: deploymentId(service.id),
          at: 0,
          message: `(service ${text(attributes['name'])}) nobody pushed an image of it.`,
        },
      ];
  return {
    serviceArn: service.arn,
    serviceName: attributes['name'],
    clusterArn: cluster.arn,
    loadBalancers: blocks(attributes['load_balancer']).map((target) => ({
      targetGroupArn: target['target_group_arn'],
      containerName: target['container_name'],
      containerPort: Number(target['container_port']),
    })),
    serviceRegistries: [],
    status: 'ACTIVE',
    desiredCount: desired,
    runningCount: running.length,
    pendingCount: 0,
    launchType: text(attributes['launch_type']),
    taskDefinition: primary,
    deployments: [described(primary, 'PRIMARY'), ...[...others].map((definition) => described(definition, 'ACTIVE'))],
    events: [...nobodyPushed, ...events].map(({ at, id, message }) => ({ id, createdAt: new Date(at), message })),
    placementConstraints: [],
    placementStrategy: [],
    schedulingStrategy: text(attributes['scheduling_strategy']),
    healthCheckGracePeriodSeconds: Number(attributes['health_check_grace_period_seconds'] ?? 0),
  };
}

function taskOf({ account, region }: Place, service: ResourceRecord, task: Task | StoppedTask): Members {
  const definition = taskDefinitionOf(account, region, task.definition);
  const [container] = containersOf(definition?.attributes ?? {}) ?? [];
  const isPresent = 'process' in task && task.process.isRunning;
  const lastStatus = !isPresent ? 'STOPPED' : task.isDraining ? 'DEACTIVATING' : 'RUNNING';
  // Of the container's own check [Amazon ECS API Reference, Task: healthStatus]; the sandbox takes the load balancer's for it.
  const hasCheck = container !== undefined && 'healthCheck' in container;
  const state = hasCheck && isPresent ? task.health.state : 'initial';
  const healthStatus = state === 'initial' ? 'UNKNOWN' : state.toUpperCase();
  return {
    taskArn: task.arn,
    clusterArn: service.id.replace(':service/', ':cluster/').replace(/\/[^/]+$/, ''),
    taskDefinitionArn: definition?.arn ?? task.definition,
    group: `service:${text(service.attributes['name'])}`,
    startedBy: deploymentId(task.definition),
    availabilityZone: task.zone,
    launchType: text(service.attributes['launch_type']),
    lastStatus,
    desiredStatus: lastStatus === 'RUNNING' ? 'RUNNING' : 'STOPPED',
    healthStatus,
    createdAt: new Date(task.startedAt),
    startedAt: new Date(task.startedAt),
    ...('stoppedAt' in task ? { stoppedAt: new Date(task.stoppedAt) } : {}),
    ...(task.stop === undefined ? {} : { stopCode: task.stop.code, stoppedReason: task.stop.reason }),
    containers: [
      {
        name: container?.name,
        image: container?.image,
        taskArn: task.arn,
        lastStatus: isPresent ? 'RUNNING' : 'STOPPED',
        healthStatus,
        networkInterfaces: task.address === '' ? [] : [{ privateIpv4Address: task.address }],
      },
    ],
    attachments: [],
    tags: [],
  };
}
