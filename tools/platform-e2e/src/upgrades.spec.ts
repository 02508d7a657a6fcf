import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WORKSPACE } from './workspace';

const textOf = (file: string) => readFileSync(join(WORKSPACE, file), 'utf8');
const page = textOf('docs/upgrades.md');
const found = (file: string, pattern: RegExp) => pattern.exec(textOf(file))?.[1];

describe('the page of upgrades', () => {
  it('names each constant in the file that has it', () => {
    const named = [...page.matchAll(/`([A-Z][A-Z_]+)`\s+of\s+`([^`]+\.ts)`/g)].map(([, name = '', file = '']) => [
      name,
      file,
    ]);

    expect(named.map(([name]) => name)).toEqual(['AWS_PROVIDER_VERSION', 'MINIMUM_TERRAFORM', 'REQUIRED_TERRAFORM']);
    expect(named.filter(([name, file = '']) => !textOf(file).includes(`const ${name} = `))).toEqual([]);
  });

  it('is right that handlers are bundled for the version of Lambda that they run on', () => {
    const runtime = found('libs/aws-constructs/src/lambda-function/lambda-function.ts', /runtime: 'nodejs(\d+)\.x'/);
    const options = textOf('tools/stack-plugin/src/executors/build/esbuild-options.ts');
    const [, target] = /function handlerBuildOptions[^}]*?target: 'node(\d+)'/.exec(options) ?? [];

    expect(runtime).toMatch(/^\d+$/);
    expect(target).toBe(runtime);
  });

  it('is right that states ask for the Terraform that a deploy takes at least', () => {
    const least = found('tools/stack-plugin/src/engine/terraform-binary.ts', /MINIMUM_TERRAFORM = '([\d.]+)'/);

    expect(least).toMatch(/^\d+\.\d+\.\d+$/);
    expect(found('libs/platform-stack/src/platform-state.ts', /REQUIRED_TERRAFORM = '>= ([\d.]+)'/)).toBe(least);
  });
});
