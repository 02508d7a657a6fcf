import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { Linter } from 'eslint';
import { plugin } from 'typescript-eslint';
import { importRules, LAYERS } from '../import-rules.cjs';

interface Import {
  readonly from: string;
  readonly to: string;
}

const SOURCES = 'tools/aws-sandbox/src';

function importsOf(file: string): readonly Import[] {
  const specifiers = [
    ...readFileSync(join(__dirname, file), 'utf8').matchAll(
      /\b(?:from|import|require)\s*\(?\s*'(\.[^']*)'(?<!\.json')/g,
    ),
  ];
  return specifiers.map(([, specifier = '']) => {
    const base = join(__dirname, dirname(file), specifier);
    const found = [`${base}.ts`, join(base, 'index.ts')].find((candidate) => existsSync(candidate));
    if (found === undefined) throw new Error(`${file}: imports ${specifier}, which is no file`);
    return { from: file, to: relative(__dirname, found) };
  });
}

/** Folders that import each other, directly or by way of others: each a way from a folder back to itself. */
function circlesIn(imports: readonly Import[]): readonly string[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const [source, target] = [dirname(from), dirname(to)];
    if (source !== target) targets.set(source, (targets.get(source) ?? new Set()).add(target));
  }
  const circles = new Set<string>();
  const done = new Set<string>();
  const walk = (folder: string, way: readonly string[]): void => {
    if (way.includes(folder)) circles.add([...way.slice(way.indexOf(folder)), folder].join(' -> '));
    if (way.includes(folder) || done.has(folder)) return;
    for (const target of targets.get(folder) ?? []) walk(target, [...way, folder]);
    done.add(folder);
  };
  for (const folder of targets.keys()) walk(folder, []);
  return [...circles];
}

/** ESLint's first message for an import in a file of `src`; undefined where it has none. */
function refusalOf(file: string, specifier: string): string | undefined {
  const config = [{ files: ['**/*.ts'], plugins: { '@typescript-eslint': plugin } }, ...importRules];
  const [first] = new Linter().verify(`import '${specifier}';`, config as Linter.Config[], `${SOURCES}/${file}`);
  return first?.message;
}

describe('imports', () => {
  it.each([
    ['model/value.ts', '../provider/plan-resource', 'model imports no folder above it: see import-rules.cjs.'],
    ['endpoint/calls/members.ts', '../../services/s3/resources', 'endpoint imports no folder above it'],
    ['account/account.ts', '../services', 'account imports no folder above it'],
    ['services/sns/topics.ts', '../rds/data-operations', "No service imports another one's operations"],
    ['services/rds/tables/rows.ts', '../../sns/operations', "No service imports another one's operations"],
    ['services/sns/topics.ts', '../index', 'The list of services is for the process.'],
    ['services/sns/topics.ts', '../../process/sandbox', 'services imports no folder above it'],
    ['process/sandbox.ts', '../commands/env', 'process imports no folder above it'],
    ['commands/env.ts', '../services', 'The list of services is for the process.'],
    ['testing/test-sandbox.ts', '../process/sandbox', 'Harnesses run in one process, without commands.'],
    ['main.ts', './testing', 'Harnesses are for specs, and for who installs the package.'],
    ['index.ts', './commands/env', 'Commands are for the program.'],
  ])('of %s refuse %s', (file, specifier, message) => {
    expect(refusalOf(file, specifier)).toContain(message);
  });

  it.each([
    ['services/sns/topics.ts', './operations'],
    ['services/rds/tables/rows.ts', '../operations'],
    ['services/rds/resources.ts', '../kms/resources'],
    ['services/rds/resources.ts', '../../model/value'],
    ['model/catalog.ts', './schema'],
    ['process/sandbox-process.ts', '../services'],
    ['testing/test-sandbox.ts', '../services'],
    ['index.ts', './process/sandbox'],
    ['main.ts', './commands/env'],
    ['model/value.spec.ts', '../testing/test-sandbox'],
  ])('of %s allow %s', (file, specifier) => {
    expect(refusalOf(file, specifier)).toBeUndefined();
  });

  it('have a place in the order for every folder', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(folders.map(({ name }) => name).sort()).toEqual([...LAYERS].sort());
  });

  it('form no circle of folders', () => {
    const imports = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts') && !/\.(spec|nightly)\.ts$/.test(file))
      .flatMap(importsOf);

    expect(circlesIn(imports)).toEqual([]);
    expect(circlesIn([...imports, { from: 'model/value.ts', to: 'services/sns/topics.ts' }])).not.toEqual([]);
  });
});
