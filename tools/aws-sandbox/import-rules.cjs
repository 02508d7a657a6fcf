/**
 * Folders of `src`, lowest layer first: a folder imports itself and those before it. `index.ts` and `main.ts` are above
 * all of them. ESLint refuses the others (eslint.config.mjs), but in specs, which import whatever they test with.
 */
const LAYERS = [
  ...['model', 'schema', 'account', 'provider', 'wire', 'network', 'endpoint', 'faults', 'runtime'],
  ...['services', 'process', 'commands', 'testing'],
];

const SOURCES = 'tools/aws-sandbox/src';
const inAny = (folders, from = '(?:\\.\\./)+') => `^${from}(?:${folders.join('|')})(?:/|$)`;

const LIST_OF_SERVICES = {
  regex: '^(?:\\.\\./)+services(?:/index)?$|^\\.{2}(?:/index)?$',
  message: 'The list of services is for the process.',
};
const OTHER_OPERATIONS = {
  regex: '^(?:\\.\\./)+[a-z0-9-]+/(?:[a-z-]+-)?operations$',
  message: "No service imports another one's operations: put what both need into a file of its own.",
};

/** Folder, then what is wrong to import there besides the folders above. */
const MORE = {
  services: [LIST_OF_SERVICES, OTHER_OPERATIONS],
  commands: [LIST_OF_SERVICES],
  testing: [{ regex: inAny(['process', 'commands']), message: 'Harnesses run in one process, without commands.' }],
};

const rule = (files, patterns) => ({
  files,
  ignores: ['**/*.spec.ts', '**/*.nightly.ts'],
  // Of the two rules of this kind; the other one's settings stay as they are.
  rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns }] },
});

const importRules = [
  ...LAYERS.map((layer, height) => {
    const above = LAYERS.slice(height + 1);
    const order = { regex: inAny(above), message: `${layer} imports no folder above it: see import-rules.cjs.` };
    return rule([`${SOURCES}/${layer}/**/*.ts`], [...(above.length > 0 ? [order] : []), ...(MORE[layer] ?? [])]);
  }).filter(({ rules }) => rules['@typescript-eslint/no-restricted-imports'][1].patterns.length > 0),
  rule(
    [`${SOURCES}/*.ts`],
    [{ regex: inAny(['testing'], '\\./'), message: 'Harnesses are for specs, and for who installs the package.' }],
  ),
  rule(
    [`${SOURCES}/index.ts`],
    [{ regex: inAny(['commands', 'testing'], '\\./'), message: 'Commands are for the program.' }],
  ),
];

module.exports = { LAYERS, importRules };
