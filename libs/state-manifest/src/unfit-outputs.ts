import type { ReadOutput } from './index';

/** An output that a reader needs and that is not published as it needs it. */
export interface UnfitOutput extends ReadOutput {
  /** Type of the parameter; undefined where there is no such parameter. */
  readonly found: string | undefined;
}

/**
 * Outputs of a reader that are missing or of another type among the published parameters. Parameters that nobody reads do
 * not matter.
 *
 * @param published type of each parameter, by its name
 */
export function unfitOutputs(
  read: readonly ReadOutput[],
  published: ReadonlyMap<string, string>,
): readonly UnfitOutput[] {
  return read
    .map((output) => ({ ...output, found: published.get(output.parameter) }))
    .filter(({ type, found }) => found !== type);
}

/** Says of each such output what it is and what it has to be: `vpcId is StringList, expected String`. */
export function describeUnfit(outputs: readonly UnfitOutput[]): string {
  return outputs.map(({ name, type, found = 'not published' }) => `${name} is ${found}, expected ${type}`).join(', ');
}
