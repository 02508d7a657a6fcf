import type { Attribute, AttributeType, Block, NestedBlock } from '../model/schema';
import { BindingsUnreadableError } from './errors';
import { internAttribute, internType } from './intern';

/** Schema parsed from the generated source of one resource, data source or provider block. */
export interface ParsedBinding {
  /** `aws_subnet`; of the provider block `aws`. */
  readonly type: string;
  readonly block: Block;
}

type Category =
  'TerraformResource' | 'TerraformDataSource' | 'TerraformProvider' | 'ComplexObject' | 'ComplexList' | 'ComplexMap';

interface Class {
  readonly category: Category;
  readonly text: string;
}

interface Source {
  readonly type: string;
  readonly classes: ReadonlyMap<string, Class>;
  readonly interfaces: ReadonlyMap<string, string>;
  readonly hclFunctions: ReadonlyMap<string, string>;
  readonly configInterface: string;
}

interface Member {
  readonly name: string;
  readonly computed: boolean;
  readonly optional: boolean;
  readonly required: boolean;
  readonly text: string;
}

interface HclEntry {
  readonly collection: string;
  readonly storage: string;
}

const DECLARATION = /^export (class|interface|function) (\w+)(?:\([^\n]*)?(?: extends cdkt[fn]\.(\w+))?/gm;
const MEMBER = /^ {2}\/\/ (\w+) - computed: (true|false), optional: (true|false), required: (true|false)$/gm;
const HCL_ENTRY = /^ +(\w+): \{\n +value: [^\n]*,\n +isBlock: \w+,\n +type: "(\w+)",\n +storageClassType: "(\w+)"/gm;
const BLOCK_DOC = /^ {2}\* (\w+) block$/gm;
const INTERFACE_FIELD = /#(\w+) \w+#\w+\}\n {2}\*\/\n {2}readonly \w+(\??):/g;
const COMPUTED_MAP = /= new cdkt[fn]\.(String|Number|Boolean)Map\(/;
const NESTED_FIELD = /= new (\w+)\(this, "\w+"/;

/** Arguments of Terraform itself that the generated provider class carries among the provider's own. */
const META_ARGUMENTS_OF_PROVIDER: ReadonlySet<string> = new Set(['alias']);

/** Derives the block of one type from its generated TypeScript source. Pure; fails when the source has a form that it does not know. */
export function parseBinding(text: string): ParsedBinding {
  const type = /static readonly tfResourceType = "(\w+)"/.exec(text)?.[1];
  if (type === undefined)
    throw BindingsUnreadableError.unexpectedShape('binding', 'tfResourceType', 'missing', 'a static property');
  const source = indexSource(type, text);
  for (const [name, declared] of source.classes) {
    if (
      declared.category === 'TerraformResource' ||
      declared.category === 'TerraformDataSource' ||
      declared.category === 'TerraformProvider'
    ) {
      return { type, block: blockOf(source, name, source.configInterface) };
    }
  }
  throw BindingsUnreadableError.unexpectedShape(type, 'the class', 'missing', 'one that extends a Terraform element');
}

function indexSource(type: string, text: string): Source {
  const classes = new Map<string, Class>();
  const interfaces = new Map<string, string>();
  const hclFunctions = new Map<string, string>();
  let configInterface = '';
  const declarations = [...text.matchAll(DECLARATION)];
  declarations.forEach((declaration, position) => {
    const body = text.slice(declaration.index, declarations[position + 1]?.index ?? text.length);
    const [, keyword, name = '', base] = declaration;
    if (keyword === 'class') classes.set(name, { category: base as Category, text: body });
    else if (keyword === 'interface') {
      interfaces.set(name, body);
      // The provider's configuration extends nothing: it is the only interface that ends in Config at the top of its file.
      if (base === 'TerraformMetaArguments' || name === 'AwsProviderConfig') configInterface = name;
    } else if (name.endsWith('ToHclTerraform')) hclFunctions.set(name, body);
  });
  return { type, classes, interfaces, hclFunctions, configInterface };
}

function membersOf(declared: Class): Member[] {
  const found = [...declared.text.matchAll(MEMBER)];
  return found.map((match, position) => ({
    name: match[1] ?? '',
    computed: match[2] === 'true',
    optional: match[3] === 'true',
    required: match[4] === 'true',
    text: declared.text.slice(match.index, found[position + 1]?.index ?? declared.text.length),
  }));
}

function blockOf(source: Source, className: string, interfaceName: string): Block {
  const declared = classOf(source, className);
  const blockNames = new Set(
    [...(source.interfaces.get(interfaceName) ?? '').matchAll(BLOCK_DOC)].map((match) => match[1]),
  );
  const hcl = hclEntries(source, declared, interfaceName);
  const attributes: Record<string, Attribute> = {};
  const blocks: Record<string, NestedBlock> = {};
  for (const member of membersOf(declared)) {
    if (declared.category === 'TerraformProvider' && META_ARGUMENTS_OF_PROVIDER.has(member.name)) continue;
    // A block is never computed: what a provider may fill in by itself is an attribute of object type, however it looks in HCL.
    const block = blockNames.has(member.name) && !member.computed ? nestedBlockOf(source, member, hcl) : undefined;
    if (block !== undefined) blocks[member.name] = block;
    else attributes[member.name] = attributeOf(source, member, hcl);
  }
  return { attributes, blocks };
}

/** Undefined where cdktf leaves a block untyped (`any`): the overlay knows those few. */
function nestedBlockOf(source: Source, member: Member, hcl: ReadonlyMap<string, HclEntry>): NestedBlock | undefined {
  const entry = hcl.get(member.name);
  if (entry === undefined)
    throw BindingsUnreadableError.unexpectedShape(
      source.type,
      `the block ${member.name}`,
      'not synthesized',
      'a synthesized member',
    );
  if (entry.storage === 'any') return undefined;
  const minItems = member.required ? 1 : 0;
  const field = NESTED_FIELD.exec(member.text)?.[1];
  if (field === undefined) {
    const nesting = collectionOf(source, member, entry);
    return { nesting, minItems, maxItems: 0, block: blockOfProviderStruct(source, entry.storage.replace(/List$/, '')) };
  }
  if (classOf(source, field).category !== 'ComplexObject') {
    const nesting = collectionOf(source, member, entry);
    return { nesting, minItems, maxItems: 0, block: structBlock(source, elementClass(source, field)) };
  }
  if (entry.collection === 'struct')
    return { nesting: 'single', minItems: 0, maxItems: 0, block: structBlock(source, field) };
  return { nesting: collectionOf(source, member, entry), minItems, maxItems: 1, block: structBlock(source, field) };
}

function structBlock(source: Source, className: string): Block {
  return blockOf(source, className, className.replace(/OutputReference$/, ''));
}

/** The structs of the provider block have no class, only an interface and a synthesizing function. */
function blockOfProviderStruct(source: Source, interfaceName: string): Block {
  const attributes: Record<string, Attribute> = {};
  const fields = [...(source.interfaces.get(interfaceName) ?? '').matchAll(INTERFACE_FIELD)];
  const hcl = structHclEntries(source, interfaceName);
  for (const [, name = '', mark] of fields) {
    const required = mark !== '?';
    const member = { name, computed: false, optional: !required, required, text: '' };
    attributes[name] = attributeOf(source, member, hcl);
  }
  return { attributes, blocks: {} };
}

function collectionOf(source: Source, member: Member, entry: HclEntry): 'list' | 'set' | 'map' {
  if (entry.collection === 'list' || entry.collection === 'set' || entry.collection === 'map') return entry.collection;
  throw BindingsUnreadableError.unexpectedShape(
    source.type,
    `the collection of ${member.name}`,
    entry.collection,
    'list, set or map',
  );
}

function attributeOf(source: Source, member: Member, hcl: ReadonlyMap<string, HclEntry>): Attribute {
  return internAttribute({
    type: typeOf(source, member, hcl.get(member.name)),
    required: member.required,
    optional: member.optional,
    computed: member.computed,
    sensitive: false,
    writeOnly: false,
  });
}

function typeOf(source: Source, member: Member, entry: HclEntry | undefined): AttributeType {
  const field = NESTED_FIELD.exec(member.text);
  if (field?.[1] !== undefined) return nestedType(source, member, field[1], entry);
  const computedMap = COMPUTED_MAP.exec(member.text)?.[1];
  if (computedMap !== undefined)
    return internType({ map: computedMap === 'String' ? 'string' : computedMap === 'Number' ? 'number' : 'bool' });
  const getter = /^ {4}return ([^\n]*'[^\n]*);$/m.exec(member.text)?.[1] ?? '';
  const call = /this\.(\w+)\('/.exec(getter)?.[1];
  const collection = getter.includes('Fn.tolist(') ? 'set' : 'list';
  switch (call) {
    case 'getStringAttribute':
      return 'string';
    case 'getNumberAttribute':
      return 'number';
    case 'getBooleanAttribute':
      return 'bool';
    case 'getListAttribute':
      return internType(collection === 'set' ? { set: 'string' } : { list: 'string' });
    case 'getNumberListAttribute':
      return internType(collection === 'set' ? { set: 'number' } : { list: 'number' });
    case 'getStringMapAttribute':
      return internType({ map: 'string' });
    case 'getNumberMapAttribute':
      return internType({ map: 'number' });
    case 'getBooleanMapAttribute':
      return internType({ map: 'bool' });
    default:
      // No getter of a known type: the provider block, deeper collections, and what cdktf leaves untyped.
      return entry === undefined ? 'dynamic' : typeOfStorage(source, member, entry);
  }
}

function typeOfStorage(source: Source, member: Member, { collection, storage }: HclEntry): AttributeType {
  const wrap = (element: AttributeType): AttributeType =>
    internType(collection === 'set' ? { set: element } : { list: element });
  switch (storage) {
    case 'string':
    case 'number':
      return storage;
    case 'boolean':
      return 'bool';
    case 'any':
      return 'dynamic';
    case 'stringList':
      return wrap('string');
    case 'numberList':
      return wrap('number');
    case 'stringListList':
      return wrap(internType({ list: 'string' }));
    case 'stringMapList':
      return wrap(internType({ map: 'string' }));
    case 'stringMap':
      return internType({ map: 'string' });
    case 'stringMapMap':
      return internType({ map: internType({ map: 'string' }) });
    default:
      throw BindingsUnreadableError.unexpectedShape(
        source.type,
        `the storage of ${member.name}`,
        storage,
        'a primitive or a collection of primitives',
      );
  }
}

function nestedType(source: Source, member: Member, field: string, entry: HclEntry | undefined): AttributeType {
  const declared = classOf(source, field);
  switch (declared.category) {
    case 'ComplexObject':
      return objectType(source, field);
    case 'ComplexMap':
      return internType({ map: objectType(source, elementClass(source, field)) });
    default: {
      const element = objectType(source, elementClass(source, field));
      const isSet =
        entry === undefined
          ? new RegExp(`= new ${field}\\(this, "\\w+", true\\)`).test(member.text)
          : entry.collection === 'set';
      return internType(isSet ? { set: element } : { list: element });
    }
  }
}

function objectType(source: Source, className: string): AttributeType {
  const hcl = hclEntries(source, classOf(source, className), className.replace(/OutputReference$/, ''));
  const object: Record<string, AttributeType> = {};
  for (const member of membersOf(classOf(source, className)))
    object[member.name] = typeOf(source, member, hcl.get(member.name));
  return internType({ object });
}

function classOf(source: Source, name: string): Class {
  const declared = source.classes.get(name);
  if (declared !== undefined) return declared;
  throw BindingsUnreadableError.unexpectedShape(
    source.type,
    `the class ${name}`,
    'missing',
    'declared in the same binding',
  );
}

/** Reads the element class of a generated list or map: the return type of its `get`. */
function elementClass(source: Source, field: string): string {
  const element = /public get\(\w+: \w+\): (\w+)/.exec(classOf(source, field).text)?.[1];
  if (element !== undefined) return element;
  throw BindingsUnreadableError.unexpectedShape(
    source.type,
    `the element of ${field}`,
    'missing',
    'the return type of its get',
  );
}

function hclEntries(source: Source, declared: Class, interfaceName: string): ReadonlyMap<string, HclEntry> {
  return declared.category === 'ComplexObject'
    ? structHclEntries(source, interfaceName)
    : parseHclEntries(declared.text);
}

function structHclEntries(source: Source, interfaceName: string): ReadonlyMap<string, HclEntry> {
  return parseHclEntries(
    source.hclFunctions.get(`${interfaceName.charAt(0).toLowerCase()}${interfaceName.slice(1)}ToHclTerraform`) ?? '',
  );
}

function parseHclEntries(text: string): ReadonlyMap<string, HclEntry> {
  return new Map(
    [...text.matchAll(HCL_ENTRY)].map((match) => [
      match[1] ?? '',
      { collection: match[2] ?? '', storage: match[3] ?? '' },
    ]),
  );
}
