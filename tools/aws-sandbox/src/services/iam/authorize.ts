import type { Authorize } from '../../endpoint/calls/call-gate';
import type { AccountView } from '../../model/account-view';
import { AwsError } from '../../model/aws-error';
import { RolePermissions } from './role-permissions';

/** Authorizes a call of a function by its role's policies; the account's own user may do everything. */
export function authorizeIn(account: AccountView): Authorize {
  const permissions = new RolePermissions(account);
  return (role, service, call) => {
    const missing = service
      .permissions(call)
      .find(({ action, resource }) => !permissions.allow(role, action, resource));
    if (missing === undefined) return;
    const who = `arn:aws:sts::${account.accountId}:assumed-role/${role}`;
    throw new AwsError(
      service.api.protocol.endsWith('json') ? 'AccessDeniedException' : 'AccessDenied',
      `User: ${who} is not authorized to perform: ${missing.action} on resource: ${missing.resource} because no identity-based policy allows the ${missing.action} action`,
      { status: service.api.protocol === 'json' ? 400 : 403 },
    );
  };
}
