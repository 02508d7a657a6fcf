import { join } from 'node:path';
import { addressIn } from '@dr/cidr';
import { safeName } from '../../../account/account-files';
import { PrivateFolder } from '../../../account/private-folder';
import type { AccountView } from '../../../model/account-view';
import { blocks, text, texts } from '../../../model/attribute-values';
import { randomUuid } from '../../../model/random-id';
import type { ResourceRecord } from '../../../model/resource-record';
import { DatabaseAuthority } from '../../../network/database-authority';
import type { Ticking } from '../../../runtime/automation';
import type { ServiceContext } from '../../../runtime/aws-service';
import { unpackCode } from '../../../runtime/unpack-code';
import { findImage, hasImages, parseImageName } from '../../ecr/images';
import { checkTarget, healthCheckOf, TargetHealth, type TargetHealthCheck } from './target-health';
import { type ContainerDefinition, containersOf, taskDefinitionOf } from './task-definitions';
import { Deployment, deploymentId } from './deployment';
import { variablesOf } from './task-environment';
import { TaskProcess } from './task-process';
import { TASK_VARIABLES } from './task-variables';

const PERIOD_MS = 250;
/** New targets are checked more often than the target group says, so that a person need not wait. */
const FIRST_CHECKS_MS = 500;
/** Of Fargate, where the container says nothing [Amazon ECS developer guide, container definition]. */
const STOP_TIMEOUT_SECONDS = 30;
/** Longest time that a request waits for the first task of a service to become healthy. */
const FIRST_START_MS = 20_000;
/** First addresses of a subnet are AWS's own, and load balancers have some. */
const FIRST_ADDRESS = 16;
const ADDRESSES = 200;
/** Latest events of a service, and latest ended tasks [Amazon ECS API Reference, Service: events]. */
const KEPT = 100;
const EXITED: StopCause = { code: 'EssentialContainerExited', reason: 'Essential container in task exited' };

/** A task that runs, or is draining. */
export interface Task {
  readonly arn: string;
  readonly definition: string;
  readonly zone: string;
  readonly address: string;
  readonly process: TaskProcess;
  readonly health: TargetHealth;
  readonly startedAt: number;
  readonly stopTimeoutMs: number;
  checkedAt: number;
  isChecking: boolean;
  isDraining: boolean;
  wasHealthy: boolean;
  /** A new deployment of the same revision replaces it. */
  isOld: boolean;
  /** Cause of its end, where it is known before. */
  stop: StopCause | undefined;
}

/** Cause of a task's end, by the code and in the words of ECS [ECS developer guide, stopped tasks error messages]. */
export interface StopCause {
  readonly code: 'EssentialContainerExited' | 'ServiceSchedulerInitiated' | 'TaskFailedToStart' | 'UserInitiated';
  readonly reason: string;
}

/** A task that has ended, or never ran. */
export interface StoppedTask extends Pick<Task, 'address' | 'arn' | 'definition' | 'startedAt' | 'zone'> {
  readonly stop: StopCause;
  readonly stoppedAt: number;
}

export interface ServiceEvent {
  readonly id: string;
  readonly at: number;
  readonly message: string;
}

/** Everything that is known of a service's tasks, newest first. */
export interface TasksOfService {
  readonly tasks: readonly Task[];
  readonly stopped: readonly StoppedTask[];
  readonly events: readonly ServiceEvent[];
  readonly deployment: Deployment;
}

/** State of a service that is kept while the account's process runs. */
interface Running {
  readonly tasks: Task[];
  readonly stopped: StoppedTask[];
  readonly events: ServiceEvent[];
  readonly deployment: Deployment;
  isSteady: boolean;
}

/** A service behind a target group, with the container that it is about. */
interface Behind {
  readonly container: ContainerDefinition;
  readonly definition: ResourceRecord;
  readonly port: number;
}

/**
 * Tasks of the account's services, as processes of this machine: as many as each wants, at addresses of its subnets,
 * replaced when they end. Services whose repository holds no image have none.
 */
export class Tasks implements Ticking {
  private readonly services = new Map<string, Running>();
  private timer: NodeJS.Timeout | undefined;
  private addresses = 0;
  private turns = 0;

  constructor(private readonly context: ServiceContext) {}

  /** Automation is on: tasks run from now on, until the process ends. */
  tick(): void {
    if (this.context.account.list('aws_ecs_service').some((service) => this.isRun(service))) this.wake();
  }

  forget(): void {
    // What runs goes on: it is the services' own doing, and no schedule.
  }

  /** Whether the service's tasks are processes: somebody pushed an image to its repository. */
  isRun(service: ResourceRecord): boolean {
    const { account } = this.context;
    const definition = taskDefinitionOf(account, service.region, text(service.attributes['task_definition']));
    const image = parseImageName(String(behind(definition, service)?.container.image ?? ''));
    return image !== undefined && hasImages(account, image);
  }

