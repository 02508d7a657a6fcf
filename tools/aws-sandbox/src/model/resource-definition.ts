import type { AccountView } from './account-view';
import type { AccountChange, ResourceRecord } from './resource-record';
import type { ObjectValue, Value } from './value';

/**
 * Definitions of AWS services: one folder a service, one entry a resource type. Properties that an entry leaves out behave
 * generically, so an entry states only what is special about its type.
 */

/** Resource that a rule is applied to, with the account around it. */
export interface ResourceContext {
  readonly type: string;
  /** The region whose endpoint takes the call; for a global service the provider's own. */
  readonly region: string;
  readonly accountId: string;
  /** Empty until it is given. */
  readonly id: string;
  readonly arn: string;
  readonly attributes: ObjectValue;
  /** Attributes before an update or a deletion; null for a new resource. */
  readonly prior: ObjectValue | null;
  /** The configuration: the only place of write-only values. Empty outside an apply. */
  readonly config: ObjectValue;
  readonly internal: ObjectValue;
  readonly account: AccountView;
  readonly now: Date;
  /** The bytes of a file that the configuration names, relative to where Terraform runs. */
  readFile(path: string): Buffer;
  /** Keeps the bytes with the account. @returns their SHA-256 in base64 */
  keepCode(content: Buffer): string;
}

/** A text with `{attribute}`, `{id}`, `{arn}`, `{region}`, `{accountId}`, `{hex:17}` in it, or what computes the value. */
export type Template = string | ((context: ResourceContext) => Value);

/** A refusal's code and words; `{value}` is the refused value, the other places are those of a {@link Template}. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** @default 400 */
  readonly status?: number;
  /** The API call that refuses. @default the one under way */
  readonly call?: string;
}

/** The value of an attribute names another resource, which has to exist. */
export interface Reference {
  /** Path of the attribute; `block.attribute` reaches into blocks. */
  readonly attribute: string;
  /** One of these types. */
  readonly to: string | readonly string[];
  /** Attribute of the other resource that the value equals. @default id */
  readonly by?: 'id' | 'arn' | (string & {});
  readonly refusal: Refusal;
}

/** No two resources of the type share these values, within a region or, if the type is global, the account. */
export interface Uniqueness {
  /** The first one is what resources are looked up by. */
  readonly attributes: readonly string[];
  /** @default the scope of the type */
  readonly within?: 'region' | 'account';
  readonly refusal: Refusal;
}

/** Resources that use this one, and so keep it from being deleted. */
export interface Usage {
  readonly by: string;
  readonly attribute: string;
  /** Attribute of this resource that theirs holds. @default id */
  readonly holds?: 'id' | 'arn' | (string & {});
  /** Users that do not keep the resource from being deleted. */
  readonly except?: (user: ResourceRecord, context: ResourceContext) => boolean;
  readonly refusal: Refusal;
}

/** Value that a search compares: a dotted path to an attribute, or a function of the record; of several, any may match. */
export type Sought = string | ((record: ResourceRecord, account: AccountView) => Value);

/** Refuses by throwing an AwsError or a ProviderRefusal. */
export type Check = (context: ResourceContext) => void;

/** Further changes of the account that happen with this one, all or none. */
export type Effect = (context: ResourceContext) => readonly AccountChange[];

