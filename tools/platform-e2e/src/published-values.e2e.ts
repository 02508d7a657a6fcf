/** Every value that is published arrives as it was given, or is refused by Terraform before its parameter is written. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { type ContractScope, defineContract, publishOutputs, text, textList } from '@dr/stack-contracts';
import type { ContractAddress, ContractRead } from '@dr/state-manifest';
import { App, Fn, TerraformLocal, TerraformStack, TerraformVariable, Testing, Token } from 'cdktf';
import fc from 'fast-check';
import { type CommandResult, outputOf, run, TestAccount } from './workspace';

/** Values that a contract's types admit, the same in every run: a failure names the one that it is about. */
const TEXTS = [...sampleOf(anyText()), 'x'.repeat(4096), 'x'.repeat(4097), 'é'.repeat(2049), `${'日'.repeat(1365)}x`];
const LISTS = sampleOf(fc.array(anyText(), { maxLength: 4 }));
/** Null is an attribute that a resource does not have. */
type Value = string | null | readonly (string | null)[];
const VALUES: Readonly<Record<string, Value>> = Object.fromEntries([
  ...TEXTS.map((value, index) => [`text${index}`, value]),
  ...LISTS.map((value, index) => [`list${index}`, value]),
  ['textOfNothing', null],
  ['listWithNothing', ['a', null]],
  ['secretText', 'hunter2'],
  ['secretList', ['a', 'hunter2']],
]);
/** Whether Terraform is to hide an output's value. */
const isSecret = (output: string) => output.startsWith('secret');
const REFUSED = Object.keys(VALUES)
  .filter((output) => isSecret(output) || !isStorable(VALUES[output] as Value))
  .sort();

const contract = defineContract({
  name: 'values',
  outputs: Object.fromEntries(
    Object.entries(VALUES).map(([output, value]) => [output, Array.isArray(value) ? textList('') : text('')]),
  ),
});

const account = new TestAccount();
afterAll(() => account.dispose());

/** A state whose outputs are all values that Terraform alone knows. */
class PublisherState extends TerraformStack implements ContractScope {
  readonly stackName = 'values';
  readonly region = 'us-east-1';
  readonly environmentName = 'local';
  readonly parameterRoot = '/trade/local';
  readonly publishedContracts: ContractAddress[] = [];
  readonly readContracts: ContractRead[] = [];
}

/**
 * Runs Terraform on a state that publishes all values.
 *
 * @param from expression of the object with the values
 */
async function terraformOn(from: string, resource: object): Promise<(...args: string[]) => Promise<CommandResult>> {
  const folder = join(account.home, from);
  mkdirSync(folder, { recursive: true });
  const state = new PublisherState(new App({ outdir: join(folder, 'out'), stackTraces: false }), 'values');
  new AwsProvider(state, 'Aws', { region: state.region });
  new TerraformVariable(state, 'values', { type: 'any' }).overrideLogicalId('values');
  const given = new TerraformLocal(state, 'given', `\${${from}}`);
  const published = Object.entries(VALUES).map(([output, value]): [string, string | string[]] => {
    const plain: unknown = Fn.lookup(given.expression, output);
    const expression = isSecret(output) ? Fn.sensitive(plain) : plain;
    return [output, Array.isArray(value) ? Token.asList(expression) : Token.asString(expression)];
  });
  publishOutputs(state, contract, Object.fromEntries(published) as never);
  const json = JSON.parse(Testing.synth(state)) as Record<string, object>;
  writeFileSync(
    join(folder, 'cdk.tf.json'),
    JSON.stringify({ ...json, resource: { ...json['resource'], ...resource } }),
  );
  // A variable's value is no template.
  writeFileSync(join(folder, 'terraform.tfvars.json'), JSON.stringify({ values: VALUES }));
  const env = account.terraformEnvironment(await account.sandbox('env', `--folder=${folder}`));
  const terraform = (...args: string[]) => run('terraform', [...args], { cwd: folder, env });
  outputOf(await terraform('init', '-input=false'));
  return terraform;
}

