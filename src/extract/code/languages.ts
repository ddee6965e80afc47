/**
 * Programming languages: which grammar parses which files, and which nodes of its syntax trees are definitions. Data only.
 * Node types come from the grammars in `tree-sitter-wasms`; a test parses a sample of every language and names what it must find.
 */

/** `inside`: its body holds definitions too (class, namespace). `leaf`: its body is statements, in which nobody looks. */
export type Definition = 'inside' | 'leaf';

export interface Language {
  /** For people: `TypeScript`. */
  readonly label: string;
  /** Grammar file name: `tree-sitter-<grammar>.wasm`. null: no grammar, cut as text. */
  readonly grammar: string | null;
  /** Extensions in lower case. */
  readonly extensions: readonly string[];
  readonly definitions?: Readonly<Record<string, Definition>>;
}

const C_DEFINITIONS = { function_definition: 'leaf', struct_specifier: 'leaf', union_specifier: 'leaf', enum_specifier: 'leaf', type_definition: 'leaf', preproc_function_def: 'leaf' } as const;
const SCRIPT_DEFINITIONS = {
  function_declaration: 'leaf', generator_function_declaration: 'leaf', class_declaration: 'inside', abstract_class_declaration: 'inside', class: 'inside', method_definition: 'leaf',
  interface_declaration: 'leaf', type_alias_declaration: 'leaf', enum_declaration: 'leaf', internal_module: 'inside', module: 'inside', variable_declarator: 'leaf',
  abstract_method_signature: 'leaf', public_field_definition: 'leaf', field_definition: 'leaf', function_signature: 'leaf',
} as const;

