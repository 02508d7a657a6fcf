import { DEEPEST_NESTING } from '../calls/input-shape';
import { MalformedCall, textOf } from '../calls/malformed-call';
import type { Members } from '../calls/members';

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
