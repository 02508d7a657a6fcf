import type { DataSourceDefinition, ResourceDefinition, ServiceDefinition } from './resource-definition';
import type { Block, Schema } from './schema';

export interface KnownResource {
  readonly service: ServiceDefinition;
  readonly definition: ResourceDefinition;
  /** False where the behaviour is generic. */
  readonly isDefined: boolean;
}

export interface KnownDataSource {
  readonly service: ServiceDefinition;
  readonly definition: DataSourceDefinition;
}

export interface KnownEphemeralResource {
  readonly service: ServiceDefinition;
  readonly definition: Omit<DataSourceDefinition, 'arguments'>;
}

/** Definitions by resource type; for a type without one, a generic definition. */
export class ServiceCatalog {
  private readonly resources = new Map<string, KnownResource>();
  private readonly dataSources = new Map<string, KnownDataSource>();
  private readonly ephemeral = new Map<string, KnownEphemeralResource>();

  constructor(services: readonly ServiceDefinition[]) {
    for (const service of services) {
      for (const [type, definition] of Object.entries(service.resources))
        this.resources.set(type, { service, definition, isDefined: true });
      for (const [type, definition] of Object.entries(service.dataSources ?? {}))
        this.dataSources.set(type, { service, definition });
      for (const [type, definition] of Object.entries(service.ephemeral ?? {}))
        this.ephemeral.set(type, { service, definition });
    }
  }

  resource(type: string): KnownResource {
    return this.resources.get(type) ?? genericResource(type);
  }

  dataSource(type: string): KnownDataSource | undefined {
    return this.dataSources.get(type);
  }

  ephemeralResource(type: string): KnownEphemeralResource | undefined {
    return this.ephemeral.get(type);
  }
}

/** Global types have no region argument [AWS provider 6, enhanced region support]. */
export function isRegional(block: Block): boolean {
  return block.attributes['region']?.optional === true;
}

/**
 * The attribute that identifies a resource within its type. Types of the provider's newer kind have no `id`; then
 * it is the ARN, or the first computed attribute that is named like an identifier. Undefined where the required
 * arguments alone tell them apart.
 */
export function identityAttribute({ block }: Schema): string | undefined {
  const { attributes } = block;
  if (attributes['id'] !== undefined) return 'id';
  if (attributes['arn'] !== undefined) return 'arn';
  // An attribute that is also optional may be the identifier of another resource.
  const given = Object.entries(attributes)
    .filter(([, { type, computed, optional }]) => type === 'string' && computed && !optional)
    .map(([name]) => name);
  return given.find((name) => name.endsWith('_arn')) ?? given.find((name) => name.endsWith('_id'));
}

const generic = new Map<string, KnownResource>();

function genericResource(type: string): KnownResource {
  const known = generic.get(type);
  if (known !== undefined) return known;
  const [, service = 'aws', ...rest] = type.split('_');
  const noun = (rest.length > 0 ? rest : [service]).map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  const sdkId = service.length <= 4 ? service.toUpperCase() : service.charAt(0).toUpperCase() + service.slice(1);
  const created: KnownResource = {
    service: { name: service, sdkId, resources: {} },
    definition: {
      label: `${sdkId} ${noun.join(' ')}`,
      calls: { create: `Create${noun.join('')}`, update: `Update${noun.join('')}`, delete: `Delete${noun.join('')}` },
    },
    isDefined: false,
  };
  generic.set(type, created);
  return created;
}
