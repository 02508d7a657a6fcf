/**
 * The known name that takes the fewest inserted, removed or replaced characters to get from a mistyped one; of several
 * the first. Undefined where no name is known.
 */
export function nearestName(mistyped: string, known: readonly string[]): string | undefined {
  return [...known].sort((left, right) => distance(mistyped, left) - distance(mistyped, right))[0];
}

/** Levenshtein's distance, row by row. */
function distance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const substitution = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1);
      current.push(Math.min((previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1, substitution));
    }
    previous = current;
  }
  return previous[right.length] ?? 0;
}
