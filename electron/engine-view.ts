/** What the app itself knows of the engine: status and settings as they change, recent searches when asked. Follows one client at a time. */

import type { EngineProtocol } from '../src/contract/calls.ts';
import type { IndexStatus } from '../src/contract/model.ts';
import type { Settings } from '../src/contract/settings.ts';
import type { Client } from '../src/rpc/client.ts';

export interface EngineViewOptions {
  readonly onChange: () => void;
  readonly onSettings: (settings: Settings) => void;
}

export class EngineView {
  readonly #options: EngineViewOptions;
  status: IndexStatus | null = null;
  /** The last known, also while no engine answers. */
  settings: Settings | null = null;
  recents: readonly string[] = [];

  constructor(options: EngineViewOptions) {
    this.#options = options;
  }

  /** Listens until the client's connection ends. */
  follow(client: Client<EngineProtocol>): void {
    const refreshRecents = (): void => {
      client.call('recents.list', undefined).then((recents) => {
        this.recents = recents;
      }, () => {
        // The connection ended: the next client brings them.
      });
    };
    client.subscribe('index.status', undefined, {
      next: (status) => {
        this.status = status;
        refreshRecents();
        this.#options.onChange();
      },
    });
    client.subscribe('settings', undefined, {
      next: (settings) => {
        this.settings = settings;
        this.#options.onSettings(settings);
      },
    });
    client.onClose(() => {
      this.status = null;
      this.#options.onChange();
    });
  }
}