/** Outputs that Terraform refused, each by its own name. */
function refusedOutputs({ output }: CommandResult): readonly string[] {
  const events = output.split('\n').flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
  const errors = events.filter(({ '@level': level }) => level === 'error').map(({ diagnostic }) => diagnostic.detail);
  return errors
    .map(
      (detail) =>
        /^values in us-east-1 \(local\): contract values: (\w+) is (?:\d+ bytes|sensitive,)/.exec(detail)?.[1] ??
        detail,
    )
    .sort();
}

/** Parameters of the account, by output: as a reader gets them. */
function stored(): Readonly<Record<string, string | readonly string[]>> {
  const parameters = account
    .accountFiles()
    .filter((file) => file.includes('/aws_ssm_parameter/'))
    .map((file) => JSON.parse(readFileSync(join(account.sandboxHome, 'account', file), 'utf8')).attributes);
  return Object.fromEntries(
    parameters.map(({ name, type, insecure_value: value }) => [
      name.replace('/trade/local/us-east-1/values/', ''),
      type === 'StringList' ? value.split(',') : value,
    ]),
  );
}

it('the sample has values of both kinds that are refused, and that are not', () => {
  const counts = (kind: string) => {
    const all = Object.keys(VALUES).filter((output) => output.startsWith(kind));
    const refused = all.filter((output) => REFUSED.includes(output)).length;
    return Math.min(refused, all.length - refused);
  };

  expect(counts('text')).toBeGreaterThan(10);
  expect(counts('list')).toBeGreaterThan(10);
});

it('values that are known are refused by the plan', async () => {
  const terraform = await terraformOn('var.values', {});

  const plan = await terraform('plan', '-input=false', '-json');

  expect(refusedOutputs(plan)).toEqual(REFUSED);
  expect(stored()).toEqual({});
});

it('values that are known only while others are applied are refused before their parameters are written', async () => {
  const given = { terraform_data: { given: { input: '${var.values}' } } };
  const terraform = await terraformOn('terraform_data.given.output', given);

  const plan = await terraform('plan', '-input=false', '-json');
  const apply = await terraform('apply', '-input=false', '-auto-approve', '-json');

  expect(plan.status).toBe(0);
  expect(refusedOutputs(apply)).toEqual(REFUSED);
  const arrived = Object.entries(VALUES).filter(([output]) => !REFUSED.includes(output));
  expect(stored()).toEqual(Object.fromEntries(arrived));
});

/** Whether a value arrives as it was given, by the parameter store's rules in other words than those under test. */
function isStorable(value: Value): boolean {
  const items = [value].flat();
  const whole = items.join(',');
  const [, ...afterBraces] = whole.split('{{');
  return (
    new TextEncoder().encode(whole).length <= 4096 &&
    items.length > 0 &&
    items.every((item) => item !== null && item !== '' && !(Array.isArray(value) && item.includes(','))) &&
    !afterBraces.join('{{').includes('}}')
  );
}

/** Texts of which many are refused: by their size, and by signs that mean something to somebody on the way. */
function anyText(): fc.Arbitrary<string> {
  const sign = fc.constantFrom('{{', '}}', '${', '%{', ',', '\\', '"', '\n', 'é', '日', ' ', '');
  return fc.oneof(
    { arbitrary: fc.string({ unit: 'grapheme', maxLength: 8 }), weight: 2 },
    { arbitrary: fc.array(sign, { maxLength: 5 }).map((signs) => signs.join('')), weight: 4 },
    fc.tuple(fc.constantFrom('x', 'é', '日'), fc.integer({ min: 1360, max: 4100 })).map(([one, n]) => one.repeat(n)),
  );
}

/** Terraform converts texts to Unicode normalization form C: a literal in another one is refused while it is synthesized. */
function sampleOf<Value>(values: fc.Arbitrary<Value>): readonly Value[] {
  const isNormal = (value: Value) => JSON.stringify(value).normalize('NFC') === JSON.stringify(value);
  return fc.sample(values.filter(isNormal), { seed: 20_261_127, numRuns: 40 });
}
