import { EcsService } from '@cdktf/provider-aws/lib/ecs-service';
import { EcsTaskDefinition } from '@cdktf/provider-aws/lib/ecs-task-definition';
import { IamRole } from '@cdktf/provider-aws/lib/iam-role';
import { IamRolePolicy } from '@cdktf/provider-aws/lib/iam-role-policy';
import type { ITerraformDependable } from 'cdktf';
import { Construct } from 'constructs';
import { allowing, policyDocument, type PolicyStatement } from '../iam/policy-document';
import { LogGroup } from '../log-group/log-group';
import { problemOfFargateSize } from './fargate-size';
import { ServiceScaling } from './service-scaling';

export interface FargateServiceProps {
  /** Names the service, its container and the family of its task definitions. A change replaces the service. */
  readonly serviceName: string;
  readonly cluster: { readonly clusterArn: string; readonly clusterName: string };
  /** Account and region that the service runs in; its roles trust tasks of these alone. */
  readonly accountId: string;
  readonly region: string;
  /**
   * `<repository>:<tag>` of the first deployment. Later ones are the team's: Terraform leaves the service's task
   * definition alone.
   */
  readonly image: string;
  /** Repository of the image, which the service may pull from. */
  readonly repositoryArn: string;
  /**
   * Port that the load balancer sends requests to. A change takes effect at once, in new tasks, and is refused by ECS where
   * the revision that runs maps no such port.
   */
  readonly port: number;
  /** Another port that the container maps, so that the service can move to it. @default none */
  readonly secondPort?: number | undefined;
  /** CPU of a task: 256, 512, 1024, 2048 or 4096. A change takes effect with the next deployment. */
  readonly cpuUnits: number;
  /** Memory of a task, two to eight times the CPU. A change takes effect with the next deployment. */
  readonly memoryMb: number;
  /** Fewest tasks, and how many there are at first; at least 1. */
  readonly taskCount: number;
  /** Most tasks that autoscaling makes. */
  readonly maximumTaskCount: number;
  /** Private subnets, one a zone: ECS spreads the tasks over them. */
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
  readonly targetGroupArn: string;
  /** Attachment of the target group to its load balancer, without which ECS refuses the service. */
  readonly targetGroupAttachment: ITerraformDependable;
  /** Role that ECS pulls images and writes logs with; unique in the account over all regions. */
  readonly executionRoleName: string;
  /** Role of the code itself; unique in the account over all regions. */
  readonly taskRoleName: string;
  readonly logRetentionDays: number;
  /** Key of the log group; its policy names CloudWatch Logs of this region. */
  readonly logKmsKeyArn: string;
  readonly environment: Readonly<Record<string, string>>;
  /**
   * Secret whose values the container is given by reference: ECS reads them when it starts a task, and no state has
   * them. The execution role may read this secret and no other. A changed value takes effect with the next deployment.
   * @default none
   */
  readonly secret?: ContainerSecret;
  /** Permissions of the code. */
  readonly statements: readonly PolicyStatement[];
  /**
   * Seconds after its start in which a failing health check does not stop a task.
   * @default 60
   */
  readonly healthCheckGraceSeconds?: number;
}

/** Secret whose value is a JSON object, and what becomes of its members. */
export interface ContainerSecret {
  readonly secretArn: string;
  readonly kmsKeyArn: string;
  /** Member of the JSON object by variable of the container: `{ DATABASE_USER: 'username' }` */
  readonly variables: Readonly<Record<string, string>>;
}

/**
 * A service on Fargate (ARM) behind a load balancer, spread over its subnets' zones. A deployment that does not become
 * healthy is rolled back; tasks are added and removed with the load.
 */
export class FargateService extends Construct {
  readonly serviceName: string;

