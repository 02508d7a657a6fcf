/** Addresses under which Terraform and OpenTofu know the AWS provider. */
const PROVIDER_ADDRESSES = ['registry.terraform.io/hashicorp/aws', 'registry.opentofu.org/hashicorp/aws'];

/** Makes Terraform and OpenTofu use a provider that is already running [go-plugin, reattach]. */
export function reattachEnvironment(socketPath: string, pid: number): { readonly TF_REATTACH_PROVIDERS: string } {
  const provider = {
    Protocol: 'grpc',
    ProtocolVersion: 5,
    Pid: pid,
    Test: true,
    Addr: { Network: 'unix', String: socketPath },
  };
  const providers = Object.fromEntries(PROVIDER_ADDRESSES.map((address) => [address, provider]));
  return { TF_REATTACH_PROVIDERS: JSON.stringify(providers) };
}
