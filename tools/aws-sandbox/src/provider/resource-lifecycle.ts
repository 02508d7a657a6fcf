import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { Account } from '../account/account';
import { text } from '../model/attribute-values';
import { AwsError, ProviderRefusal } from '../model/aws-error';
import { isRegional, type KnownResource, type ServiceCatalog } from '../model/catalog';
import type { ResourceContext } from '../model/resource-definition';
import { GLOBAL, type AccountChange, type ResourceRecord } from '../model/resource-record';
import { sameValue } from '../model/same-value';
import type { Schema, SchemaSource } from '../model/schema';
import { render, refuse } from '../model/template';
import { UNKNOWN, type ObjectValue, type Value } from '../model/value';
import { checkReferences, checkUnique, exists } from './check-relations';
import { checkTags } from './check-tags';
import { completeAttributes } from './complete-attributes';
import { planResource } from './plan-resource';
import { giveArn, giveIdentifier, giveNames, hasId, identityOf } from './resource-identity';
import { attributesOf, recordOf, withTagsOf } from './resource-records';

/** Origin of a call: region and working folder. */
export interface Caller {
  readonly region: string;
  /** Folder that relative file names are read from. */
  readonly workingFolder: string;
}

type MutableContext = { -readonly [Key in keyof ResourceContext]: ResourceContext[Key] } & {
  attributes: Record<string, Value>;
};

/**
 * Create, read, update and delete of the account's resources, for Terraform and for calls of the AWS API. Every method is
 * synchronous, so calls never see each other half done.
 *
 * Refusals are thrown as AwsError or ProviderRefusal, and leave the account as it was.
 */
export class ResourceLifecycle {
  constructor(
    readonly account: Account,
    private readonly schemas: SchemaSource,
    private readonly catalog: ServiceCatalog,
    private readonly clock: () => Date = () => new Date(),
  ) {}

  /**
   * Creates from arguments alone, as an API call does; what it does not name is default or computed.
   *
   * @param internal data that the call has AWS keep, for the type's definition
   */
  createFromArguments(type: string, caller: Caller, given: ObjectValue, internal: ObjectValue = {}): ObjectValue {
    const { planned, config } = this.planArguments(type, caller, null, given);
    return this.create(type, caller, planned, config, internal);
  }

  updateFromArguments(type: string, caller: Caller, prior: ObjectValue, given: ObjectValue): ObjectValue {
    const { planned, config } = this.planArguments(type, caller, prior, given);
    return this.update(type, caller, prior, planned, config);
  }

  create(
    type: string,
    caller: Caller,
    planned: ObjectValue,
    config: ObjectValue,
    internal: ObjectValue = {},
  ): ObjectValue {
    const schema = this.schemaOf(type);
    const known = this.catalog.resource(type);
    const { definition, service } = known;
    const context = this.contextFor(type, schema, caller, planned, null, config, {});
    const { attributes } = context;

    giveNames(schema, definition, attributes, context.now);
    checkTags(service.name, context);
    checkReferences(context, schema, known);
    const adopted = definition.adopts?.find(context);
    if (adopted !== undefined) {
      for (const name of Object.keys(schema.block.attributes))
        if (attributes[name] === UNKNOWN) attributes[name] = adopted.attributes[name] ?? UNKNOWN;
    }
    context.id = adopted?.id ?? giveIdentifier(type, schema, known, context);
    const storedAs = definition.adopts?.type ?? type;
    const region = this.homeOf(schema, known, attributes, caller);
    const overwritten = this.overwrittenBy(context, known, region);
    checkUnique(context, known, overwritten);
    context.internal = overwritten?.internal ?? internal;
    context.arn = adopted?.arn ?? overwritten?.arn ?? giveArn(schema, known, context);
    if (schema.block.attributes['id'] !== undefined)
      attributes['id'] = definition.stateId === undefined ? context.id : render(definition.stateId, context);
    // Without an ARN of its own, a type may still show another's.
    if (attributes['arn'] === UNKNOWN && context.arn !== '') attributes['arn'] = context.arn;
    completeAttributes(schema.block, definition, attributes, context, service.name);
    if (!hasId(schema)) context.id = identityOf(schema, attributes) ?? context.id;
    for (const check of definition.checks ?? []) check(context);
    const former = adopted ?? overwritten;
    if (former === undefined && this.account.find(storedAs, region, context.id) !== undefined) {
      throw new AwsError('ResourceAlreadyExistsException', `${definition.label} ${context.id} already exists`, {
        status: 409,
      });
    }

    const record = recordOf(storedAs, known, schema, region, context, former);
    const put = overwritten === undefined || definition.overwritesTags ? record : withTagsOf(overwritten, record);
    this.account.commit([...(definition.onCreate?.(context) ?? []), { put }]);
    return this.stateOf(type, schema, record, attributes);
  }

