import { contractImports, readersByStack } from './contract-imports';

describe('contractImports', () => {
  it('finds the owners of imported contracts', () => {
    const source = `
      import { networkContract } from '@dr/network/contract';
      import {
        dataKeysContract,
      } from "@dr/data/contract";
      import { defineContract } from '@dr/stack-contracts';
    `;

    expect(contractImports(source)).toEqual(['network', 'data']);
  });

  it('takes no other import of an app for a contract', () => {
    expect(contractImports(`import { x } from '@dr/network/contract-tools';`)).toEqual([]);
  });
});

describe('readersByStack', () => {
  it('turns imports round', () => {
    const imports = new Map([
      ['network', new Set<string>()],
      ['data', new Set(['network'])],
      ['compute', new Set(['data', 'network', 'compute'])],
    ]);

    expect(readersByStack(imports)).toEqual(
      new Map([
        ['network', ['compute', 'data']],
        ['data', ['compute']],
        ['compute', []],
      ]),
    );
  });
});
