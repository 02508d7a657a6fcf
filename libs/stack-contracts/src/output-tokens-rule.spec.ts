import { join } from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

const WORKSPACE = join(__dirname, '../../..');

/** Statements with outputs of each kind at hand; `maybe` is one that may not be there. */
const PREAMBLE = `
import { createHash } from 'node:crypto';
import { defineContract, outputFn, readOutputs, text, textList } from './index';
import type { ContractScope, ListOutput, TextOutput } from './index';
declare const scope: ContractScope;
const contract = defineContract({ name: 'network', outputs: { vpcId: text(''), subnetIds: textList('') } });
const { vpcId, subnetIds } = readOutputs(scope, contract);
declare const maybe: TextOutput | undefined;
declare const lists: { readonly list: ListOutput };
declare function use(...values: unknown[]): void;
use(createHash, contract, outputFn, vpcId, subnetIds, maybe, lists);
`;

const FOUND: readonly (readonly [string, string])[] = [
  ["if (vpcId === 'vpc-1') use();", '==='],
  ["use('vpc-1' != vpcId);", '!='],
  ["use(vpcId < 'vpc-2');", '<'],
  ['if (vpcId) use();', 'A condition'],
  ['use(!vpcId);', 'A condition'],
  ["use(vpcId || 'none');", 'A condition'],
  ['use(vpcId ? 1 : 2);', 'A condition'],
  ['while (vpcId) use();', 'A condition'],
  ['switch (vpcId) {}', 'switch'],
  ['use(vpcId.length);', '.length'],
  ['use(subnetIds.length > 2);', '.length'],
  ['use(subnetIds[0]);', '[0]'],
  ['use(vpcId[3]);', '[3]'],
  ['use(lists.list.length);', '.length'],
  ['use(maybe?.length);', '.length'],
  ['use({ ...vpcId });', '…'],
  ['use(...subnetIds);', '…'],
  ["use([...subnetIds, 'x']);", '…'],
  ['use([...vpcId]);', '…'],
  ['for (const id of subnetIds) use(id);', 'A loop'],
  ['use(+vpcId, 1);', '+'],
  ['use(Number(vpcId));', 'Number()'],
  ['use(parseInt(vpcId, 10));', 'parseInt()'],
  ['use(new Set(subnetIds));', 'Set()'],
  ['use(JSON.parse(vpcId));', 'parse()'],
  ['use(/vpc/.test(vpcId));', 'test()'],
  ["use(['vpc-1'].includes(vpcId));", 'includes()'],
  ["use('vpc-1'.startsWith(vpcId));", 'startsWith()'],
  ['for (const key in vpcId) use(key);', 'A loop'],
  ['const { length } = subnetIds; use(length);', 'Destructuring'],
  ['use(`${subnetIds}`);', 'A list in a text'],
  ["use(subnetIds + 'x');", '+'],
  ["use(`${vpcId}` === 'vpc-1');", '==='],
  ["use(vpcId + '-a' === 'vpc-1-a');", '==='],
  ['if (`${vpcId}-a`) use();', 'A condition'],
  ['switch (`${vpcId}`) {}', 'switch'],
  ['use(`a-${maybe}`.length);', '.length'],
  ["use(`${vpcId}`.split('-'));", '.split'],
  ["use((vpcId + '-a').toUpperCase());", '.toUpperCase'],
  ["use((vpcId as string) === 'x');", '==='],
  ['use((vpcId as string).length);', '.length'],
  ['const { length } = vpcId as string; use(length);', 'Destructuring'],
  ['use(vpcId!.length);', '.length'],
  ['use(maybe?.[0]);', '[0]'],
  ['use({ a: 1 }[vpcId as never]);', 'A key'],
  ["use([vpcId].includes('vpc-1' as never));", 'includes()'],
  ['use(Object.keys(subnetIds));', 'keys()'],
  ["use('length' in subnetIds);", 'in'],
  ['use(subnetIds instanceof Array);', 'instanceof'],
  ["switch ('x' as string) { case vpcId: }", 'case'],
  ['let n = 1; n -= vpcId as never; use(n);', '-='],
  ['let id = vpcId; id ||= vpcId; use(id);', 'A condition'],
  ['let id = maybe ?? vpcId; id &&= vpcId; use(id);', 'A condition'],
  ['let first = ""; [first] = subnetIds; use(first);', 'Destructuring'],
  ['use(Math.max(vpcId as never, 1));', 'max()'],
  ['use(Number.isInteger(vpcId));', 'isInteger()'],
  ['use(Object.hasOwn({ a: 1 }, vpcId));', 'hasOwn()'],
  ['use(btoa(vpcId));', 'btoa()'],
  ['use(String(subnetIds));', 'String()'],
  ['use(subnetIds.toString());', '.toString'],
  ["use(['x'].concat(subnetIds));", 'concat()'],
  ['use([subnetIds, subnetIds].flat());', 'flat()'],
  ['use([vpcId, vpcId].sort());', 'sort()'],
  ["use('vpc-1'.replace(vpcId, 'x'));", 'replace()'],
  ["use('vpc-1'.replaceAll(vpcId, 'x'));", 'replaceAll()'],
  ["use(createHash('sha256').update(vpcId));", 'update()'],
];

