/** What can be asked, by path. */
export const QUESTIONS = { '/': 'serving', '/able': 'able', '/latch': 'latch' } as const;

/** What an event of the function URL asks. */
export type Question =
  | { readonly kind: (typeof QUESTIONS)[keyof typeof QUESTIONS] }
  /** A path that is none: whoever finds the URL may try some, so that it is worth no line in the log. */
  | { readonly kind: 'unknown' }
  /** No request of a function URL: somebody invoked the function by mistake. */
  | { readonly kind: 'malformed'; readonly problem: string };

/** @param event payload format 2.0 [AWS Lambda developer guide, function URLs], or anything else */
export function parseQuestion(event: unknown): Question {
  if (typeof event !== 'object' || event === null) {
    return { kind: 'malformed', problem: `the event is ${event === null ? 'null' : typeof event}, expected an object` };
  }
  const { rawPath: path } = event as { readonly rawPath?: unknown };
  if (typeof path !== 'string') {
    return { kind: 'malformed', problem: `rawPath is ${path === null ? 'null' : typeof path}, expected a text` };
  }
  return Object.hasOwn(QUESTIONS, path) ? { kind: QUESTIONS[path as keyof typeof QUESTIONS] } : { kind: 'unknown' };
}
