/** Syntax tree → where definitions start and what they are called. Walks only declarations and the bodies of classes and namespaces, never statements. */

import type { Node, Parser } from 'web-tree-sitter';
import { MAX_PARSE_MS } from '../limits.ts';
import type { Definition, Language } from './languages.ts';

export interface Outlined {
  /** UTF-16 offset: where the definition's leading comment, decorator or itself starts. */
  readonly start: number;
  readonly end: number;
  /** `Reader.next`, `Outer.Inner.method`. */
  readonly name: string;
  /** 0 at the top of the file. */
  readonly depth: number;
}

/** Definitions nested deeper than this are part of the one around them. */
const MAX_DEPTH = 6;
/** Declarations visited in one file; a generated file may have millions. */
const MAX_VISITED = 100_000;
const MAX_NAME_CHARACTERS = 120;

/** Nodes that hold declarations without being one. Bodies of functions are not here: nobody looks for definitions in statements. */
const TRANSPARENT = new Set([
  'export_statement', 'decorated_definition', 'template_declaration', 'declaration_list', 'class_body', 'interface_body', 'enum_body', 'enum_body_declarations', 'enum_class_body', 'body_statement', 'field_declaration_list',
  'linkage_specification', 'preproc_ifdef', 'preproc_if', 'preproc_else', 'preproc_elif', 'ambient_declaration', 'lexical_declaration', 'variable_declaration', 'type_declaration', 'template_body', 'contract_body', 'structure',
  'implementation_definition', 'protocol_body', 'do_block', 'declaration', 'field_declaration', 'module_body', 'enum_class_body', 'extension_body', 'class_member_definition', 'class_member', 'statement_block', 'block', 'php_only_statement',
  'namespace_body', 'compilation_unit', 'expression_statement', 'program', 'local_variable_declaration', 'visibility_modifier', 'package_clause', 'package_declaration', 'interface_declaration_list', 'module_binding', 'signature', 'let_declaration', 'module_declaration', 'description', 'component_def',
  'struct_declaration', 'union_declaration', 'opaque_declaration',
]);
const COMMENT = /comment|attribute|annotation|decorator|modifier/;

/** Parses and outlines; null when it took too long. Frees the tree. */
export function outline(parser: Parser, language: Language, text: string): Outlined[] | null {
  const deadline = performance.now() + MAX_PARSE_MS;
  const tree = parser.parse(text, null, { progressCallback: () => performance.now() > deadline });
  if (tree === null) {
    // The half-done parse must not go on with the next file.
    parser.reset();
    return null;
  }
  try {
    const found: Outlined[] = [];
    const state = { visited: 0, deadline };
    visit(tree.rootNode, '', 0, 0, language.definitions ?? {}, found, state);
    return found.sort((left, right) => left.start - right.start);
  } finally {
    tree.delete();
  }
}

function visit(parent: Node, prefix: string, depth: number, level: number, definitions: Readonly<Record<string, Definition>>, found: Outlined[], state: { visited: number; deadline: number }): void {
  if (level > MAX_DEPTH * 3) return;
  let leading: number | null = null;
  let leadingEndRow = -1;
  for (const node of parent.namedChildren) {
    if (++state.visited > MAX_VISITED || (state.visited % 64 === 0 && performance.now() > state.deadline)) return;
    const type = node.type;
    if (COMMENT.test(type)) {
      // Comments and attributes right above a definition belong to it.
      const row = node.startPosition.row;
      if (leading === null || row > leadingEndRow + 1) leading = node.startIndex;
      leadingEndRow = node.endPosition.row;
      continue;
    }
    const start = leading !== null && node.startPosition.row <= leadingEndRow + 1 ? leading : node.startIndex;
    leading = null;
    const definition = Object.hasOwn(definitions, type) ? definitions[type] : undefined;
    const named = definition === undefined ? null : definitionName(node);
    if (definition !== undefined && named !== null) {
      const name = prefix === '' ? named : `${prefix}.${named}`;
      found.push({ start, end: node.endIndex, name: name.slice(0, MAX_NAME_CHARACTERS), depth });
      if (definition === 'inside' && depth < MAX_DEPTH) visit(node, name, depth + 1, level + 1, definitions, found, state);
      continue;
    }
    if (TRANSPARENT.has(type) || definition === 'inside') {
      const before = found.length;
      visit(node, prefix, depth, level + 1, definitions, found, state);
      // `export class …`, a decorator: the wrapper's start is the definition's.
      const first = found[before];
      if (first !== undefined && first.depth === depth && isWrapper(type)) found[before] = { ...first, start };
    }
  }
}