  /** Finds the resource with the new one's identifier that the new one overwrites; undefined where it overwrites none. */
  private overwrittenBy(
    context: MutableContext,
    { definition }: KnownResource,
    region: string,
  ): ResourceRecord | undefined {
    const former = this.account.find(context.type, region, context.id);
    if (former === undefined || !exists(former)) return undefined;
    return definition.overwrites?.(context, former) === true ? former : undefined;
  }

  update(type: string, caller: Caller, prior: ObjectValue, planned: ObjectValue, config: ObjectValue): ObjectValue {
    const schema = this.schemaOf(type);
    const known = this.catalog.resource(type);
    const { definition, service } = known;
    const record = this.recordFor(type, schema, known, prior, caller);
    if (record === undefined) throw this.missing(type, schema, prior);
    const context = this.contextFor(type, schema, caller, planned, prior, config, record.internal ?? {});
    context.id = record.id;
    context.arn = record.arn ?? '';
    for (const name of definition.changedByOthers ?? []) {
      if (sameValue(planned[name], prior[name], 'string')) context.attributes[name] = record.attributes[name] ?? null;
    }
    checkTags(service.name, context);
    checkReferences(context, schema, known);
    checkUnique(context, known, record);
    completeAttributes(schema.block, definition, context.attributes, context, service.name);
    for (const check of [...(definition.checks ?? []), ...(definition.updateChecks ?? [])]) check(context);

    if (!hasId(schema)) context.id = identityOf(schema, context.attributes) ?? record.id;
    const updated = recordOf(record.type, known, schema, record.region, context, record);
    const renamed: readonly AccountChange[] = updated.id === record.id ? [] : [{ remove: record }];
    this.account.commit([...(definition.onUpdate?.(context) ?? []), ...renamed, { put: updated }]);
    return this.stateOf(type, schema, updated, context.attributes);
  }

  /** Deletes a resource. One that is gone already is no error. */
  remove(type: string, caller: Caller, prior: ObjectValue): void {
    const schema = this.schemaOf(type);
    const known = this.catalog.resource(type);
    const { definition } = known;
    const record = this.recordFor(type, schema, known, prior, caller);
    if (record === undefined || definition.adopts !== undefined) return;
    const context = this.contextFor(type, schema, caller, prior, prior, {}, record.internal ?? {});
    context.id = record.id;
    context.arn = record.arn ?? '';
    for (const check of definition.deleteChecks ?? []) check(context);
    for (const { by, attribute, holds = 'id', except, refusal } of definition.usedBy ?? []) {
      const value = holds === 'id' ? record.id : holds === 'arn' ? (record.arn ?? '') : text(record.attributes[holds]);
      const user = this.account
        .findBy(by, attribute, value)
        .find((found) => exists(found) && except?.(found, context) !== true);
      if (user !== undefined) throw refuse(refusal, context, user.id);
    }
    const kept = definition.retires?.(context);
    const change: AccountChange =
      kept === undefined ? { remove: record } : { put: { ...record, internal: { ...record.internal, ...kept } } };
    this.account.commit([...(definition.onDelete?.(context) ?? []), change]);
  }

  /** The resource as it is now, or null; values that AWS never gives back are those of the state. */
  read(type: string, caller: Caller, state: ObjectValue): ObjectValue | null {
    const schema = this.schemaOf(type);
    const record = this.recordFor(type, schema, this.catalog.resource(type), state, caller);
    return record === undefined ? null : this.stateOf(type, schema, record, state);
  }

