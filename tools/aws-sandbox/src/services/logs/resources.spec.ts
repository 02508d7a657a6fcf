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

const refusalOf = (type: string, given: ObjectValue) => terraform.refusal(type, given);

describe('a log group', () => {
  const creating = (call: string, refusal: string, name = '/aws/lambda/api') =>
    `creating CloudWatch Logs Log Group (${name}): operation error CloudWatch Logs: ${call}, https response error StatusCode: 400, ${refusal}`;

  it("has AWS's ARN and is one of its name", () => {
    const group = terraform.apply('aws_cloudwatch_log_group', { name: '/aws/lambda/api' });

    expect(group['arn']).toBe('arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/api');
    expect(refusalOf('aws_cloudwatch_log_group', { name: '/aws/lambda/api' })).toEqual([
      creating('CreateLogGroup', 'ResourceAlreadyExistsException: The specified log group already exists'),
      'name',
    ]);
  });

  it('keeps what it holds for one of the times of AWS', () => {
    expect(refusalOf('aws_cloudwatch_log_group', { name: '/aws/lambda/api', retention_in_days: 31 })).toEqual([
      creating(
        'PutRetentionPolicy',
        'InvalidParameterException: retentionInDays must be one of 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653: 31',
      ),
      'retention_in_days',
    ]);
  });

  it('is refused a key that is not there', () => {
    expect(
      refusalOf('aws_cloudwatch_log_group', {
        name: '/aws/lambda/api',
        kms_key_id: 'arn:aws:kms:us-east-1:000000000000:key/k',
      }),
    ).toEqual([
      creating(
        'CreateLogGroup',
        "AccessDeniedException: The specified KMS key does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:000000000000:log-group:/aws/lambda/api'",
      ),
      'kms_key_id',
    ]);
  });
});