export const LANGUAGES: readonly Language[] = [
  { label: 'Shell', grammar: 'bash', extensions: ['sh', 'bash', 'zsh', 'ksh'], definitions: { function_definition: 'leaf' } },
  { label: 'C', grammar: 'c', extensions: ['c', 'h'], definitions: C_DEFINITIONS },
  {
    label: 'C++', grammar: 'cpp', extensions: ['cc', 'cpp', 'cxx', 'c++', 'hh', 'hpp', 'hxx', 'h++', 'inl', 'cu', 'cuh', 'ino'],
    definitions: { ...C_DEFINITIONS, class_specifier: 'inside', struct_specifier: 'inside', namespace_definition: 'inside', concept_definition: 'leaf', alias_declaration: 'leaf' },
  },
  {
    label: 'C#', grammar: 'c_sharp', extensions: ['cs'],
    definitions: {
      namespace_declaration: 'inside', file_scoped_namespace_declaration: 'leaf', class_declaration: 'inside', struct_declaration: 'inside', interface_declaration: 'inside', record_declaration: 'inside',
      record_struct_declaration: 'inside', enum_declaration: 'leaf', delegate_declaration: 'leaf', method_declaration: 'leaf', constructor_declaration: 'leaf', destructor_declaration: 'leaf', operator_declaration: 'leaf',
      property_declaration: 'leaf', indexer_declaration: 'leaf', event_declaration: 'leaf',
    },
  },
  { label: 'CSS', grammar: 'css', extensions: ['css'], definitions: { media_statement: 'leaf', keyframes_statement: 'leaf', supports_statement: 'leaf' } },
  {
    label: 'Dart', grammar: 'dart', extensions: ['dart'],
    definitions: {
      class_definition: 'inside', mixin_declaration: 'inside', extension_declaration: 'inside', enum_declaration: 'inside', function_signature: 'leaf', method_signature: 'leaf', type_alias: 'leaf',
      constructor_signature: 'leaf', getter_signature: 'leaf', setter_signature: 'leaf',
    },
  },
  { label: 'Emacs Lisp', grammar: 'elisp', extensions: ['el'], definitions: { function_definition: 'leaf', macro_definition: 'leaf' } },
  { label: 'Elixir', grammar: 'elixir', extensions: ['ex', 'exs'], definitions: { call: 'inside' } },
  {
    label: 'Go', grammar: 'go', extensions: ['go'],
    definitions: { function_declaration: 'leaf', method_declaration: 'leaf', type_spec: 'leaf', type_alias: 'leaf' },
  },
  {
    label: 'Java', grammar: 'java', extensions: ['java'],
    definitions: {
      class_declaration: 'inside', interface_declaration: 'inside', enum_declaration: 'inside', record_declaration: 'inside', annotation_type_declaration: 'inside', method_declaration: 'leaf',
      constructor_declaration: 'leaf', compact_constructor_declaration: 'leaf',
    },
  },
  { label: 'JavaScript', grammar: 'javascript', extensions: ['js', 'mjs', 'cjs', 'jsx'], definitions: SCRIPT_DEFINITIONS },
  { label: 'Kotlin', grammar: 'kotlin', extensions: ['kt', 'kts'], definitions: { class_declaration: 'inside', object_declaration: 'inside', companion_object: 'inside', function_declaration: 'leaf', secondary_constructor: 'leaf', type_alias: 'leaf' } },
  { label: 'Lua', grammar: 'lua', extensions: ['lua'], definitions: { function_declaration: 'leaf', function_definition_statement: 'leaf', local_function_definition_statement: 'leaf', function_definition: 'leaf', variable_assignment: 'leaf' } },
  {
    label: 'Objective-C', grammar: 'objc', extensions: ['m', 'mm'],
    definitions: { ...C_DEFINITIONS, class_interface: 'inside', class_implementation: 'inside', category_interface: 'inside', category_implementation: 'inside', protocol_declaration: 'inside', method_definition: 'leaf' },
  },
  {
    label: 'OCaml', grammar: 'ocaml', extensions: ['ml'],
    definitions: { value_definition: 'leaf', module_definition: 'inside', module_type_definition: 'leaf', type_definition: 'leaf', class_definition: 'leaf', exception_definition: 'leaf', external: 'leaf' },
  },
  {
    label: 'PHP', grammar: 'php', extensions: ['php', 'phtml', 'php5'],
    definitions: {
      function_definition: 'leaf', class_declaration: 'inside', interface_declaration: 'inside', trait_declaration: 'inside', enum_declaration: 'inside', namespace_definition: 'inside', method_declaration: 'leaf',
    },
  },
  { label: 'Python', grammar: 'python', extensions: ['py', 'pyw', 'pyi'], definitions: { function_definition: 'leaf', class_definition: 'inside' } },
  {
    label: 'ReScript', grammar: 'rescript', extensions: ['res', 'resi'],
    definitions: { let_binding: 'leaf', module_binding: 'inside', type_declaration: 'leaf', external_declaration: 'leaf' },
  },
  { label: 'Ruby', grammar: 'ruby', extensions: ['rb', 'rake', 'gemspec'], definitions: { class: 'inside', module: 'inside', method: 'leaf', singleton_method: 'leaf', singleton_class: 'inside' } },
  {
    label: 'Rust', grammar: 'rust', extensions: ['rs'],
    definitions: {
      function_item: 'leaf', function_signature_item: 'leaf', struct_item: 'leaf', enum_item: 'leaf', union_item: 'leaf', trait_item: 'inside', impl_item: 'inside', mod_item: 'inside', macro_definition: 'leaf', type_item: 'leaf',
    },
  },
  {
    label: 'Scala', grammar: 'scala', extensions: ['scala', 'sc', 'sbt'],
    definitions: { class_definition: 'inside', object_definition: 'inside', trait_definition: 'inside', enum_definition: 'inside', package_object: 'inside', function_definition: 'leaf', function_declaration: 'leaf' },
  },
  {
    label: 'Solidity', grammar: 'solidity', extensions: ['sol'],
    definitions: {
      contract_declaration: 'inside', interface_declaration: 'inside', library_declaration: 'inside', function_definition: 'leaf', modifier_definition: 'leaf', constructor_definition: 'leaf', struct_declaration: 'leaf',
      enum_declaration: 'leaf', event_definition: 'leaf',
    },
  },
  {
    label: 'Swift', grammar: 'swift', extensions: ['swift'],
    definitions: { class_declaration: 'inside', protocol_declaration: 'inside', function_declaration: 'leaf', init_declaration: 'leaf', deinit_declaration: 'leaf', protocol_function_declaration: 'leaf', typealias_declaration: 'leaf' },
  },
  { label: 'SystemRDL', grammar: 'systemrdl', extensions: ['rdl'], definitions: { component_named_def: 'leaf', enum_def: 'leaf' } },
  { label: 'TLA+', grammar: 'tlaplus', extensions: ['tla'], definitions: { operator_definition: 'leaf', module: 'inside', function_definition: 'leaf', theorem: 'leaf' } },
  { label: 'TypeScript', grammar: 'typescript', extensions: ['ts', 'mts', 'cts'], definitions: SCRIPT_DEFINITIONS },
  { label: 'TypeScript JSX', grammar: 'tsx', extensions: ['tsx'], definitions: SCRIPT_DEFINITIONS },
  { label: 'Vue', grammar: 'vue', extensions: ['vue'], definitions: { script_element: 'leaf', template_element: 'leaf', style_element: 'leaf' } },
  { label: 'Zig', grammar: 'zig', extensions: ['zig'], definitions: { function_declaration: 'leaf', variable_declaration: 'inside', test_declaration: 'leaf' } },
];

