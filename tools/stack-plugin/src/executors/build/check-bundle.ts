import { UserError } from '../../errors';

/** Largest bundle of a handler, bytes: what Lambda has to read and compile in a cold start. */
export const LARGEST_HANDLER_BYTES = 1024 * 1024;

/** A handler as it was bundled: the SDK included, minified, with its source map. */
export interface HandlerBundle {
  readonly code: Uint8Array;
  readonly sourceMap: Uint8Array;
}

/** @param path of the handler's source. @throws UserError where there is no code, or too much of it */
export function checkBundle(
  path: string,
  handler: string,
  code: Uint8Array | undefined,
  sourceMap: Uint8Array | undefined,
): HandlerBundle {
  if (!code || !sourceMap) {
    throw new UserError(`${path}: handler ${handler} is empty, expected code. Export a handler.`);
  }
  if (code.length > LARGEST_HANDLER_BYTES) {
    throw new UserError(
      `${path}: handler ${handler} is ${code.length} bytes, expected at most ${LARGEST_HANDLER_BYTES}. Import less: a cold start reads all of it.`,
    );
  }
  return { code, sourceMap };
}