export interface ResourceDefinition {
  /** As the provider's messages name it: `EC2 VPC`. */
  readonly label: string;
  readonly calls: { readonly create: string; readonly update?: string; readonly delete: string };
  /** @default region */
  readonly scope?: 'region' | 'global';
  /** The identifier; by default random, of the form `<word>-<17 hex digits>`. */
  readonly id?: Template;
  /** Terraform's `id`, for types whose `id` is unique within their parent only. @default id */
  readonly stateId?: Template;
  readonly arn?: Template;
  /** Attribute that messages name a new resource by. @default the one that its identifier is, else `name` */
  readonly namedBy?: string;
  /** Attributes besides identifier and ARN that an import may name it by. @default name */
  readonly importBy?: readonly string[];
  /** Id of its import, which takes no other, where the provider's importer does not take Terraform's `id`. */
  readonly importId?: Template;
  /** Attributes and blocks whose change makes a new resource. */
  readonly replaces?: readonly string[];
  /** Values of AWS or the provider for arguments not given; `block.attribute` reaches into blocks that are there. */
  readonly defaults?: Readonly<Record<string, Value>>;
  /** Computed values of a new resource, in this order; `block.attribute` reaches into blocks. */
  readonly computed?: Readonly<Record<string, Template>>;
  /** Values that depend on other resources, computed at every read. */
  readonly live?: Readonly<Record<string, (context: ResourceContext) => Value>>;
  /** Computed values that a change of the named attributes makes anew; with `*`, any change. */
  readonly recomputes?: Readonly<Record<string, readonly string[]>>;
  /** Attributes that other resources change too: an update that does not change them leaves them as they are by then. */
  readonly changedByOthers?: readonly string[];
  /** Normal forms: AWS treats two values with the same normal form as equal. */
  readonly normalizes?: Readonly<Record<string, (value: string) => string>>;
  /** Sets of arguments of which at most one may be given. */
  readonly conflicts?: readonly (readonly string[])[];
  /** Exactly one of each list has to be there. */
  readonly exactlyOneOf?: readonly (readonly string[])[];
  readonly allowed?: Readonly<Record<string, readonly string[]>>;
  /** Lowest and highest number. */
  readonly ranges?: Readonly<Record<string, readonly [number, number]>>;
  readonly references?: readonly Reference[];
  readonly unique?: readonly Uniqueness[];
  readonly usedBy?: readonly Usage[];
  /** Refusals of create and update, after references and uniqueness. */
  readonly checks?: readonly Check[];
  readonly updateChecks?: readonly Check[];
  readonly deleteChecks?: readonly Check[];
  /** Data that AWS keeps and Terraform does not see; computed at create and update. */
  readonly internal?: (context: ResourceContext) => ObjectValue;
  readonly onCreate?: Effect;
  readonly onUpdate?: Effect;
  readonly onDelete?: Effect;
  /** Data kept of a resource that deletion only schedules (a pending deletion); Terraform no longer sees the resource. */
  readonly retires?: (context: ResourceContext) => ObjectValue | undefined;
  /**
   * Whether creating it again, with the identifier of one that is there, is taken: the new settings replace the old
   * ones, what AWS keeps of it stays. Computed values are not known yet. @default never: AWS refuses
   */
  readonly overwrites?: (context: ResourceContext, former: ResourceRecord) => boolean;
  /** Whether overwriting sets the tags too. @default false: the former ones stay, and the next plan shows it */
  readonly overwritesTags?: boolean;
  /** Attributes without a `_prefix` argument for which the provider makes up a name. */
  readonly madeUpNames?: readonly string[];
  /** The resource is a view of one that another resource made; deleting it leaves that alone. */
  readonly adopts?: { readonly type: string; readonly find: (context: ResourceContext) => ResourceRecord };
  /** Arguments of the data source of this name that are no attribute of the resource. */
  readonly soughtBy?: Readonly<Record<string, Sought>>;
  /** Filters of the data source of this name where the configuration gives none. */
  readonly soughtDefaults?: ObjectValue;
  /** Filters that the API's Describe call takes for the type, besides `tag:<key>` and `tag-key`. @default none */
  readonly filters?: Readonly<Record<string, Sought>>;
}

export interface DataSourceContext {
  readonly type: string;
  readonly region: string;
  readonly accountId: string;
  readonly config: ObjectValue;
  readonly account: AccountView;
}

export interface DataSourceDefinition {
  readonly label: string;
  readonly call: string;
  /** Arguments and blocks that `read` honours, besides `region` and `timeouts`; any other one is refused. */
  readonly arguments: readonly string[];
  /** Computed values; what is left out is null. */
  readonly read: (context: DataSourceContext) => ObjectValue;
}

export interface ServiceDefinition {
  /** As folders and ARNs name it: `ec2`. */
  readonly name: string;
  /** As the SDK's errors name it: `EC2`. */
  readonly sdkId: string;
  /** Whether the SDK has a type for each error code, which changes how an error is printed; EC2 has none. @default true */
  readonly typedErrors?: boolean;
  readonly resources: Readonly<Record<string, ResourceDefinition>>;
  readonly dataSources?: Readonly<Record<string, DataSourceDefinition>>;
  readonly ephemeral?: Readonly<Record<string, Omit<DataSourceDefinition, 'arguments'>>>;
}