  /** The resource that an import names by its identifier, its ARN or another name of its own. */
  findForImport(type: string, caller: Caller, named: string): ObjectValue | null {
    const schema = this.schemaOf(type);
    const known = this.catalog.resource(type);
    const { definition } = known;
    const storedAs = definition.adopts?.type ?? type;
    const region = this.homeOf(schema, known, {}, caller);
    const { importId } = definition;
    if (importId !== undefined) {
      const found = this.account.list(storedAs, region).find((each) => {
        const context = this.contextFor(type, schema, caller, each.attributes, null, {}, each.internal ?? {});
        [context.id, context.arn] = [each.id, each.arn ?? ''];
        return exists(each) && render(importId, context) === named;
      });
      return found === undefined ? null : this.stateOf(type, schema, found, {});
    }
    const byArn = this.account.findByArn(named);
    const record =
      this.account.find(storedAs, region, named) ??
      (byArn?.type === storedAs ? byArn : undefined) ??
      (definition.importBy ?? [])
        .flatMap((attribute) => this.account.findBy(storedAs, attribute, named))
        .find((found) => found.region === region) ??
      (known.isDefined
        ? undefined
        : this.account.list(type, region).find(({ attributes }) => attributes['name'] === named));
    return record === undefined || !exists(record) ? null : this.stateOf(type, schema, record, {});
  }

  /** A resource's attributes with those that follow other resources. */
  stateOf(type: string, schema: Schema, record: ResourceRecord, known: ObjectValue): ObjectValue {
    const { definition } = this.catalog.resource(type);
    const state = attributesOf(schema, record, known);
    if (definition.live === undefined) return state;
    const caller = { region: record.region, workingFolder: '' };
    const context = this.contextFor(type, schema, caller, state, null, {}, record.internal ?? {});
    context.id = record.id;
    context.arn = record.arn ?? '';
    for (const [name, work] of Object.entries(definition.live)) state[name] = work(context);
    return state;
  }

  schemaOf(type: string): Schema {
    const schema = this.schemas.find('resource', type);
    if (schema === undefined) throw new ProviderRefusal(`the installed bindings have no resource type ${type}`);
    return schema;
  }

  private planArguments(type: string, { region }: Caller, prior: ObjectValue | null, given: ObjectValue) {
    const schema = this.schemaOf(type);
    const config: Record<string, Value> = {};
    for (const name of Object.keys(schema.block.attributes)) config[name] = given[name] ?? null;
    for (const [name, { nesting }] of Object.entries(schema.block.blocks))
      config[name] = given[name] ?? (nesting === 'single' ? null : []);
    const settings = { region, defaultTags: {} };
    const { planned } = planResource(schema, this.catalog.resource(type).definition, settings, {
      prior,
      proposed: config,
      config,
    });
    // Calls that change a resource leave its tags alone.
    const tags: ObjectValue =
      prior === null || 'tags' in given ? {} : { tags: prior['tags'] ?? null, tags_all: prior['tags_all'] ?? null };
    return { planned: { ...planned, ...tags }, config };
  }

  private contextFor(
    type: string,
    schema: Schema,
    caller: Caller,
    attributes: ObjectValue,
    prior: ObjectValue | null,
    config: ObjectValue,
    internal: ObjectValue,
  ): MutableContext {
    const { account } = this;
    return {
      type,
      region: (isRegional(schema.block) ? text(attributes['region']) : '') || caller.region,
      accountId: account.accountId,
      id: '',
      arn: '',
      attributes: { ...attributes },
      prior,
      config,
      internal,
      account,
      now: this.clock(),
      readFile: (path) => readFileSync(isAbsolute(path) ? path : join(caller.workingFolder, path)),
      keepCode: (content) => account.code.add(content),
    };
  }

  private homeOf(schema: Schema, { definition }: KnownResource, attributes: ObjectValue, caller: Caller): string {
    const scope = definition.scope ?? (isRegional(schema.block) ? 'region' : 'global');
    return scope === 'global' ? GLOBAL : text(attributes['region']) || caller.region;
  }

  private recordFor(
    type: string,
    schema: Schema,
    known: KnownResource,
    state: ObjectValue,
    caller: Caller,
  ): ResourceRecord | undefined {
    const { definition } = known;
    const id =
      definition.stateId !== undefined && definition.id !== undefined
        ? text(render(definition.id, this.contextFor(type, schema, caller, state, null, {}, {})))
        : identityOf(schema, state);
    if (id === undefined) return undefined;
    const record = this.account.find(
      known.definition.adopts?.type ?? type,
      this.homeOf(schema, known, state, caller),
      id,
    );
    return record !== undefined && exists(record) ? record : undefined;
  }

  private missing(type: string, schema: Schema, prior: ObjectValue): AwsError {
    return new AwsError(
      'ResourceNotFoundException',
      `${this.catalog.resource(type).definition.label} ${identityOf(schema, prior) ?? ''} does not exist`,
      { status: 404 },
    );
  }
}