  /** Tasks of a service that run and are not draining: the targets of its target group. */
  list(service: ResourceRecord): readonly Task[] {
    const { tasks = [] } = this.services.get(service.id) ?? {};
    return tasks.filter(({ isDraining, process }) => !isDraining && process.isRunning);
  }

  /**
   * The target that takes the next request: the healthy ones in turn, and all of them where none is healthy
   * [Elastic Load Balancing user guide, target groups, fail-open]. The first request starts the tasks, and waits for one.
   */
  async targetOf(service: ResourceRecord): Promise<Task | undefined> {
    this.wake();
    const isUndecided = () => {
      const tasks = this.list(service);
      return !tasks.some(({ health }) => health.state !== 'initial') && this.running(service).deployment.isStarting;
    };
    for (const deadline = Date.now() + FIRST_START_MS; isUndecided() && Date.now() < deadline; await pause());
    const registered = this.list(service);
    const healthy = registered.filter(({ health }) => health.state === 'healthy');
    const chosen = healthy.length > 0 ? healthy : registered.filter(({ health }) => health.state === 'unhealthy');
    return chosen[this.turns++ % Math.max(1, chosen.length)];
  }

  /** Returns what there is of a service. It starts nothing. */
  of(service: ResourceRecord): TasksOfService {
    const deployment = new Deployment(this.context.account, service);
    return this.services.get(service.id) ?? { tasks: [], stopped: [], events: [], deployment };
  }

  /** Stops a task, which its service replaces. */
  stop(task: Task, reason: string): void {
    this.drain(task, { code: 'UserInitiated', reason });
  }

  /** Replaces the tasks of a service by new ones, which begin to serve before those of now end. */
  redeploy(service: ResourceRecord): void {
    for (const task of this.of(service).tasks) task.isOld = true;
  }

  close(): void {
    clearInterval(this.timer);
    for (const { tasks } of this.services.values()) for (const { process } of tasks) process.kill();
    this.services.clear();
  }

  private wake(): void {
    if (this.timer !== undefined) return;
    this.timer = setInterval(() => this.reconcileAll(), PERIOD_MS).unref();
    this.reconcileAll();
  }

  private reconcileAll(): void {
    const services = this.context.account.list('aws_ecs_service');
    const present = new Set(services.map(({ id }) => id));
    for (const [id, { tasks }] of this.services) {
      if (present.has(id)) continue;
      for (const task of tasks) this.drain(task, scaled(deploymentId(task.definition)));
      if (tasks.every(({ process }) => !process.isRunning)) {
        this.services.delete(id);
        Deployment.forget(this.context.account, id);
      }
    }
    for (const service of services) {
      if (!this.services.has(service.id) && !this.isRun(service)) continue;
      try {
        this.reconcile(service);
      } catch (error) {
        this.context.onDefect(`tasks of ${service.id}`, error as Error);
      }
    }
  }

  private running(service: ResourceRecord): Running {
    const present = this.services.get(service.id);
    if (present !== undefined) return present;
    const deployment = new Deployment(this.context.account, service);
    const made: Running = { tasks: [], stopped: [], events: [], deployment, isSteady: false };
    this.services.set(service.id, made);
    return made;
  }

