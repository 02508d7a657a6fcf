/** Folders of `src`, each above all that it may import. */
export const LAYERS: readonly string[];
/** Configurations of ESLint that refuse the other imports. */
export const importRules: readonly object[];
