// Keeps each repository's source open between questions; opened at first use, closed with the program.
import { Inject, Injectable, type OnModuleDestroy } from '@nestjs/common';
import type { Source } from '../../adapters/sources/port';
import type { HostedRepository } from '../repositories/entities';

/** Opens a source from its stored description; given by the program, so that tests can count what is opened. */
export type OpenSource = (repository: HostedRepository) => Promise<Source>;
export const OPEN_SOURCE = Symbol('open source');

@Injectable()
export class OpenSources implements OnModuleDestroy {
  private readonly open = new Map<string, Promise<Source>>();

  constructor(@Inject(OPEN_SOURCE) private readonly openSource: OpenSource) {}

  /** Refuses SOURCE_DOWN and what opening refuses; a failed opening is tried again next time. */
  of(repository: HostedRepository): Promise<Source> {
    const key = `${repository.id} ${repository.dataVersion}`;
    let source = this.open.get(key);
    if (source === undefined) {
      source = this.openSource(repository);
      this.open.set(key, source);
      source.catch(() => this.open.delete(key));
    }
    return source;
  }

  async onModuleDestroy(): Promise<void> {
    for (const source of this.open.values()) await source.then((opened) => opened.close()).catch(() => undefined);
  }
}
