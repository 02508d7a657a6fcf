// Writes the tables of API shapes, src/services/<service>/*api.json, from AWS's service models as botocore carries them
// (Debian: python3-botocore, or within awscli; that of Debian 12 is older than some operations here). Nothing else of the workspace needs it.
//
//   node tools/aws-sandbox/scripts/api-tables.mjs                              writes all tables anew, their operations kept
//   node tools/aws-sandbox/scripts/api-tables.mjs <table> <model> <operation>… adds operations, or begins a table:
//                                                                              sns/api.json sns Publish
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, findModels, readModel } from '../../botocore-models.mjs';

const SERVICES = join(dirname(fileURLToPath(import.meta.url)), '../src/services');
const TYPES = ['blob', 'boolean', 'double', 'float', 'integer', 'long', 'string', 'timestamp'];
const FACTS_OF_SHAPES = ['type', 'required', 'members', 'member', 'key', 'value', 'flattened', 'payload'];
/** Only of what a request reaches: nobody checks an answer for them. */
const LIMITS = ['enum', 'pattern', 'min', 'max'];
const FACTS_OF_MEMBERS = ['shape', 'location', 'locationName'];

const [version, folder] = findModels();

const [table, model, ...operations] = process.argv.slice(2);
if (table !== undefined) write(join(SERVICES, table), model, operations);
else for (const path of tables()) write(path, readTable(path).model.split(' ')[0], []);

function write(path, name, added) {
  const { apiVersion, ...found } = readModel(folder, name) ?? fail(`botocore ${version} has no model ${name}`);
  const present = existsSync(path) ? Object.keys(readTable(path).operations) : [];
  const names = [...new Set([...present, ...added])].sort();
  const { metadata } = found;
  // The oldest protocol, which every SDK still speaks; models name the newest first.
  const protocol = metadata.protocols?.at(-1) ?? metadata.protocol;
  const head = {
    source: `botocore ${version}`,
    model: `${name} ${apiVersion}`,
    protocol,
    signingName: metadata.signingName ?? metadata.endpointPrefix,
    targetPrefix: protocol === 'json' ? metadata.targetPrefix : undefined,
    xmlNamespace: protocol === 'query' || protocol === 'rest-xml' ? xmlNamespaceOf(found) : undefined,
  };
  const parts = {
    operations: Object.fromEntries(names.map((operation) => [operation, operationOf(found, operation)])),
    errors: errorsOf(found, names),
    shapes: shapesOf(found, names),
  };
  const lines = [
    ...Object.entries(head).flatMap(([key, value]) => (value === undefined ? [] : [entry(key, value)])),
    ...Object.entries(parts).map(([key, facts]) => {
      const entries = Object.entries(facts).map(([of, value]) => `  ${entry(of, value)}`);
      return entries.length === 0 ? entry(key, {}) : `${JSON.stringify(key)}: {\n${entries.join(',\n')}\n}`;
    }),
  ];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `{\n${lines.join(',\n')}\n}\n`);
  process.stdout.write(`${relative(process.cwd(), path)}: ${names.length} operations\n`);
}

function tables() {
  return readdirSync(SERVICES, { recursive: true })
    .filter((path) => path.endsWith('api.json'))
    .map((path) => join(SERVICES, path));
}

