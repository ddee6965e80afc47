/**
 * The operators of the query language by name, and what their values mean: `type: in: modified: lang: size:`. Pure.
 * It answers the filters one operator asks for, or null when the value makes no sense; parse-query.ts joins them.
 */

import type { FileKind, Filters } from '../contract/model.ts';
import { knownExtensions } from '../extract/kinds.ts';
import { parseMoments } from './query-moments.ts';

export type OperatorName = 'type' | 'in' | 'modified' | 'lang' | 'size';

/** Spellings of each operator. Chinese ones because a Chinese keyboard would otherwise have to be switched for them. */
const OPERATOR_NAMES: Readonly<Record<string, OperatorName>> = {
  'type': 'type', 'kind': 'type', 'ext': 'type', '类型': 'type', '類型': 'type', '格式': 'type',
  'in': 'in', 'folder': 'in', '文件夹': 'in', '資料夾': 'in', '目录': 'in', '位置': 'in',
  'modified': 'modified', 'date': 'modified', '修改': 'modified', '修改时间': 'modified', '日期': 'modified', '时间': 'modified',
  'lang': 'lang', 'language': 'lang', '语言': 'lang', '語言': 'lang',
  'size': 'size', '大小': 'size',
};

/** Words people use for a kind. An extension that is also a kind's name (`pdf`) means the kind. */
const KIND_NAMES: Readonly<Record<string, FileKind>> = {
  'text': 'text', 'markdown': 'markdown', 'code': 'code', 'source': 'code', 'web': 'web', 'pdf': 'pdf', 'document': 'document', 'documents': 'document',
  'word': 'document', 'sheet': 'sheet', 'sheets': 'sheet', 'spreadsheet': 'sheet', 'excel': 'sheet', 'slides': 'slides', 'presentation': 'slides', 'powerpoint': 'slides',
  'mail': 'mail', 'email': 'mail', 'book': 'book', 'ebook': 'book', 'image': 'image', 'images': 'image', 'photo': 'image', 'picture': 'image',
  'audio': 'audio', 'music': 'audio', 'video': 'video', 'archive': 'archive', 'data': 'data', 'program': 'program', 'other': 'other',
  '文本': 'text', '代码': 'code', '网页': 'web', '文档': 'document', '表格': 'sheet', '幻灯片': 'slides', '演示': 'slides', '邮件': 'mail', '电子书': 'book',
  '图片': 'image', '照片': 'image', '音频': 'audio', '音乐': 'audio', '视频': 'video', '压缩包': 'archive', '数据': 'data', '程序': 'program', '其他': 'other',
};

/** Binary steps, as file managers on Windows and most of Linux count. */
const SIZE_UNITS: Readonly<Record<string, number>> = {
  '': 1, 'b': 1, 'k': 2 ** 10, 'kb': 2 ** 10, 'm': 2 ** 20, 'mb': 2 ** 20, 'g': 2 ** 30, 'gb': 2 ** 30, 't': 2 ** 40, 'tb': 2 ** 40,
};

export function operatorNamed(name: string): OperatorName | null {
  const key = name.toLowerCase();
  return Object.hasOwn(OPERATOR_NAMES, key) ? OPERATOR_NAMES[key] ?? null : null;
}

/** The filters an operator's value asks for; null: not understood. */
export function parseOperator(name: OperatorName, value: string, nowMs: number): Filters | null {
  switch (name) {
    case 'type': return parseTypes(value);
    case 'in': return parseFolder(value);
    case 'modified': {
      const range = parseMoments(value, nowMs);
      if (range === null) return null;
      return {
        ...(range.afterMs === undefined ? {} : { modifiedAfterMs: range.afterMs }),
        ...(range.beforeMs === undefined ? {} : { modifiedBeforeMs: range.beforeMs }),
      };
    }
    case 'lang': return parseLanguages(value);
    case 'size': return parseSize(value);
  }
}

/** Kinds and extensions of `pdf,docx`. */
function parseTypes(value: string): Filters | null {
  const kinds: FileKind[] = [];
  const extensions: string[] = [];
  for (const item of listItems(value)) {
    const name = item.replace(/^\*?\./u, '').toLowerCase();
    const kind = Object.hasOwn(KIND_NAMES, name) ? KIND_NAMES[name] : undefined;
    if (kind !== undefined) kinds.push(kind);
    else if (/^[\p{L}\p{N}+_-]{1,16}$/u.test(name)) extensions.push(name);
    else return null;
  }
  if (kinds.length === 0 && extensions.length === 0) return null;
  return { ...(kinds.length === 0 ? {} : { kinds }), ...(extensions.length === 0 ? {} : { extensions }) };
}

function parseFolder(value: string): Filters | null {
  // `~` is the home directory, which a pure function does not know: its tail names the same folder.
  const folder = value.replace(/^~[/\\]/u, '').replace(/(?<=.)[/\\]+$/u, '').trim();
  return folder === '' || folder === '~' ? null : { folders: [folder] };
}

function parseLanguages(value: string): Filters | null {
  const languages = listItems(value).map((item) => /^([a-z]{2,3})(?:[-_][a-z0-9]{2,8})*$/iu.exec(item)?.[1]?.toLowerCase());
  const known = languages.filter((language) => language !== undefined);
  return known.length === 0 || known.length < languages.length ? null : { languages: known };
}

function parseSize(value: string): Filters | null {
  const text = value.toLowerCase();
  const range = /^(.*?)\.\.(.*)$/u.exec(text);
  if (range !== null) {
    const from = range[1] === '' ? undefined : bytesOf(range[1] ?? '');
    const to = range[2] === '' ? undefined : bytesOf(range[2] ?? '');
    if (from === null || to === null || (from === undefined && to === undefined)) return null;
    return { ...(from === undefined ? {} : { minBytes: from }), ...(to === undefined ? {} : { maxBytes: to }) };
  }
  const match = /^([<>]=?)?(.+)$/u.exec(text);
  const bytes = bytesOf(match?.[2] ?? '');
  if (bytes === null) return null;
  switch (match?.[1]) {
    case '<': return { maxBytes: Math.max(0, bytes - 1) };
    case '<=': return { maxBytes: bytes };
    case '>': return { minBytes: bytes + 1 };
    // A bare size means "at least": nobody knows a file's exact length.
    default: return { minBytes: bytes };
  }
}

function bytesOf(text: string): number | null {
  const match = /^(\d{1,15}(?:[.,]\d+)?)([a-z]{0,2})$/u.exec(text);
  if (match === null) return null;
  const unit = SIZE_UNITS[match[2] ?? ''];
  return unit === undefined ? null : Math.round(Number((match[1] ?? '').replace(',', '.')) * unit);
}

function listItems(value: string): readonly string[] {
  return value.split(/[,，、|;]/u).map((item) => item.trim()).filter((item) => item !== '');
}

/**
 * Kinds and extensions of one query as filters that mean "any of these". `Filters` joins its fields with AND, so a mix of both
 * is spelled as extensions alone: `type:pdf,docx` must not ask for PDFs that are Word files.
 */
export function typeFilters(kinds: readonly FileKind[], extensions: readonly string[]): Filters {
  if (extensions.length === 0) return kinds.length === 0 ? {} : { kinds: [...new Set(kinds)] };
  const ofKinds = [...knownExtensions()].filter(([, kind]) => kinds.includes(kind)).map(([extension]) => extension);
  return { extensions: [...new Set([...extensions, ...ofKinds])] };
}
