import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

interface Import {
  readonly from: string;
  readonly to: string;
}

/** Folders of `src`, each above all that it may import. The program and the index are above all of them. */
const LAYERS = [
  ...['model', 'schema', 'account', 'provider', 'wire', 'network', 'endpoint', 'faults', 'runtime'],
  ...['services', 'process', 'commands', 'testing'],
];

/** Rules by what breaks them. Specs may import whatever they test with. */
const FORBIDDEN: Readonly<Record<string, (from: string, to: string) => boolean>> = {
  'a folder imports those below it alone': (from, to) => heightOf(to) > heightOf(from),
  'the list of services is for the process alone': (from, to) =>
    to === 'services/index.ts' && !['process', 'testing'].includes(topOf(from)),
  "no service imports another one's operations": (from, to) =>
    /operations\.ts$/.test(to) && serviceOf(from) !== serviceOf(to),
  'commands and the index alone import the process': (from, to) =>
    topOf(to) === 'process' && !['process', 'commands', 'index.ts'].includes(topOf(from)),
  'commands are imported by the program alone': (from, to) =>
    topOf(to) === 'commands' && !['commands', 'main.ts'].includes(topOf(from)),
  'harnesses of specs are imported by specs alone': (from, to) => topOf(to) === 'testing' && topOf(from) !== 'testing',
};

const topOf = (file: string) => file.split('/')[0] ?? '';
const heightOf = (file: string) => (file.includes('/') ? LAYERS.indexOf(topOf(file)) : LAYERS.length);
const serviceOf = (file: string) => file.split('/').slice(0, 2).join('/');

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

const imports = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.spec.ts'))
  .flatMap(importsOf);

describe('imports', () => {
  it.each(Object.entries(FORBIDDEN))('%s', (_rule, isForbidden) => {
    expect(imports.filter(({ from, to }) => isForbidden(from, to))).toEqual([]);
  });

  it('have a place in the order for every folder', () => {
    const folders = readdirSync(__dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());

    expect(folders.map(({ name }) => name).sort()).toEqual([...LAYERS].sort());
  });

  it('form no circle of folders', () => {
    expect(circlesIn(imports)).toEqual([]);
  });

  it('form a circle where folders import each other by way of a third', () => {
    const added = { from: 'model/value.ts', to: 'services/sns/topics.ts' };

    expect(circlesIn([...imports, added])).not.toEqual([]);
    expect(
      circlesIn([
        { from: 'a/x.ts', to: 'b/x.ts' },
        { from: 'b/y.ts', to: 'c/x.ts' },
        { from: 'c/x.ts', to: 'a/y.ts' },
      ]),
    ).toEqual(['a -> b -> c -> a']);
  });
});
