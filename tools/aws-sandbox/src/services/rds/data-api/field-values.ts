import { types } from 'pg';
import type { Members } from '../../../endpoint/calls/members';
import { AwsError } from '../../../model/aws-error';
import type { SqlParameterValue } from './named-parameters';

/** PostgreSQL's types that the Data API has a field of its own for, by object identifier [pg_type.dat], with JDBC's number of each. */
const TYPES: Readonly<Record<number, readonly [name: string, field: FieldKind, jdbc: number]>> = {
  16: ['bool', 'boolean', -7],
  17: ['bytea', 'blob', -2],
  20: ['int8', 'long', -5],
  21: ['int2', 'long', 5],
  23: ['int4', 'long', 4],
  25: ['text', 'string', 12],
  26: ['oid', 'long', -5],
  114: ['json', 'string', 1111],
  700: ['float4', 'double', 7],
  701: ['float8', 'double', 8],
  1000: ['_bool', 'booleanValues', 2003],
  1005: ['_int2', 'longValues', 2003],
  1007: ['_int4', 'longValues', 2003],
  1009: ['_text', 'stringValues', 2003],
  1015: ['_varchar', 'stringValues', 2003],
  1016: ['_int8', 'longValues', 2003],
  1021: ['_float4', 'doubleValues', 2003],
  1022: ['_float8', 'doubleValues', 2003],
  1042: ['bpchar', 'string', 1],
  1043: ['varchar', 'string', 12],
  1082: ['date', 'string', 91],
  1083: ['time', 'string', 92],
  1114: ['timestamp', 'string', 93],
  1184: ['timestamptz', 'string', 93],
  1700: ['numeric', 'decimal', 2],
  2950: ['uuid', 'string', 1111],
  2951: ['_uuid', 'stringValues', 2003],
  3802: ['jsonb', 'string', 1111],
};
type FieldKind =
  | 'boolean'
  | 'blob'
  | 'long'
  | 'double'
  | 'decimal'
  | 'string'
  | 'booleanValues'
  | 'longValues'
  | 'doubleValues'
  | 'stringValues';

/** Column of a result. */
export interface Column {
  readonly name: string;
  /** Object identifier of the type. */
  readonly dataTypeID: number;
  /** Of its table, 0 for an expression. */
  readonly tableID: number;
}

/** How numbers are returned: a `ResultSetOptions`. */
export interface NumberForm {
  readonly decimalReturnType?: unknown;
  readonly longReturnType?: unknown;
}

/** A value of a result as the Data API returns it, out of PostgreSQL's text [Amazon RDS Data API Reference, Field]. */
export function fieldOf(value: string | null, { dataTypeID: type }: Column, form: NumberForm): Members {
  if (value === null) return { isNull: true };
  const [, kind] = TYPES[type] ?? ['', 'string' as const];
  switch (kind) {
    case 'boolean':
      return { booleanValue: value === 't' };
    case 'blob':
      return { blobValue: Buffer.from(value.slice(2), 'hex').toString('base64') };
    case 'long':
      return form.longReturnType === 'STRING' ? { stringValue: value } : { longValue: Number(value) };
    case 'double':
      return { doubleValue: Number(value) };
    case 'decimal':
      if (form.decimalReturnType !== 'DOUBLE_OR_LONG') return { stringValue: value };
      return value.includes('.') ? { doubleValue: Number(value) } : { longValue: Number(value) };
    case 'string':
      return { stringValue: value };
    default:
      return { arrayValue: { [kind]: arrayOf(value, type, kind) } };
  }
}

/** A value as `formattedRecords` has it. */
export function plainValue(field: Members): unknown {
  if (field['isNull'] === true) return null;
  const [value] = Object.values(field);
  return typeof value === 'object' ? Object.values(value as Members)[0] : value;
}

/** Description of a column [Amazon RDS Data API Reference, ColumnMetadata]. */
export function columnMetadata({ dataTypeID: type, name, tableID }: Column): Members {
  const [typeName, kind, jdbc] = TYPES[type] ?? ['unknown', 'string', 1111];
  return {
    name,
    label: name,
    type: jdbc,
    typeName,
    isSigned: ['long', 'double', 'decimal'].includes(kind),
    isCaseSensitive: ['text', 'varchar', 'bpchar'].includes(typeName),
    isCurrency: false,
    // 2: unknown. A column of a table is not looked up.
    nullable: tableID === 0 ? 2 : 1,
    arrayBaseColumnType: 0,
  };
}

function arrayOf(value: string, type: number, kind: FieldKind): readonly unknown[] {
  const parsed = types.getTypeParser(type)(value) as readonly unknown[];
  if (parsed.some((element) => Array.isArray(element))) {
    throw new AwsError('UnsupportedResultException', 'The result contains a multidimensional array.');
  }
  return kind === 'longValues' ? parsed.map(Number) : parsed;
}

const HINTED: Readonly<Record<string, string>> = {
  DATE: 'date',
  DECIMAL: 'numeric',
  JSON: 'jsonb',
  TIME: 'time',
  TIMESTAMP: 'timestamp',
  UUID: 'uuid',
};

/** A parameter's value, with its type [Amazon RDS Data API Reference, SqlParameter]. @throws AwsError for one without a value */
export function parameterValue({ name, typeHint, value: field }: Members): SqlParameterValue {
  const { blobValue, booleanValue, doubleValue, isNull, longValue, stringValue } = (field ?? {}) as Members;
  if (isNull === true) return { value: null, type: undefined };
  if (typeof booleanValue === 'boolean') return { value: String(booleanValue), type: 'bool' };
  if (typeof longValue === 'number') return { value: String(longValue), type: 'int8' };
  if (typeof doubleValue === 'number') return { value: String(doubleValue), type: 'float8' };
  if (typeof blobValue === 'string') {
    return { value: `\\x${Buffer.from(blobValue, 'base64').toString('hex')}`, type: 'bytea' };
  }
  if (typeof stringValue === 'string') return { value: stringValue, type: HINTED[String(typeHint)] ?? 'varchar' };
  // Arrays as parameters are not supported [Aurora user guide, calling the Data API]. Words inferred.
  throw new AwsError('BadRequestException', `Parameter ${String(name)} has no value of a supported type`);
}
