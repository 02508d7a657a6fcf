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

    expect(contractImports(source, '@dr')).toEqual(['network', 'data']);
  });

  it('takes no other import of an app for a contract', () => {
    expect(contractImports(`import { x } from '@dr/network/contract-tools';`, '@dr')).toEqual([]);
  });
});

describe('contractImports in another scope', () => {
  it("finds that scope's contracts, and no other's", () => {
    const source = `import { a } from '@acme/orders/contract'; import { b } from '@acmeXcom/payments/contract';`;

    expect(contractImports(source, '@acme')).toEqual(['orders']);
    expect(contractImports(source, '@dr')).toEqual([]);
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