const OF_EXTENSION: ReadonlyMap<string, Language> = new Map(LANGUAGES.flatMap((language) => language.extensions.map((extension) => [extension, language] as const)));

/** Whole names and first-line interpreters, by the extension whose language they are. */
const OF_NAME: Readonly<Record<string, string>> = {
  'rakefile': 'rb', 'gemfile': 'rb', 'podfile': 'rb', 'vagrantfile': 'rb', 'brewfile': 'rb', 'pkgbuild': 'sh', '.bashrc': 'sh', '.bash_profile': 'sh', '.profile': 'sh', '.zshrc': 'sh',
  'sconstruct': 'py', 'build': 'py', 'workspace': 'py', 'buck': 'py',
};
const OF_INTERPRETER: Readonly<Record<string, string>> = {
  sh: 'sh', bash: 'sh', dash: 'sh', zsh: 'sh', ksh: 'sh', python: 'py', python2: 'py', python3: 'py', node: 'js', deno: 'ts', bun: 'ts', ruby: 'rb', php: 'php', lua: 'lua', swift: 'swift', elixir: 'ex',
  perl: 'pl', awk: 'awk', tclsh: 'tcl', Rscript: 'r',
};

/** The language a file's name says; its first line decides where the name says nothing. null: none that has a grammar. */
export function languageOf(name: string, text: string): Language | null {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1).toLowerCase();
  const dot = base.lastIndexOf('.');
  const extension = dot > 0 ? base.slice(dot + 1) : '';
  const byName = Object.hasOwn(OF_NAME, base) ? OF_NAME[base] : undefined;
  const found = OF_EXTENSION.get(byName ?? extension);
  // `.m` is Objective-C or MATLAB, which has no grammar here.
  if (found?.grammar === 'objc' && extension === 'm' && !/^\s*(?:#import|#include|@interface|@implementation|@class|@protocol|@import)/m.test(text.slice(0, 20_000))) return null;
  // `.h` is C or C++; reading C as C++ would be right too, at a third of the speed.
  if (extension === 'h' && /^\s*(?:class|namespace|template|using)\b|\b(?:public|private|protected):|\w::\w/m.test(text.slice(0, 50_000))) return OF_EXTENSION.get('hpp') ?? null;
  if (extension === 'h' && /^\s*@(?:interface|protocol|class|import)\b/m.test(text.slice(0, 50_000))) return OF_EXTENSION.get('mm') ?? null;
  if (found !== undefined) return found;
  const interpreter = languageOfShebang(text);
  return interpreter === null ? null : OF_EXTENSION.get(interpreter) ?? null;
}

/** For people: what a name promises to be written in; null when unknown. */
export function languageOfName(name: string): string | null {
  return languageOf(name, '')?.label ?? null;
}

/** Extension of the language that the `#!` line asks for; null when there is no such line or nobody knows its interpreter. */
export function languageOfShebang(text: string): string | null {
  if (!text.startsWith('#!')) return null;
  const line = text.slice(2, 200).split('\n', 1)[0] ?? '';
  const words = line.trim().split(/\s+/);
  const program = (words[0] ?? '').split('/').at(-1) === 'env' ? words.find((word, index) => index > 0 && !word.startsWith('-') && !word.includes('=')) : words[0];
  const name = (program ?? '').split('/').at(-1)?.replace(/[\d.]+$/, '') ?? '';
  return Object.hasOwn(OF_INTERPRETER, name) ? OF_INTERPRETER[name] ?? null : null;
}
