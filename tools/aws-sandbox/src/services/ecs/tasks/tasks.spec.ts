import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ObjectValue } from '../../../model/value';
import { TestSandbox } from '../../../testing/test-sandbox';
import { pushImage } from '../../ecr/images';
import { tasks } from '../service';

const images = mkdtempSync(join(tmpdir(), 'dr-images-'));
afterAll(() => rmSync(images, { recursive: true }));

/** Answers with what it is; `/up` is its health check; at SIGTERM it ends what is under way. */
const GOOD = `
const { createServer } = require('node:http');
const server = createServer((request, response) => {
  const { SECRET, VERSION, SANDBOX_NETWORK } = process.env;
  const body = { pid: process.pid, version: VERSION, secret: SECRET, network: SANDBOX_NETWORK, host: request.headers.host };
  setTimeout(() => response.end(JSON.stringify(body)), request.url === '/slow' ? 400 : 0);
});
process.once('SIGTERM', () => { console.log('draining'); server.close(() => process.exit(0)); });
server.listen(8080);
`;
const ENDS = 'process.exit(3);';
const UNHEALTHY = `require('node:http').createServer((request, response) => {
  response.statusCode = request.url === '/up' ? 500 : 200;
  response.end('{}');
}).listen(8080);`;

let sandbox: TestSandbox;
let repository: ObjectValue;
let service: ObjectValue;

beforeEach(async () => {
  sandbox = await TestSandbox.start();
});
afterEach(() => sandbox.close());

const apply = (type: string, given: ObjectValue) => sandbox.terraform.apply(type, given);

function imageOf(name: string, program: string, tag = name): string {
  const folder = join(images, name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'main.js'), program);
  const image = `${String(repository['repository_url'])}:${tag}`;
  pushImage(sandbox.terraform.account, image, folder, 'main.js');
  return image;
}

function define(image: string, more: object = {}): ObjectValue {
  return apply('aws_ecs_task_definition', {
    family: 'orders',
    requires_compatibilities: ['FARGATE'],
    network_mode: 'awsvpc',
    cpu: '512',
    memory: '1024',
    container_definitions: JSON.stringify([
      { name: 'orders', image, portMappings: [{ containerPort: 8080 }], stopTimeout: 5, ...more },
    ]),
  });
}

/** A service of two tasks in two zones behind a load balancer. @param image of its first deployment */
function deploy(image: () => string, more: object = {}): void {
  repository = apply('aws_ecr_repository', { name: 'orders' });
  const vpc = apply('aws_vpc', { cidr_block: '10.0.0.0/16' });
  const subnets = ['a', 'b'].map((zone, index) =>
    String(
      apply('aws_subnet', {
        vpc_id: vpc['id'] ?? null,
        cidr_block: `10.0.${index}.0/24`,
        availability_zone: `us-east-1${zone}`,
      })['id'],
    ),
  );
  const group = apply('aws_lb_target_group', {
    name: 'orders',
    port: 8080,
    protocol: 'HTTP',
    target_type: 'ip',
    vpc_id: vpc['id'] ?? null,
    health_check: [{ path: '/up', interval: 5, timeout: 2, healthy_threshold: 2, unhealthy_threshold: 2 }],
  });
  const clients = apply('aws_security_group', { name: 'clients', vpc_id: vpc['id'] ?? null });
  apply('aws_vpc_security_group_ingress_rule', {
    security_group_id: clients['id'] ?? null,
    ...{ cidr_ipv4: '0.0.0.0/0', ip_protocol: 'tcp', from_port: 443, to_port: 443 },
  });
  const balancer = apply('aws_lb', { name: 'shop', subnets, security_groups: [clients['id'] ?? null] });
  // Of a listener, the certificate alone would be more to make.
  sandbox.terraform.account.commit([
    {
      put: {
        type: 'aws_lb_listener',
        region: 'us-east-1',
        service: 'elbv2',
        id: 'https',
        attributes: {
          load_balancer_arn: balancer['arn'] ?? null,
          protocol: 'HTTPS',
          default_action: [{ type: 'forward', target_group_arn: group['arn'] ?? null }],
        },
      },
    },
  ]);
  const cluster = apply('aws_ecs_cluster', { name: 'shop' });
  service = apply('aws_ecs_service', {
    name: 'orders',
    cluster: cluster['arn'] ?? null,
    task_definition: define(image(), more)['arn'] ?? null,
    launch_type: 'FARGATE',
    desired_count: 2,
    deployment_circuit_breaker: [{ enable: true, rollback: true }],
    network_configuration: [{ subnets }],
    load_balancer: [{ target_group_arn: group['arn'] ?? null, container_name: 'orders', container_port: 8080 }],
  });
  host = String(balancer['dns_name']);
}

let host = '';

