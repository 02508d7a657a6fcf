export {
  type AccessRequest,
  type Decision,
  decide,
  decideTrust,
  type PrincipalPolicies,
  type TrustRequest,
} from './decide';
export { matchesPattern, type RequestContext } from './match-text';
export {
  type Conditions,
  listOf,
  type OneOrMore,
  type PolicyDocument,
  type PolicyStatement,
  type Principals,
} from './policy-document';
