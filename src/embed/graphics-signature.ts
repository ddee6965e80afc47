/**
 * A text that changes when the graphics card or its driver does, as far as the system tells without loading the driver: a trusted device
 * is tested again then, and one put aside gets another chance. It need not be readable, only stable while nothing changes.
 */

import { execFile } from 'node:child_process';
import { readdir, readFile, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

/** Environment that chooses the driver or the card. */
const CHOOSING = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES', 'DRI_PRIME', 'MESA_VK_DEVICE_SELECT', 'CUDA_VISIBLE_DEVICES', 'LD_LIBRARY_PATH'] as const;
/** Where Vulkan drivers announce themselves on Linux. */
const ICD_FOLDERS = ['/usr/share/vulkan/icd.d', '/etc/vulkan/icd.d', '/usr/local/share/vulkan/icd.d'] as const;
const NVIDIA_VERSION = '/proc/driver/nvidia/version';
const CARDS = '/sys/class/drm';
/** Windows keeps every display adapter's name and driver version below this key. */
const DISPLAY_CLASS = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Class\\{4d36e968-e325-11ce-bfc1-08002be10318}';
const QUERY_TIMEOUT_MS = 10_000;

/** Never fails: what cannot be read is left out. */
export async function graphicsSignature(platform: NodeJS.Platform = process.platform): Promise<string> {
  const chosen = CHOOSING.map((name) => `${name}=${process.env[name] ?? ''}`);
  return [platform, os.arch(), os.release(), os.cpus()[0]?.model ?? '', ...chosen, ...(await cardsAndDrivers(platform))].join('\n');
}

/** On macOS the drivers come with the system, and the card with the processor: both are named already. */
async function cardsAndDrivers(platform: NodeJS.Platform): Promise<readonly string[]> {
  if (platform === 'win32') return windowsDrivers();
  if (platform === 'linux') return [...await linuxCards(), await read(NVIDIA_VERSION), ...await vulkanDrivers()];
  return [];
}

async function windowsDrivers(): Promise<readonly string[]> {
  const values = ['DriverDesc', 'DriverVersion', 'DriverDate'];
  const answers = await Promise.all(values.map((value) => (
    promisify(execFile)('reg', ['query', DISPLAY_CLASS, '/s', '/v', value], { timeout: QUERY_TIMEOUT_MS, windowsHide: true }).then(({ stdout }) => stdout, () => '')
  )));
  return answers;
}

async function linuxCards(): Promise<readonly string[]> {
  const names = (await list(CARDS)).filter((name) => /^card\d+$/.test(name));
  return Promise.all(names.map(async (name) => {
    const device = path.join(CARDS, name, 'device');
    return `${name} ${await read(path.join(device, 'vendor'))} ${await read(path.join(device, 'device'))}`;
  }));
}

/** Each driver's announcement, and size and time of the library it names: Mesa's stays in place when it is updated. */
async function vulkanDrivers(): Promise<readonly string[]> {
  const named = [process.env['VK_ICD_FILENAMES'], process.env['VK_DRIVER_FILES']].flatMap((paths) => paths?.split(':') ?? []).filter((file) => file !== '');
  const found = await Promise.all(ICD_FOLDERS.map(async (folder) => (await list(folder)).map((name) => path.join(folder, name))));
  return Promise.all([...named, ...found.flat()].map(async (file) => {
    const text = await read(file);
    const library = /"library_path"\s*:\s*"([^"]+)"/.exec(text)?.[1];
    return `${file} ${text} ${library === undefined ? '' : await sizeAndTime(path.dirname(file), library)}`;
  }));
}

/** A bare name is looked up where Linux keeps libraries; the loader's own configuration may say otherwise, and then the time is not seen. */
async function sizeAndTime(folder: string, library: string): Promise<string> {
  const places = library.includes('/') ? [path.resolve(folder, library)] : ['/usr/lib', '/usr/lib64', `/usr/lib/${os.arch() === 'x64' ? 'x86_64' : 'aarch64'}-linux-gnu`].map((place) => path.join(place, library));
  for (const place of places) {
    const facts = await stat(place).catch(() => null);
    if (facts !== null) return `${facts.size} ${facts.mtimeMs}`;
  }
  return '';
}

function read(file: string): Promise<string> {
  return readFile(file, 'utf8').then((text) => text.trim(), () => '');
}

function list(folder: string): Promise<readonly string[]> {
  // In no certain order on disk.
  return readdir(folder).then((names) => names.sort(), () => []);
}
