/** Types of runtime.mjs for the tests; the file itself stays plain JavaScript for Node 20. */

export function isNewEnough(version: string): boolean;
export function bundledNode(platform?: NodeJS.Platform, arch?: string): string | null;
export function runOnRightNode(script: string): boolean;
