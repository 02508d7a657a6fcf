import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import type { ResourceRecord } from '../../model/resource-record';
import { functionNameOf } from './resources';

/** Actions of a permission that let somebody invoke. */
const INVOKING = ['lambda:InvokeFunction', 'lambda:*', '*'];

/**
 * Whether a service may invoke a function in the name of one of its resources, by the function's own permissions. A
 * permission without a source is for every resource of the service [Lambda developer guide, resource-based policies].
 *
 * @param service `sns.amazonaws.com` @param sourceArn resource that invokes: a topic
 */
export function mayInvoke(account: AccountView, target: ResourceRecord, service: string, sourceArn: string): boolean {
  return account
    .list('aws_lambda_permission', target.region)
    .map(({ attributes }) => attributes)
    .some(
      (permission) =>
        permission['principal'] === service &&
        functionNameOf(permission) === target.id &&
        INVOKING.includes(text(permission['action'])) &&
        ['', sourceArn].includes(text(permission['source_arn'])) &&
        ['', account.accountId].includes(text(permission['source_account'])),
    );
}