  private reconcile(service: ResourceRecord): void {
    const { account, faults } = this.context;
    const { deployment, tasks } = this.running(service);
    const isLost = ({ zone }: Task) => faults.isDark(service.region) || faults.reachZone(zone) !== 'answer';
    for (const task of tasks) if (isLost(task)) task.process.kill();
    for (const task of tasks.filter(({ process }) => !process.isRunning)) {
      tasks.splice(tasks.indexOf(task), 1);
      this.keepStopped(service, task, task.stop ?? EXITED);
      if (!task.isDraining && !task.wasHealthy && !isLost(task)) this.fail(service, task.definition, 'a task ended');
    }
    if (faults.isDark(service.region)) return;

    const desired = Number(service.attributes['desired_count'] ?? 0);
    const wanted = deployment.wanted(text(service.attributes['task_definition']));
    const check = this.checkOf(service);
    const grace = Number(service.attributes['health_check_grace_period_seconds'] ?? 0) * 1_000;
    for (const task of tasks) {
      if (check !== undefined) this.check(task, check);
      else task.health.state = 'healthy';
      task.wasHealthy ||= task.health.state === 'healthy';
      if (task.isDraining || task.health.state !== 'unhealthy' || Date.now() - task.startedAt < grace) continue;
      if (!task.wasHealthy) this.fail(service, task.definition, 'a task failed its health checks');
      this.log(service, `${task.arn} is unhealthy: it is replaced`);
      const group = text(blocks(service.attributes['load_balancer'])[0]?.['target_group_arn']);
      this.drain(task, {
        code: 'ServiceSchedulerInitiated',
        reason: `Task failed ELB health checks in (target-group ${group})`,
      });
    }
    const serving = () => tasks.filter(({ isDraining }) => !isDraining);
    const ofWanted = () => serving().filter(({ definition, isOld }) => definition === wanted && !isOld);
    if (wanted !== undefined) {
      for (let missing = desired - ofWanted().length; missing > 0 && deployment.mayStart(); missing--) {
        const zone = this.zoneFor(service, serving());
        if (zone === undefined) break;
        try {
          const task = this.start(service, wanted, zone);
          tasks.push(task);
          this.tell(service, `has started 1 tasks: (task ${idOf(task)}).`);
        } catch (error) {
          const arn = this.newArn(service);
          const notStarted = { arn, definition: wanted, zone: zoneOf(zone), address: '', startedAt: Date.now() };
          this.keepStopped(service, notStarted, { code: 'TaskFailedToStart', reason: (error as Error).message });
          this.fail(service, wanted, (error as Error).message);
          break;
        }
      }
    }
    for (const task of ofWanted().slice(desired)) this.drain(task, scaled(deploymentId(task.definition)));
    const healthy = ofWanted().filter(({ health }) => health.state === 'healthy');
    const running = this.running(service);
    if (wanted === undefined || healthy.length < desired) {
      running.isSteady = false;
      return;
    }
    const wanting = new Set(ofWanted());
    for (const task of serving().filter((other) => !wanting.has(other))) this.drain(task, scaled(deploymentId(wanted)));
    if (!running.isSteady) {
      running.isSteady = true;
      this.tell(service, 'has reached a steady state.');
    }
    if (desired > 0 && account.find('aws_ecs_service', service.region, service.id) !== undefined) {
      deployment.complete(wanted);
    }
  }

  private fail(service: ResourceRecord, definition: string, reason: string): void {
    const { deployment, tasks } = this.running(service);
    this.log(service, `a task of ${definition} failed: ${reason}`);
    if (!deployment.fail(definition)) return;
    this.log(service, `the deployment of ${definition} failed: ${deployment.outcome}`);
    this.tell(service, `(deployment ${deploymentId(definition)}) deployment failed: tasks failed to start.`);
    for (const task of tasks) if (task.definition === definition) this.drain(task, scaled(deploymentId(definition)));
  }

  /** @param message as ECS words it [ECS developer guide, service event messages] */
  private tell(service: ResourceRecord, message: string): void {
    const { events } = this.running(service);
    events.unshift({
      id: randomUuid(),
      at: Date.now(),
      message: `(service ${text(service.attributes['name'])}) ${message}`,
    });
    events.splice(KEPT);
  }

  private keepStopped(service: ResourceRecord, task: Omit<StoppedTask, 'stop' | 'stoppedAt'>, stop: StopCause): void {
    const { stopped } = this.running(service);
    const { address, arn, definition, startedAt, zone } = task;
    stopped.unshift({ address, arn, definition, startedAt, zone, stop, stoppedAt: Date.now() });
    stopped.splice(KEPT);
    this.tell(
      service,
      stop.code === 'TaskFailedToStart'
        ? `failed to launch a task with (error ${stop.reason}).`
        : `has stopped 1 running tasks: (task ${idOf(task)}).`,
    );
  }

  /** Ends it as ECS does: no request comes to it any more, and it has its stop timeout to end. */
  private drain(task: Task, cause: StopCause): void {
    if (task.isDraining) return;
    task.stop = cause;
    task.isDraining = true;
    task.process.stop(task.stopTimeoutMs);
  }

  private check(task: Task, check: TargetHealthCheck): void {
    const isFirst = task.health.state === 'initial';
    const everyMs = isFirst ? Math.min(FIRST_CHECKS_MS, check.intervalMs) : check.intervalMs;
    if (task.isChecking || Date.now() - task.checkedAt < everyMs) return;
    task.isChecking = true;
    task.checkedAt = Date.now();
    void checkTarget(task.process.socket, check).then((succeeded) => {
      task.isChecking = false;
      // A program that is still starting has as long as the checks that the target group counts.
      const isStarting = isFirst && Date.now() - task.startedAt < check.intervalMs * check.unhealthyThreshold;
      if (succeeded || !isStarting) {
        task.health.count(succeeded, isFirst ? { ...check, unhealthyThreshold: 1 } : check);
      }
    });
  }

  private checkOf({ attributes, region }: ResourceRecord): TargetHealthCheck | undefined {
    const [target] = blocks(attributes['load_balancer']);
    const group = this.context.account.find('aws_lb_target_group', region, text(target?.['target_group_arn']));
    return group && healthCheckOf(group);
  }

