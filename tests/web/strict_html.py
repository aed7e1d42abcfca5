"""A page read strictly: what a browser forgives is an error here."""

from __future__ import annotations

from html.parser import HTMLParser

VOID = {"meta", "link", "img", "input", "br"}


class Page(HTMLParser):
    """Elements must nest; ids be unique; inputs have labels; headings go down by one; nothing is inline or outside."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.referred: list[str] = []
        self.inputs: list[str] = []
        self.labels: list[str] = []
        self.headings: list[int] = []
        self.wrong: list[str] = []
        self.seen: list[str] = []
        self.lang = ""
        self.feed(text)
        self.close()
        self._judge()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.seen.append(tag)
        if len(given) != len(attrs):
            self.wrong.append(f"{tag} has an attribute twice")
        if tag == "html":
            self.lang = given.get("lang") or ""
        if given.get("id"):
            self.ids.append(given["id"] or "")
        for name in ("aria-labelledby", "aria-describedby", "for"):
            self.referred += (given.get(name) or "").split()
        if tag == "label":
            self.labels.append(given.get("for") or "")
        if tag == "input" and given.get("type") != "hidden":
            self.inputs.append(given.get("id") or "")
        if tag in ("h1", "h2", "h3"):
            self.headings.append(int(tag[1]))
        if "style" in given or tag == "style" or any(name.startswith("on") for name in given):
            self.wrong.append(f"{tag} has something inline")
        if tag == "script" and not given.get("src"):
            self.wrong.append("a script is inline")
        for name in ("src", "href", "action"):
            if (given.get(name) or "").startswith(("http:", "https:", "//")):
                self.wrong.append(f"{tag} leads elsewhere")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}> closes something else")

    def _judge(self) -> None:
        if self.open:
            self.wrong.append(f"left open: {self.open}")
        if len(set(self.ids)) != len(self.ids):
            self.wrong.append("an id twice")
        if missing := set(self.referred) - set(self.ids):
            self.wrong.append(f"no such id: {missing}")
        if set(self.inputs) - set(self.labels):
            self.wrong.append("an input without a label")
        if self.headings[:1] != [1] or self.headings.count(1) != 1:
            self.wrong.append("not one h1, first")
        if any(later > before + 1 for before, later in zip(self.headings, self.headings[1:], strict=False)):
            self.wrong.append("a heading level is left out")
        for wanted in ("title", "main", "header", "footer", "nav"):
            if wanted not in self.seen:
                self.wrong.append(f"no {wanted}")
        if self.lang not in ("id", "en"):
            self.wrong.append("no language")