const request = (path = '/') => fetch(`${sandbox.address}${path}`, { headers: { 'x-sandbox-host': host } });
const answer = async (path = '/') => (await (await request(path)).json()) as Record<string, unknown>;
const record = () => {
  const found = sandbox.terraform.account.find('aws_ecs_service', 'us-east-1', String(service['id']));
  if (found === undefined) throw new Error('no service');
  return found;
};
const running = () => sandbox.services.of(tasks).list(record());

/** Deploys another revision, as a team does. */
function update(definition: ObjectValue): void {
  const { attributes } = record();
  sandbox.terraform.account.commit([
    { put: { ...record(), attributes: { ...attributes, task_definition: definition['arn'] ?? null } } },
  ]);
}

async function until(condition: () => boolean | Promise<boolean>, seconds = 15): Promise<void> {
  for (const deadline = Date.now() + seconds * 1_000; !(await condition());) {
    if (Date.now() > deadline) throw new Error(`not within ${seconds} s: ${sandbox.defects.join('\n')}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

const allHealthy = () => running().length === 2 && running().every(({ health }) => health.state === 'healthy');

describe('the tasks of a service', () => {
  it('start with the first request, in different zones, and take requests in turn', async () => {
    deploy(() => imageOf('good', GOOD), { environment: [{ name: 'VERSION', value: '1' }] });
    expect(running()).toEqual([]);

    expect((await request()).status).toBe(200);
    await until(allHealthy);
    const answers = [await answer(), await answer(), await answer(), await answer()];

    expect(new Set(answers.map(({ pid }) => pid))).toEqual(new Set(running().map(({ process }) => process.pid)));
    expect(answers[0]).toMatchObject({ version: '1', host });
    expect(answers[0]).not.toHaveProperty('network');
    expect(running().map(({ address, zone }) => [zone, address.replace(/\d+$/, '')])).toEqual([
      ['us-east-1a', '10.0.0.'],
      ['us-east-1b', '10.0.1.'],
    ]);
  });

  it('are replaced when they end, and no request goes to one that has', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const [first] = running();

    process.kill(first?.process.pid ?? 0, 'SIGKILL');
    await until(() => !isAlive(first?.process.pid ?? 0));
    const statuses = await Promise.all([request(), request(), request()].map(async (sent) => (await sent).status));
    await until(allHealthy);

    expect(statuses).toEqual([200, 200, 200]);
    expect(running().map(({ arn }) => arn)).not.toContain(first?.arn);
  });

  it('end what is under way when their service is deleted', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const pids = running().map(({ process }) => process.pid);

    const slow = request('/slow');
    await new Promise((done) => setTimeout(done, 100));
    sandbox.terraform.destroy('aws_ecs_service', service);

    expect((await slow).status).toBe(200);
    await until(() => !pids.some(isAlive));
  });

  it('die with their region, and are there again with it', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const pids = running().map(({ process }) => process.pid);

    sandbox.faults.set({ kind: 'dark', region: 'us-east-1' });
    await until(() => !pids.some(isAlive));
    sandbox.faults.clear();
    await until(allHealthy);

    expect((await request()).status).toBe(200);
  });

  it('die with their zone, and are replaced in another one', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);

    sandbox.faults.set({ kind: 'zone', zone: 'us-east-1a' });
    await until(() => running().every(({ zone }) => zone === 'us-east-1b') && allHealthy());
  });

  it('end with the account', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const pids = running().map(({ process }) => process.pid);

    await sandbox.leave();

    await until(() => !pids.some(isAlive));
  });

  it('have values of secrets that their execution role may read', async () => {
    const role = apply('aws_iam_role', {
      name: 'execution',
      assume_role_policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { Service: 'ecs-tasks.amazonaws.com' }, Action: 'sts:AssumeRole' }],
      }),
    });
    const secret = apply('aws_secretsmanager_secret', { name: 'orders' });
    apply('aws_secretsmanager_secret_version', {
      secret_id: secret['id'] ?? null,
      secret_string: JSON.stringify({ password: 'hunter2' }),
    });
    deploy(() => imageOf('good', GOOD));
    const withSecret = apply('aws_ecs_task_definition', {
      family: 'orders',
      requires_compatibilities: ['FARGATE'],
      network_mode: 'awsvpc',
      cpu: '512',
      memory: '1024',
      execution_role_arn: role['arn'] ?? null,
      container_definitions: JSON.stringify([
        {
          name: 'orders',
          image: `${String(repository['repository_url'])}:good`,
          portMappings: [{ containerPort: 8080 }],
          secrets: [{ name: 'SECRET', valueFrom: `${String(secret['arn'])}:password::` }],
        },
      ]),
    });
    update(withSecret);

    expect((await request()).status).toBe(503);

    apply('aws_iam_role_policy', {
      name: 'secret',
      role: 'execution',
      policy: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: secret['arn'] }],
      }),
    });
    // Another revision: the one before has failed.
    update(
      apply('aws_ecs_task_definition', {
        ...Object.fromEntries(
          ['family', 'requires_compatibilities', 'network_mode', 'cpu', 'memory', 'execution_role_arn'].map((name) => [
            name,
            withSecret[name] ?? null,
          ]),
        ),
        container_definitions: String(withSecret['container_definitions']),
      }),
    );
    await until(allHealthy);
    expect(await answer()).toMatchObject({ secret: 'hunter2' });
  });
});

describe('a deployment', () => {
  beforeEach(async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
  });

  it('goes over to new tasks once they are healthy', async () => {
    const before = running().map(({ process }) => process.pid);
    const next = define(imageOf('good', GOOD, 'next'), { environment: [{ name: 'VERSION', value: '2' }] });

    update(next);
    await until(() => allHealthy() && running().every(({ definition }) => definition === next['arn']));

    expect(await answer()).toMatchObject({ version: '2' });
    await until(() => !before.some(isAlive));
  });

  it.each([
    ['ends at once', () => imageOf('ends', ENDS)],
    ['fails its health check', () => imageOf('unhealthy', UNHEALTHY)],
    ['was never pushed', () => `${String(repository['repository_url'])}:nowhere`],
  ])(
    'of an image that %s is rolled back, while the tasks before it serve',
    async (_what, image) => {
      const before = running().map(({ arn }) => arn);
      const bad = define(image());
      const kept = () =>
        sandbox.terraform.account.find('ecs_deployment', 'us-east-1', String(service['id']))?.attributes['failed'];

      update(bad);
      const statuses = new Set<number>();
      await until(async () => {
        statuses.add((await request()).status);
        return kept() === bad['arn'];
      }, 60);

      expect([...statuses]).toEqual([200]);
      await until(() => running().every(({ definition }) => definition !== bad['arn']));
      expect(running().map(({ arn }) => arn)).toEqual(before);
    },
    90_000,
  );
});

describe('an operator', () => {
  /** A call as `aws ecs` makes it. @returns its answer; of an error the code and the message */
  async function ecs(operation: string, input: object = {}) {
    const response = await fetch(sandbox.address, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': `AmazonEC2ContainerServiceV20141113.${operation}`,
        authorization:
          'AWS4-HMAC-SHA256 Credential=sandbox/20260101/us-east-1/ecs/aws4_request, SignedHeaders=host, Signature=0',
      },
      body: JSON.stringify(input),
    });
    const answered = (await response.json()) as Record<string, never> & { __type?: string; message?: string };
    return response.ok ? answered : { refused: [answered.__type, answered.message] };
  }
  interface Described {
    readonly services: readonly {
      readonly runningCount: number;
      readonly desiredCount: number;
      readonly taskDefinition: string;
      readonly deployments: readonly {
        readonly status: string;
        readonly rolloutState: string;
        readonly taskDefinition: string;
      }[];
      readonly events: readonly { readonly message: string }[];
    }[];
  }
  const described = async () => {
    const { services } = (await ecs('DescribeServices', {
      cluster: 'shop',
      services: ['orders'],
    })) as unknown as Described;
    if (services[0] === undefined) throw new Error('no service');
    return services[0];
  };
  const messages = async () => (await described()).events.map(({ message }) => message);

  it('sees a service that runs no task yet, which that does not start', async () => {
    deploy(() => imageOf('good', GOOD));

    expect(await described()).toMatchObject({ desiredCount: 2, runningCount: 0, events: [] });
    expect(await ecs('ListTasks', { cluster: 'shop' })).toEqual({ taskArns: [] });
    expect(running()).toEqual([]);
  });

  it('finds clusters, services and tasks, and what is missing among them', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const [first, second] = running();

    const arn = 'arn:aws:ecs:us-east-1:000000000000:';
    expect(await ecs('ListClusters')).toEqual({ clusterArns: [`${arn}cluster/shop`] });
    expect(await ecs('DescribeClusters', { clusters: ['shop', 'none'] })).toMatchObject({
      clusters: [{ clusterName: 'shop', status: 'ACTIVE', runningTasksCount: 2, activeServicesCount: 1 }],
      failures: [{ arn: `${arn}cluster/none`, reason: 'MISSING' }],
    });
    expect(await ecs('ListServices', { cluster: 'shop' })).toEqual({ serviceArns: [`${arn}service/shop/orders`] });
    expect(await ecs('DescribeServices', { cluster: 'shop', services: ['none'] })).toEqual({
      services: [],
      failures: [{ arn: `${arn}service/shop/none`, reason: 'MISSING' }],
    });
    await until(async () => (await messages()).includes('(service orders) has reached a steady state.'));
    expect(await described()).toMatchObject({
      desiredCount: 2,
      runningCount: 2,
      deployments: [{ status: 'PRIMARY', desiredCount: 2, runningCount: 2, failedTasks: 0, rolloutState: 'COMPLETED' }],
    });
    const { taskArns } = (await ecs('ListTasks', { cluster: 'shop', serviceName: 'orders' })) as unknown as {
      taskArns: string[];
    };
    expect(taskArns.toSorted()).toEqual([first?.arn, second?.arn].toSorted());
    expect(await ecs('DescribeTasks', { cluster: 'shop', tasks: [String(first?.arn), 'none'] })).toMatchObject({
      tasks: [
        {
          taskArn: first?.arn,
          lastStatus: 'RUNNING',
          healthStatus: 'UNKNOWN',
          availabilityZone: 'us-east-1a',
          group: 'service:orders',
        },
      ],
      failures: [{ arn: `${arn}task/shop/none`, reason: 'MISSING' }],
    });
    expect(await ecs('DescribeTaskDefinition', { taskDefinition: 'orders' })).toMatchObject({
      taskDefinition: { family: 'orders', revision: 1, status: 'ACTIVE', containerDefinitions: [{ name: 'orders' }] },
    });
  });

  it('has an answer for what is not there', async () => {
    deploy(() => imageOf('good', GOOD));

    expect(await ecs('ListServices', { cluster: 'none' })).toEqual({
      refused: ['ClusterNotFoundException', 'Cluster not found.'],
    });
    expect(await ecs('UpdateService', { cluster: 'shop', service: 'none', desiredCount: 1 })).toEqual({
      refused: ['ServiceNotFoundException', 'Service not found.'],
    });
    expect(await ecs('StopTask', { cluster: 'shop', task: 'none' })).toEqual({
      refused: ['InvalidParameterException', 'The referenced task was not found.'],
    });
    expect(await ecs('DescribeTaskDefinition', { taskDefinition: 'none' })).toEqual({
      refused: ['ClientException', 'Unable to describe task definition.'],
    });
  });

  it('stops a task, which its service replaces, and reads why it stopped', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const stopped = String(running()[0]?.arn);

    await ecs('StopTask', { cluster: 'shop', task: stopped, reason: 'it hangs' });
    await until(() => allHealthy() && running().every(({ arn }) => arn !== stopped));
    const told = () =>
      ecs('DescribeTasks', { cluster: 'shop', tasks: [stopped] }) as unknown as Promise<{
        tasks: { lastStatus: string }[];
      }>;
    await until(async () => (await told()).tasks[0]?.lastStatus === 'STOPPED');

    expect(await told()).toMatchObject({
      tasks: [{ desiredStatus: 'STOPPED', stopCode: 'UserInitiated', stoppedReason: 'it hangs' }],
    });
    expect(await ecs('ListTasks', { cluster: 'shop', desiredStatus: 'STOPPED' })).toEqual({ taskArns: [stopped] });
  });

  it('changes how many tasks run, and has all of them replaced while they serve', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    const before = running().map(({ arn }) => arn);

    await ecs('UpdateService', { cluster: 'shop', service: 'orders', forceNewDeployment: true });
    expect((await described()).deployments).toMatchObject([{ rolloutState: 'IN_PROGRESS' }]);
    const statuses = new Set<number>();
    await until(async () => {
      statuses.add((await request()).status);
      return allHealthy() && running().every(({ arn }) => !before.includes(arn));
    });
    expect([...statuses]).toEqual([200]);
    expect((await described()).deployments).toMatchObject([{ rolloutState: 'COMPLETED' }]);

    await ecs('UpdateService', { cluster: 'shop', service: 'orders', desiredCount: 1 });
    await until(() => running().length === 1);
    expect(await described()).toMatchObject({ desiredCount: 1, runningCount: 1 });
  });

  it('reads in the events and deployments that a revision failed, and why its tasks did', async () => {
    deploy(() => imageOf('good', GOOD));
    await request();
    await until(allHealthy);
    await until(async () => (await messages()).includes('(service orders) has reached a steady state.'));
    const good = (await described()).taskDefinition;
    const bad = define(`${String(repository['repository_url'])}:nowhere`);

    await ecs('UpdateService', { cluster: 'shop', service: 'orders', taskDefinition: String(bad['arn']) });
    await until(async () =>
      (await messages()).some((message) => message.endsWith('deployment failed: tasks failed to start.')),
    );

    expect((await described()).deployments).toMatchObject([
      { status: 'PRIMARY', taskDefinition: good, rolloutState: 'COMPLETED' },
      { status: 'ACTIVE', taskDefinition: bad['arn'], rolloutState: 'FAILED' },
    ]);
    expect(await messages()).toContainEqual(
      expect.stringMatching(
        /^\(service orders\) failed to launch a task with \(error CannotPullContainerError: .*nowhere: not found\)\.$/,
      ),
    );
  });
});