function readTable(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function operationOf({ operations }, name) {
  const { http, input, output } =
    operations[name] ?? fail(`${name} is no operation of the model in botocore ${version}`);
  return {
    method: http.method,
    uri: http.requestUri,
    ...(http.responseCode === undefined ? {} : { status: http.responseCode }),
    ...(input === undefined ? {} : { input: input.shape }),
    ...(output === undefined ? {} : { output: output.shape }),
  };
}

/** HTTP statuses of the operations' errors, by the code that a caller reads. */
function errorsOf({ operations, shapes }, names) {
  const named = new Set(names.flatMap((name) => (operations[name].errors ?? []).map(({ shape }) => shape)));
  const statuses = [...named].map((name) => {
    const { error = {}, fault = false } = shapes[name];
    return [error.code ?? name, error.httpStatusCode ?? (fault ? 500 : 400)];
  });
  return Object.fromEntries(statuses.sort());
}

/** Shapes of the operations by name, with their limits where a request reaches them. */
function shapesOf({ operations, shapes }, names) {
  const requests = new Set();
  const all = new Set();
  const visit = (name, seen) => {
    if (name === undefined || seen.has(name)) return;
    seen.add(name);
    const { key, member, members = {}, value } = shapes[name];
    for (const of of [...Object.values(members), key, member, value]) visit(of?.shape, seen);
  };
  for (const name of names) visit(operations[name].input?.shape, requests);
  for (const name of [...names.map((of) => operations[of].output?.shape), ...requests]) visit(name, all);
  const facts = new Map([...all].sort().map((name) => [name, factsOf(name, shapes[name], requests.has(name))]));
  // A type of which nothing more is said goes by the type's own name.
  const nameOf = (name) => (isPlain(facts.get(name)) ? facts.get(name).type : name);
  const pointed = (of) => of && { ...of, shape: nameOf(of.shape) };
  return Object.fromEntries(
    [...facts]
      .filter(([, of]) => !isPlain(of))
      .map(([name, { key, member, members, value, ...rest }]) => {
        if (TYPES.includes(name)) fail(`the shape ${name} has the name of a type`);
        const pointing = Object.entries(members ?? {}).map(([of, to]) => [of, pointed(to)]);
        const inner = { members: members && Object.fromEntries(pointing), member, key, value };
        for (const of of ['member', 'key', 'value']) inner[of] = pointed(inner[of]);
        return [name, { ...rest, ...inner }];
      }),
  );
}

function isPlain(facts) {
  return Object.keys(facts).length === 1 && TYPES.includes(facts.type);
}

function factsOf(name, shape, isOfRequests) {
  const facts = pick(shape, [...FACTS_OF_SHAPES, ...(isOfRequests ? LIMITS : [])]);
  if (facts.required?.length === 0) delete facts.required;
  // Every string matches it, and not every engine reads how it is written.
  if (/^(\(\?s\))?\.\*$/.test(facts.pattern ?? '')) delete facts.pattern;
  if (facts.pattern !== undefined) requirePattern(name, facts.pattern);
  for (const key of ['member', 'key', 'value']) {
    if (facts[key] !== undefined) facts[key] = pick(facts[key], FACTS_OF_MEMBERS);
  }
  if (facts.members !== undefined) {
    facts.members = Object.fromEntries(
      Object.entries(facts.members).map(([member, of]) => [member, pick(of, FACTS_OF_MEMBERS)]),
    );
  }
  return facts;
}

/** Models are written for Java: what this engine reads otherwise is to be seen before it refuses a call. */
function requirePattern(name, pattern) {
  try {
    new RegExp(pattern, 'u');
  } catch (error) {
    fail(`pattern of ${name} is not readable here: ${error.message}`);
  }
}

/** Of the whole service; where its metadata has none, the one that most of its requests carry. */
function xmlNamespaceOf({ metadata, operations, shapes }) {
  if (metadata.xmlNamespace !== undefined) return metadata.xmlNamespace;
  const members = Object.values(shapes).flatMap(({ members = {} }) => Object.values(members));
  const named = [...Object.values(operations).map(({ input }) => input), ...members]
    .map((of) => of?.xmlNamespace?.uri)
    .filter((uri) => uri !== undefined);
  const count = (uri) => named.filter((other) => other === uri).length;
  return named.sort((left, right) => count(right) - count(left))[0];
}

function pick(value, keys) {
  return Object.fromEntries(keys.filter((key) => value[key] !== undefined).map((key) => [key, value[key]]));
}

function entry(key, value) {
  return `${JSON.stringify(key)}: ${JSON.stringify(value)}`;
}
