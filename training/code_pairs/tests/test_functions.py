"""What is taken for a documented function in each language, and what is not."""

import unittest

from code_pairs.brace_functions import LANGUAGES, brace_functions
from code_pairs.python_functions import python_functions


def found(language: str, source: str) -> list[tuple[str, str]]:
    functions = python_functions(source) if language == 'python' else brace_functions(source, LANGUAGES[language])
    return [(function.name, ' '.join(function.body.split())) for function in functions]


class Functions(unittest.TestCase):
    def test_python_body_has_no_docstring(self) -> None:
        source = 'class A:\n    def read(self, path):\n        """Reads a file."""\n        with open(path) as file:\n            return file.read()\n'
        self.assertEqual(found('python', source), [('read', 'with open(path) as file: return file.read()')])

    def test_python_that_does_not_parse_gives_nothing(self) -> None:
        self.assertEqual(found('python', 'print "two"\n'), [])

    def test_javascript_functions_methods_and_arrows(self) -> None:
        source = '''
/** Adds. */
export function add(a, b = {}) { return a + b; }
class Box {
  /** Opens the box. */
  async open({ lid }) { if (lid) { return "}"; } return 1; }
}
/** Closes it. */
Box.prototype.close = function () { return /[}"]/.test(x); };
/** Doubles. */
const double = (x) => { return 2 * x; };
'''
        self.assertEqual(found('javascript', source), [
            ('add', 'return a + b;'), ('open', 'if (lid) { return "}"; } return 1;'), ('close', 'return /[}"]/.test(x);'), ('double', 'return 2 * x;'),
        ])

    def test_javascript_statements_are_no_functions(self) -> None:
        self.assertEqual(found('javascript', '/** Checks. */ if (x) { y(); }\n/** Makes. */ new Thing(function () { z(); });\n/** A class. */ class A { m() {} }'), [])

    def test_go_comment_must_touch_the_function(self) -> None:
        source = '// Add returns the sum\n// of two numbers.\nfunc (c *Calc) Add(a, b interface{}) (int, error) {\n\treturn a + b, nil // "}"\n}\n\n// A licence.\n\nfunc other() { x() }\n'
        self.assertEqual(found('go', source), [('Add', 'return a + b, nil // "}"')])

    def test_rust_lifetimes_attributes_and_traits_without_body(self) -> None:
        source = '/// Gets it.\n#[inline(always)]\npub(crate) fn get<\'a, T: Into<String>>(&\'a self, key: char) -> Option<&\'a T> where T: Sized {\n    self.map.get(\'}\')\n}\n/// Only promised.\nfn promised(&self) -> u8;\n'
        self.assertEqual(found('rust', source), [('get', "self.map.get('}')")])

    def test_java_annotations_and_throws(self) -> None:
        source = '/** Reads all. */\n@SuppressWarnings(value = {"a", "b"})\npublic static <T extends List<T>> Map<String, T> readAll(final T first) throws IOException {\n  return read(\'"\');\n}\n/** A class. */\npublic class A { }\n/** A field. */\nint x = make(1);\n'
        self.assertEqual(found('java', source), [('readAll', 'return read(\'"\');')])

    def test_cpp_methods_and_declarations(self) -> None:
        source = '/// Finds the root.\ntemplate <typename T>\nconst T *Tree<T>::root(int depth) const noexcept { return depth ? nullptr : top; }\n/** Declared. */\nint declared(int);\n/* Old style. */\nstatic int\nold(a) { while (a) { a--; } return a; }\n'
        self.assertEqual(found('cpp', source), [('root', 'return depth ? nullptr : top;'), ('old', 'while (a) { a--; } return a;')])
