import type { Account } from '../../account/account';
import type { AwsError } from '../../model/aws-error';
import type { ResourceLifecycle } from '../../provider/resource-lifecycle';
import type { Members } from './members';
import type { ServiceApi } from './service-api';

/** Context of a call: its region, from the signature's scope, and the account that it acts on. */
export interface CallContext {
  readonly region: string;
  readonly accountId: string;
  readonly account: Account;
  readonly lifecycle: ResourceLifecycle;
  readonly now: Date;
  /** Of the call, in small letters: what REST protocols carry beside the body. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Implementation of an operation, for requests that its input shape allows. Returns members of its output shape only. */
export type Operation = (input: Members, context: CallContext) => Members | Promise<Members>;

/** A call of a role, which needs permissions. */
export interface CallToAuthorize {
  readonly operation: string;
  readonly input: Members;
  readonly region: string;
  readonly accountId: string;
}

/** A permission that the caller must have. */
export interface NeededPermission {
  /** `dynamodb:PutItem` */
  readonly action: string;
  /** An ARN, or `*` for what has no resource. */
  readonly resource: string;
}

/** A limit of the service model that a request misses. */
export interface Violation {
  /** Name of the member in the service model: `Key`. */
  readonly member: string;
  /** As AWS writes it: `tags.1.member.key`. */
  readonly path: string;
  readonly value: unknown;
  /** In AWS's words: `Member must not be null`. */
  readonly constraint: string;
}

/** One AWS service as the endpoint serves it. */
export interface ServiceEndpoint {
  /** Its service model: protocol, shapes, errors. */
  readonly api: ServiceApi;
  readonly operations: Readonly<Record<string, Operation>>;
  /** Permissions that a call needs, by the members that name its resources [Service Authorization Reference]. */
  readonly permissions: (call: CallToAuthorize) => readonly NeededPermission[];
  /** Refuses a request that its shape does not allow: a code, or more. @default ValidationException, in XML ValidationError */
  readonly invalidInput?: string | ((violations: readonly Violation[]) => AwsError);
  /** Root elements of answers that are not called `<operation>Response`; one called as its only member is that member. */
  readonly xmlRoots?: Readonly<Record<string, string>>;
}

/** @returns whether a service has the signing name and speaks the protocol */
export function isServed(signingName: string | undefined, protocol: ServiceApi['protocol']) {
  return ({ api }: ServiceEndpoint) => api.signingName === signingName && api.protocol === protocol;
}
