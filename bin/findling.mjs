#!/usr/bin/env node
/** The `findling` command. Finds the right Node, builds what is stale in a source tree, then hands over to src/cli. */

import { fileURLToPath } from 'node:url';
import { runOnRightNode } from './runtime.mjs';
import { prepare } from './prepare.mjs';

if (!runOnRightNode(fileURLToPath(import.meta.url))) {
  if (await prepare()) await import('../dist/src/cli/main.js');
}
