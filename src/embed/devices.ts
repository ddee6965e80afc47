/**
 * What this machine could embed with: the CPU everywhere, WebGPU on Windows, macOS (arm64) and Linux (x64), CUDA where the person has put
 * its libraries beside onnxruntime's own. Which of them is trusted is decided elsewhere (device-choice.ts).
 */

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { InferenceSession } from 'onnxruntime-node';
import type { DeviceStatus } from '../contract/models.ts';
import type { Settings } from '../contract/settings.ts';

export type DeviceName = DeviceStatus['device'];

/** A device other than the CPU. `missing`: why it cannot even be tried; null when it can. */
export interface Candidate {
  readonly device: DeviceName;
  readonly missing: string | null;
}

/** Where onnxruntime has the WebGPU provider built in. */
const WEBGPU_SYSTEMS = ['win32 x64', 'win32 arm64', 'darwin arm64', 'linux x64'];
/** onnxruntime's own bridge to CUDA: not in the package, and loaded only from the folder of its other libraries. */
const CUDA_SYSTEM = 'linux x64';
const CUDA_LIBRARY = 'libonnxruntime_providers_cuda.so';

/** Best first. CUDA is fastest where it is there; nobody puts it there by accident. */
export function candidates(platform: string = process.platform, arch: string = process.arch, libraries: string = runtimeFolder()): readonly Candidate[] {
  const system = `${platform} ${arch}`;
  const webgpu: Candidate = { device: 'webgpu', missing: WEBGPU_SYSTEMS.includes(system) ? null : `Graphics cards cannot be used on this system (${system}).` };
  if (system !== CUDA_SYSTEM) return [webgpu];
  return [{ device: 'cuda', missing: existsSync(path.join(libraries, CUDA_LIBRARY)) ? null : `CUDA is used when ${CUDA_LIBRARY} lies in ${libraries}.` }, webgpu];
}

/** Of the candidates those that the setting allows; all but the CPU for `auto`. */
export function wanted(setting: Settings['device'], all: readonly Candidate[]): readonly DeviceName[] {
  return all.filter(({ device, missing }) => missing === null && (setting === 'auto' || setting === device)).map(({ device }) => device);
}

/** The folder of onnxruntime's native libraries. Nothing in it is loaded by this. */
function runtimeFolder(): string {
  const main = createRequire(import.meta.url).resolve('onnxruntime-node');
  return path.join(path.dirname(main), '..', 'bin', 'napi-v6', process.platform, process.arch);
}

/** Of onnxruntime: another version is another device as far as trust goes. */
export function runtimeVersion(): string {
  const { version } = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }; // npm writes it there.
  return version;
}

/**
 * The provider with the only options that 1.30.0 accepts and that we need; others (choice of adapter, free dimensions) are refused or ignored
 * there. `onCpu`: nodes that stay on the CPU. Outputs are never left on the GPU: reading one there aborts the process.
 */
export function providerOf(device: DeviceName, onCpu: readonly string[]): InferenceSession.ExecutionProviderConfig {
  switch (device) {
    case 'cpu':
      return 'cpu';
    case 'webgpu':
      // Validation stays at its default: without it, an error of ours ends the process.
      return onCpu.length === 0 ? { name: 'webgpu' } : { name: 'webgpu', forceCpuNodeNames: onCpu };
    case 'cuda':
      return 'cuda';
  }
}