function isWrapper(type: string): boolean {
  return type === 'export_statement' || type === 'decorated_definition' || type === 'template_declaration' || type === 'ambient_declaration' || type === 'lexical_declaration'
    || type === 'variable_declaration' || type === 'type_declaration' || type === 'implementation_definition' || type === 'declaration' || type === 'expression_statement';
}

/** Node types whose definition is worth a name only when its value is a function or class (`const run = () => …`). */
const VALUE_DEFINITIONS = new Set(['variable_declarator', 'public_field_definition', 'field_definition', 'variable_assignment', 'variable_declaration']);
const FUNCTION_VALUES = new Set(['arrow_function', 'function', 'function_expression', 'generator_function', 'class', 'function_definition', 'class_expression',
  'struct_declaration', 'enum_declaration', 'union_declaration', 'opaque_declaration']);
/** Elixir has no keywords: what defines is a call of one of these. */
const ELIXIR_DEFINERS = new Set(['defmodule', 'def', 'defp', 'defmacro', 'defmacrop', 'defprotocol', 'defimpl', 'defstruct', 'describe', 'test']);

/** What the node defines, by name; null when it is no definition after all (a forward declaration, a plain variable, a call). */
function definitionName(node: Node): string | null {
  const type = node.type;
  if (VALUE_DEFINITIONS.has(type)) {
    const value = node.childForFieldName('value') ?? node.namedChildren.at(-1) ?? null;
    const inner = value?.type === 'expression_list' ? value.namedChildren[0] ?? null : value;
    if (inner === null || !FUNCTION_VALUES.has(inner.type)) return null;
  }
  if (type === 'call') return elixirName(node);
  // `struct foo x;` uses a type; only one with a body defines it.
  if ((type.endsWith('_specifier') || type === 'namespace_definition') && node.childForFieldName('body') === null) return null;
  if (type === 'impl_item') {
    const implemented = withoutParameters(node.childForFieldName('type')?.text ?? '');
    const trait = node.childForFieldName('trait')?.text;
    return oneLine(trait === undefined ? implemented : `${withoutParameters(trait)} for ${implemented}`);
  }
  const receiver = type === 'method_declaration' ? node.childForFieldName('receiver') : null;
  const named = node.childForFieldName('name') ?? declaratorName(node) ?? firstIdentifier(node);
  if (named === null) return constructorName(type);
  const name = oneLine(named.text);
  const owner = receiver === null ? null : /[*\s(]([\w$]+)\s*(?:\[[^\]]*\])?\s*\)\s*$/.exec(receiver.text)?.[1] ?? null;
  return owner === null ? name : `${owner}.${name}`;
}

/** `Cache<'a>` → `Cache`. */
function withoutParameters(name: string): string {
  const angle = name.indexOf('<');
  return angle > 0 ? name.slice(0, angle) : name;
}

function constructorName(type: string): string | null {
  if (type === 'init_declaration' || type === 'secondary_constructor' || type === 'constructor_definition') return 'constructor';
  return type === 'deinit_declaration' || type === 'destructor_declaration' ? 'destructor' : null;
}

/** C's declarators wrap the name: pointer(function(identifier)). */
function declaratorName(node: Node): Node | null {
  let inner = node.childForFieldName('declarator');
  for (let step = 0; inner !== null && step < 10; step++) {
    const next: Node | null = inner.childForFieldName('declarator') ?? (inner.type === 'reference_declarator' || inner.type === 'parenthesized_declarator' ? inner.namedChildren[0] ?? null : null);
    if (next === null) return inner;
    inner = next;
  }
  return inner;
}

const IDENTIFIER = /identifier|^name$|^symbol$|^constant$|_name$|^word$|^id$/;

/** For grammars without field names: the first identifier among the children, or one level below. */
function firstIdentifier(node: Node): Node | null {
  const children = node.namedChildren;
  const direct = children.find((child) => IDENTIFIER.test(child.type));
  if (direct !== undefined) return direct;
  for (const child of children.slice(0, 4)) {
    const inner = child.childForFieldName('name') ?? child.childForFieldName('pattern') ?? child.namedChildren.find((grandchild) => IDENTIFIER.test(grandchild.type));
    if (inner !== undefined && inner !== null) return inner;
  }
  return null;
}

function elixirName(node: Node): string | null {
  const target = node.childForFieldName('target') ?? node.namedChildren[0];
  if (target === undefined || target === null || !ELIXIR_DEFINERS.has(target.text)) return null;
  const first = node.namedChildren[1]?.namedChildren[0];
  if (first === undefined) return null;
  const inner = first.type === 'binary_operator' ? first.namedChildren[0] ?? first : first;
  return oneLine(inner.type === 'call' ? inner.namedChildren[0]?.text ?? inner.text : inner.text);
}

function oneLine(text: string): string {
  return text.slice(0, MAX_NAME_CHARACTERS * 2).replace(/\s+/g, ' ').trim();
}
