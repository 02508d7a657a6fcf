import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchTerraform, type TerraformRelease } from './fetch-terraform';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'dr-fetch-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function release(calls: string[], changes: Partial<TerraformRelease> = {}): TerraformRelease {
  return {
    getBuild: () => ({ url: 'https://releases.example/terraform.zip', filename: 'terraform.zip' }),
    async download(_url, zipFile) {
      calls.push('download');
      writeFileSync(zipFile, 'zip');
    },
    async verify() {
      calls.push('verify');
    },
    async unpack(target) {
      calls.push('unpack');
      writeFileSync(join(target, 'terraform'), 'binary');
    },
    ...changes,
  };
}

describe('fetchTerraform', () => {
  it('checks the signature before it unpacks, and fetches once', async () => {
    const calls: string[] = [];
    const getRelease = async () => release(calls);

    const binary = await fetchTerraform(folder, getRelease);
    await fetchTerraform(folder, getRelease);

    expect(calls).toEqual(['download', 'verify', 'unpack']);
    expect(readFileSync(binary, 'utf8')).toBe('binary');
  });

  it('leaves no binary behind when the signature is wrong', async () => {
    const wrong = async () => {
      throw new Error('signature does not match');
    };

    await expect(fetchTerraform(folder, async () => release([], { verify: wrong }))).rejects.toThrow(
      'Terraform is not on the PATH, and 1.11.4 could not be fetched (signature does not match). ' +
        'Install Terraform or OpenTofu, at least 1.11.0, or set TERRAFORM_BINARY_NAME.',
    );
    expect(existsSync(join(folder, '1.11.4/terraform'))).toBe(false);
  });

  it('takes nothing of a fetch that ended within the unpacking', async () => {
    const half = async (target: string) => writeFileSync(join(target, 'terraform'), 'bin');
    const killed = fetchTerraform(folder, async () =>
      release([], { unpack: (target) => half(target).then(() => new Promise(() => undefined)) }),
    );
    const failed = fetchTerraform(folder, async () =>
      release([], { unpack: (target) => half(target).then(() => Promise.reject(new Error('disk full'))) }),
    );

    await expect(Promise.race([killed, failed])).rejects.toThrow('1.11.4 could not be fetched (disk full)');
    expect(existsSync(join(folder, '1.11.4/terraform'))).toBe(false);
    const binary = await fetchTerraform(folder, async () => release([]));

    expect(readFileSync(binary, 'utf8')).toBe('binary');
  });

  it('succeeds for each of many at once, and leaves nothing but the binary', async () => {
    const binaries = await Promise.all([1, 2, 3].map(() => fetchTerraform(folder, async () => release([]))));

    expect(new Set(binaries)).toEqual(new Set([join(folder, '1.11.4/terraform')]));
    expect(readdirSync(folder, { recursive: true })).toEqual(['1.11.4', join('1.11.4', 'terraform')]);
  });

  it('says in one line what to install where nothing can be reached', async () => {
    const unreachable = async () => {
      throw new Error('getaddrinfo ENOTFOUND');
    };

    await expect(fetchTerraform(folder, unreachable)).rejects.toThrow(
      'Terraform is not on the PATH, and 1.11.4 could not be fetched (getaddrinfo ENOTFOUND). ' +
        'Install Terraform or OpenTofu, at least 1.11.0, or set TERRAFORM_BINARY_NAME.',
    );
  });
});
