import { readFileSync } from 'node:fs';

/**
 * Repository of GitHub that a package names, `github:acme/trading` or an address, as `acme/trading`.
 *
 * @throws where it names none
 */
export function readRepository(packageFile: string): string {
  const { repository } = JSON.parse(readFileSync(packageFile, 'utf8')) as {
    readonly repository?: string | { readonly url?: string };
  };
  const text = typeof repository === 'object' ? repository.url : repository;
  const [, found] = /(?:^|[:/])([\w.-]+\/[\w.-]+?)(?:\.git)?$/.exec(text ?? '') ?? [];
  if (found === undefined) {
    throw new Error(
      `package.json: repository is ${text ?? 'missing'}, expected the organization and the name, such as github:acme/trading: roles trust the workflows of that repository. Write it there.`,
    );
  }
  return found;
}