  /** The zone with the fewest tasks, of those that are there; with it, the subnet. */
  private zoneFor(service: ResourceRecord, tasks: readonly Task[]): ResourceRecord | undefined {
    const { account, faults } = this.context;
    const [network] = blocks(service.attributes['network_configuration']);
    const countIn = (subnet: ResourceRecord) => tasks.filter(({ zone }) => zone === zoneOf(subnet)).length;
    return texts(network?.['subnets'])
      .map((id) => account.find('aws_subnet', service.region, id))
      .filter((subnet) => subnet !== undefined)
      .filter((subnet) => faults.reachZone(zoneOf(subnet)) === 'answer')
      .sort((left, right) => countIn(left) - countIn(right))[0];
  }

  /** @throws Error with the reason, as ECS gives it for a task that stopped before it ran */
  private start(service: ResourceRecord, named: string, subnet: ResourceRecord): Task {
    const { account, address: endpoint, home, network, taskCommand } = this.context;
    const definition = taskDefinitionOf(account, service.region, named);
    const found = behind(definition, service);
    if (found === undefined) throw new Error('its task definition has no such container');
    const name = parseImageName(String(found.container.image ?? ''));
    const image = name && findImage(account, name);
    if (image === undefined) {
      throw new Error(`CannotPullContainerError: ${String(found.container.image)}: not found`);
    }
    // Databases of the account are reached by sockets that are there from now on.
    void this.context.openNetwork();
    const arn = this.newArn(service);
    const id = idOf({ arn });
    const address = addressIn(text(subnet.attributes['cidr_block']), FIRST_ADDRESS + (this.addresses++ % ADDRESSES));
    const process = new TaskProcess({
      command: taskCommand,
      folder: unpackCode(this.context, image.code),
      entry: image.entry,
      network,
      address,
      port: found.port,
      variables: {
        ...variablesOf(account, found.definition, found.container, arn),
        AWS_ENDPOINT_URL: endpoint(),
        NODE_EXTRA_CA_CERTS: new DatabaseAuthority(home).file,
        [TASK_VARIABLES.endpoint]: endpoint(),
        [TASK_VARIABLES.network]: network,
        [TASK_VARIABLES.address]: address,
      },
      log: (line) => this.log(service, `${id.slice(0, 8)} ${line}`),
    });
    return {
      arn,
      definition: named,
      zone: zoneOf(subnet),
      address,
      process,
      health: new TargetHealth(),
      startedAt: Date.now(),
      stopTimeoutMs: Number(found.container.stopTimeout ?? STOP_TIMEOUT_SECONDS) * 1_000,
      checkedAt: 0,
      isChecking: false,
      isDraining: false,
      wasHealthy: false,
      isOld: false,
      stop: undefined,
    };
  }

  private newArn({ id, region }: ResourceRecord): string {
    const cluster = id.split('/')[1] ?? '';
    return `arn:aws:ecs:${region}:${this.context.account.accountId}:task/${cluster}/${randomUuid().replaceAll('-', '')}`;
  }

  private log({ attributes, region }: ResourceRecord, line: string): void {
    const logs = new PrivateFolder(join(this.context.home, 'logs'));
    logs.append(logs.fileOf(region, `${safeName(text(attributes['name']))}.service.log`), `${line}\n`);
  }
}

/** Services whose tasks a target group has. */
export function servicesOf(account: AccountView, region: string, targetGroups: readonly string[]) {
  return account
    .list('aws_ecs_service', region)
    .filter(({ attributes }) =>
      blocks(attributes['load_balancer']).some((target) => targetGroups.includes(text(target['target_group_arn']))),
    );
}

/** The container that the load balancer forwards to; without one, the first. */
function behind(definition: ResourceRecord | undefined, { attributes }: ResourceRecord): Behind | undefined {
  const containers = definition === undefined ? [] : (containersOf(definition.attributes) ?? []);
  const [target] = blocks(attributes['load_balancer']);
  const container = target ? containers.find(({ name }) => name === target['container_name']) : containers[0];
  if (definition === undefined || container === undefined) return undefined;
  const port = Number(target?.['container_port'] ?? container.portMappings?.[0]?.containerPort ?? 0);
  return { container, definition, port };
}

const zoneOf = ({ attributes }: ResourceRecord) => text(attributes['availability_zone']);

const idOf = ({ arn }: { readonly arn: string }) => arn.split('/').at(-1) ?? '';

const scaled = (by: string): StopCause => ({
  code: 'ServiceSchedulerInitiated',
  reason: `Scaling activity initiated by (deployment ${by})`,
});

function pause(): Promise<void> {
  return new Promise((done) => setTimeout(done, 50));
}
