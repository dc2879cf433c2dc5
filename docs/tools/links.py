"""Are all links of a built site good, and does it need no other host: `python links.py SITE`.

Looks at every `href`, `src` and `#anchor` of every HTML page. Links to other hosts may stand in the
text of a page; its scripts, styles, fonts and pictures may not come from there.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a browser fetches by itself, and where the address stands.
FETCHED = {
    "script": ("src",), "img": ("src", "srcset"), "iframe": ("src",), "source": ("src", "srcset"),
    "link": ("href",), "video": ("src", "poster"), "audio": ("src",), "embed": ("src",),
}  # fmt: skip
# What style sheets fetch from elsewhere.
OF_STYLES = re.compile(r"""(?:url\(|@import)\s*["']?((?:https?:)?//[^\s"')]+)""")
# Links that say something about the page rather than bring something in.
RELATIONS = {"canonical", "author", "license", "next", "prev", "alternate", "help"}
ELSEWHERE = "is on another host"


class Page(HTMLParser):
    """The addresses and the anchors of one page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.fetched: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what one element points to, and what can be pointed to."""
        given = {name: value or "" for name, value in attrs}
        self.anchors |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        if tag == "link" and RELATIONS & set(given.get("rel", "").split()):
            return
        for name in FETCHED.get(tag, ()):
            if name in given:
                self.fetched.extend(_addresses(name, given[name]))


def _addresses(name: str, value: str) -> list[str]:
    return [each.split()[0] for each in value.split(",")] if name == "srcset" else [value]


def problems(site: Path) -> list[str]:
    """What is broken, one line for each: page, address, why."""
    site = site.resolve()
    # Themes keep templates, which are no pages, beside their styles.
    paths = [path for path in site.rglob("*.html") if path.parent != site / "_static"]
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in paths}
    found = [
        (path, address, reason)
        for path, page in sorted(pages.items())
        for address, reason in _broken(path, page, pages)
    ]
    for path in sorted(site.rglob("*.css")):
        fetched = OF_STYLES.findall(path.read_text(encoding="utf-8"))
        found += [(path, address, ELSEWHERE) for address in fetched]
    return [f"{path.relative_to(site)}: {address}: {reason}" for path, address, reason in found]


def _broken(path: Path, page: Page, pages: dict[Path, Page]) -> Iterator[tuple[str, str]]:
    for address in sorted({*page.fetched, *page.links}):
        parts = urlsplit(address)
        if parts.netloc and address in page.fetched:
            yield address, ELSEWHERE
        elif not parts.netloc and not parts.scheme:
            reason = _wrong(path, unquote(parts.path), unquote(parts.fragment), pages)
            if reason:
                yield address, reason


def _wrong(path: Path, target: str, anchor: str, pages: dict[Path, Page]) -> str:
    """Why a link within the site is broken, or nothing."""
    if target.startswith("/"):
        return "is absolute; the site must work in any folder"
    there = (path.parent / target).resolve() if target else path
    there = there / "index.html" if there.is_dir() else there
    if not there.exists():
        return "there is no such file"
    if anchor and there in pages and anchor not in pages[there].anchors:
        return "there is no such anchor"
    return ""


def main(site: Path) -> int:
    """Print what is broken; 1 where anything is, or where there is no page."""
    if not any(site.rglob("*.html")):
        print(f"{site} has no pages", file=sys.stderr)
        return 1
    found = problems(site)
    for line in found:
        print(line, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
