import { createHash } from 'node:crypto';
import { blocks, text, texts } from '../../model/attribute-values';
import type { ObjectValue, Value } from '../../model/value';

type Statement = Record<string, unknown>;

/**
 * The JSON that `aws_iam_policy_document` makes, as the AWS provider prints it: two blanks of indent, single values
 * out of their list, and the rules by which documents are merged [AWS provider, aws_iam_policy_document].
 */
export function policyDocument(config: ObjectValue): ObjectValue {
  const version = text(config['version']) || '2012-10-17';
  const sources = texts(config['source_policy_documents']).map(parse);
  const own = {
    ...(text(config['policy_id']) === '' ? {} : { Id: text(config['policy_id']) }),
    Statement: blocks(config['statement']).map(statementOf),
  };
  const overrides = texts(config['override_policy_documents']).map(parse);
  let id: string | undefined;
  const statements: Statement[] = [];
  for (const document of [...sources, own, ...overrides]) {
    id = document.Id ?? id;
    for (const statement of document.Statement) {
      const twin =
        typeof statement['Sid'] === 'string' && statement['Sid'] !== ''
          ? statements.findIndex(({ Sid }) => Sid === statement['Sid'])
          : -1;
      if (twin >= 0) statements[twin] = statement;
      else statements.push(statement);
    }
  }
  const document = {
    Version: version,
    ...(id === undefined ? {} : { Id: id }),
    ...(statements.length === 0 ? {} : { Statement: statements }),
  };
  const json = JSON.stringify(document, null, 2);
  return {
    id: String(Number.parseInt(createHash('sha256').update(json).digest('hex').slice(0, 8), 16)),
    json,
    minified_json: JSON.stringify(document),
    version,
  };
}

function parse(json: string): { readonly Id?: string; readonly Statement: readonly Statement[] } {
  const parsed = JSON.parse(json) as { readonly Id?: string; readonly Statement?: Statement | readonly Statement[] };
  const statements = parsed.Statement ?? [];
  return {
    ...(parsed.Id === undefined ? {} : { Id: parsed.Id }),
    Statement: Array.isArray(statements) ? (statements as readonly Statement[]) : [statements as Statement],
  };
}

function statementOf(block: ObjectValue): Statement {
  const lists = (name: string, key: string) =>
    texts(block[name]).length === 0 ? {} : { [key]: single(sorted(texts(block[name]))) };
  return {
    ...(text(block['sid']) === '' ? {} : { Sid: text(block['sid']) }),
    Effect: text(block['effect']) || 'Allow',
    ...lists('actions', 'Action'),
    ...lists('not_actions', 'NotAction'),
    ...lists('resources', 'Resource'),
    ...lists('not_resources', 'NotResource'),
    ...principals(block['principals'], 'Principal'),
    ...principals(block['not_principals'], 'NotPrincipal'),
    ...conditions(block['condition']),
  };
}

function principals(value: Value | undefined, key: string): Statement {
  const entries = blocks(value);
  const [only] = entries;
  if (only === undefined) return {};
  if (entries.length === 1 && text(only['type']) === '*' && texts(only['identifiers']).join() === '*')
    return { [key]: '*' };
  return {
    [key]: Object.fromEntries(
      entries.map((entry) => [text(entry['type']), single(sorted(texts(entry['identifiers'])))]),
    ),
  };
}

function conditions(value: Value | undefined): Statement {
  const entries = blocks(value);
  if (entries.length === 0) return {};
  const byTest: Record<string, Record<string, unknown>> = {};
  for (const entry of entries) {
    byTest[text(entry['test'])] = {
      ...byTest[text(entry['test'])],
      [text(entry['variable'])]: single(texts(entry['values'])),
    };
  }
  return { Condition: byTest };
}

/** The provider writes lists of more than one value in reverse order of the alphabet. */
function sorted(values: readonly string[]): readonly string[] {
  return [...values].sort((left, right) => (left < right ? 1 : -1));
}

function single(values: readonly string[]): string | readonly string[] {
  return values.length === 1 ? (values[0] ?? '') : values;
}
