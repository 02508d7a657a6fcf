/** An AWS account on this machine: Terraform deploys into it, SDKs and `aws` call it. See the README. */
export type { SandboxStatus } from './process/control-api';
export { SandboxError } from './process/errors';
export {
  connectSandbox,
  type Sandbox,
  type SandboxOptions,
  startSandbox,
  type TerraformFolder,
} from './process/sandbox';
export type { SentMessage } from './services/sns/topics';
export { stopSandbox } from './process/stop-sandbox';
export { type CallFilter, describeFault, type Fault } from './faults/fault';
