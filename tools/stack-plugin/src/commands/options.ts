import { Option } from '@dr/command-line';
import type { Destination } from '../accounts/destination';
import { ACCOUNT_NAMES } from '../accounts/terraform-account';

export const environmentOption = () =>
  new Option('-c, --environment <name>', 'Environment, a file of libs/environments/src/environments').default('local');

export const accountOption = () =>
  new Option(
    '--account <name>',
    `Account that it is deployed to: ${ACCOUNT_NAMES.join(', ')} (default: sandbox for local, else aws)`,
  );

/** The account of an environment where none is named: that of its configuration in Nx. */
export function destinationOf({
  environment,
  account,
}: {
  readonly environment: string;
  readonly account?: string | undefined;
}): Destination {
  return { environment, account: account ?? (environment === 'local' ? 'sandbox' : 'aws') };
}
