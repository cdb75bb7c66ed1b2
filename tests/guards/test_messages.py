"""The French of the product is complete, and the tool that says so can be trusted."""

import os
from gettext import GNUTranslations
from pathlib import Path

import pytest

from consult.web.catalogues import ConflictingTranslations, compile_catalogues
from tools.messages import Tree, check, check_together, update

PRODUCT = Tree()
ENTRY = 'msgid "{}"\nmsgstr "{}"\n'
PLURAL = 'msgid "%(num)s site"\nmsgid_plural "%(num)s sites"\nmsgstr[0] "{}"\nmsgstr[1] "{}"\n'
HEADER = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\nPlural-Forms: nplurals=2; plural=(n > 1);\\n"\n\n'


@pytest.mark.parametrize("slice_name", PRODUCT.slices())
def test_every_message_of_a_slice_has_its_french(slice_name: str) -> None:
    assert check(PRODUCT, slice_name) == []


def test_the_catalogues_do_not_contradict_one_another() -> None:
    assert check_together(PRODUCT) == []


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A small product: one slice that says two things, and a template that says a third."""
    write(tmp_path / "consult/sites/views.py", 'ngettext("%(num)s site", "%(num)s sites", 2)\n_("Close")\n')
    write(tmp_path / "templates/sites/list.html", '{{ pgettext("door", "Close") }}')
    write(tmp_path / "templates/base.html", "{% trans %}Welcome{% endtrans %}")
    return Tree(tmp_path)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def catalogue(tree: Tree, name: str, *entries: str) -> Path:
    return write(tree.catalogue_of(name), HEADER + "\n".join(entries))


def test_new_messages_enter_the_catalogue_of_their_slice_empty(tree: Tree) -> None:
    assert update(tree, "sites") == "sites: 3 messages, 3 added, 0 dropped, 3 to translate"
    assert update(tree, "web") == "web: 1 messages, 1 added, 0 dropped, 1 to translate"
    assert "untranslated: 'Welcome'" in check(tree, "web")[0]


def test_translations_are_kept_and_obsolete_ones_dropped(tree: Tree) -> None:
    path = catalogue(tree, "sites", ENTRY.format("Close", "Fermer"), ENTRY.format("Gone", "Parti"))
    assert any("obsolete: 'Gone'" in problem for problem in check(tree, "sites"))
    assert update(tree, "sites") == "sites: 3 messages, 2 added, 1 dropped, 2 to translate"
    assert ENTRY.format("Close", "Fermer") in path.read_text("utf-8")
    before = path.read_bytes()
    update(tree, "sites")
    assert path.read_bytes() == before


def test_no_break_spaces_are_put_where_french_wants_them(tree: Tree) -> None:
    path = catalogue(tree, "sites", ENTRY.format("Close", "« Fermer » : oui ?"))
    update(tree, "sites")
    assert "«\u00a0Fermer\u00a0»\u00a0: oui\u00a0?" in path.read_text("utf-8")


def test_a_message_translated_in_another_catalogue_comes_with_its_french(tree: Tree) -> None:
    catalogue(tree, "other", ENTRY.format("Close", "Fermer"))
    update(tree, "sites")
    assert ENTRY.format("Close", "Fermer") in tree.catalogue_of("sites").read_text("utf-8")


@pytest.mark.parametrize(
    ("forms", "problem"),
    [
        (("%(num)s site", ""), "untranslated"),
        (("Un site", "%(num)s sites"), "placeholder lost (num)"),
        (("%(num)s site", "%(nombre)s sites"), "placeholder unknown (nombre)"),
        (("%(num)s site", "%(num)s sites : 5 %"), "percent sign"),
        (("%(num)s site", "%(num)s sites !"), "ordinary space"),
        (("%(num)s site", "%(num)s sites!"), "no space"),
    ],
)
def test_a_wrong_translation_is_named(tree: Tree, forms: tuple[str, str], problem: str) -> None:
    catalogue(tree, "sites", PLURAL.format(*forms))
    assert any(problem in found for found in check(tree, "sites"))


def test_a_message_that_is_not_a_literal_text_is_named(tree: Tree) -> None:
    write(tree.root / "consult/sites/views.py", "_(title)\n_(f'{title}')\n")
    write(tree.root / "templates/sites/list.html", "{{ _(title) }}")
    assert sum("not a literal text" in problem for problem in check(tree, "sites")) == 3


def test_the_same_message_translated_in_two_ways_is_refused(tree: Tree) -> None:
    catalogue(tree, "sites", ENTRY.format("Close", "Fermer"))
    catalogue(tree, "web", ENTRY.format("Close", "Clore"))
    with pytest.raises(ConflictingTranslations, match=r"'Fermer' in sites\.po and 'Clore' in web\.po"):
        compile_catalogues(tree.catalogues.parent, tree.root)


def test_compiling_merges_the_catalogues_and_follows_their_changes(tree: Tree) -> None:
    catalogue(tree, "sites", PLURAL.format("%(num)s site", "%(num)s sites"), ENTRY.format("Left", ""))
    web = catalogue(tree, "web", ENTRY.format("Close", "Fermer"))
    (compiled,) = compile_catalogues(tree.catalogues.parent, tree.root / "out")
    assert compile_catalogues(tree.catalogues.parent, tree.root / "out") == []
    with compiled.open("rb") as stream:
        french = GNUTranslations(stream)
    assert french.gettext("Close") == "Fermer"
    assert french.gettext("Left") == "Left"
    assert french.ngettext("%(num)s site", "%(num)s sites", 0) == "%(num)s site"

    later = compiled.stat().st_mtime + 1
    os.utime(web, (later, later))
    assert compile_catalogues(tree.catalogues.parent, tree.root / "out") == [compiled]
