import { meetsConditions } from './conditions';
import { matchesPattern, type RequestContext, withVariables } from './match-text';
import { listOf, type OneOrMore, type PolicyDocument, type PolicyStatement, type Principals } from './policy-document';

/** A call that a principal makes, of one resource: a call that touches several is allowed where each of them is. */
export interface AccessRequest {
  /** `dynamodb:DeleteTable` */
  readonly action: string;
  /** An ARN, or `*` for an action that has none. */
  readonly resource: string;
  readonly context?: RequestContext;
}

/** Policies that apply to a principal. */
export interface PrincipalPolicies {
  readonly identity: readonly PolicyDocument[];
  /** Policies that limit what the identity policies may allow. @default no limit */
  readonly boundary?: readonly PolicyDocument[];
}

/** `denied` by a statement that says so; `not allowed` by any that allows it. */
export type Decision = 'allowed' | 'denied' | 'not allowed';

/**
 * Decides by AWS's order: a denial anywhere wins, and then the identity policies and the boundary both have to allow it.
 *
 * @throws for a condition operator that is not evaluated
 */
export function decide(request: AccessRequest, { identity, boundary }: PrincipalPolicies): Decision {
  const effects = [identity, ...(boundary === undefined ? [] : [boundary])].map((documents) =>
    effectsOf(documents, (statement) => applies(statement, request)),
  );
  if (effects.some((found) => found.has('Deny'))) return 'denied';
  return effects.every((found) => found.has('Allow')) ? 'allowed' : 'not allowed';
}

/** A principal that asks to become a role: `{ Federated: 'arn:aws:iam::…:oidc-provider/…' }`. */
export interface TrustRequest {
  readonly action: string;
  readonly principal: Readonly<Record<string, string>>;
  readonly context?: RequestContext;
}

/** Decides whether a trust policy lets a principal become the role. */
export function decideTrust({ action, principal, context = {} }: TrustRequest, trust: PolicyDocument): Decision {
  const effects = effectsOf(
    [trust],
    (statement) =>
      matchesAction(statement, action) &&
      isPrincipal(statement.Principal, principal) &&
      meetsConditions(statement.Condition, context),
  );
  if (effects.has('Deny')) return 'denied';
  return effects.has('Allow') ? 'allowed' : 'not allowed';
}

function effectsOf(
  documents: readonly PolicyDocument[],
  applies: (statement: PolicyStatement) => boolean,
): ReadonlySet<string> {
  const statements = documents.flatMap(({ Statement }) => listOf<PolicyStatement>(Statement));
  return new Set(statements.filter(applies).map(({ Effect }) => Effect));
}

function applies(statement: PolicyStatement, { action, resource, context = {} }: AccessRequest): boolean {
  return (
    matchesAction(statement, action) &&
    matchesResource(statement, resource, context) &&
    meetsConditions(statement.Condition, context)
  );
}

/** Actions are the same in any case. */
function matchesAction({ Action, NotAction }: PolicyStatement, action: string): boolean {
  const among = (patterns: OneOrMore<string>) =>
    listOf(patterns).some((pattern) => matchesPattern(pattern.toLowerCase(), action.toLowerCase()));
  if (NotAction !== undefined) return !among(NotAction);
  return Action !== undefined && among(Action);
}

function matchesResource(
  { Resource, NotResource }: PolicyStatement,
  resource: string,
  context: RequestContext,
): boolean {
  const among = (patterns: OneOrMore<string>) =>
    listOf(patterns).some((pattern) => {
      const filled = withVariables(pattern, context);
      return filled !== undefined && matchesPattern(filled, resource);
    });
  if (NotResource !== undefined) return !among(NotResource);
  return Resource !== undefined && among(Resource);
}

function isPrincipal(principals: Principals | undefined, principal: Readonly<Record<string, string>>): boolean {
  if (principals === undefined) return false;
  if (principals === '*') return true;
  return Object.entries(principal).some(([kind, id]) =>
    listOf(principals[kind]).some((each) => ['*', id].includes(each)),
  );
}
