import { Option, wholeNumber } from '@dr/command-line';
import type { Destination } from '@dr/stack-plugin/accounts';
import { destinationOf } from '@dr/stack-plugin/commands';

export { accountOption, destinationOf, environmentOption } from '@dr/stack-plugin/commands';

/** How long a command stays to perform what it wrote, seconds. */
const DEFAULT_WAIT_SECONDS = 1_800;

export const yesOption = () => new Option('--yes', 'Do it without asking').default(false);

export const jsonOption = () => new Option('--json', 'As JSON').default(false);

export const waitOption = () =>
  new Option('--wait <seconds>', 'How long to stay and perform it; 0 leaves it to the failover controller')
    .argParser(wholeNumber)
    .default(DEFAULT_WAIT_SECONDS);

/** How an operator's command is typed for a platform. */
export function commandLine(command: string, { environment, account }: Destination): string {
  const words = [
    ...(environment === 'local' ? [] : [`--environment=${environment}`]),
    ...(account === destinationOf({ environment }).account ? [] : [`--account=${account}`]),
  ];
  return ['npx --no-install recovery', command, ...words].join(' ');
}
