/**
 * The fingerprint of a model: equal exactly when two set-ups give the same document vectors. It names a generation of
 * vectors, so a change here embeds everybody's files again. Query prompts are not part of it: they change no stored vector.
 */

import { createHash } from 'node:crypto';
import type { ModelDescription } from './model-description.ts';

/** Raised when our own code around the graph changes what a document's vector is (truncation, pooling, token estimate). */
const PIPELINE_VERSION = 1;

/** Hex, 32 digits. */
export function modelFingerprint(model: ModelDescription): string {
  const facts = [
    PIPELINE_VERSION,
    model.files.model.sha256,
    model.files.tokenizer.sha256,
    model.files.data.map((file) => file.sha256),
    model.pooling,
    model.normalized,
    model.dimension,
    model.outputDimension,
    model.graph.output,
    model.prompts.document,
    model.input,
    model.maxTokens,
    model.windowTokens,
  ];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 32);
}
