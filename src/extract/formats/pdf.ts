/**
 * PDF → text by pdf.js, page by page: pages and likely headings as marks, paragraphs from the gaps between lines, words joined again where
 * a line ended in a hyphen. Nothing is drawn and no script in the file is run (pdf.js 6 has no `eval` left to turn off); its worker code
 * runs in this very process, which is killable anyway.
 */

import { createRequire } from 'node:module';
import path from 'node:path';
import { DraftWriter, type Draft } from '../draft.ts';
import { MAX_PDF_PAGES } from '../limits.ts';
import { Unreadable } from '../reasons.ts';
import { layOut, type Glyphs } from './pdf-layout.ts';

const HEADING_SCORE = 100;
const PARAGRAPH_SCORE = 60;
/** A page's end is seldom the end of a thought, but the place changes there. */
const PAGE_SCORE = 40;

type PdfJs = typeof import('pdfjs-dist/legacy/build/pdf.mjs');

let loading: Promise<PdfJs> | undefined;

/** pdf.js asks for these two when it loads, for drawing only. Where no canvas package brings them, empty ones do. */
async function load(): Promise<PdfJs> {
  const globals: Record<string, unknown> = globalThis as never; // Both names are absent from Node's own types.
  globals['DOMMatrix'] ??= class {};
  globals['Path2D'] ??= class {};
  return import('pdfjs-dist/legacy/build/pdf.mjs');
}

/** The text of a PDF. Throws `encrypted`, `no-text` (scanned pages), `corrupt`. */
export async function readPdf(bytes: Buffer): Promise<Draft> {
  loading ??= load();
  const pdfjs = await loading;
  const root = path.dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'));
  const task = pdfjs.getDocument({
    // A copy: pdf.js takes the buffer over.
    data: new Uint8Array(bytes),
    useSystemFonts: false,
    disableFontFace: true,
    enableXfa: false,
    stopAtErrors: false,
    // Character maps of Chinese, Japanese and Korean fonts, and metrics of the 14 standard fonts.
    cMapUrl: path.join(root, 'cmaps') + '/',
    cMapPacked: true,
    standardFontDataUrl: path.join(root, 'standard_fonts') + '/',
    wasmUrl: path.join(root, 'wasm') + '/',
    verbosity: 0,
  });
  try {
    const pdf = await task.promise;
    return await readPages(pdf);
  } catch (error) {
    throw reasonOf(error);
  } finally {
    await task.destroy();
  }
}

type PdfDocument = Awaited<ReturnType<PdfJs['getDocument']>['promise']>;

async function readPages(pdf: PdfDocument): Promise<Draft> {
  const draft = new DraftWriter();
  const pages = Math.min(pdf.numPages, MAX_PDF_PAGES);
  let broken: unknown = null;
  let read = 0;
  for (let number = 1; number <= pages && !draft.full; number++) {
    try {
      const page = await pdf.getPage(number);
      const content = await page.getTextContent();
      writePage(draft, number, content.items.flatMap((item): Glyphs[] => 'str' in item ? [item] : []), annotationTexts(await page.getAnnotations()));
      page.cleanup();
      read++;
    } catch (error) {
      // One damaged page does not take the others with it.
      broken = error;
    }
  }
  if (read === 0 && broken !== null) throw broken;
  const result = draft.finish(await titleOf(pdf));
  if (isGarbage(result.text)) throw Unreadable.skipped('no-text', 'The fonts of this PDF do not tell which letters they draw.');
  return pages < pdf.numPages ? { ...result, truncated: true } : result;
}

function writePage(draft: DraftWriter, number: number, items: readonly Glyphs[], annotations: readonly string[]): void {
  const blocks = [...layOut(items), ...annotations.map((text) => ({ text, heading: false }))];
  if (blocks.length === 0) return;
  if (draft.length > 0) {
    draft.write('\n\n');
    draft.break(PAGE_SCORE);
  }
  draft.mark({ page: number });
  for (const [index, block] of blocks.entries()) {
    if (index > 0) draft.write('\n\n');
    if (block.heading) {
      draft.break(HEADING_SCORE);
      draft.mark({ heading: block.text.replace(/\s+/g, ' ').trim() });
    } else if (index > 0) draft.break(PARAGRAPH_SCORE);
    draft.write(block.text);
  }
}

/** What was filled into a form and what was noted in the margin: it is in no page's own text. */
function annotationTexts(annotations: readonly unknown[]): string[] {
  const texts = new Set<string>();
  for (const annotation of annotations) {
    if (typeof annotation !== 'object' || annotation === null) continue;
    const field = 'fieldType' in annotation && (annotation.fieldType === 'Tx' || annotation.fieldType === 'Ch') && 'fieldValue' in annotation ? annotation.fieldValue : null;
    const note = 'contentsObj' in annotation && typeof annotation.contentsObj === 'object' && annotation.contentsObj !== null && 'str' in annotation.contentsObj ? annotation.contentsObj.str : null;
    for (const text of [...(Array.isArray(field) ? field : [field]), note]) if (typeof text === 'string' && text.trim() !== '') texts.add(text.replace(/\r\n?/g, '\n').trim());
  }
  return [...texts];
}

/** Fonts without a map to Unicode give private-use characters and controls. */
const GARBAGE_SHARE = 0.3;

function isGarbage(text: string): boolean {
  const sample = text.slice(0, 20_000);
  const strange = sample.match(/[\p{Co}\p{Cn}\u0001-\u0008\u000e-\u001f\ufffd]/gu)?.length ?? 0;
  return strange > sample.length * GARBAGE_SHARE;
}

/** From the metadata, unless it is what programs write when nobody gave a title. */
async function titleOf(pdf: PdfDocument): Promise<string | null> {
  const metadata = await pdf.getMetadata().catch(() => null);
  const info: unknown = metadata?.info;
  const title = typeof info === 'object' && info !== null && 'Title' in info && typeof info.Title === 'string' ? info.Title.trim() : '';
  return title === '' || /^(?:untitled|title|(?:microsoft word|word) - .*|.*\.(?:docx?|pdf|tex|dvi|indd|qxd|pptx?|xlsx?))$/i.test(title) ? null : title;
}

/** pdf.js's errors by name: their classes are not all exported. */
function reasonOf(error: unknown): Unreadable {
  if (error instanceof Unreadable) return error;
  const name = error instanceof Error ? error.name : '';
  if (name === 'PasswordException') return Unreadable.skipped('encrypted');
  const message = error instanceof Error ? error.message.split('\n', 1)[0]?.slice(0, 200) ?? '' : '';
  return Unreadable.failed('corrupt', `The PDF is damaged: ${message}`);
}
