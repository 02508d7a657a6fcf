import type { Account } from '../account/account';
import { isObject, text } from '../model/attribute-values';
import { Unreachable } from '../model/aws-error';
import { isRegional, type ServiceCatalog } from '../model/catalog';
import { isRegion } from '../model/regions';
import type { ResourceDefinition } from '../model/resource-definition';
import type { Schema, SchemaKind, SchemaSource } from '../model/schema';
import { UNKNOWN, type ObjectValue, type Value } from '../model/value';
import { type Attempt, describeFailure } from './describe-failure';
import { assertArgumentsKnown, lookUpLikeNamed } from './look-up-like-named';
import { planResource } from './plan-resource';
import type {
  ApplyRequest,
  Diagnostic,
  PlanRequest,
  PlanResponse,
  Provider,
  ProviderSession,
  StateResponse,
} from './provider-api';
import { parseProviderSettings, validateProviderConfig } from './provider-settings';
import { type Caller, ResourceLifecycle } from './resource-lifecycle';
import { validateConfig } from './validate-config';

export interface AwsProviderOptions {
  readonly account: Account;
  readonly schemas: SchemaSource;
  readonly catalog: ServiceCatalog;
  /** Folder that Terraform runs in, for the files that a configuration names. @default the process's own */
  readonly workingFolder?: string;
  readonly clock?: () => Date;
  /** Whether a region is dark now. @default no region is */
  readonly isDark?: (region: string) => boolean;
}

/** The AWS provider over the sandbox account: one implementation for every type, led by its schema and its definition. */
export class AwsProvider implements Provider {
  readonly lifecycle: ResourceLifecycle;
  private readonly account: Account;
  private readonly schemas: SchemaSource;
  private readonly catalog: ServiceCatalog;
  private readonly workingFolder: string;
  private readonly isDark: (region: string) => boolean;

  constructor({ account, schemas, catalog, workingFolder, clock, isDark }: AwsProviderOptions) {
    this.account = account;
    this.schemas = schemas;
    this.catalog = catalog;
    this.workingFolder = workingFolder ?? process.cwd();
    this.isDark = isDark ?? (() => false);
    this.lifecycle = new ResourceLifecycle(account, schemas, catalog, clock);
  }

  configure(config: ObjectValue): readonly Diagnostic[] {
    return validateProviderConfig(config, this.account.accountId);
  }

  validate(kind: Exclude<SchemaKind, 'provider'>, type: string, config: ObjectValue): readonly Diagnostic[] {
    const schema = this.schemas.find(kind, type);
    if (schema === undefined) return [unknownType(kind, type)];
    return validateConfig(schema, kind === 'resource' ? this.catalog.resource(type).definition : undefined, config);
  }

  plan(session: ProviderSession, { type, prior, proposed, config }: PlanRequest): PlanResponse {
    if (proposed === null) return { planned: null, requiresReplace: [], diagnostics: [] };
    const settings = parseProviderSettings(session);
    const plan = planResource(this.lifecycle.schemaOf(type), this.catalog.resource(type).definition, settings, {
      prior,
      proposed,
      config: config ?? proposed,
    });
    return { ...plan, diagnostics: [] };
  }

  apply(session: ProviderSession, { type, prior, planned, config }: ApplyRequest): StateResponse {
    const caller = this.callerOf(session, planned ?? prior);
    const { definition } = this.catalog.resource(type);
    if (planned === null) {
      return this.attempt(type, caller, 'deleting', prior, definition.calls.delete, prior, () => {
        if (prior !== null) this.lifecycle.remove(type, caller, prior);
        return null;
      });
    }
    if (prior === null) {
      return this.attempt(type, caller, 'creating', planned, definition.calls.create, null, () =>
        this.lifecycle.create(type, caller, planned, config ?? {}),
      );
    }
    return this.attempt(
      type,
      caller,
      'updating',
      prior,
      definition.calls.update ?? definition.calls.create,
      prior,
      () => this.lifecycle.update(type, caller, prior, planned, config ?? {}),
    );
  }

  read(session: ProviderSession, type: string, state: ObjectValue): StateResponse {
    const caller = this.callerOf(session, state);
    return this.attempt(type, caller, 'reading', state, '', state, () => this.lifecycle.read(type, caller, state));
  }

  importResource(session: ProviderSession, type: string, id: string): StateResponse {
    // `id@region` names a resource of another region than the provider's [AWS provider 6, enhanced region support].
    const at = id.lastIndexOf('@');
    const named = at > 0 && isRegion(id.slice(at + 1)) ? { id: id.slice(0, at), region: id.slice(at + 1) } : undefined;
    const caller = this.callerOf(session, null);
    const found = this.lifecycle.findForImport(
      type,
      named === undefined ? caller : { ...caller, region: named.region },
      named?.id ?? id,
    );
    if (found !== null) return { state: found, diagnostics: [] };
    const { definition } = this.catalog.resource(type);
    return failure({
      severity: 'error',
      summary: 'Cannot import non-existent remote object',
      detail: `${type}: ${id} is not there, expected an existing ${definition.label} of account ${this.account.accountId} in ${named?.region ?? caller.region}. Check the id, or import it as id@region.`,
    });
  }

