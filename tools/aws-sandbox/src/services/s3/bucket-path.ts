import type { Account } from '../../account/account';

/** `/orders` of a host of the bucket orders, as SDKs write it where path-style addressing is off. */
export function bucketPath(host: string, account: Account): string | undefined {
  const [, name] = /^(.+)\.(?:localhost|s3(?:\.[a-z0-9-]+)?\.amazonaws\.com)$/.exec(host) ?? [];
  return account.list('aws_s3_bucket').some(({ id }) => id === name) ? `/${name}` : undefined;
}
