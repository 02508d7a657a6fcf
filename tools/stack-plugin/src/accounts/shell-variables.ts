import { variablesInTheWay } from '../errors';
import type { AccountName } from './terraform-account';

/** Terraform's own: another workspace, folder, argument or input than the run is made of. */
const TERRAFORM_VARIABLES = /^TF_(WORKSPACE|DATA_DIR|CLI_ARGS(_.*)?|VAR_.*)$/;

/** Lead Terraform's provider or its backend elsewhere; the last two kinds by names of older versions. */
const ENDPOINT_VARIABLES =
  /^(TF_REATTACH_PROVIDERS|AWS_ENDPOINT_URL(_.+)?|AWS_(DYNAMODB|IAM|S3|SSO|STS)_ENDPOINT|TF_AWS_.+_ENDPOINT)$/;

/** Would take an emulator's endpoint away, and leave AWS. */
const NO_ENDPOINT_VARIABLE = 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS';

const REFUSED: Readonly<Record<AccountName, (variable: string) => boolean>> = {
  // Its own provider and endpoint come before those of the shell.
  sandbox: (variable) => TERRAFORM_VARIABLES.test(variable),
  emulator: (variable) =>
    TERRAFORM_VARIABLES.test(variable) ||
    variable === NO_ENDPOINT_VARIABLE ||
    (ENDPOINT_VARIABLES.test(variable) && variable !== 'AWS_ENDPOINT_URL'),
  aws: (variable) => TERRAFORM_VARIABLES.test(variable) || ENDPOINT_VARIABLES.test(variable),
};

/**
 * Refuses variables that make Terraform or the SDK talk to something else than the account, such as those of
 * `stacks sandbox env` in a shell that goes on to AWS. An empty variable counts as unset, as Terraform and the SDK have
 * it, but for TF_VAR_*: there it is an empty value.
 *
 * @throws UserError that names all of them
 */
export function refuseShellVariables(account: AccountName, environment: NodeJS.ProcessEnv): void {
  const isSet = (name: string) => environment[name] !== '' || name.startsWith('TF_VAR_');
  const refused = Object.keys(environment).filter((name) => REFUSED[account](name) && isSet(name));
  if (refused.length > 0) throw variablesInTheWay(account, refused.sort());
}
