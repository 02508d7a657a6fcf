import type { Tree } from '@nx/devkit';
import { ownerIn, ownerTag } from '../../inference/owner';
import { ownersUnreadable, repositoryUnknown } from '../errors';
import { pluginOptionsOf, stacksIn, textOf } from '../workspace-files';

/** File with the reviewers of each folder [GitHub, About code owners]. */
export const CODE_OWNERS_FILE = '.github/CODEOWNERS';

/** Constraints of `@nx/enforce-module-boundaries`, which eslint.config.mjs takes in. */
export const BOUNDARIES_FILE = 'module-boundaries.json';

const RUNBOOKS = 'docs/runbooks';

/** Result of a generator that `nx sync` runs. */
export interface SyncResult {
  readonly outOfSyncMessage?: string;
}

/**
 * Writes what follows from the owners of the stacks: who reviews their files, and whose libraries they may use. What else
 * follows needs no file: the tags of the projects and of the resources, and the deploy roles, are made of the same literal.
 *
 * @throws {UserError} with every stack whose owner is no literal, or where the repository is not known
 */
export default async function ownersGenerator(tree: Tree): Promise<SyncResult> {
  const { stacks, bootstrap } = await pluginOptionsOf(tree);
  const names = stacksIn(tree, stacks);
  const roots = [...names.map((name) => `${stacks}/${name}`), ...(bootstrap === undefined ? [] : [bootstrap])];
  const owners = new Map(roots.map((root) => [root, ownerIn(textOf(tree, `${root}/src/main.ts`))]));
  const unreadable = roots.filter((root) => owners.get(root) === undefined);
  if (unreadable.length > 0) throw ownersUnreadable(unreadable.map((root) => `${root}/src/main.ts`));

  const organization = organizationOf(tree);
  const ownerOf = (root: string) => owners.get(root) as string;
  const lines = [
    ...(bootstrap === undefined ? [] : [['*', ownerOf(bootstrap)]]),
    ...names.flatMap((name) => {
      const owner = ownerOf(`${stacks}/${name}`);
      const runbook = `${RUNBOOKS}/${name}.md`;
      return [[`/${stacks}/${name}/`, owner], ...(tree.exists(runbook) ? [[`/${runbook}`, owner]] : [])];
    }),
  ];
  tree.write(
    CODE_OWNERS_FILE,
    [
      '# Written from the owners in the main.ts of the stacks. Change one there, and run: npx nx sync',
      ...lines.map(([path, owner]) => `${path} @${organization}/${owner}`),
      '',
    ].join('\n'),
  );
  for (const root of roots) nameInReadme(tree, `${root}/README.md`, ownerOf(root));
  const teams = [...new Set(roots.map(ownerOf))].sort();
  const constraints = teams.map((team) => constraintOf(team, teams));
  tree.write(BOUNDARIES_FILE, `${JSON.stringify(constraints, null, 2)}\n`);

  const written = tree.listChanges().map(({ path }) => path);
  return written.length === 0
    ? {}
    : { outOfSyncMessage: `${written.join(' and ')} must follow from the owners of the stacks. Type: npx nx sync` };
}

/** A README may say `Owner: orders-team.` of its stack. */
function nameInReadme(tree: Tree, file: string, owner: string): void {
  const text = textOf(tree, file);
  const named = text.replace(/\bOwner: [a-z][a-z0-9-]*\./, `Owner: ${owner}.`);
  if (named !== text) tree.write(file, named);
}

/** A library with a team's tag is that team's: no stack of another one depends on it. */
function constraintOf(team: string, teams: readonly string[]): object {
  return {
    sourceTag: ownerTag(team),
    notDependOnLibsWithTags: teams.filter((other) => other !== team).map(ownerTag),
  };
}

/**
 * The organization of the repository, whose teams own: `acme` of `github:acme/trading`, or of an address.
 *
 * @throws {UserError} where package.json names none
 */
export function organizationOf(tree: Tree): string {
  const { repository } = JSON.parse(textOf(tree, 'package.json') || '{}') as {
    readonly repository?: string | { readonly url?: string };
  };
  const text = typeof repository === 'object' ? repository.url : repository;
  const [, organization] = /(?:^|[:/])([\w.-]+)\/[\w.-]+$/.exec(text ?? '') ?? [];
  if (organization === undefined) throw repositoryUnknown(text);
  return organization;
}
