"""docs/: the examples of the pages about tasks show what the commands show. KAFKACLI_WRITE_DOCS=1 writes them again."""

import os
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.pictures import PICTURES, SCENES, acted, description, drawn, read
from tests.support.documented import DOCS, Home, masked, run_page

PAGES = ("tour", "ci", "dev-broker", "offset-reset", "moving-a-topic")
_LINK = re.compile(r"\]\(([^)#:]+)(?:#[^)]*)?\)")


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_show_what_the_commands_show(page: str, tmp_path: Path) -> None:
    path = DOCS / f"{page}.md"
    written = path.read_text(encoding="utf-8")
    home = Home(tmp_path)
    try:
        shown = run_page(written, home.path, home.run)
    finally:
        home.stop()
    if os.environ.get("KAFKACLI_WRITE_DOCS"):
        path.write_text(shown, encoding="utf-8")
    assert masked(shown) == masked(written)


@pytest.mark.parametrize("page", sorted([*DOCS.glob("*.md"), *DOCS.parent.glob("*.md")]), ids=lambda path: path.name)
def test_what_a_page_links_to_is_there(page: Path) -> None:
    links = _LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


def test_there_is_a_picture_of_each_scene_with_its_commands() -> None:
    assert {path.stem for path in PICTURES.glob("*.svg")} == set(SCENES)
    for name, scene in SCENES.items():
        (told,) = ElementTree.parse(PICTURES / f"{name}.svg").iter("{http://www.w3.org/2000/svg}desc")
        assert told.text == description(scene), f"{name}.svg shows other commands; run: make pictures"


def test_the_pictures_show_what_the_commands_show() -> None:
    for name, shown in acted().items():
        picture = (PICTURES / f"{name}.svg").read_text(encoding="utf-8")
        assert masked("\n".join(read(picture))) == masked("\n".join(read(drawn(name, SCENES[name], shown)))), (
            f"{name}.svg shows what was; run: make pictures"
        )


def test_every_picture_is_shown_on_a_page() -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in [*DOCS.glob("*.md"), DOCS.parent / "README.md"])
    assert not [name for name in SCENES if f"pictures/{name}.svg" not in text]
