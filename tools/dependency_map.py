"""Draw which feature imports which, as a Mermaid graph: ``python tools/dependency_map.py``.

It reads the import statements of ``src/openprm`` (tests and migrations left out), so the map is what there is.
"""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "openprm"
LEFT_OUT = {"tests", "migrations", "static", "templates"}


def features() -> list[str]:
    """Return the folders of features, by name."""
    return sorted(folder.name for folder in SOURCE.iterdir() if (folder / "__init__.py").exists())


def edges() -> set[tuple[str, str]]:
    """Return each pair of features of which the first imports the second."""
    known = features()
    found = set()
    for feature in known:
        for file in _files(SOURCE / feature):
            found |= {(feature, other) for other in _imported(file) if other in known and other != feature}
    return found


def draw() -> str:
    """Return the map; features that import much stand above those they import."""
    pairs = edges()
    height = {feature: sum(1 for one, _other in pairs if one == feature) for feature in features()}
    order = sorted(features(), key=lambda feature: (-height[feature], feature))
    lines = ["graph TD"]
    lines += [f"    {feature} --> {other}" for feature in order for other in sorted(order) if (feature, other) in pairs]
    return "\n".join(lines)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if not LEFT_OUT & set(path.relative_to(folder).parts):
            yield path


def _imported(file: Path) -> Iterator[str]:
    """Yield the features that a file imports from, also inside of functions."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        names: list[str] = []
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            below = [alias.name for alias in node.names] if node.module == "openprm" else []
            names = [f"openprm.{name}" for name in below] or [node.module]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        for name in names:
            package, _dot, rest = name.partition(".")
            if package == "openprm" and rest:
                yield rest.partition(".")[0]


if __name__ == "__main__":
    sys.stdout.write(draw() + "\n")
