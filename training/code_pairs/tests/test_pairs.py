"""From comments to sentences, from functions to pairs, from a package to a file."""

import io
import tarfile
import tempfile
import unittest
from collections import Counter
from pathlib import Path

from code_pairs.archives import licence_is_confirmed, source_texts
from code_pairs.build import chosen, of_package
from code_pairs.documentation import first_sentence, name_in_words
from code_pairs.function import DocumentedFunction
from code_pairs.packages import Package, read_packages
from code_pairs.views import LONGEST_TEXT, NAME_LANGUAGE, cut, views_of


class Sentences(unittest.TestCase):
    def test_marks_tags_and_markup_are_taken_off(self) -> None:
        cases = {
            '/**\n * Returns the {@code size} of <b>this</b> {@link Map}. More words here.\n * @param x the x\n */': 'Returns the size of this Map',
            '/// \\brief Computes the dominator tree of a function.\n/// Details.': 'Computes the dominator tree of a function',
            '// Dial connects to the address, e.g. a host.\n// It blocks.': 'connects to the address, e.g. a host',
            'Return the :class:`~x.Graph` of ``nodes``\n\nParameters\n----------\nx : int': 'Return the x.Graph of nodes',
            '/// Parses [`Foo`](crate::Foo) values\n///\n/// # Errors\n': 'Parses Foo values',
        }
        for comment, sentence in cases.items():
            self.assertEqual(first_sentence(comment, 'Dial'), sentence)

    def test_comments_that_say_nothing_are_none(self) -> None:
        for comment in ('/** @inheritDoc */', '// TODO: write this one day', '/** Too short. */', '// Copyright 2020 The Authors of it', '// 返回 the 当前 值 of it 的大小', '/****** x() ******/'):
            self.assertIsNone(first_sentence(comment, 'f'), comment)

    def test_names_are_split(self) -> None:
        self.assertEqual(name_in_words('parseHTTPHeader_line2'), 'parse http header line 2')


class Pairs(unittest.TestCase):
    FUNCTION = DocumentedFunction('openFile', '/** Opens a document for reading. */', 'File openFile(String path) {', 'return new File(path, Mode.READ, ' + 'x, ' * 200 + 'y);')

    def test_views_hold_no_documentation_and_are_short(self) -> None:
        found = views_of(self.FUNCTION, 'java')
        assert found is not None
        sentence, views = found
        self.assertEqual(sentence, 'Opens a document for reading')
        self.assertEqual([code for code, _ in views], ['code-java', 'code-java', NAME_LANGUAGE])
        self.assertEqual(views[2][1], 'open file')
        for _, text in views:
            self.assertLessEqual(len(text), LONGEST_TEXT)
            self.assertNotIn('document', text)

    def test_a_cut_ends_between_words(self) -> None:
        self.assertEqual(cut('alpha beta gamma', 12), 'alpha beta')
        self.assertEqual(cut('a' * 20, 12), 'a' * 12)

    def test_the_same_sentence_or_body_is_chosen_once_and_templates_a_few_times(self) -> None:
        package = self._package({'src/a.py': '\n'.join(
            f'def get_{word}(self):\n    """Gets the {word} of this very object."""\n    return self.{word}.lookup_value_of_it()\n' for word in ('colour', 'height', 'weight', 'length', 'depth'))})
        confirmed, functions = of_package(Package('python', 'pypi', 'p', '1', 'MIT', 'train'), [package])
        self.assertTrue(confirmed)
        self.assertEqual(len(functions), 5)
        sentences: set[str] = set()
        templates: Counter[str] = Counter()
        bodies: set[str] = set()
        self.assertEqual(len(chosen(functions, sentences, templates, bodies)), 3)
        self.assertEqual(chosen(functions, sentences, templates, bodies), [])

    def test_tests_and_minified_files_are_not_read(self) -> None:
        package = self._package({'src/tests/a.py': 'a = 1\n', 'src/b.min.py': 'b = 1\n', 'src/c.py': 'c = "' + 'x' * 5000 + '"', 'src/d.py': 'd = 1\n'})
        self.assertEqual(list(source_texts(package, 'python')), ['d = 1\n'])

    def test_another_licence_is_not_confirmed(self) -> None:
        package = self._package({'src/d.py': 'd = 1\n'})
        self.assertFalse(licence_is_confirmed([package], 'Apache-2.0'))

    def test_the_table_is_sound_and_holds_packages_out_in_every_language(self) -> None:
        packages = read_packages()
        self.assertEqual({package.language for package in packages}, {package.language for package in packages if package.part == 'held-out'})
        self.assertEqual(len(packages), len({(package.registry, package.name) for package in packages}))

    def _package(self, files: dict[str, str]) -> Path:
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(lambda: [file.unlink() for file in folder.iterdir()] and folder.rmdir())
        archive = folder / 'p.tar.gz'
        with tarfile.open(archive, 'w:gz') as opened:
            for name, text in {**files, 'LICENSE': 'Permission is hereby granted, free of\ncharge, to any person obtaining a copy'}.items():
                content = text.encode()
                info = tarfile.TarInfo(f'p/{name}')
                info.size = len(content)
                opened.addfile(info, io.BytesIO(content))
        return archive
