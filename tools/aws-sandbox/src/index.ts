export { ensureSandbox, type Sandbox } from './process/ensure-sandbox';
export { SandboxError } from './process/errors';
export { statesFolderOf } from './process/sandbox-home';
export { readSandboxStatus, stopSandbox } from './process/stop-sandbox';
export { controlSandbox, type SandboxControls } from './process/sandbox-controls';
