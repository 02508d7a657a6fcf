import type { Environment } from './environment';

/** Name that clients use, whichever region serves: `trade.example.com` */
export function serviceNameOf({ domainName }: Pick<Environment, 'domainName'>): string {
  return `trade.${domainName}`;
}
