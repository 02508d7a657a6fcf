import type { ContractAddress, StateEntry } from '@dr/state-manifest';
import { orderStates, reverseOrder } from './state-order';

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
  publishes,
  reads,
});

const asObject = (order: ReadonlyMap<string, ReadonlySet<string>>) =>
  Object.fromEntries([...order].map(([name, waitsFor]) => [name, [...waitsFor].sort()]));

describe('orderStates', () => {
  it('lets the standby wait for the mirror, and the mirror for the primary', () => {
    const order = orderStates([
      state('standby', [address('data', 'west')], [address('data', 'east', 'west')]),
      state('mirror', [address('data', 'east', 'west')], [address('data', 'east')]),
      state('primary', [address('data', 'east')], [address('network', 'east')]),
    ]);

    expect(asObject(order)).toEqual({ standby: ['mirror'], mirror: ['primary'], primary: [] });
  });

  it('orders by contract, region and store, whatever the shape that is expected', () => {
    const order = orderStates([
      state('writer', [{ ...address('data'), hash: 'new' }], []),
      state('reader', [], [{ ...address('data'), hash: 'old' }]),
    ]);

    expect(asObject(order)).toEqual({ writer: [], reader: ['writer'] });
  });

  it('refuses states that wait for each other', () => {
    expect(() =>
      orderStates([
        state('b', [address('b')], [address('a')]),
        state('a', [address('a')], [address('b')]),
        state('free', [], []),
      ]),
    ).toThrow(
      "states a, b read each other's contracts, expected an order. Split what one of them publishes into a state of its own.",
    );
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
