import type { Account } from '../account/account';
import { checkFault } from '../faults/fault';
import type { FaultBook } from '../faults/fault-book';
import type { Automation } from '../runtime/automation';
import type { RunningServices } from '../runtime/running-services';
import { pushImage } from '../services/ecr/images';
import { resolveName } from '../services/route53/resolve-name';
import { healthCheckers } from '../services/route53/service';
import { sentMessages } from '../services/sns/topics';
import type { SandboxStatus } from './control-api';
import type { ControlAnswers } from './control-server';
import type { TerraformSockets } from './terraform-sockets';

export interface ControlledParts {
  readonly account: Account;
  readonly automation: Automation;
  readonly faults: FaultBook;
  readonly services: RunningServices;
  readonly terraform: TerraformSockets;
  readonly status: () => SandboxStatus;
  readonly onStopRequested: () => void;
}

/** Handlers of the requests on the account's control socket. */
export function controlAnswers(parts: ControlledParts): ControlAnswers {
  const { account, automation, faults, services, terraform } = parts;
  return {
    status: parts.status,
    'open-folder': async ({ workFolder, ...use }) => ({ socket: await terraform.open(workFolder, use) }),
    faults: (request) => {
      const wanted = request.set.map(checkFault);
      if (request.clear === true) faults.clear();
      for (const fault of wanted) faults.set(fault);
      return { faults: faults.list() };
    },
    automation: ({ on }) => {
      const before = automation.isOn;
      automation.turn(on);
      return { before };
    },
    resolve: ({ name }) => {
      const found = resolveName(account, name, services.of(healthCheckers).isHealthy);
      return found === undefined ? {} : { found };
    },
    'push-image': ({ entry, folder, image }) => ({ regions: pushImage(account, image, folder, entry) }),
    messages: () => ({ messages: sentMessages(account) }),
    reset: () => {
      const removed = account.size;
      faults.clear();
      account.clear();
      return { removed };
    },
    stop: () => {
      setImmediate(parts.onStopRequested);
      return {};
    },
  };
}
