import { deployRoleRefused, noWorkflowToken, unknownValue } from '../errors';
import type { TerraformAccount } from './terraform-account';

/** Environment variable that has each stack deployed by its own role: `github`, in a workflow with `id-token: write`. */
export const DEPLOY_ROLES_VARIABLE = 'DR_DEPLOY_ROLES';

/** As long as the roles allow: a first database takes most of an hour. */
const SESSION_SECONDS = 2 * 60 * 60;

/** Deployment whose roles are taken. */
export interface DeployRolesOf {
  /** Twelve digits. */
  readonly accountId: string;
  /** `/<platform>/<environment>` */
  readonly parameterRoot: string;
  /** Region whose STS is asked. */
  readonly region: string;
}

/** Variables of Terraform and of an SDK for the role of a stack. */
export type RoleVariables = (stack: string) => Promise<Readonly<Record<string, string>>>;

/** Exchanges a token for credentials of a role. */
export type AssumeRole = (role: {
  readonly arn: string;
  readonly session: string;
  readonly token: string;
  readonly seconds: number;
  readonly region: string;
}) => Promise<{ readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken: string }>;

/**
 * The roles by which each stack is deployed, where the shell says so; undefined where its own credentials are used. A role
 * is taken once a run, when its stack's turn comes: a workflow's token is good for minutes only.
 *
 * @throws UserError for another value than `github`, or outside a workflow
 */
export function deployRoles(
  environment: NodeJS.ProcessEnv,
  { accountId, parameterRoot, region }: DeployRolesOf,
  assume: AssumeRole = assumeWithToken,
  request: typeof fetch = fetch,
): RoleVariables | undefined {
  const wanted = environment[DEPLOY_ROLES_VARIABLE];
  if (!wanted) return undefined;
  if (wanted !== 'github') throw unknownValue(DEPLOY_ROLES_VARIABLE, wanted, ['github']);
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url, ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer } = environment;
  if (!url || !bearer) throw noWorkflowToken();
  const taken = new Map<string, ReturnType<RoleVariables>>();

  async function take(stack: string): Promise<Readonly<Record<string, string>>> {
    // Only where roles are taken: it holds what each of them may do.
    const { deployRoleName, TOKEN_AUDIENCE } = await import('@dr/deploy-roles');
    const [, platform = '', environmentName = ''] = parameterRoot.split('/');
    const arn = `arn:aws:iam::${accountId}:role/${deployRoleName({ platform, environment: environmentName }, stack)}`;
    try {
      // [GitHub, Requesting the JWT using environment variables]
      const answer = await request(`${url}&audience=${TOKEN_AUDIENCE}`, {
        headers: { Authorization: `bearer ${bearer}` },
      });
      if (!answer.ok) throw new Error(`GitHub answers ${answer.status} to the request for a token`);
      const { value: token } = (await answer.json()) as { readonly value: string };
      const session = `deploy-${environment['GITHUB_RUN_ID'] ?? 'run'}`;
      const credentials = await assume({ arn, session, token, seconds: SESSION_SECONDS, region });
      return {
        AWS_ACCESS_KEY_ID: credentials.accessKeyId,
        AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
        AWS_SESSION_TOKEN: credentials.sessionToken,
      };
    } catch (error) {
      throw deployRoleRefused(stack, arn, `${(error as Error).name}: ${(error as Error).message}`);
    }
  }

  return (stack) => {
    const variables = taken.get(stack) ?? take(stack);
    taken.set(stack, variables);
    return variables;
  };
}

/** The account as each stack sees it: with the credentials of its role, or as it is where there are no roles. */
export function withDeployRoles(
  account: TerraformAccount,
  roles: RoleVariables | undefined,
): (stack: string) => TerraformAccount {
  if (roles === undefined) return () => account;
  const accounts = new Map<string, TerraformAccount>();
  return (stack) => {
    const own = accounts.get(stack) ?? {
      ...account,
      environment: async (workFolder, use) => ({
        ...(await account.environment(workFolder, use)),
        ...(await roles(stack)),
      }),
    };
    accounts.set(stack, own);
    return own;
  };
}

const assumeWithToken: AssumeRole = async ({ arn, session, token, seconds, region }) => {
  const { AssumeRoleWithWebIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient({ region });
  const { Credentials: credentials } = await client.send(
    new AssumeRoleWithWebIdentityCommand({
      ...{ RoleArn: arn, RoleSessionName: session, WebIdentityToken: token, DurationSeconds: seconds },
    }),
  );
  const {
    AccessKeyId: accessKeyId = '',
    SecretAccessKey: secretAccessKey = '',
    SessionToken: sessionToken = '',
  } = credentials ?? {};
  return { accessKeyId, secretAccessKey, sessionToken };
};
