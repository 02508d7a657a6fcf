import { findTerraform } from './terraform-binary';

const missing = Object.assign(new Error('spawn ENOENT'), { code: 'ENOENT' });

/** A machine on which these commands answer with these versions. */
function machine(versions: Record<string, string>) {
  return async (command: string): Promise<string> => {
    const version = versions[command];
    if (version === undefined) throw missing;
    return /^\d/.test(version) ? JSON.stringify({ terraform_version: version }) : version;
  };
}

const fetchNothing = async (): Promise<string> => {
  throw new Error('fetched');
};

describe('findTerraform', () => {
  it('prefers the one that TERRAFORM_BINARY_NAME names', async () => {
    const probe = machine({ terraform: '1.12.0', 'my-tofu': '1.11.1' });

    expect(await findTerraform({ TERRAFORM_BINARY_NAME: 'my-tofu' }, fetchNothing, probe)).toEqual({
      command: 'my-tofu',
      version: '1.11.1',
    });
  });

  it('takes terraform before tofu, and tofu where there is no terraform', async () => {
    expect((await findTerraform({}, fetchNothing, machine({ terraform: '1.11.4', tofu: '1.11.0' }))).command).toBe(
      'terraform',
    );
    expect((await findTerraform({}, fetchNothing, machine({ tofu: '1.11.0' }))).command).toBe('tofu');
  });

  it('fetches one where there is none', async () => {
    const probe = machine({ '/cache/terraform': '1.11.4' });

    expect(await findTerraform({}, async () => '/cache/terraform', probe)).toEqual({
      command: '/cache/terraform',
      version: '1.11.4',
    });
  });

  it.each(['1.10.5', '1.9.0', '0.15.0'])('refuses version %s', async (version) => {
    await expect(findTerraform({}, fetchNothing, machine({ terraform: version }))).rejects.toThrow(
      `terraform: version is ${version}, expected at least 1.11.0. Install a newer Terraform or OpenTofu, or set TERRAFORM_BINARY_NAME to one.`,
    );
  });

  it.each(['1.11.0', '1.11.0-rc1', '1.12.0', '2.0.0', '1.100.0'])('accepts version %s', async (version) => {
    await expect(findTerraform({}, fetchNothing, machine({ terraform: version }))).resolves.toBeDefined();
  });

  it('does not look further when the named one is missing', async () => {
    await expect(
      findTerraform({ TERRAFORM_BINARY_NAME: 'terrafrom' }, fetchNothing, machine({ terraform: '1.11.4' })),
    ).rejects.toThrow(
      'TERRAFORM_BINARY_NAME is terrafrom, expected a Terraform or OpenTofu that can be run. Correct it or unset it.',
    );
  });

  it('refuses a command that is no Terraform', async () => {
    await expect(findTerraform({}, fetchNothing, machine({ terraform: 'usage: terraform' }))).rejects.toThrow(
      'terraform: it prints no version, expected Terraform or OpenTofu. Set TERRAFORM_BINARY_NAME to another.',
    );
  });

  it('is asked without the arguments of the shell', async () => {
    const before = { ...process.env };
    Object.assign(process.env, { TF_CLI_ARGS: '-none', TF_CLI_ARGS_version: '-none' });

    const found = await findTerraform({}, fetchNothing).finally(() => (process.env = before));

    expect(found.version).toMatch(/^1\.\d+\.\d+/);
  });
});