const NOT_FOUND: readonly string[] = [
  'use(vpcId, subnetIds, { vpcId }, [vpcId]);',
  "use(`${vpcId}-a`, vpcId + '-a');",
  'use(maybe === undefined, maybe ? 1 : 2, maybe ?? vpcId);',
  'use(vpcId ?? 1);',
  "use(outputFn.element(subnetIds, 0), outputFn.join(',', subnetIds), outputFn.length(subnetIds));",
  "const plain = 'a'; use(plain.length, plain === 'a', Number(plain), [...plain]);",
  'use(`${vpcId}-${maybe}`, (vpcId as string), JSON.stringify({ vpcId }), { [`${vpcId}`]: 1 });',
  'use(Array.isArray(subnetIds), vpcId == null, [vpcId].length);',
  'use(typeof vpcId, String(vpcId), vpcId.toString());',
  "use('a'.concat(vpcId), ['a'].concat(vpcId), 'a-b'.replace('b', vpcId), [vpcId].reverse());",
  "let sum = 'a'; sum += vpcId; let id = maybe; id ??= vpcId; use(sum, id);",
];

let problems: readonly (readonly string[])[];

beforeAll(async () => {
  const eslint = new ESLint({
    cwd: WORKSPACE,
    overrideConfigFile: true,
    overrideConfig: [
      {
        files: ['**/*.ts'],
        languageOptions: {
          parser: tseslint.parser as never,
          parserOptions: { projectService: true, tsconfigRootDir: WORKSPACE },
        },
        // eslint-disable-next-line @typescript-eslint/no-require-imports -- ESLint's own configuration loads it so.
        plugins: { contracts: { rules: { 'output-tokens': require('../output-tokens-rule.cjs') } } },
        rules: { 'contracts/output-tokens': 'error' },
      },
    ],
  });
  const statements = [...FOUND.map(([statement]) => statement), ...NOT_FOUND];
  const source = PREAMBLE + statements.map((statement) => `{ ${statement} }`).join('\n');
  const first = PREAMBLE.split('\n').length;
  // In place of a file that the compiler's program has.
  const [result] = await eslint.lintText(source, {
    filePath: join(__dirname, 'output-fn.ts'),
  });
  problems = statements.map((_, index) =>
    (result?.messages ?? []).filter(({ line }) => line === first + index).map(({ message }) => message),
  );
}, 60_000);

it.each(FOUND.map(([statement, what], index) => [statement, what, index] as const))('finds %s', (_, what, index) => {
  expect(problems[index]).toEqual([
    `${what} works on the token of an output, and its value is known only when Terraform runs. ` +
      'Use outputFn of @dr/stack-contracts, or decide by a setting.',
  ]);
});

it.each(NOT_FOUND.map((statement, index) => [statement, index] as const))('allows %s', (_, index) => {
  expect(problems[FOUND.length + index]).toEqual([]);
});
