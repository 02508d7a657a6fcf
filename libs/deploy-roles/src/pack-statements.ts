import type { PolicyDocument, PolicyStatement } from '@dr/iam-policy';

/** Characters that a managed policy may have, blanks left out [IAM and AWS STS quotas]. */
export const LONGEST_POLICY = 6_144;

/** Managed policies that may be attached to a role, by default [IAM and AWS STS quotas]. */
export const MOST_POLICIES = 10;

const VERSION = '2012-10-17';

const lengthOf = (statements: readonly PolicyStatement[]) =>
  JSON.stringify({ Version: VERSION, Statement: statements }).length;

/**
 * Puts each statement into the first document that has room for it. One that is too long for a document is parted by
 * its actions.
 *
 * @throws where a statement is too long for one action, or a role cannot have as many policies
 */
export function packStatements(statements: readonly PolicyStatement[]): readonly PolicyDocument[] {
  const documents: PolicyStatement[][] = [];
  for (const statement of statements.flatMap(parted)) {
    const fitting = documents.find((document) => lengthOf([...document, statement]) <= LONGEST_POLICY);
    if (fitting === undefined) documents.push([statement]);
    else fitting.push(statement);
  }
  if (documents.length > MOST_POLICIES) {
    throw new Error(
      `${documents.length} policies are needed, expected at most ${MOST_POLICIES} of a role. Move resource types into a stack of their own.`,
    );
  }
  return documents.map((Statement) => ({ Version: VERSION, Statement }));
}

function parted(statement: PolicyStatement): readonly PolicyStatement[] {
  if (lengthOf([statement]) <= LONGEST_POLICY) return [statement];
  const actions = statement.Action as readonly string[];
  if (actions.length < 2) {
    throw new Error(
      `${statement.Sid}: the statement has ${lengthOf([statement])} characters, expected at most ${LONGEST_POLICY}. Give its resources fewer names.`,
    );
  }
  const half = Math.ceil(actions.length / 2);
  return [actions.slice(0, half), actions.slice(half)].flatMap((Action, index) =>
    parted({ ...statement, Sid: `${statement.Sid}${index + 1}`, Action }),
  );
}
