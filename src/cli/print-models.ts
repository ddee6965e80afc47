/** Models as lines for a person. Pure. */

import type { ModelListing, ModelsStatus } from '../contract/models.ts';
import { downloadText } from './download-progress.ts';
import { bytesText } from './quantities.ts';

export function modelLines({ models, generations }: ModelsStatus): readonly string[] {
  const answering = generations.find(({ state }) => state === 'answering')?.modelId;
  return models.flatMap((model, index) => [...index === 0 ? [] : [''], ...linesOf(model, model.id === answering)]);
}

function linesOf(model: ModelListing, answers: boolean): readonly string[] {
  const { id, title, task, about, licence, installed, download, variants, dimension } = model;
  const kind = task === 'reranking' ? 'reranking' : `${dimension} dimensions`;
  return [
    `${id}${title === id ? '' : ` - ${title}`} (${kind})${answers ? ', in use' : ''}`,
    `    ${about}`,
    ...licence === '' ? [] : [`    Licence: ${licence}`],
    ...installed === null ? [] : [`    Installed${installed.variant === null ? '' : ` as ${installed.variant}`}, ${bytesText(installed.bytes)}${installed.check === null ? ', not tested yet' : installed.check.passed ? ', self-test passed' : ''}`],
    ...installed?.check?.passed === false ? [`    SELF-TEST FAILED: ${installed.check.detail}`] : [],
    ...download === null ? [] : [`    Download of ${download.variant}: ${downloadText(download)}`],
    ...installed !== null ? [] : variants.map((variant, index) => `    ${variant.id.padEnd(6)} ${bytesText(variant.bytes).padStart(7)}  ${variant.about}${index === 0 ? ' (recommended here)' : ''}`),
  ];
}
