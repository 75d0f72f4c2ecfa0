"""Copy the few named files that pages use out of node_modules, and build the sprite of icons.

Standard library only. The result lies in an ignored folder and is made anew by ``make``; nothing in it is committed.
"""

import json
import re
import shutil
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = PROJECT / "node_modules"
KERNEL = PROJECT / "src" / "openprm" / "kernel"
VENDOR = KERNEL / "static" / "vendor"
ICONS = KERNEL / "icons.txt"

FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "chart.umd.min.js": "chart.js/dist/chart.umd.min.js",
}
SOURCE_MAP = re.compile(r"\n?(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S+)")
LICENCE_NAMES = ("LICENSE", "LICENSE.md", "LICENSE.txt")


class Broken(Exception):
    """Something is missing that the pages need."""


def main() -> None:
    """Build the folder beside its place and move it there, so that a half-made one is never served."""
    draft = VENDOR.with_name("vendor.new")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir(parents=True)
    for name, source in FILES.items():
        (draft / name).write_text(without_source_map(_read(PACKAGES / source)), encoding="utf-8")
    (draft / "icons.svg").write_text(sprite(_icon_names()), encoding="utf-8")
    (draft / "licences.txt").write_text(_licences(), encoding="utf-8")
    shutil.rmtree(VENDOR, ignore_errors=True)
    draft.rename(VENDOR)


def without_source_map(text: str) -> str:
    """Drop the comment that names a source map: the map is not copied, and hashing static files would miss it."""
    return SOURCE_MAP.sub("", text)


def sprite(names: list[str]) -> str:
    """Return one SVG with a symbol per icon; ``-filled`` at the end of a name asks for the filled drawing."""
    missing = [name for name in names if not _drawing(name).exists()]
    if missing:
        raise Broken(f"{ICONS.relative_to(PROJECT)} names icons that Tabler does not have: {', '.join(missing)}")
    symbols = "\n".join(_symbol(name) for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">\n{symbols}\n</svg>\n'


def _symbol(name: str) -> str:
    body = re.sub(r"^.*?<svg[^>]*>|</svg>\s*$", "", _read(_drawing(name)), flags=re.DOTALL)
    body = re.sub(r'\s*\n\s*|<path stroke="none" d="M0 0h24v24H0z" fill="none" ?/>', "", body)
    paint = (
        'fill="currentColor"'
        if name.endswith("-filled")
        else 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    )
    return f'<symbol id="{name}" viewBox="0 0 24 24" {paint}>{body}</symbol>'


def _drawing(name: str) -> Path:
    folder = "filled" if name.endswith("-filled") else "outline"
    return PACKAGES / "@tabler" / "icons" / "icons" / folder / f"{name.removesuffix('-filled')}.svg"


def _icon_names() -> list[str]:
    lines = (line.strip() for line in _read(ICONS).splitlines())
    return sorted({line for line in lines if line and not line.startswith("#")})


def _licences() -> str:
    packages = sorted(
        {"@tabler/icons", *("/".join(source.split("/")[: 1 + source.startswith("@")]) for source in FILES.values())}
    )
    parts = []
    for package in packages:
        folder = PACKAGES / package
        about = json.loads(_read(folder / "package.json"))
        text = next(((folder / name).read_text() for name in LICENCE_NAMES if (folder / name).exists()), "")
        parts.append(f"{package} {about['version']}: {about.get('license', '')}\n\n{text}".rstrip())
    return "\n\n---\n\n".join(parts) + "\n"


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise Broken(f"{file} is missing; run `make install`") from None


if __name__ == "__main__":
    try:
        main()
    except Broken as problem:
        sys.exit(f"setup/vendor.py: {problem}")
