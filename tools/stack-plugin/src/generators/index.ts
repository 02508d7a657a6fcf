export { INVENTORY_FILE, writeInventories } from './inventories';
export { ownerLiteral } from './owner-literal';
export { default as ownersGenerator, organizationOf } from './owners/generator';
export { settingsIn, texts } from './settings-source';
export { applyEdits, parseSource, propertyOf, replacing } from './typescript-source';
export { pluginOptionsOf, stacksIn, textOf } from './workspace-files';
