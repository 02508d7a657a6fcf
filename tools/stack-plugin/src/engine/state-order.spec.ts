import type { ContractAddress, StateEntry, StateManifest } from '@dr/state-manifest';
import { longestChainFirst, orderStates, reverseOrder } from './state-order';

const address = (contract: string, region = 'east', store = region): ContractAddress => ({
  contract,
  region,
  store,
  hash: 'abc',
});

const state = (name: string, publishes: ContractAddress[], reads: ContractAddress[]): StateEntry => ({
  name,
  region: 'east',
  folder: name,
  digest: '',
  publishes,
  reads: reads.map((read) => ({ ...read, outputs: [] })),
});

const stack = (name: string, ...states: StateEntry[]): StateManifest => ({
  version: 1,
  stack: name,
  environment: 'local',
  owner: 'team',
  parameterRoot: '/dr/local',
  states,
});

const asObject = (order: ReadonlyMap<string, ReadonlySet<string>>) =>
  Object.fromEntries([...order].map(([name, waitsFor]) => [name, [...waitsFor].sort()]));

describe('orderStates', () => {
  it('lets the standby wait for the mirror, and the mirror for the primary', () => {
    const order = orderStates([
      stack(
        'data',
        state('standby', [address('data', 'west')], [address('data', 'east', 'west')]),
        state('mirror', [address('data', 'east', 'west')], [address('data', 'east')]),
        state('primary', [address('data', 'east')], [address('network', 'east')]),
      ),
    ]);

    expect(asObject(order)).toEqual({ standby: ['mirror'], mirror: ['primary'], primary: [] });
  });

  it('orders by contract, region and store, whatever the shape that is expected', () => {
    const order = orderStates([
      stack(
        'data',
        state('writer', [{ ...address('data'), hash: 'new' }], []),
        state('reader', [], [{ ...address('data'), hash: 'old' }]),
      ),
    ]);

    expect(asObject(order)).toEqual({ writer: [], reader: ['writer'] });
  });

  it('refuses states that wait for each other', () => {
    expect(() =>
      orderStates([
        stack(
          'data',
          state('b', [address('b')], [address('a')]),
          state('a', [address('a')], [address('b')]),
          state('free', [], []),
        ),
      ]),
    ).toThrow(
      "states a, b read each other's contracts, expected an order. Split what one of them publishes into a state of its own.",
    );
  });
});

describe('orderStates over stacks', () => {
  const network = stack(
    'network',
    state('network-east', [address('network', 'east')], []),
    state('network-west', [], []),
  );
  const data = stack('data', state('data-keys', [], []), state('data-east', [], [address('network', 'east')]));

  it('lets a state begin as soon as what it reads is published, in whatever stack', () => {
    const order = orderStates([network, data], [{ stack: 'data', waitsFor: 'network' }]);

    expect(asObject(order)).toEqual({
      'network-east': [],
      'network-west': [],
      'data-keys': [],
      'data-east': ['network-east'],
    });
  });

  it('lets all states wait where the graph has an edge that no contract explains', () => {
    const tools = stack('tools', state('tools-east', [], []));

    expect(asObject(orderStates([network, tools], [{ stack: 'tools', waitsFor: 'network' }]))).toMatchObject({
      'tools-east': ['network-east', 'network-west'],
    });
  });
});

describe('reverseOrder', () => {
  it('lets what was first wait for what was after it', () => {
    const order = new Map([
      ['primary', new Set<string>()],
      ['mirror', new Set(['primary'])],
      ['standby', new Set(['mirror'])],
    ]);

    expect(asObject(reverseOrder(order))).toEqual({ primary: ['mirror'], mirror: ['standby'], standby: [] });
  });
});

describe('longestChainFirst', () => {
  it('begins with what the longest chain waits for, and goes by name where chains are equal', () => {
    const order = new Map([
      ['alone', new Set<string>()],
      ['last', new Set(['middle'])],
      ['middle', new Set(['first', 'also-first'])],
      ['first', new Set<string>()],
      ['also-first', new Set<string>()],
    ]);

    expect(longestChainFirst(order)).toEqual(['also-first', 'first', 'middle', 'alone', 'last']);
  });
});
