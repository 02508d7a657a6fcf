import { refuseShellVariables } from './shell-variables';
import type { AccountName } from './terraform-account';

const OF_TERRAFORM = ['TF_WORKSPACE', 'TF_DATA_DIR', 'TF_CLI_ARGS', 'TF_CLI_ARGS_apply', 'TF_VAR_region'];
const OF_ENDPOINTS = [
  'TF_REATTACH_PROVIDERS',
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_SSO_OIDC',
  'AWS_S3_ENDPOINT',
  'AWS_DYNAMODB_ENDPOINT',
  'TF_AWS_S3_ENDPOINT',
];
const IGNORING = 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS';
const PASSING = [
  'TF_CLI_CONFIG_FILE',
  'TF_PLUGIN_CACHE_DIR',
  'TF_LOG',
  'TF_LOG_PATH',
  'TF_TOKEN_app_terraform_io',
  'TF_IN_AUTOMATION',
  'HTTPS_PROXY',
  'NO_PROXY',
  'AWS_REGION',
  'AWS_PROFILE',
  'AWS_ACCESS_KEY_ID',
  'AWS_CA_BUNDLE',
  'AWS_EC2_METADATA_SERVICE_ENDPOINT',
  'MY_TF_VAR_region',
];

describe.each<[AccountName, readonly string[], readonly string[]]>([
  ['aws', [...OF_TERRAFORM, ...OF_ENDPOINTS, 'AWS_ENDPOINT_URL'], [...PASSING, IGNORING]],
  ['emulator', [...OF_TERRAFORM, ...OF_ENDPOINTS, IGNORING], [...PASSING, 'AWS_ENDPOINT_URL']],
  ['sandbox', OF_TERRAFORM, [...PASSING, ...OF_ENDPOINTS, 'AWS_ENDPOINT_URL', IGNORING]],
])('variables of the shell for %s', (account, refused, passing) => {
  it.each(refused)('%s is refused', (name) => {
    expect(() => refuseShellVariables(account, { [name]: 'value' })).toThrow(
      `--account=${account}: ${name} is set, expected none: Terraform or the SDK would talk to something else. ` +
        `Nothing was changed. Take out of .env files what they set, and run: unset ${name}`,
    );
  });

  it.each(passing)('%s passes', (name) => {
    expect(() => refuseShellVariables(account, { [name]: 'value' })).not.toThrow();
  });
});

describe('variables of the shell', () => {
  it('are refused all at once, without their values', () => {
    const environment = { TF_REATTACH_PROVIDERS: '{}', PATH: '/bin', AWS_ENDPOINT_URL: 'http://127.0.0.1:4566' };

    expect(() => refuseShellVariables('aws', environment)).toThrow(
      '--account=aws: AWS_ENDPOINT_URL, TF_REATTACH_PROVIDERS are set, expected none: Terraform or the SDK would talk ' +
        'to something else. Nothing was changed. Take out of .env files what they set, and run: ' +
        'unset AWS_ENDPOINT_URL TF_REATTACH_PROVIDERS',
    );
  });

  it('that are set but empty count as unset, but for an input', () => {
    const empty = {
      TF_REATTACH_PROVIDERS: '',
      AWS_ENDPOINT_URL: '',
      TF_WORKSPACE: '',
      TF_DATA_DIR: '',
      TF_CLI_ARGS: '',
    };

    expect(() => refuseShellVariables('aws', empty)).not.toThrow();
    expect(() => refuseShellVariables('aws', { ...empty, TF_VAR_region: '' })).toThrow('TF_VAR_region is set');
  });
});
