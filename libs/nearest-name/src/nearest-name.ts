import leven from 'leven';

/**
 * The known name that takes the fewest inserted, removed or replaced characters to get from a mistyped one; of several
 * the first. Undefined where every one differs in more than half of its characters.
 */
export function nearestName(mistyped: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((name) => ({ name, distance: leven(mistyped, name) }))
    .sort((left, right) => left.distance - right.distance);
  return nearest !== undefined && nearest.distance <= nearest.name.length / 2 ? nearest.name : undefined;
}

/** A sentence for an error, `Did you mean --yes? ` with the space after it, or no text where no name is near. */
export function didYouMean(mistyped: string, known: readonly string[], prefix = ''): string {
  const nearest = nearestName(mistyped, known);
  return nearest === undefined ? '' : `Did you mean ${prefix}${nearest}? `;
}
