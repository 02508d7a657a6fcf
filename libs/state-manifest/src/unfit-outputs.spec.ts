import type { ReadOutput } from './index';
import { describeUnfit, unfitOutputs } from './unfit-outputs';

const read: readonly ReadOutput[] = [
  { name: 'subnetIds', parameter: '/trade/prod/us-east-1/network/subnet-ids', type: 'StringList' },
  { name: 'vpcId', parameter: '/trade/prod/us-east-1/network/vpc-id', type: 'String' },
];
const published = (types: Readonly<Record<string, string>>) =>
  new Map(Object.entries(types).map(([name, type]) => [`/trade/prod/us-east-1/network/${name}`, type]));

const describeOf = (types: Readonly<Record<string, string>>) => describeUnfit(unfitOutputs(read, published(types)));

describe('unfitOutputs', () => {
  it('are none where each output that is read is published with its type, whatever else is', () => {
    expect(unfitOutputs(read, published({ 'vpc-id': 'String', 'subnet-ids': 'StringList', more: 'String' }))).toEqual(
      [],
    );
  });

  it('are those that are missing or of another type', () => {
    expect(unfitOutputs(read, published({ 'subnet-ids': 'String' }))).toEqual([
      { ...read[0], found: 'String' },
      { ...read[1], found: undefined },
    ]);
  });

  it.each([
    [{ 'vpc-id': 'StringList', 'subnet-ids': 'StringList' }, 'vpcId is StringList, expected String'],
    [{}, 'subnetIds is not published, expected StringList, vpcId is not published, expected String'],
  ])('are described by name and both types: %j', (types, words) => {
    expect(describeOf(types)).toBe(words);
  });

  it('are none of a reader in another folder: a mirror vouches only for what it mirrors', () => {
    const mirrored = new Map([['/trade/prod/us-west-2/network/vpc-id', 'String']]);

    expect(unfitOutputs(read, mirrored).map(({ name }) => name)).toEqual(['subnetIds', 'vpcId']);
  });
});
