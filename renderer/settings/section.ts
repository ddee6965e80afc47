/** What every section of the settings is given. */

import type { Settings } from '../../src/contract/settings.ts';

export interface SectionProps {
  readonly settings: Settings;
  /** Sends a change; says when it is kept. */
  readonly set: (change: Partial<Settings>) => void;
}
