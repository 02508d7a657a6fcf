export { actionsOfType, allActions, DEPLOY_ACTIONS, factsOf, type TypeActions } from './deploy-actions';
export {
  type DeployAccount,
  deployRoleName,
  deployRolePolicies,
  planRoleName,
  planRolePolicies,
  type RolePolicies,
} from './deploy-role';
export { type DeployedStack, readDeployedStack } from './deployed-stack';
export {
  deployTrust,
  GITHUB_ISSUER,
  identityProviderArn,
  planTrust,
  TOKEN_AUDIENCE,
  type TrustedRepository,
} from './trust';
export { serviceBoundary } from './service-boundary';
