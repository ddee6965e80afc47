/**
 * Which files of a package go into the app. Pure. Everything that could be missed at run time is kept by a test that starts the engine
 * from the result and searches; what is dropped is dropped for a reason that stands beside it.
 */

import { nativeSuffix, type Target } from './target.ts';

/** Not needed by a running program, in any package. Licences stay. */
const NEVER = /(^|\/)(\.[^/]+|tests?|__tests__|docs?|examples?|benchmarks?|bench|typings|types|man)\/|\.(d\.[cm]?ts|[cm]?ts|tsx|map|flow|markdown|md|tsbuildinfo|yml|yaml|html)$|(^|\/)(tsconfig[^/]*\.json|\.[^/]+|makefile|gruntfile\.js|webpack\.mjs)$/i;
const LICENCE = /(^|\/)(licen[cs]es?|copying|notice)[^/]*$/i;

/** Packages of which only these files are used (paths inside the package, besides package.json and licences). */
const ONLY: Readonly<Record<string, (target: Target) => RegExp>> = {
  'onnxruntime-node': ({ platform, arch }) => new RegExp(`^dist/|^bin/napi-v\\d+/${platform}/${arch}/`),
  tokenizers: (target) => new RegExp(`^index\\.js$|\\.${nativeSuffix(target)}\\.node$`),
  // The extractor reads text: no viewer, no image decoders, no colour profiles, no web build.
  'pdfjs-dist': () => /^(legacy\/build\/pdf(\.worker)?\.mjs|cmaps\/|standard_fonts\/|wasm\/)/,
  'web-tree-sitter': () => /^web-tree-sitter\.(js|cjs|wasm)$/,
  'opencc-js': () => /^dist\/(esm|esm-lib)\//,
};

/** Grammars for which src/extract/code/languages.ts has no language are not shipped. */
function isUsedGrammar(file: string, grammars: ReadonlySet<string>): boolean {
  const grammar = /^out\/tree-sitter-(.+)\.wasm$/.exec(file)?.[1];
  return grammar !== undefined && grammars.has(grammar);
}

export function isShipped(packageName: string, file: string, target: Target, grammars: ReadonlySet<string>): boolean {
  if (file === 'package.json' || LICENCE.test(file)) return true;
  if (packageName === 'tree-sitter-wasms') return isUsedGrammar(file, grammars);
  if (packageName.startsWith('node-')) return false;
  const only = ONLY[packageName]?.(target);
  if (only !== undefined) return only.test(file) && !/\.(map|d\.[cm]?ts)$/.test(file);
  return !NEVER.test(file);
}

/** In the tree for reasons of their own and never loaded by the engine: types, stand-ins, pdf.js' canvas (text needs none: 35 MB). */
export const LEFT_OUT: ReadonlySet<string> = new Set([
  '@napi-rs/canvas', '@types/node', '@types/command-line-args', '@types/command-line-usage', 'undici-types', 'react', 'react-dom', 'scheduler', 'electron-updater', 'openai', '@huggingface/transformers',
]);
