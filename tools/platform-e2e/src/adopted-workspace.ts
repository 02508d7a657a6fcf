import { WorkspaceCopy } from './workspace-copy';

/** Facts of a company that begins from this repository, as it types them. */
export const ACME = [
  '--platform=acme',
  '--repository=acme/payments',
  '--regions=eu-west-1,eu-central-1,eu-west-2',
  ...['--account=dev=123456789012', '--account=prod=210987654321'],
  ...['--domain=dev=dev.pay.acme.com', '--domain=prod=pay.acme.com'],
  ...['--owner=network=routing-team', '--owner=global-dns=routing-team', '--owner=data=storage-team'],
  ...['--owner=compute=orders-team', '--owner=bootstrap=cloud-team'],
];

/** A copy of all of the workspace, in a repository whose commit holds everything. */
export function wholeCopy(): WorkspaceCopy {
  const pages = ['README.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'SECURITY.md', 'LICENSE', 'docs'];
  const settings = ['.github', '.ci', '.npmrc', '.nvmrc', '.editorconfig', '.prettierrc.json', '.prettierignore'];
  const copy = new WorkspaceCopy('workspace', { others: [...pages, ...settings], repository: true });
  copy.commit('As the company takes it');
  return copy;
}
