import { noS3Backend } from '../errors';

/** Parts of the provider that a state uses, so that Terraform need not read the whole schema. */
export interface ProviderUse {
  /** Types of resources, data sources and ephemeral resources, sorted. */
  readonly types: readonly string[];
  /** Every word that may name a nested block, sorted: more than there are, but none too few. */
  readonly blocks: readonly string[];
}

/** An environment's settings of its account. */
export interface AccountSettings {
  readonly environment: string;
  /** Twelve digits. */
  readonly accountId: string;
  readonly region: string;
}

/** An account that takes this shell for one of it. */
export interface ConfirmedAccount {
  /** For people: `AWS account 222222222222 (arn:aws:iam::…)`. */
  readonly described: string;
  /** Name in the records of whoever deploys: an ARN, or the user of this machine. */
  readonly by: string;
}

/** Destination of Terraform's calls: the sandbox, an emulator, or AWS. */
export interface TerraformAccount {
  /**
   * The account as it answers, for the line that says where a run goes.
   *
   * @param settings of the environment: the account that its settings name, and a region of it
   * @throws UserError where it does not take this shell for one of that account
   */
  confirm(settings: AccountSettings): Promise<ConfirmedAccount>;
  /** Environment variables of a Terraform run in a folder that uses this of the provider. */
  environment(workFolder: string, use: ProviderUse): Promise<Readonly<Record<string, string>>>;
  /** Overrides of a synthesized state for this account, or undefined for none. */
  override(terraformJson: Readonly<Record<string, unknown>>): object | undefined;
  /** Puts this process where the account's names lead somewhere: nothing to do, where they are names of the internet. */
  enterNetwork(): void;
  /** Asks whether schedules and alarms run by themselves: in a sandbox account, only while its automation is on. */
  automated(): Promise<boolean>;
  /** Folder of the Terraform states that the account keeps itself, or undefined where a backend keeps them. */
  readonly statesFolder?: string;
  /** Endpoint of AWS calls by an SDK, or undefined for AWS itself. */
  readonly endpoint: string | undefined;
}

export const ACCOUNT_NAMES = ['sandbox', 'emulator', 'aws'] as const;

export type AccountName = (typeof ACCOUNT_NAMES)[number];

/** Where states are, other than an account has them by itself: beside the configuration, or in the synthesized bucket. */
export type Backend = 'local' | 's3';

/** Keeps the state beside the work folder, where an account has no bucket for it. */
export function localBackendOverride(terraformJson: Readonly<Record<string, unknown>>): object | undefined {
  const terraform = terraformJson['terraform'] as { backend?: Record<string, unknown> } | undefined;
  return terraform?.backend?.['local']
    ? undefined
    : { terraform: { backend: { local: { path: 'terraform.tfstate' } } } };
}

/** Lays settings over each of a state's AWS providers: the one of its own region, and those of an alias. */
export function providerOverride(
  terraformJson: Readonly<Record<string, unknown>>,
  settings: Readonly<Record<string, unknown>>,
): object {
  const providers = (terraformJson['provider'] as { aws?: readonly { readonly alias?: string }[] } | undefined)?.aws;
  const aws = (providers ?? []).map(({ alias }) => ({ ...(alias === undefined ? {} : { alias }), ...settings }));
  return { provider: { aws } };
}

/**
 * The synthesized S3 backend at another endpoint. What Terraform's backend asks of AWS besides objects is left out.
 *
 * @throws UserError where another one is synthesized
 */
export function s3BackendOverride(terraformJson: Readonly<Record<string, unknown>>, endpoint: string): object {
  const { backend } = terraformJson['terraform'] as { readonly backend?: { readonly s3?: object } };
  if (backend?.s3 === undefined) throw noS3Backend();
  const s3 = {
    ...backend.s3,
    endpoints: { s3: endpoint },
    use_path_style: true,
    access_key: 'sandbox',
    secret_key: 'sandbox',
    skip_credentials_validation: true,
    skip_requesting_account_id: true,
    skip_metadata_api_check: true,
    skip_region_validation: true,
  };
  return { terraform: { backend: { s3 } } };
}
