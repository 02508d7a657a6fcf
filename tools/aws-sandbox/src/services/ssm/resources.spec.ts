import { rmSync } from 'node:fs';
import type { ObjectValue } from '../../model/value';
import { TerraformClient } from '../../testing/terraform-client';

let terraform: TerraformClient;

beforeEach(() => {
  terraform = new TerraformClient();
});

afterEach(() => {
  terraform.close();
  rmSync(terraform.home, { recursive: true, force: true });
});

const ssm = (call: string, refusal: string, status = 400) =>
  `operation error SSM: ${call}, https response error StatusCode: ${status}, ${refusal}`;

const parameter = (change: ObjectValue = {}): ObjectValue => ({
  name: '/trading/network/vpc-id',
  type: 'String',
  value: 'vpc-1',
  ...change,
});

const creating = (refusal: string, name = '/trading/network/vpc-id') =>
  `creating SSM Parameter (${name}): ${ssm('PutParameter', refusal)}`;

describe('a parameter', () => {
  it("has AWS's names, and a version that each new value raises", () => {
    const first = terraform.apply('aws_ssm_parameter', parameter());

    const second = terraform.apply('aws_ssm_parameter', parameter({ value: 'vpc-2' }), first);
    const tagged = terraform.apply('aws_ssm_parameter', parameter({ value: 'vpc-2', tags: { a: 'b' } }), second);

    expect(first).toMatchObject({
      id: '/trading/network/vpc-id',
      arn: 'arn:aws:ssm:us-east-1:000000000000:parameter/trading/network/vpc-id',
      data_type: 'text',
      tier: 'Standard',
      insecure_value: 'vpc-1',
      version: 1,
    });
    expect(second).toMatchObject({ value: 'vpc-2', insecure_value: 'vpc-2', version: 2 });
    expect(tagged['version']).toBe(2);
  });

  it('keeps a write-only value, which no state holds', () => {
    const config = parameter({ type: 'SecureString', value: null, value_wo: 'hunter2', value_wo_version: 1 });

    const state = terraform.apply('aws_ssm_parameter', config);

    expect(JSON.stringify(state)).not.toContain('hunter2');
    expect(state).toMatchObject({ value: '', value_wo: null, has_value_wo: true, key_id: 'alias/aws/ssm' });
    expect(terraform.data('aws_ssm_parameter', { name: '/trading/network/vpc-id' }).state?.['value']).toBe('hunter2');
    expect(terraform.changes('aws_ssm_parameter', config, state)).toEqual([]);
  });

  it.each([
    [
      'a second time',
      {},
      'ParameterAlreadyExists: The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
      'name',
    ],
    [
      'with a key that is not there',
      { name: '/other', type: 'SecureString', key_id: 'alias/missing' },
      'InvalidKeyId: Invalid keyId alias/missing',
      'key_id',
    ],
    [
      'with signs that are not allowed in its name',
      { name: '/a b' },
      'ValidationException: Only a mix of letters, numbers and the following 3 symbols .-_ are allowed.',
      'name',
    ],
    [
      'with a path that does not begin with a slash',
      { name: 'trading/vpc' },
      'ValidationException: Parameter name must be a fully qualified name.',
      'name',
    ],
    [
      "with AWS's own prefix",
      { name: '/aws/vpc' },
      'ValidationException: Parameter name: can\'t be prefixed with "aws" or "ssm" (case-insensitive).',
      'name',
    ],
    [
      'with more than 15 levels',
      { name: '/a'.repeat(16) },
      'HierarchyLevelLimitExceededException: A hierarchy can have a maximum of 15 levels.',
      'name',
    ],
    [
      'with more than 4 KB',
      { name: '/large', value: 'x'.repeat(4097) },
      'ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters.',
      'value',
    ],
    [
      'with more than 4 KB of UTF-8 in fewer characters',
      { name: '/large', value: 'é'.repeat(2049) },
      'ValidationException: Standard tier parameters support a maximum parameter value of 4096 characters.',
      'value',
    ],
    [
      'with an empty value',
      { name: '/empty', value: null, insecure_value: '' },
      "ValidationException: 1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
      'value',
    ],
    [
      'with a parameter in its value',
      { name: '/nested', value: 'a {{ssm:\nb}} c' },
      'ValidationException: Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.',
      'value',
    ],
    [
      'with a value against its pattern',
      { name: '/pattern', allowed_pattern: 'subnet-.*' },
      'ParameterPatternMismatchException: Parameter value, cannot be validated against allowedPattern: subnet-.*',
      'value',
    ],
  ])('is refused %s', (_what, change: ObjectValue, refusal, path) => {
    terraform.apply('aws_ssm_parameter', parameter());

    expect(terraform.refusal('aws_ssm_parameter', parameter(change))).toEqual([
      creating(refusal, String(change['name'] ?? '/trading/network/vpc-id')),
      path,
    ]);
  });

  it('holds 4 KB, and braces that name no parameter', () => {
    const value = `${'é'.repeat(2040)}{"a":{"b":1}} {{`;

    const state = terraform.apply('aws_ssm_parameter', parameter({ value }));

    expect(state).toMatchObject({ value, insecure_value: value });
  });

  it('is refused with an empty value in a call too', () => {
    expect(terraform.refusal('aws_ssm_parameter', parameter({ name: '/call', value: '' }))?.[0]).toContain(
      "Value '' at 'value' failed to satisfy constraint",
    );
  });

  it('is of one region', () => {
    terraform.apply('aws_ssm_parameter', parameter());

    expect(terraform.refusal('aws_ssm_parameter', parameter({ region: 'us-west-2' }))).toBeUndefined();
    expect(terraform.account.list('aws_ssm_parameter').map(({ region }) => region)).toEqual(['us-east-1', 'us-west-2']);
  });
});

describe('reading parameters', () => {
  it('is refused for one that is not there, or of another region', () => {
    terraform.apply('aws_ssm_parameter', parameter({ region: 'us-west-2' }));

    expect(terraform.data('aws_ssm_parameter', { name: '/trading/network/vpc-id' }).diagnostics).toEqual([
      {
        severity: 'error',
        summary: `reading SSM Parameter: ${ssm('GetParameter', 'ParameterNotFound: Parameter /trading/network/vpc-id not found.')}`,
        detail: 'Refused by the sandbox account 000000000000 in us-east-1.',
        path: ['name'],
      },
    ]);
  });

  it('gives those below a path, in order, by level or all', () => {
    for (const name of ['/trading/b', '/trading/a', '/trading/network/vpc-id', '/tradings/c', '/trading'])
      terraform.apply('aws_ssm_parameter', parameter({ name, value: `value of ${name}` }));

    const level = terraform.data('aws_ssm_parameters_by_path', { path: '/trading' }).state;
    const all = terraform.data('aws_ssm_parameters_by_path', { path: '/trading/', recursive: true }).state;
    const none = terraform.data('aws_ssm_parameters_by_path', { path: '/none' }).state;

    expect(level?.['names']).toEqual(['/trading/a', '/trading/b']);
    expect(level?.['values']).toEqual(['value of /trading/a', 'value of /trading/b']);
    expect(all?.['names']).toEqual(['/trading/a', '/trading/b', '/trading/network/vpc-id']);
    expect(none?.['names']).toEqual([]);
  });
});
