import { Option, wholeNumber } from '@dr/command-line';
import { ACCOUNT_NAMES, type Destination } from '@dr/stack-plugin/accounts';

/** How long a command stays to perform what it wrote, seconds. */
const DEFAULT_WAIT_SECONDS = 1_800;

export const environmentOption = () =>
  new Option('--environment <name>', 'Environment, a file of libs/environments/src/environments').default('local');

export const accountOption = () =>
  new Option(
    '--account <name>',
    `Account that it is deployed to: ${ACCOUNT_NAMES.join(', ')} (default: sandbox for local, else aws)`,
  );

export const yesOption = () => new Option('--yes', 'Do it without asking').default(false);

export const waitOption = () =>
  new Option('--wait <seconds>', 'How long to stay and perform it; 0 leaves it to the failover controller')
    .argParser(wholeNumber)
    .default(DEFAULT_WAIT_SECONDS);

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

/** How an operator's command is typed for a platform. */
export function commandLine(command: string, { environment, account }: Destination): string {
  const words = [
    ...(environment === 'local' ? [] : [`--environment=${environment}`]),
    ...(account === destinationOf({ environment }).account ? [] : [`--account=${account}`]),
  ];
  return ['npx --no-install recovery', command, ...words].join(' ');
}
