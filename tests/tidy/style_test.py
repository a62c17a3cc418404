"""The style holds for this tree, and the checker catches each kind of violation."""
import shutil
import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import style_rules  # noqa: E402

SOURCE = Path(__file__).resolve().parents[2]
HEADER = "#pragma once\n\nnamespace vacuum {}\n"


class TheTree(unittest.TestCase):
    maxDiff = None

    def test_keeps_the_style(self):
        self.assertEqual(list(style_rules.violations(SOURCE)), [])

    def test_is_laid_out_as_clang_format_does(self):
        version = style_rules.clang_format_version()
        if version != style_rules.CLANG_FORMAT_VERSION:
            self.skipTest(f"clang-format {version} lays out otherwise than {style_rules.CLANG_FORMAT_VERSION}")
        self.assertEqual(style_rules.layout_violations(SOURCE), [])

    def test_has_functions_that_the_checker_sees(self):
        path = SOURCE / "src/policy/plan.cpp"
        seen = list(style_rules.functions(style_rules.without_literals(path.read_text())))
        self.assertGreater(len(seen), 4)


class TheChecker(unittest.TestCase):
    """Each test makes a small tree with one fault and expects exactly that to be found."""

    def setUp(self):
        self.root = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.root)
        self.write("src/base/good.hpp", HEADER)
        self.write("README.md", "# Good\n\nSee [the header](src/base/good.hpp) and [this](#good).\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def assert_caught(self, name, text, words):
        self.write(name, text)
        found = list(style_rules.violations(self.root))
        self.assertEqual(len(found), 1, found)
        self.assertIn(words, found[0])
        self.assertIn(name, found[0])

    def assert_fine(self, name, text):
        self.write(name, text)
        self.assertEqual(list(style_rules.violations(self.root)), [])

    def test_accepts_a_tree_without_faults(self):
        self.assertEqual(list(style_rules.violations(self.root)), [])

    def test_catches_a_tree_without_sources(self):
        (self.root / "src/base/good.hpp").unlink()
        self.assertIn("holds no sources", list(style_rules.violations(self.root))[0])

    def test_catches_a_long_line(self):
        self.assert_caught("src/base/a.cpp", f"int {'a' * 120};\n", "125 characters")

    def test_lets_urls_and_raw_strings_be_long(self):
        self.assert_fine("src/base/a.cpp", f'auto a = R"({"a" * 200})";\n// https://example.com/{"a" * 120}\n')

    def test_catches_a_tab(self):
        self.assert_caught("src/base/a.cpp", "\tint a;\n", "a tab")

    def test_catches_a_long_file(self):
        self.assert_caught("src/base/a.cpp", "int a;\n" * 401, "401 lines")

    def test_catches_a_long_function(self):
        self.assert_caught("src/base/a.cpp", "namespace a {\nvoid f(int b) {\n" + "  g();\n" * 70 + "}\n}\n",
                           "src/base/a.cpp:2: a function of 72 lines")

    def test_counts_no_class_and_no_table_as_a_function(self):
        self.assert_fine("src/base/a.cpp", "class A {\n" + "  int a();\n" * 80 + "};\n"
                         "int b[] = {\n" + "  1,\n" * 80 + "};\n")

    def test_is_not_led_astray_by_braces_in_strings_and_comments(self):
        self.assert_caught("src/base/a.cpp", "void f() {\n" + '  g("}", R"(})");  // }\n' * 70 + "}\n", "72 lines")

    def test_catches_an_open_end(self):
        self.assert_caught("src/base/a.cpp", "// TO" "DO: later\n", "an open end")

    def test_catches_output_outside_programs(self):
        self.assert_caught("src/base/a.cpp", "void f() { std::cout << 1; }\n", "std::cout")
        (self.root / "src/base/a.cpp").unlink()
        self.assert_fine("src/programs/vcycle/a.cpp", "void f() { std::cout << 1; }\n")

    def test_catches_sleep_in_a_test(self):
        self.assert_caught("src/programs/vcycle/a_test.cpp", "void f() { std::this_thread::sleep_for(1s); }\n",
                           "sleep_for")

    def test_catches_a_header_without_its_guard(self):
        self.assert_caught("src/base/a.hpp", "int a;\n", "#pragma once")

    def test_catches_a_link_to_nowhere(self):
        self.assert_caught("docs/a.md", "[b](b.md)\n", "a link to nowhere: b.md")

    def test_catches_a_link_to_no_heading(self):
        self.assert_caught("docs/a.md", "[b](../README.md#bad)\n", "no such heading")

    def test_reads_no_links_in_code(self):
        self.assert_fine("docs/a.md", "`[b](b.md)`\n```\n[c](c.md)\n```\n")

    def test_catches_a_page_that_groff_cannot_read(self):
        self.assert_caught("docs/man/a.1", ".TH A 1\n.SH NAME\na \\- b\n.NOSUCHMACRO\n", "NOSUCHMACRO")

    def test_catches_a_path_of_a_workplace(self):
        self.assert_caught("docs/a.md", "See /wor" "k/main.\n", "speaks of a workplace")

    def test_catches_a_file_that_is_not_formatted(self):
        shutil.copy(SOURCE / ".clang-format", self.root)
        self.assertEqual(style_rules.layout_violations(self.root), [])
        self.write("src/base/a.cpp", "int   a ;\n")
        self.assertEqual(style_rules.layout_violations(self.root), ["src/base/a.cpp: not formatted: make format"])


if __name__ == "__main__":
    unittest.main()
