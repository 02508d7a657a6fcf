/** One statement of a role's policy. */
export interface PolicyStatement {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /**
   * Tests of the request by operator and key, for an action whose resources cannot be named: `{ StringEquals: { … } }`.
   * @default none
   */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** Statements as a policy document has them. */
export function allowing(statements: readonly PolicyStatement[]): readonly object[] {
  return statements.map(({ actions, conditions, resources }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
    ...(conditions && { Condition: conditions }),
  }));
}

/** An IAM policy's JSON, of the language version that conditions and variables need. */
export function policyDocument(statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}
