/** One value or several, as the JSON of a policy has them. */
export type OneOrMore<Value> = Value | readonly Value[];

/** Principals of a statement by kind: `{ Federated: '…' }`, or everybody. */
export type Principals = '*' | Readonly<Record<string, OneOrMore<string>>>;

/** Tests of a condition by operator, and by key: `{ StringEquals: { 'aws:ResourceTag/stack': 'data' } }`. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, OneOrMore<string | boolean | number>>>>>;

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Principals;
  readonly Action?: OneOrMore<string>;
  readonly NotAction?: OneOrMore<string>;
  readonly Resource?: OneOrMore<string>;
  readonly NotResource?: OneOrMore<string>;
  readonly Condition?: Conditions;
}

export interface PolicyDocument {
  readonly Version: '2012-10-17';
  readonly Statement: OneOrMore<PolicyStatement>;
}

/** Values that are one or several, as a list; none for nothing. */
export function listOf<Value>(values: OneOrMore<Value> | undefined): readonly Value[] {
  if (values === undefined) return [];
  return Array.isArray(values) ? (values as readonly Value[]) : [values as Value];
}
