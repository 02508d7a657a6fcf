import type { ServiceEndpoint } from '../endpoint/calls/service-endpoint';
import { serviceHosts } from '../network/service-hosts';
import type { VirtualHosts } from '../network/virtual-host';
import type { Ticking } from './automation';
import type { AwsService, ServiceContext, ServiceOptions, ServiceParts } from './aws-service';

/** The services of an account as they run, with the state that they keep beside the resources that Terraform sees. */
export class RunningServices {
  private readonly states = new Map<unknown, unknown>();
  private readonly context: ServiceContext;
  private readonly parts: readonly ServiceParts[];

  constructor(services: readonly AwsService[], options: ServiceOptions) {
    this.context = {
      ...options,
      of: (open) => this.of(open),
      openNetwork: async () => {
        for (const { openNetwork } of this.parts) await openNetwork?.();
      },
    };
    this.parts = services.map(({ start }) => start?.(this.context) ?? {});
  }

  get endpoints(): readonly ServiceEndpoint[] {
    return this.parts.flatMap(({ endpoints = [] }) => endpoints);
  }

  get hosts(): readonly VirtualHosts[] {
    return [...this.parts.flatMap(({ hosts = [] }) => hosts), serviceHosts];
  }

  pathOf(host: string): string | undefined {
    for (const { pathOf } of this.parts) {
      const path = pathOf?.(host);
      if (path !== undefined) return path;
    }
    return undefined;
  }

  get ticking(): readonly Ticking[] {
    return this.parts.flatMap(({ ticking = [] }) => ticking);
  }

  of<State>(open: (context: ServiceContext) => State): State {
    if (!this.states.has(open)) this.states.set(open, open(this.context));
    return this.states.get(open) as State;
  }

  settle(): void {
    for (const { settle } of this.parts) settle?.();
  }

  async close(): Promise<void> {
    for (const state of [...this.states.values()].reverse()) {
      await (state as { close?: () => Promise<void> | void }).close?.();
    }
  }
}
