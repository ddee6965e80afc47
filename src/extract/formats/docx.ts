/**
 * Word documents: mammoth turns the main part into HTML, which goes the way of all HTML. Before that every XML part is really inflated and counted,
 * because mammoth inflates whatever is declared to be small.
 */

import { readPart, type ZipParts, measurePart } from '../zip.ts';
import type { Draft } from '../draft.ts';
import { cleanTitle } from '../draft.ts';
import { MAX_INFLATED_BYTES, MAX_PART_BYTES } from '../limits.ts';
import { Unreadable } from '../reasons.ts';
import { readHtml } from './html.ts';

/** Bytes of `docProps/core.xml`, which holds the title. */
const MAX_PROPERTIES_BYTES = 1024 * 1024;

/** `bytes` is the whole file, `parts` the same file opened as a zip. */
export async function readDocx(bytes: Buffer, parts: ZipParts): Promise<Draft> {
  await checkSizes(parts);
  const properties = await readPart(parts, 'docProps/core.xml', MAX_PROPERTIES_BYTES);
  const { default: mammoth } = await import('mammoth');
  let html: string;
  try {
    const result = await mammoth.convertToHtml({ buffer: bytes }, {
      // Pictures are not read: their bytes would be inlined as base64.
      convertImage: mammoth.images.imgElement(() => Promise.resolve({ src: '' })),
      externalFileAccess: false,
      includeEmbeddedStyleMap: false,
    });
    html = result.value;
  } catch (error) {
    throw Unreadable.failed('corrupt', `The Word document is damaged: ${firstLine(error)}.`);
  }
  const draft = readHtml(html, { keepNavigation: true });
  return { ...draft, title: titleOf(properties) ?? draft.title };
}

async function checkSizes(parts: ZipParts): Promise<void> {
  let total = 0;
  for (const name of parts.entries.keys()) {
    if (!/\.(?:xml|rels)$/i.test(name)) continue;
    total += (await measurePart(parts, name, MAX_PART_BYTES)) ?? 0;
    if (total > MAX_INFLATED_BYTES) throw Unreadable.skipped('too-large', 'The document is packed so tightly that unpacking it would take too much memory.');
  }
}

/** The title in Dublin Core, undone of XML's entities. */
function titleOf(properties: Buffer | null): string | null {
  const found = properties === null ? undefined : /<dc:title[^>]*>([^<]*)<\/dc:title>/.exec(properties.toString('utf8'))?.[1];
  if (found === undefined) return null;
  return cleanTitle(found.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ({ lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' })[name] ?? ''));
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0]?.slice(0, 200) ?? '';
}
