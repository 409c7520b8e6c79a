"""What is too long is split by concept."""

import ast

from tests.codebase.source import APPS, nodes, place, python_files, templates

FUNCTION_LINES = 60
FILE_LINES = 400
# A file of tests may tell a few stories more.
TEST_FILE_LINES = 500
TEMPLATE_LINES = 150


def test_no_function_is_longer_than_a_page():
    long = [
        f"{place(path, node)} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for path in python_files(*APPS, "bin", "tests")
        for kind in (ast.FunctionDef, ast.AsyncFunctionDef)
        for node in nodes(path, kind)
        if node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
    assert long == []


def test_no_file_is_longer_than_it_can_be_held_in_mind():
    long = {
        place(path): lines
        for folders, limit in (((*APPS, "bin"), FILE_LINES), (("tests",), TEST_FILE_LINES))
        for path in python_files(*folders)
        if (lines := len(path.read_text().splitlines())) > limit
    }
    assert long == {}


def test_no_template_is_longer_than_two_screens():
    long = {
        place(path): lines
        for path in templates()
        if (lines := len(path.read_text().splitlines())) > TEMPLATE_LINES
    }
    assert long == {}
