"""The addresses of the kernel's pages: ``root`` for both sides, ``console`` for the engine room."""

from typing import Any

from django.urls import path

from openprm.kernel.console import brand

root: list[Any] = [
    path("brand.css", brand.css, name="brand_css"),
]

console: list[Any] = []
portal: list[Any] = []
