"""Texts that would be markup if anything let them, and how to tell that something did."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import html5lib

PROBE = "xss-probe"
PAYLOADS = (
    f'"><{PROBE} onx=1>',
    f"'><{PROBE}>",
    f"</textarea><{PROBE}>",
    f"</title></style></script><{PROBE}>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "[go](javascript:alert(1)) [on](data:text/html,<script>alert(1)</script>)",
    '![a](x" onerror="alert(1)) <javascript:alert(1)>',
    '" autofocus onfocus=alert(1) x="',
    "' onmouseover='alert(1)",
    f"]]><!--><{PROBE}>--!><{PROBE}>",
    f"&lt;{PROBE}&gt; &#60;{PROBE}&#62;",
    f"{{{{7*7}}}}{{% raw %}}<{PROBE}>",
    "<script>alert(1)</script>",
    '<a href="java\tscript:alert(1)">x</a>',
    f"<{PROBE}/{PROBE}>\u2028<{PROBE}>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<math><mtext></mtext><style><img src onerror=alert(1)></style>",
    f"\\x3c{PROBE}\\x3e \\u003c{PROBE}\\u003e",
    "%3Cscript%3Ealert(1)%3C/script%3E",
)
ADDRESSES = {"href", "src", "action", "formaction", "xlink:href", "data", "poster", "hx-get", "hx-post", "data-url"}
_WORTH_A_LOOK = re.compile(
    rf"<\s*({PROBE}|img|iframe|math|style|base|object|embed|svg/)|\son\w+\s*=|=\s*[\"']?\s*(java\s*script|data|vbscript):|<script[^>]*>[^<]",
    re.I,
)
"""Without one of these before it is parsed, a page holds nothing of what is looked for; parsing as browsers do is slow."""


def intrusions(text: str) -> Iterator[str]:
    """Yield what of a page cannot have come from our templates: probes, handlers, scripts of words, addresses that run."""
    if not _WORTH_A_LOOK.search(text):
        return
    for element in html5lib.parse(text, treebuilder="etree", namespaceHTMLElements=False).iter():
        if not isinstance(element.tag, str):
            continue
        tag, attributes = element.tag.rpartition("}")[2], {str(_bare(name)): value for name, value in element.attrib.items()}
        if tag in (PROBE, "iframe", "math", "base", "object", "embed") or (tag in ("script", "style") and (element.text or "").strip()):
            yield f"<{tag}> {attributes}"
        yield from (f"<{tag} {name}={value!r}>" for name, value in attributes.items() if _runs(name, value))


def _bare(name: Any) -> str:
    return str(name).rpartition("}")[2]


def _runs(name: str, value: str) -> bool:
    if name.startswith("on") or name in ("srcdoc", "style", PROBE):
        return True
    return name in ADDRESSES and "".join(value.split()).lower().startswith(("javascript:", "data:", "vbscript:"))
