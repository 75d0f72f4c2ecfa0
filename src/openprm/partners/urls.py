"""The pages of this feature."""

from django.urls import URLPattern

portal: list[URLPattern] = []
console: list[URLPattern] = []
