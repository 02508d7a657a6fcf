/** The maintained fork of CDKTF, and the version that this generator moves to [npm registry, September 2026]. */
export const FORK = {
  cdktf: { name: 'cdktn', version: '0.24.0' },
  '@cdktf/provider-aws': { name: '@cdktn/provider-aws', version: '25.7.0' },
} as const;

/** A package that has a counterpart in the fork. */
export type Archived = keyof typeof FORK;

const MODULE_SPECIFIER = /(['"])(cdktf|@cdktf\/provider-aws)((?:\/[^'"\s]*)?)\1/g;
const SCOPED_NAME = /@cdktf\/provider-aws(?![\w-])/g;

/**
 * A source of TypeScript or JavaScript with the fork's names: of each whole module specifier, and of the provider
 * package wherever else it is named, as in a path or a message.
 */
export function renameInCode(source: string): string {
  return renameSpecifiers(source).replace(SCOPED_NAME, FORK['@cdktf/provider-aws'].name);
}

/** Any text with the fork's names in whole module specifiers, those in single or double quotes, alone. */
export function renameSpecifiers(text: string): string {
  return text.replace(
    MODULE_SPECIFIER,
    (_match, quote: string, name: Archived, path: string) => `${quote}${FORK[name].name}${path}${quote}`,
  );
}
