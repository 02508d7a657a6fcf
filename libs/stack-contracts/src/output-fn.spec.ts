import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, TerraformOutput, TerraformStack, TerraformVariable, Testing } from 'cdktf';
import type { ListOutput, TextOutput } from './contract';
import { outputFn } from './output-fn';

const SIGNS = 'a"b\\n${c}%{d}\n,é';

/** Values of expressions as Terraform evaluates them, with its own functions and no provider. */
function evaluate(define: (given: { text: TextOutput; list: ListOutput }) => Readonly<Record<string, unknown>>) {
  const folder = mkdtempSync(join(tmpdir(), 'dr-output-fn-'));
  try {
    const stack = new TerraformStack(new App({ outdir: join(folder, 'out'), stackTraces: false }), 'stack');
    const text = new TerraformVariable(stack, 'text', { type: 'string', default: SIGNS.normalize() });
    const list = new TerraformVariable(stack, 'list', { type: 'list(string)', default: ['x', 'y', 'z'] });
    const values = define({ text: text.stringValue as TextOutput, list: list.listValue as ListOutput });
    for (const [name, value] of Object.entries(values)) new TerraformOutput(stack, name, { value, staticId: true });
    const json = JSON.parse(Testing.synth(stack)) as { variable: Record<string, object> };
    // A default is no template, and CDKTF would resolve it as one.
    writeFileSync(join(folder, 'cdk.tf.json'), JSON.stringify(json));
    const terraform = (...args: string[]) =>
      execFileSync('terraform', args, {
        cwd: folder,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...process.env, CHECKPOINT_DISABLE: '1' },
      });
    terraform('apply', '-auto-approve', '-input=false');
    const outputs = JSON.parse(terraform('output', '-json')) as Record<string, { value: unknown }>;
    return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

jest.setTimeout(30_000);

it('functions over outputs give what they say, whatever signs are in their arguments', () => {
  const values = evaluate(({ text, list }) => ({
    join: outputFn.join(SIGNS, list),
    joined: outputFn.join('-', ['a', outputFn.element(list, 1)]),
    split: outputFn.split('b', text),
    element: outputFn.element(list, 4),
    concat: outputFn.concat(list, [SIGNS]),
    replace: outputFn.replace(text, '"b\\n', '${x}'),
    pattern: outputFn.replace('abc', '/[ab]+/', 'x'),
    lower: outputFn.lower('ABC'),
    upper: outputFn.upper(text),
    length: outputFn.length(list),
    characters: outputFn.length(text),
  }));

  expect(values).toEqual({
    join: ['x', 'y', 'z'].join(SIGNS),
    joined: 'a-y',
    split: ['a"', '\\n${c}%{d}\n,é'],
    element: 'y',
    concat: ['x', 'y', 'z', SIGNS],
    replace: 'a${x}${c}%{d}\n,é',
    pattern: 'xc',
    lower: 'abc',
    upper: 'A"B\\N${C}%{D}\n,É',
    length: 3,
    characters: 16,
  });
});