  constructor(scope: Construct, id: string, props: FargateServiceProps) {
    super(scope, id);
    const { serviceName, cluster, healthCheckGraceSeconds = 60 } = props;
    validate(this.node.path, props);

    const logGroup = new LogGroup(this, 'LogGroup', {
      name: `/aws/ecs/${serviceName}`,
      retentionDays: props.logRetentionDays,
      kmsKeyArn: props.logKmsKeyArn,
    });
    const executionRole = this.role('ExecutionRole', props.executionRoleName, `Starts tasks of ${serviceName}`, props);
    const executionPolicy = this.policy('ExecutionPolicy', executionRole, [
      // A token is for the registry as a whole [Service Authorization Reference, Amazon ECR].
      { actions: ['ecr:GetAuthorizationToken'], resources: ['*'] },
      {
        actions: ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
        resources: [props.repositoryArn],
      },
      { actions: ['logs:CreateLogStream', 'logs:PutLogEvents'], resources: [`${logGroup.logGroupArn}:*`] },
      ...(props.secret
        ? [
            { actions: ['secretsmanager:GetSecretValue'], resources: [props.secret.secretArn] },
            { actions: ['kms:Decrypt'], resources: [props.secret.kmsKeyArn] },
          ]
        : []),
    ]);
    const taskRole = this.role('TaskRole', props.taskRoleName, `What tasks of ${serviceName} may do`, props);
    if (props.statements.length > 0) this.policy('TaskPolicy', taskRole, props.statements);

    const taskDefinition = new EcsTaskDefinition(this, 'TaskDefinition', {
      family: serviceName,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      runtimePlatform: { cpuArchitecture: 'ARM64', operatingSystemFamily: 'LINUX' },
      cpu: String(props.cpuUnits),
      memory: String(props.memoryMb),
      executionRoleArn: executionRole.arn,
      taskRoleArn: taskRole.arn,
      volume: [{ name: SCRATCH }],
      containerDefinitions: JSON.stringify([containerOf(props, logGroup.logGroupName)]),
      // A revision that still runs somewhere, or that a deployment may be rolled back to, outlives the next one.
      skipDestroy: true,
    });
    const service = new EcsService(this, 'Resource', {
      name: serviceName,
      cluster: cluster.clusterArn,
      taskDefinition: taskDefinition.arn,
      launchType: 'FARGATE',
      desiredCount: props.taskCount,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: 'ENABLED',
      healthCheckGracePeriodSeconds: healthCheckGraceSeconds,
      networkConfiguration: {
        subnets: props.subnetIds,
        securityGroups: props.securityGroupIds,
        assignPublicIp: false,
      },
      loadBalancer: [{ targetGroupArn: props.targetGroupArn, containerName: serviceName, containerPort: props.port }],
      enableEcsManagedTags: true,
      propagateTags: 'SERVICE',
      // The first is autoscaling's, the second the team's deployments': neither is undone by a deploy of the platform.
      lifecycle: { ignoreChanges: ['desired_count', 'task_definition'] },
      dependsOn: [props.targetGroupAttachment, executionPolicy],
    });
    new ServiceScaling(this, 'Scaling', {
      clusterName: cluster.clusterName,
      serviceName: service.name,
      minimumTaskCount: props.taskCount,
      maximumTaskCount: props.maximumTaskCount,
    });
    this.serviceName = service.name;
  }

  private role(id: string, name: string, description: string, { accountId, region }: FargateServiceProps): IamRole {
    return new IamRole(this, id, {
      name,
      description,
      assumeRolePolicy: policyDocument([
        {
          Effect: 'Allow',
          Principal: { Service: 'ecs-tasks.amazonaws.com' },
          Action: 'sts:AssumeRole',
          // Another account's tasks cannot borrow the role [ECS developer guide, task IAM role].
          Condition: {
            ArnLike: { 'aws:SourceArn': `arn:aws:ecs:${region}:${accountId}:*` },
            StringEquals: { 'aws:SourceAccount': accountId },
          },
        },
      ]),
    });
  }

  private policy(id: string, role: IamRole, statements: readonly PolicyStatement[]): IamRolePolicy {
    return new IamRolePolicy(this, id, {
      name: 'service',
      role: role.id,
      policy: policyDocument(allowing(statements)),
    });
  }
}

/** The only place that a container may write to. */
const SCRATCH = 'scratch';

function containerOf(props: FargateServiceProps, logGroupName: string): object {
  return {
    name: props.serviceName,
    image: props.image,
    essential: true,
    portMappings: portsOf(props).map((port) => ({ containerPort: port, hostPort: port, protocol: 'tcp' })),
    environment: Object.entries(props.environment).map(([name, value]) => ({ name, value })),
    ...(props.secret ? { secrets: secretsOf(props.secret) } : {}),
    readonlyRootFilesystem: true,
    mountPoints: [{ sourceVolume: SCRATCH, containerPath: '/tmp', readOnly: false }],
    linuxParameters: { initProcessEnabled: true },
    stopTimeout: 30,
    logConfiguration: {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': logGroupName,
        'awslogs-region': props.region,
        'awslogs-stream-prefix': 'service',
        // A slow log delays no request; what does not fit the buffer is lost [ECS developer guide, awslogs].
        mode: 'non-blocking',
        'max-buffer-size': '25m',
      },
    },
  };
}

function portsOf({ port, secondPort }: FargateServiceProps): readonly number[] {
  return secondPort === undefined ? [port] : [port, secondPort];
}

/** `<secret>:<member>:<version stage>:<version id>`, the last two empty: the current one [ECS developer guide, secrets]. */
function secretsOf({ secretArn, variables }: ContainerSecret): readonly object[] {
  return Object.entries(variables).map(([name, member]) => ({ name, valueFrom: `${secretArn}:${member}::` }));
}

function validate(path: string, { cpuUnits, memoryMb, taskCount, maximumTaskCount }: FargateServiceProps): void {
  const sizeProblem = problemOfFargateSize(cpuUnits, memoryMb);
  if (sizeProblem !== undefined) {
    throw new Error(`${path}: ${sizeProblem}. Change service.cpuUnits or service.memoryMb of the environment.`);
  }
  if (!Number.isInteger(taskCount) || taskCount < 1) {
    throw new Error(`${path}: taskCount is ${taskCount}, expected a whole number from 1. Correct it.`);
  }
  if (!Number.isInteger(maximumTaskCount) || maximumTaskCount < taskCount) {
    throw new Error(
      `${path}: maximumTaskCount is ${maximumTaskCount}, expected a whole number from taskCount, ${taskCount}. Raise it.`,
    );
  }
}
