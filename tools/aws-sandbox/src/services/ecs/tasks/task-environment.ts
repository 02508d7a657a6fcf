import type { AccountView } from '../../../model/account-view';
import { text } from '../../../model/attribute-values';
import type { ResourceRecord } from '../../../model/resource-record';
import { roleCredentials } from '../../../runtime/role-credentials';
import { RolePermissions } from '../../iam/role-permissions';
import { secretValue } from '../../secretsmanager/resources';
import type { ContainerDefinition } from './task-definitions';

/**
 * Variables that ECS gives a container: those of its definition, values of secrets that the execution role may read, and
 * the credentials of the task role.
 *
 * @throws Error as ECS words a task's `stoppedReason` where a secret is not read
 */
export function variablesOf(
  account: AccountView,
  definition: ResourceRecord,
  container: ContainerDefinition,
  taskArn: string,
): Readonly<Record<string, string>> {
  const { attributes, region } = definition;
  const executionRole = text(attributes['execution_role_arn']).split('/').at(-1) ?? '';
  const plain = (container.environment ?? []).map(({ name, value }) => [String(name), String(value ?? '')]);
  const secrets = (container.secrets ?? []).map(({ name, valueFrom }) => [
    String(name),
    secretOf(account, region, executionRole, String(valueFrom)),
  ]);
  return {
    ...Object.fromEntries([...plain, ...secrets]),
    PATH: process.env['PATH'] ?? '',
    TZ: ':UTC',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
    ...roleCredentials(text(attributes['task_role_arn']), taskArn),
  };
}

/** @param from `<ARN of the secret>[:<member of its JSON>[:<stage>[:<version>]]]` */
function secretOf(account: AccountView, region: string, role: string, from: string): string {
  const parts = from.split(':');
  const [arn, member = ''] = [parts.slice(0, 7).join(':'), parts[7]];
  const refuse = (reason: string): never => {
    throw new Error(`ResourceInitializationError: unable to pull secrets or registry auth: ${reason}`);
  };
  if (!new RolePermissions(account).allow(role, 'secretsmanager:GetSecretValue', arn)) {
    refuse(
      `AccessDeniedException: role ${role} is not authorized to perform: secretsmanager:GetSecretValue on resource: ${arn}`,
    );
  }
  let value: string;
  try {
    value = secretValue(account, region, arn).secretString;
  } catch (error) {
    return refuse((error as Error).message);
  }
  if (member === '') return value;
  const found = (JSON.parse(value) as Record<string, unknown>)[member];
  return found === undefined
    ? refuse(`retrieved secret from Secrets Manager did not contain json key ${member}`)
    : String(found);
}
