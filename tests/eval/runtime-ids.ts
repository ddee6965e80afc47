/**
 * The ids that the product gives a text with a model folder: JSON strings in, one a line, JSON lists out, one a line. For comparing with the
 * trainer's (training/evaluation/equal_ids.py): `node tests/eval/runtime-ids.ts <model folder> < lines`.
 */

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inputText } from '../../src/embed/model-description.ts';
import { readModelFolder } from '../../src/embed/model-folder.ts';
import { openTokenizer } from '../../src/embed/tokenizer.ts';

const MOST_TOKENS = 100_000;
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('Which model folder?');

const { description, tokenizerPath } = await readModelFolder(path.resolve(folder));
const tokenizer = await openTokenizer(tokenizerPath, MOST_TOKENS);
const texts = readFileSync(0, 'utf8').split('\n').filter((line) => line !== '').map((line) => String(JSON.parse(line)));
const ids = await tokenizer.encode(texts.map((text) => inputText(description.input, text)));
process.stdout.write(ids.map((row) => `${JSON.stringify(row)}\n`).join(''));
