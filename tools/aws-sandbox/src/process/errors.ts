import { commandLine } from '../model/command-line';

/** Error that a user of the sandbox's commands can put right. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';

  static portTaken(port: number, holder: string): SandboxError {
    return new SandboxError(
      `port is ${port}, taken by ${holder}, expected a free one. Stop that, or choose another with --port or DR_SANDBOX_PORT (0: any free one).`,
    );
  }

  static portForbidden(port: number): SandboxError {
    return new SandboxError(
      `port is ${port}, expected one that this user may listen on. Choose another with --port or DR_SANDBOX_PORT (0: any free one).`,
    );
  }

  static badPort(got: string): SandboxError {
    return new SandboxError(
      `port is ${JSON.stringify(got)}, expected a number from 0 to 65535. Correct --port or DR_SANDBOX_PORT.`,
    );
  }

  static badAccount(got: string): SandboxError {
    return new SandboxError(
      `account is ${JSON.stringify(got)}, expected twelve digits. Correct --account or DR_SANDBOX_ACCOUNT.`,
    );
  }

  static badPromotionSeconds(got: string): SandboxError {
    return new SandboxError(
      `promotion-seconds is ${JSON.stringify(got)}, expected a number from 0 to 3600. Correct --promotion-seconds or DR_SANDBOX_PROMOTION_SECONDS.`,
    );
  }

  static notStarted(home: string, reason: string): SandboxError {
    return new SandboxError(`${home}: the sandbox did not start: ${reason}`);
  }

  static notRunning(home: string): SandboxError {
    return new SandboxError(`${home}: no sandbox is running. Start one with: ${commandLine('serve')}`);
  }

  static notAnswering(home: string, pid: number): SandboxError {
    return new SandboxError(`${home}: the sandbox's process ${pid} does not answer. End it with: kill -9 ${pid}`);
  }

  /** @param states each with its number of resources: `local/network-us-east-1/terraform.tfstate (56 resources)` */
  static statesRefer(states: readonly string[]): SandboxError {
    return new SandboxError(
      `Terraform states still refer to the account: ${states.join(', ')}. ` +
        'Destroy them first with: npx nx run-many -t destroy. Or empty the account none the less with --force. Nothing was changed.',
    );
  }
}
