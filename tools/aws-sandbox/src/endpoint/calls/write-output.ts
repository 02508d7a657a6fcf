import type { Members } from './members';
import { membersOf, type NamedMember, type ServiceApi } from './service-api';

export interface WrittenMember extends NamedMember {
  readonly value: unknown;
}

/**
 * Members of an output in the order of the service model, without those that are undefined or null.
 *
 * @throws Error for a member that the model does not have: a defect of the sandbox, which no SDK would read
 */
export function writtenMembers(
  api: ServiceApi,
  structure: string | undefined,
  output: Members,
): readonly WrittenMember[] {
  const known = membersOf(api, structure);
  const unknown = Object.keys(output).find((name) => !known.some(({ member }) => member === name));
  if (unknown !== undefined) throw new Error(`${structure} of ${api.signingName} has no member ${unknown}`);
  return known
    .map((named) => ({ ...named, value: output[named.member] }))
    .filter(({ value }) => value !== undefined && value !== null);
}
