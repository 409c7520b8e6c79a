"""Every template is reached from somewhere, and none asks what the server must decide."""

from __future__ import annotations

import re

from tests.codebase.source import APPS, ROOT, place, python_files, templates

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "an event handler": re.compile(r"<[^>]*\son[a-z]+\s*="),
    "an inline script": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>"
    ),
    "an inline style sheet": re.compile(r"<style\b"),
}
ROLE_QUESTION = re.compile(
    r"\{%[^%]*\b(?:user|request\.user)\.(?:role|is_staff|is_superuser|groups|has_perm)"
)
# Papers become PDF through WeasyPrint; no browser and no content policy sees them.
PAPERS = "documents/papers"


def test_every_template_is_used():
    """By its name in Python or in another template; names built at run time end in a known one."""
    texts = [path.read_text() for path in python_files(*APPS) + templates()]
    everything = "\n".join(texts)
    unused = [
        name
        for path in templates()
        if (name := str(path.relative_to(ROOT / "templates"))) not in everything
    ]
    assert unused == []


def test_the_content_policy_would_let_every_template_work():
    found = [
        f"{place(path)}: {what}"
        for path in templates()
        if path.suffix == ".html"
        and not str(path.relative_to(ROOT / "templates")).startswith(PAPERS)
        for what, pattern in INLINE.items()
        if pattern.search(path.read_text())
    ]
    assert found == []


def test_no_template_asks_about_roles():
    asking = [place(path) for path in templates() if ROLE_QUESTION.search(path.read_text())]
    assert asking == []
