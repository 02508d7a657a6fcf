import { MalformedCall, textOf } from '../calls/malformed-call';
import type { Members } from '../calls/members';
import { DEEPEST_NESTING } from '../calls/read-input';
import { type ServiceApi, shapeOf } from '../calls/service-api';
import { type WrittenMember, writtenMembers } from '../calls/write-output';

/** Members of a body that has to be one JSON object. @throws MalformedCall for anything else */
export function parseMembers(body: Buffer): Members {
  const value = parseJson(body);
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new MalformedCall('The request body is not a JSON object.');
  }
  return value as Members;
}

/** @throws MalformedCall for no JSON, texts that are no Unicode, and nesting deeper than AWS takes */
export function parseJson(body: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(textOf(body));
  } catch (error) {
    throw error instanceof MalformedCall ? error : new MalformedCall('The request body is not valid JSON.');
  }
  // Level by level, since a body of 16 MB nests deeper than a stack.
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > DEEPEST_NESTING)
      throw new MalformedCall(`The request body nests deeper than ${DEEPEST_NESTING} levels.`);
    level = level.flatMap((member): readonly unknown[] => {
      if (typeof member === 'string') requireUnicode(member);
      if (member === null || typeof member !== 'object') return [];
      if (Array.isArray(member)) return member as readonly unknown[];
      Object.keys(member).forEach(requireUnicode);
      return Object.values(member);
    });
  }
  return value;
}

function requireUnicode(text: string): void {
  if (/\p{Surrogate}/u.test(text)) throw new MalformedCall('The request body has a text with half a character.');
}

/** Members of a structure as the JSON protocols write them. */
export function writeMembers(api: ServiceApi, members: readonly WrittenMember[]): Members {
  return Object.fromEntries(
    members.map(({ reference, value, wireName }) => [wireName, writeValue(api, reference.shape, value)]),
  );
}

function writeValue(api: ServiceApi, name: string, value: unknown): unknown {
  const { member, type, value: of } = shapeOf(api, name);
  if (type === 'structure') return writeMembers(api, writtenMembers(api, name, value as Members));
  if (type === 'timestamp') return (value as Date).getTime() / 1000;
  if (type === 'list') {
    return (value as readonly unknown[]).map((element) => writeValue(api, member?.shape ?? 'string', element));
  }
  if (type !== 'map') return value;
  const entries = Object.entries(value as Members);
  return Object.fromEntries(entries.map(([key, each]) => [key, writeValue(api, of?.shape ?? 'string', each)]));
}
