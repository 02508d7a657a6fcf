import { defineContract, mirrored, text, textList } from './contract';
import { parameterName } from './parameter-path';

const outputs = { vpcId: text('VPC'), subnetIds: textList('Subnets') };

describe('defineContract', () => {
  it('is owned by the app of its name unless told otherwise', () => {
    expect(defineContract({ name: 'network', outputs }).owner).toBe('network');
    expect(defineContract({ name: 'network-edge', owner: 'network', outputs }).owner).toBe('network');
  });

  it('hashes the shape: a known contract has a known hash', () => {
    // sha256 of "network\nsubnetIds:list\nvpcId:text", first 12 digits, from `printf … | sha256sum`.
    expect(defineContract({ name: 'network', outputs }).hash).toBe('bca97338b09b');
  });

  it('keeps the hash when descriptions or the order change', () => {
    const reworded = { subnetIds: textList('All subnets'), vpcId: text('The VPC') };

    expect(defineContract({ name: 'network', outputs: reworded }).hash).toBe(
      defineContract({ name: 'network', outputs }).hash,
    );
  });

  it.each([
    ['an output is added', 'network', { ...outputs, more: text('More') }],
    ['an output is dropped', 'network', { vpcId: outputs.vpcId }],
    ['an output is renamed', 'network', { vpc: outputs.vpcId, subnetIds: outputs.subnetIds }],
    ['a text becomes a list', 'network', { ...outputs, vpcId: textList('VPCs') }],
    ['an output is mirrored', 'network', { ...outputs, vpcId: mirrored(outputs.vpcId) }],
    ['the name differs', 'network-edge', outputs],
  ])('changes the hash when %s', (_what, name, changed) => {
    expect(defineContract({ name, outputs: changed }).hash).not.toBe(defineContract({ name: 'network', outputs }).hash);
  });

  it('refuses a name that is no path', () => {
    expect(() => defineContract({ name: 'Order Book', outputs })).toThrow(
      'defineContract: name is "Order Book", expected kebab-case such as order-book. It becomes part of a parameter path.',
    );
  });

  it('refuses an output that is no path', () => {
    expect(() => defineContract({ name: 'network', outputs: { 'vpc/id': text('VPC') } })).toThrow(
      'contract network: output is "vpc/id", expected camelCase such as vpcId. It becomes part of a parameter path.',
    );
  });

  it("refuses an output of the contract's own hash", () => {
    expect(() => defineContract({ name: 'network', outputs: { contractHash: text('Hash') } })).toThrow(
      `contract network: output is "contractHash", expected another name: the contract's own hash has that parameter.`,
    );
  });
});

describe('parameterName', () => {
  it.each([
    ['vpcId', 'vpc-id'],
    ['name', 'name'],
    ['zone2Ids', 'zone2-ids'],
  ])('writes %s as %s', (output, name) => {
    expect(parameterName(output)).toBe(name);
  });
});
