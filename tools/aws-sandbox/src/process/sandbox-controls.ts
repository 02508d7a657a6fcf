import type { DnsAnswer } from '../services/route53/resolve-name';
import { describeFault, type Fault } from '../faults/fault';
import type { ControlApi, ControlQuestion } from './control-api';
import { askSandbox } from './control-client';
import { SandboxError } from './errors';
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
  async function ask<Q extends ControlQuestion>(question: Q, argument: ControlApi[Q]['question']) {
    const answer = await askSandbox(home.controlSocket, question, argument);
    if (answer === undefined) throw SandboxError.notRunning(home.folder);
    return answer;
  }
  return {
    setFaults: async (set) => void (await ask('faults', { set })),
    clearFaults: async () => void (await ask('faults', { clear: true })),
    listFaults: async () => (await ask('faults', { set: [] })).faults.map(describeFault),
    resolve: async (name) => (await ask('resolve', { name })).found,
    turnAutomation: async (on) => {
      const { on: before } = await ask('automation', {});
      await ask('automation', { on });
      return before;
    },
  };
}
