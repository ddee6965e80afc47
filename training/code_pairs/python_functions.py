"""Documented functions of a Python source, by Python's own parser."""

import ast
import textwrap
import warnings
from collections.abc import Iterator

from .function import DocumentedFunction


def python_functions(source: str) -> Iterator[DocumentedFunction]:
    """Nothing for a file that this Python does not parse."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter('ignore')
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return
    lines = source.splitlines()
    for node in ast.walk(tree):
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) or len(node.body) < 2:
            continue
        documentation = ast.get_docstring(node)
        if documentation is None:
            continue
        docstring = node.body[0]
        signature = lines[node.lineno - 1:docstring.lineno - 1]
        body = lines[(docstring.end_lineno or docstring.lineno):node.end_lineno]
        yield DocumentedFunction(node.name, documentation, textwrap.dedent('\n'.join(signature)), textwrap.dedent('\n'.join(body)))
