import {
  GetResourcesCommand,
  type GetResourcesCommandInput,
  ResourceGroupsTaggingAPIClient,
} from '@aws-sdk/client-resource-groups-tagging-api';
import { TestSandbox } from '../../testing/test-sandbox';

let aws: TestSandbox;
let client: ResourceGroupsTaggingAPIClient;
let vpcArn: string;

beforeEach(async () => {
  aws = await TestSandbox.start();
  client = new ResourceGroupsTaggingAPIClient(aws.client('us-west-2'));
  const { terraform } = aws;
  const region = 'us-west-2';
  const tagged = (state: string, stack = 'network') => ({ region, tags: { state, stack } });
  const vpc = terraform.apply('aws_vpc', { ...tagged('network-us-west-2'), cidr_block: '10.0.0.0/16' });
  vpcArn = String(vpc['arn']);
  terraform.apply('aws_sns_topic', { ...tagged('data-us-west-2', 'data'), name: 'alerts' });
  terraform.apply('aws_sns_topic', { ...tagged('network-us-west-2'), name: 'flow' });
  terraform.apply('aws_sns_topic', { region, name: 'untagged' });
});

afterEach(async () => {
  client.destroy();
  await aws.close();
  expect(aws.defects).toEqual([]);
});

const TRUST =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}}]}';
const TOPIC = 'arn:aws:sns:us-west-2:000000000000';
const find = (input: GetResourcesCommandInput) => client.send(new GetResourcesCommand(input));

async function arns(input: GetResourcesCommandInput, of = client): Promise<readonly (string | undefined)[]> {
  const { ResourceTagMappingList: found = [] } = await of.send(new GetResourcesCommand(input));
  return found.map(({ ResourceARN }) => ResourceARN);
}

describe('GetResources', () => {
  it('finds every resource that has tags, with its ARN and all of its tags', async () => {
    const found = await find({});

    expect(found).toMatchObject({
      PaginationToken: '',
      ResourceTagMappingList: [
        {
          ResourceARN: vpcArn,
          Tags: expect.arrayContaining([
            { Key: 'state', Value: 'network-us-west-2' },
            { Key: 'stack', Value: 'network' },
          ]),
        },
        { ResourceARN: `${TOPIC}:alerts` },
        { ResourceARN: `${TOPIC}:flow` },
      ],
    });
  });

  it.each<[string, GetResourcesCommandInput, () => readonly string[]]>([
    [
      'with a tag of a value',
      { TagFilters: [{ Key: 'state', Values: ['network-us-west-2'] }] },
      () => [vpcArn, `${TOPIC}:flow`],
    ],
    [
      'with a tag of one of several values',
      { TagFilters: [{ Key: 'stack', Values: ['data', 'compute'] }] },
      () => [`${TOPIC}:alerts`],
    ],
    ['with a tag of any value', { TagFilters: [{ Key: 'owner' }] }, () => []],
    [
      'with every tag asked for',
      {
        TagFilters: [
          { Key: 'stack', Values: ['network'] },
          { Key: 'state', Values: ['data-us-west-2'] },
        ],
      },
      () => [],
    ],
    ['of a service', { ResourceTypeFilters: ['sns'] }, () => [`${TOPIC}:alerts`, `${TOPIC}:flow`]],
    ['of a type of a service', { ResourceTypeFilters: ['ec2:vpc', 'ec2:subnet'] }, () => [vpcArn]],
    ['of none of the types', { ResourceTypeFilters: ['ec2:subnet'] }, () => []],
    [
      'of types with a tag',
      { ResourceTypeFilters: ['sns'], TagFilters: [{ Key: 'stack', Values: ['network'] }] },
      () => [`${TOPIC}:flow`],
    ],
    ['by ARN', { ResourceARNList: [`${TOPIC}:flow`, `${TOPIC}:untagged`] }, () => [`${TOPIC}:flow`]],
  ])('finds those %s', async (_what, input, expected) => {
    expect(await arns(input)).toEqual(expected());
  });

  it('finds as many as a page has, each once', async () => {
    for (let topic = 0; topic < 60; topic++) {
      aws.terraform.apply('aws_sns_topic', { region: 'us-west-2', name: `topic-${topic}`, tags: { many: 'x' } });
    }
    const input = { TagFilters: [{ Key: 'many' }] };

    const first = await find(input);
    const second = await find({ ...input, PaginationToken: first.PaginationToken });
    const large = await find({ ...input, ResourcesPerPage: 100 });

    const sizes = [first, second, large].map(({ ResourceTagMappingList }) => ResourceTagMappingList?.length);
    expect(sizes).toEqual([50, 10, 60]);
    expect([second.PaginationToken, large.PaginationToken]).toEqual(['', '']);
    expect([...(first.ResourceTagMappingList ?? []), ...(second.ResourceTagMappingList ?? [])]).toEqual(
      large.ResourceTagMappingList,
    );
  });

  it('finds what belongs to no region in us-east-1, and no IAM role', async () => {
    const tags = { state: 'global' };
    aws.terraform.apply('aws_route53_zone', { name: 'example.com', tags });
    aws.terraform.apply('aws_iam_role', { name: 'task', assume_role_policy: TRUST, tags });
    const virginia = new ResourceGroupsTaggingAPIClient(aws.client('us-east-1'));
    const input = { TagFilters: [{ Key: 'state', Values: ['global'] }] };

    const found = [await arns(input, virginia), await arns(input)];
    virginia.destroy();

    expect(found).toEqual([[expect.stringMatching(/^arn:aws:route53:::hostedzone\//)], []]);
  });

  it('finds nothing that waits for its deletion', async () => {
    const key = aws.terraform.apply('aws_kms_key', { region: 'us-west-2', tags: { state: 'data-keys-us-west-2' } });
    const input = { TagFilters: [{ Key: 'state', Values: ['data-keys-us-west-2'] }] };
    const before = await arns(input);

    aws.terraform.destroy('aws_kms_key', key);

    expect(before).toEqual([key['arn']]);
    expect(await arns(input)).toEqual([]);
  });

  it.each<[string, GetResourcesCommandInput]>([
    ['a page of none', { ResourcesPerPage: 0 }],
    ['a page of more than 100', { ResourcesPerPage: 101 }],
    ['ARNs with a filter', { ResourceARNList: ['arn:aws:sns:us-west-2:1:a'], TagFilters: [{ Key: 'state' }] }],
    ['ARNs with a page', { ResourceARNList: ['arn:aws:sns:us-west-2:1:a'], ResourcesPerPage: 5 }],
    ['a filter without a key', { TagFilters: [{ Values: ['x'] }] }],
    ['more than 20 values', { TagFilters: [{ Key: 'a', Values: Array.from({ length: 21 }, () => 'x') }] }],
  ])('refuses %s', async (_what, input) => {
    await expect(find(input)).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });
});
