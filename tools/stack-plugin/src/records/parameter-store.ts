import type { SSMClient } from '@aws-sdk/client-ssm';
import type { ClientSettings } from './account-client';

/** The parameter stores of an account, one in each region. */
export interface ParameterStore {
  /** All parameters directly below a path, by name without the path. */
  readFolder(path: string, region: string, signal?: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** Writes a parameter, over the one that is there. */
  write(name: string, value: string, region: string): Promise<void>;
  /** Deletes a parameter; one that is not there is no error. */
  remove(name: string, region: string): Promise<void>;
  /** The values that a parameter has had, oldest first: at most the hundred that the store keeps. */
  readHistory(name: string, region: string): Promise<readonly string[]>;
}

export async function openParameterStore(settings: ClientSettings): Promise<ParameterStore> {
  const sdk = await import('@aws-sdk/client-ssm');
  const clients = new Map<string, SSMClient>();

  function clientOf(region: string): SSMClient {
    const client = clients.get(region) ?? new sdk.SSMClient({ ...settings, region });
    clients.set(region, client);
    return client;
  }

  return {
    async readFolder(path, region, abortSignal) {
      const client = clientOf(region);
      const values: Record<string, string> = {};
      let NextToken: string | undefined;
      do {
        const page = await client.send(
          new sdk.GetParametersByPathCommand({ Path: path, NextToken }),
          abortSignal === undefined ? {} : { abortSignal },
        );
        for (const { Name = '', Value = '' } of page.Parameters ?? []) values[Name.slice(path.length + 1)] = Value;
        NextToken = page.NextToken;
      } while (NextToken !== undefined);
      return values;
    },

    async write(Name, Value, region) {
      await clientOf(region).send(
        new sdk.PutParameterCommand({ Name, Value, Type: 'String', Tier: 'Standard', Overwrite: true }),
      );
    },

    async remove(Name, region) {
      await clientOf(region)
        .send(new sdk.DeleteParameterCommand({ Name }))
        .catch((error: Error) => {
          if (error.name !== 'ParameterNotFound') throw error;
        });
    },

    async readHistory(Name, region) {
      const values: string[] = [];
      for await (const page of sdk.paginateGetParameterHistory({ client: clientOf(region) }, { Name })) {
        values.push(...(page.Parameters ?? []).map(({ Value = '' }) => Value));
      }
      return values;
    },
  };
}
