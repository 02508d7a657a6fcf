import { join } from 'node:path';
import ts from 'typescript';

const WORKSPACE = join(__dirname, '../../..');

const PREAMBLE = `
import { defineContract, mirrored, publishOutputs, readOutputs, readPeerOutputs, text, textList } from './index';
import type { ContractScope } from './index';
declare const scope: ContractScope;
const contract = defineContract({
  name: 'network',
  outputs: { vpcId: text('VPC'), subnetIds: textList('Subnets'), zoneId: mirrored(text('Zone')) },
});
const published = { vpcId: 'vpc-1', subnetIds: ['subnet-1'], zoneId: 'Z1' };
void [published, publishOutputs, readOutputs, readPeerOutputs, scope, contract];
`;

/** Compiles a program as the workspace compiles and returns its errors, `TS<code>: <first line>` each. */
function compileErrors(statements: readonly string[]): string[][] {
  const config = ts.readConfigFile(join(WORKSPACE, 'tsconfig.base.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, WORKSPACE);
  const fileNames = statements.map((_, index) => join(__dirname, `type-test-${index}.ts`));
  const sources = new Map(fileNames.map((fileName, index) => [fileName, PREAMBLE + statements[index]]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (fileName) => sources.has(fileName) || fileExists(fileName);
  host.readFile = (fileName) => sources.get(fileName) ?? readFile(fileName);
  host.getSourceFile = (fileName, target) => {
    const source = sources.get(fileName);
    return source === undefined ? getSourceFile(fileName, target) : ts.createSourceFile(fileName, source, target);
  };
  const program = ts.createProgram(fileNames, options, host);
  return fileNames.map((fileName) =>
    program
      .getSemanticDiagnostics(program.getSourceFile(fileName))
      .map(({ code, messageText }) => `TS${code}: ${ts.flattenDiagnosticMessageText(messageText, ' ').trim()}`),
  );
}

const CASES: readonly (readonly [string, string, RegExp | undefined])[] = [
  ['publishing every output compiles', `publishOutputs(scope, contract, published);`, undefined],
  [
    'forgetting an output does not',
    `publishOutputs(scope, contract, { vpcId: 'vpc-1', zoneId: 'Z1' });`,
    /^TS2345: .*Property 'subnetIds' is missing/,
  ],
  [
    'publishing an unknown output does not',
    `publishOutputs(scope, contract, { ...published, vpcID: 'vpc-1' });`,
    /^TS2561: .*'vpcID' does not exist|^TS2353: .*'vpcID' does not exist/,
  ],
  [
    'publishing a text for a list does not',
    `publishOutputs(scope, contract, { ...published, subnetIds: 'subnet-1' });`,
    /^TS2322: Type 'string' is not assignable to type 'readonly string\[\]'/,
  ],
  [
    'reading an output compiles, with its type',
    `const ids: string[] = readOutputs(scope, contract).subnetIds; void ids;`,
    undefined,
  ],
  [
    'an output is a text in a template and for a construct',
    `const { vpcId } = readOutputs(scope, contract); const arn: string = \`x:\${vpcId}\`; const id: string = vpcId; void [arn, id];`,
    undefined,
  ],
  ...["split('-')", 'toUpperCase()', "replace('a', 'b')", 'trim()', "startsWith('v')"].map(
    (call) =>
      [
        `a method of JavaScript on an output does not: ${call}`,
        `readOutputs(scope, contract).vpcId.${call};`,
        /^TS2349: This expression is not callable\.\s+Type 'never' has no call signatures/,
      ] as const,
  ),
  ...["join(',')", 'map(String)', "includes('a')", 'at(0)'].map(
    (call) =>
      [
        `a method of JavaScript on a list does not: ${call}`,
        `readOutputs(scope, contract).subnetIds.${call};`,
        /^TS2349: This expression is not callable\.\s+Type 'never' has no call signatures/,
      ] as const,
  ),
  [
    'reading an output that does not exist does not',
    `readOutputs(scope, contract).natIds;`,
    /^TS2339: Property 'natIds' does not exist/,
  ],
  [
    'reading a list as a text does not',
    `const id: string = readOutputs(scope, contract).subnetIds; void id;`,
    /^TS2322: Type 'ListOutput' is not assignable to type 'string'/,
  ],
  [
    'reading a mirrored output of the peer compiles',
    `const zone: string = readPeerOutputs(scope, contract, 'us-west-2').zoneId; void zone;`,
    undefined,
  ],
  [
    'reading an output of the peer that is not mirrored does not',
    `readPeerOutputs(scope, contract, 'us-west-2').vpcId;`,
    /^TS2339: Property 'vpcId' does not exist/,
  ],
];

describe('contracts at compile time', () => {
  const errors = compileErrors(CASES.map(([, statement]) => statement));

  it.each(CASES.map(([name, , expected], index) => [name, expected, index] as const))(
    '%s',
    (_name, expected, index) => {
      if (expected === undefined) {
        expect(errors[index]).toEqual([]);
      } else {
        expect(errors[index]).toEqual([expect.stringMatching(expected)]);
      }
    },
  );
});
