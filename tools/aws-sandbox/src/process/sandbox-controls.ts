import { describeFault, type Fault } from '../faults/fault';
import type { DnsAnswer } from '../services/route53/resolve-name';
import { askRunning } from './control-client';
import { SandboxHome } from './sandbox-home';

/** What a drill does to a running sandbox. Every method throws SandboxError where none runs in the folder. */
export interface SandboxControls {
  setFaults(faults: readonly Fault[]): Promise<void>;
  clearFaults(): Promise<void>;
  /** Each in a line. */
  listFaults(): Promise<readonly string[]>;
  /** @returns whether schedules and health checks ran before */
  turnAutomation(on: boolean): Promise<boolean>;
  /** What Route 53's name servers answer now; undefined for a name that is none. */
  resolve(name: string): Promise<DnsAnswer | undefined>;
}

export function controlSandbox(path: string): SandboxControls {
  const home = new SandboxHome(path);
  return {
    setFaults: async (set) => void (await askRunning(home, 'faults', { set })),
    clearFaults: async () => void (await askRunning(home, 'faults', { clear: true })),
    listFaults: async () => (await askRunning(home, 'faults', { set: [] })).faults.map(describeFault),
    resolve: async (name) => (await askRunning(home, 'resolve', { name })).found,
    turnAutomation: async (on) => {
      const { on: before } = await askRunning(home, 'automation', {});
      await askRunning(home, 'automation', { on });
      return before;
    },
  };
}
