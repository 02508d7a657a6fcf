const OWNER = /\bowner:\s*(['"])([a-z][a-z0-9-]*)\1/;

/**
 * The team that a composition root names as its owner, by a literal: whose resources, files and deploys these are is known
 * without running anything.
 *
 * @param source of a `main.ts`
 * @returns undefined where it names none, or by no literal
 */
export function ownerIn(source: string): string | undefined {
  return OWNER.exec(source)?.[2];
}

/** The tag of a project of that team. */
export function ownerTag(owner: string): string {
  return `owner:${owner}`;
}
