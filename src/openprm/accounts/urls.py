"""The addresses of accounts."""

from typing import Any

portal: list[Any] = []
console: list[Any] = []
root: list[Any] = []
