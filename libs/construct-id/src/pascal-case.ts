/**
 * A name as a construct id: the words between anything but letters and digits, each begun with a capital.
 * `bedrock-runtime.fips` is `BedrockRuntimeFips`. An id is an address of deployed resources: another one replaces them.
 */
export function pascalCase(name: string): string {
  return name
    .split(/[^A-Za-z0-9]+/)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}
