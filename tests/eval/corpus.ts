/**
 * The evaluation's documents: short texts on the same twenty everyday subjects in twelve languages, written for this project
 * (`passages/*.txt`), so that no model was trained on them. Each carries a question and a short query written with it.
 */

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface EvalDocument {
  /** `de/rent`. */
  readonly id: string;
  readonly language: string;
  readonly subject: string;
  readonly name: string;
  readonly title: string;
  readonly body: string;
  /** A person's question that this document answers, in its language, worded otherwise. */
  readonly question: string;
  /** Two to four words someone would type. */
  readonly short: string;
}

const FOLDER = path.join(import.meta.dirname, 'passages');

/** All documents, by language and in the order of the files. Throws on a record that lacks a line: the set is data, checked here. */
export function readCorpus(): readonly EvalDocument[] {
  return readdirSync(FOLDER).filter((name) => name.endsWith('.txt')).sort().flatMap((file) => {
    const language = file.slice(0, -'.txt'.length);
    return readFileSync(path.join(FOLDER, file), 'utf8').split(/\n\s*\n/u).filter((record) => record.trim() !== '').map((record) => parseRecord(record, language));
  });
}

function parseRecord(record: string, language: string): EvalDocument {
  const [head = '', title = '', question = '', short = '', ...body] = record.trim().split('\n');
  const [subject, name] = head.split(' | ');
  if (subject === undefined || name === undefined || !title.startsWith('= ') || !question.startsWith('? ') || !short.startsWith('~ ') || body.length === 0) {
    throw new Error(`evaluation record of ${language} is not complete: ${head}`);
  }
  return {
    id: `${language}/${subject}`, language, subject, name,
    title: title.slice(2), question: question.slice(2), short: short.slice(2), body: body.join('\n'),
  };
}

/** A document's text as its file has it. */
export function fileText(document: EvalDocument): string {
  return `${document.name.endsWith('.md') ? '# ' : ''}${document.title}\n\n${document.body}\n`;
}
