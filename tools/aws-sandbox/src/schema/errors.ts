/** The installed bindings are not what the derivation of schemas reads; nothing a configuration can cause. */
export class BindingsUnreadableError extends Error {
  override readonly name = 'BindingsUnreadableError';

  static notInstalled(folder: string, cause?: unknown): BindingsUnreadableError {
    return new BindingsUnreadableError(
      `${folder}: the bindings of the AWS provider are missing, expected the folder of @cdktf/provider-aws. Run npm ci.`,
      { cause },
    );
  }

  static packedUnreadable(file: string, cause: unknown): BindingsUnreadableError {
    return new BindingsUnreadableError(`${file}: the schemas are damaged. Install the package again.`, { cause });
  }

  static withoutSource(file: string): BindingsUnreadableError {
    return new BindingsUnreadableError(
      `${file}: the source map is missing, expected one that embeds the TypeScript source. Install @cdktf/provider-aws as the registry delivers it.`,
    );
  }

  static unexpectedShape(type: string, what: string, got: string, expected: string): BindingsUnreadableError {
    return new BindingsUnreadableError(
      `${type}: ${what} is ${got}, expected ${expected}. Pin the version of @cdktf/provider-aws that package.json names, or extend the parser to the new form.`,
    );
  }
}
