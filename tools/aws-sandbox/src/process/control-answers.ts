import type { Account } from '../account/account';
import { checkFault } from '../faults/fault';
import type { FaultBook } from '../faults/fault-book';
import type { Automation } from '../runtime/automation';
import type { RunningServices } from '../runtime/running-services';
import { pushImage } from '../services/ecr/images';
import { resolveName } from '../services/route53/resolve-name';
import { healthCheckers } from '../services/route53/service';
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
      if ('clear' in request) faults.clear();
      else for (const fault of request.set.map(checkFault)) faults.set(fault);
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
