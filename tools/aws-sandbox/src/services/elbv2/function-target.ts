import type { AccountView } from '../../model/account-view';
import { text } from '../../model/attribute-values';
import { AwsError } from '../../model/aws-error';
import type { ResourceRecord } from '../../model/resource-record';
import { HOST_HEADER } from '../../network/addressing';
import type { HttpAnswer, HttpRequest } from '../../network/http-message';
import { mayInvoke } from '../lambda/function-permissions';
import { responseOf } from '../lambda/function-urls';
import type { LambdaFunctions } from '../lambda/lambda-functions';
import { BAD_GATEWAY, forwarded } from './forward';

/** Principal that invokes a function for a target group. */
export const LOAD_BALANCING = 'elasticloadbalancing.amazonaws.com';

/** The function that is registered in any of the target groups; undefined where none is. */
export function functionBehind(account: AccountView, targetGroups: readonly string[]): FunctionTarget | undefined {
  for (const targetGroupArn of targetGroups) {
    for (const { attributes } of account.findBy('aws_lb_target_group_attachment', 'target_group_arn', targetGroupArn)) {
      const target = account.findByArn(text(attributes['target_id']));
      if (target?.type === 'aws_lambda_function') return { targetGroupArn, target };
    }
  }
  return undefined;
}

export interface FunctionTarget {
  readonly targetGroupArn: string;
  readonly target: ResourceRecord;
}

/**
 * Invokes a function for a request. One that fails, is throttled, must not be invoked, or answers something else is a bad
 * gateway [Elastic Load Balancing user guide, troubleshooting: HTTP 502].
 */
export async function askFunction(
  account: AccountView,
  functions: Pick<LambdaFunctions, 'invoke'>,
  { target, targetGroupArn }: FunctionTarget,
  call: HttpRequest,
): Promise<HttpAnswer> {
  if (!mayInvoke(account, target, LOAD_BALANCING, targetGroupArn)) return BAD_GATEWAY;
  try {
    const outcome = await functions.invoke(target, eventOf(targetGroupArn, call));
    return (outcome.kind === 'result' ? responseOf(outcome.payload) : undefined) ?? BAD_GATEWAY;
  } catch (error) {
    if (error instanceof AwsError) return BAD_GATEWAY;
    throw error;
  }
}

/** [Elastic Load Balancing user guide, Lambda functions as targets: receive events] */
function eventOf(targetGroupArn: string, call: HttpRequest) {
  const { body, method, path, query } = call;
  const host = String(call.headers[HOST_HEADER] ?? call.headers['host'] ?? '');
  return {
    requestContext: { elb: { targetGroupArn } },
    httpMethod: method,
    path,
    queryStringParameters: Object.fromEntries(query),
    headers: { ...forwarded(call.headers), host, 'x-forwarded-proto': 'https' },
    body: body.toString('base64'),
    isBase64Encoded: body.length > 0,
  };
}
