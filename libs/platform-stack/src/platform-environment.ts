/** Settings that every state needs. A stack's own settings are further members of its environment. */
export interface PlatformEnvironment {
  /** Second part of every resource name and parameter path: `prod`. */
  readonly name: string;
  /** First part of every resource name and parameter path. */
  readonly platform: string;
  /** The 12 digits of the only account that the provider accepts credentials of. */
  readonly accountId: string;
  /** Value of the tag `cost-centre`. */
  readonly costCentre: string;
  /** The two regions that serve. */
  readonly regions: {
    readonly primary: { readonly name: string };
    readonly standby: { readonly name: string };
  };
  /** Where Terraform keeps its states: beside the configuration, or in the bucket `<bucketPrefix>-<region>`. */
  readonly stateBackend: { readonly kind: 'local' } | { readonly kind: 's3'; readonly bucketPrefix: string };
}
