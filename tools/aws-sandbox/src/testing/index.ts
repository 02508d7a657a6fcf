/** Harnesses for tests in one process: no Terraform, and no other process than those of functions. */
export { callRaw, type RawAnswer, type RawCall } from './raw-call';
export { networkOf, TerraformClient, type TerraformClientOptions } from './terraform-client';
export { TestSandbox, type TestSandboxOptions } from './test-sandbox';
