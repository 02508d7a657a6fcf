import type { AwsError } from '../../model/aws-error';

/** A call's input and output, as the protocol's JSON or its parameters. */
export type Members = { readonly [name: string]: unknown };

/** @returns undefined for what is no string */
export function stringMember(input: Members, name: string): string | undefined {
  const value = input[name];
  return typeof value === 'string' ? value : undefined;
}

/** @param refusal made for a member that is no text, or an empty one */
export function memberReader(refusal: (member: string) => AwsError) {
  return (input: Members, member: string): string => {
    const value = stringMember(input, member) ?? '';
    if (value === '') throw refusal(member);
    return value;
  };
}

/** A list whose elements the query protocol names otherwise than `member`. */
export class NamedList {
  constructor(
    readonly element: string,
    readonly values: readonly unknown[],
  ) {}
}

/** An answer that is not members of a structure: an object of S3, the payload of a function. */
export class HttpReply {
  constructor(
    readonly status: number,
    readonly headers: Readonly<Record<string, string>>,
    readonly body: Buffer | string,
  ) {}
}