  readDataSource(session: ProviderSession, type: string, config: ObjectValue): StateResponse {
    const schema = this.schemas.find('data', type);
    if (schema === undefined) return failure(unknownType('data', type));
    const caller = this.callerOf(session, config);
    const known = this.catalog.dataSource(type);
    if (known === undefined) {
      const { service, definition } = this.catalog.resource(type);
      const attempt = { doing: `reading ${definition.label}`, call: '', service, ...this.place(caller) };
      const { schemas, catalog, lifecycle } = this;
      return this.reading(schema, config, caller, attempt, () =>
        lookUpLikeNamed({ schema, schemas, catalog, lifecycle, caller, config }),
      );
    }
    const { service, definition } = known;
    return this.reading(
      schema,
      config,
      caller,
      { doing: `reading ${definition.label}`, call: definition.call, service, ...this.place(caller) },
      () => {
        assertArgumentsKnown(type, definition.arguments, config);
        return definition.read({
          type,
          region: caller.region,
          accountId: this.account.accountId,
          config,
          account: this.account,
        });
      },
    );
  }

  openEphemeral(session: ProviderSession, type: string, config: ObjectValue): StateResponse {
    const schema = this.schemas.find('ephemeral', type);
    const known = this.catalog.ephemeralResource(type);
    if (schema === undefined || known === undefined) return failure(unknownType('ephemeral', type));
    const caller = this.callerOf(session, config);
    const { service, definition } = known;
    return this.reading(
      schema,
      config,
      caller,
      { doing: `opening ${definition.label}`, call: definition.call, service, ...this.place(caller) },
      () =>
        definition.read({
          type,
          region: caller.region,
          accountId: this.account.accountId,
          config,
          account: this.account,
        }),
    );
  }

  private reading(
    schema: Schema,
    config: ObjectValue,
    caller: Caller,
    attempt: Attempt,
    read: () => ObjectValue,
  ): StateResponse {
    try {
      this.requireReachable(caller);
      const values: ObjectValue = { ...(isRegional(schema.block) ? { region: caller.region } : {}), ...read() };
      const state: Record<string, Value> = {};
      for (const name of [...Object.keys(schema.block.attributes), ...Object.keys(schema.block.blocks)]) {
        state[name] = config[name] ?? values[name] ?? null;
      }
      return { state, diagnostics: [] };
    } catch (error) {
      return failure(describeFailure(attempt, error));
    }
  }

  private attempt(
    type: string,
    caller: Caller,
    verb: string,
    named: ObjectValue | null,
    call: string,
    onFailure: ObjectValue | null,
    act: () => ObjectValue | null,
  ): StateResponse {
    try {
      this.requireReachable(caller);
      return { state: act(), diagnostics: [] };
    } catch (error) {
      const { service, definition } = this.catalog.resource(type);
      const name = text(named?.[verb === 'creating' ? namingAttribute(definition) : 'id']);
      const doing = `${verb} ${definition.label}${name === '' ? '' : ` (${name})`}`;
      return {
        state: onFailure,
        diagnostics: [describeFailure({ doing, call, service, ...this.place(caller) }, error)],
      };
    }
  }

  private requireReachable({ region }: Caller): void {
    if (this.isDark(region)) throw new Unreachable(region);
  }

  private place({ region }: Caller): { readonly region: string; readonly accountId: string } {
    return { region, accountId: this.account.accountId };
  }

  private callerOf(session: ProviderSession, value: ObjectValue | null): Caller {
    const { region } = parseProviderSettings(session);
    const own = isObject(value) ? text(value['region']) : '';
    return { region: own || (region === UNKNOWN ? '' : region), workingFolder: this.workingFolder };
  }
}

function namingAttribute({ id, namedBy }: ResourceDefinition): string {
  return namedBy ?? /^\{(\w+)\}$/.exec(typeof id === 'string' ? id : '')?.[1] ?? 'name';
}

function unknownType(kind: SchemaKind, type: string): Diagnostic {
  const noun = kind === 'data' ? 'data source' : kind === 'ephemeral' ? 'ephemeral resource' : 'resource type';
  return {
    severity: 'error',
    summary: `Invalid ${noun}`,
    detail: `${type}: the sandbox's AWS provider has no ${noun} of this name. Check the name, or raise the version of @cdktf/provider-aws.`,
  };
}

function failure(diagnostic: Diagnostic): StateResponse {
  return { state: null, diagnostics: [diagnostic] };
}
