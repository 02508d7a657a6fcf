import { ROLE_KEY_PREFIX } from '../endpoint/calls/credential-scope';

/** Variables of the credentials that deployed code has: of its role, in a session of the code's own ARN. */
export function roleCredentials(roleArn: string, sessionArn: string): Readonly<Record<string, string>> {
  const role = roleArn.split('/').at(-1) ?? '';
  return {
    AWS_ACCESS_KEY_ID: `${ROLE_KEY_PREFIX}${role}`,
    AWS_SECRET_ACCESS_KEY: 'sandbox',
    AWS_SESSION_TOKEN: sessionArn,
  };
}
