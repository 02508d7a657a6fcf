import type { ObjectValue } from './value';

/** Region of resources that belong to none: IAM, Route 53, the name of a global database. */
export const GLOBAL = 'global';

/** Key of one resource of the account. */
export interface ResourceKey {
  /** Terraform's type: `aws_vpc`. */
  readonly type: string;
  /** A region's name, or `global`. */
  readonly region: string;
  readonly id: string;
}

/** One resource as the account keeps it, and as its file shows it. */
export interface ResourceRecord extends ResourceKey {
  /** The AWS service, as folders and ARNs name it: `ec2`. */
  readonly service: string;
  readonly arn?: string;
  /** Values by the names of Terraform's schema; never unknown, never write-only. */
  readonly attributes: ObjectValue;
  /** Data that AWS keeps and Terraform does not see: pending deletion, secret values, the resource that made it. */
  readonly internal?: ObjectValue;
}

export type AccountChange = { readonly put: ResourceRecord } | { readonly remove: ResourceKey };

export function keyText({ type, region, id }: ResourceKey): string {
  return `${type} ${region} ${id}`;
}
