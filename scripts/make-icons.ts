/**
 * Draws the app's pictures from renderer/icon.svg into resources/app: window and installer icons (.png, .ico, .icns) and the tray in each
 * state, on macOS as black templates. Needs a browser: `node scripts/make-icons.ts`. Run it after changing the drawing; the files are committed.
 */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launchChromium } from '../tests/e2e/chromium.ts';
import { icnsOf, icoOf, type Picture } from './icon-containers.ts';

const repository = fileURLToPath(new URL('..', import.meta.url));
const target = join(repository, 'resources', 'app');
const drawing = readFileSync(join(repository, 'renderer', 'icon.svg'), 'utf8');

/** Marks at the lower right of the tray's stone: nothing, a dot, two bars, a cross in its own colour. */
const STATES: Readonly<Record<string, { readonly colour: string; readonly mark: string }>> = {
  idle: { colour: '#0f6b5c', mark: '' },
  busy: { colour: '#0f6b5c', mark: '<circle cx="25" cy="25" r="6" fill="#2f7de1" stroke="#fff" stroke-width="1.5"/>' },
  paused: { colour: '#6b7370', mark: '<rect x="19" y="19" width="4" height="11" fill="#fff" stroke="#444" /><rect x="25.5" y="19" width="4" height="11" fill="#fff" stroke="#444"/>' },
  error: { colour: '#0f6b5c', mark: '<circle cx="25" cy="25" r="6" fill="#c8372a" stroke="#fff" stroke-width="1.5"/><path d="M22.7 22.7l4.6 4.6m0-4.6l-4.6 4.6" stroke="#fff" stroke-width="1.6"/>' },
};
/** Points of a tray picture: macOS draws 16 in a bar of 22. */
const TRAY_POINTS = { plain: 22, template: 16 } as const;
const ICO_SIZES = [16, 24, 32, 48, 64, 256] as const;
const ICNS_SIZES = [16, 32, 64, 128, 256, 512, 1024] as const;
const WINDOW_SIZE = 512;

function trayDrawing(state: string, template: boolean): string {
  const { colour, mark } = STATES[state] ?? { colour: '', mark: '' };
  const stone = drawing.replace('#0f6b5c', template ? '#000' : colour);
  // A template has alpha alone: the lens is cut out by a mask instead of painted white.
  const shape = template ? `<defs><mask id="m"><rect width="32" height="32" fill="#fff"/>${inner(drawing).replaceAll('#fff', '#000').replace(/<path fill[^>]*>/, '')}</mask></defs><g mask="url(#m)">${/<path fill[^>]*>/.exec(stone)?.[0] ?? ''}</g>` : inner(stone);
  const marks = template ? mark.replace(/#[0-9a-f]{3,6}/g, '#000') : mark;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${shape}${marks}</svg>`;
}

const inner = (svg: string): string => svg.replace(/^<svg[^>]*>|<\/svg>\s*$/g, '');

const browser = await launchChromium();
const page = await browser.newPage();

async function draw(svg: string, size: number): Promise<Picture> {
  await page.setViewportSize({ width: size, height: size });
  await page.setContent(`<style>html,body{margin:0;background:transparent}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  return { size, png: await page.screenshot({ omitBackground: true }) };
}

mkdirSync(target, { recursive: true });
const write = (name: string, bytes: Uint8Array): void => {
  writeFileSync(join(target, name), bytes);
  process.stdout.write(`${bytes.byteLength} bytes  ${name}\n`);
};
write('icon.png', (await draw(drawing, WINDOW_SIZE)).png);
const drawn = new Map<number, Picture>();
for (const size of new Set([...ICO_SIZES, ...ICNS_SIZES])) drawn.set(size, await draw(drawing, size));
const ofSizes = (sizes: readonly number[]): readonly Picture[] => sizes.flatMap((size) => drawn.get(size) ?? []);
write('icon.ico', icoOf(ofSizes(ICO_SIZES)));
write('icon.icns', icnsOf(ofSizes(ICNS_SIZES)));
for (const state of Object.keys(STATES)) {
  for (const [suffix, points, template] of [['', TRAY_POINTS.plain, false], ['Template', TRAY_POINTS.template, true]] as const) {
    const svg = trayDrawing(state, template);
    write(`tray-${state}${suffix}.png`, (await draw(svg, points)).png);
    write(`tray-${state}${suffix}@2x.png`, (await draw(svg, points * 2)).png);
  }
}
await browser.close();
