import { formatOutputs } from './format-outputs';

const contracts = [
  { contract: 'network', region: 'us-west-2', store: 'us-west-2', values: {} },
  {
    contract: 'network',
    region: 'us-east-1',
    store: 'us-east-1',
    values: { 'contract-hash': 'abc', 'vpc-id': 'vpc-1' },
  },
  { contract: 'compute', region: 'us-east-1', store: 'us-west-2', values: { host: 'h' } },
];

describe('formatOutputs', () => {
  it('shows values by contract and region, and what was never published', () => {
    expect(formatOutputs(contracts, 'table')).toBe(
      [
        'compute us-east-1 (mirrored in us-west-2)',
        '  host  h',
        '',
        'network us-east-1',
        '  contract-hash  abc',
        '  vpc-id         vpc-1',
        '',
        'network us-west-2',
        '  (not published)',
        '',
      ].join('\n'),
    );
  });

  it('gives programs a tree of store, region and contract', () => {
    expect(JSON.parse(formatOutputs(contracts, 'json'))).toEqual({
      'us-west-2': { 'us-east-1': { compute: { host: 'h' } }, 'us-west-2': { network: {} } },
      'us-east-1': { 'us-east-1': { network: { 'contract-hash': 'abc', 'vpc-id': 'vpc-1' } } },
    });
  });
});
