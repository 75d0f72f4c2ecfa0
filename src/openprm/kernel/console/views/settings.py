"""Programme settings."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from openprm.kernel import services, settings_store
from openprm.kernel.console.forms import SettingsForm
from openprm.kernel.errors import Invalid
from openprm.kernel.http import Request
from openprm.kernel.settings_store import Setting
from openprm.kernel.ui.toasts import toast
from openprm.kernel.web import page

MANAGE = "kernel.manage_settings"
OTHER = _("Other")


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are shown together."""

    slug: str
    label: str
    settings: list[Setting]

    def form(self, *args: Any) -> SettingsForm:
        """Return the group's form with the values in force."""
        values = settings_store.many(*(setting.key for setting in self.settings))
        return SettingsForm(self.settings, values, *args)


def groups() -> list[Group]:
    """Return the declared settings by group, in the order they were declared."""
    by_label: dict[str, list[Setting]] = {}
    for setting in settings_store.declared.values():
        by_label.setdefault(str(setting.group or OTHER), []).append(setting)
    return [Group(slugify(label) or "other", label, settings) for label, settings in by_label.items()]


@page(MANAGE, side="console", methods=("GET", "POST"))
def settings(request: Request, slug: str = "") -> HttpResponse:
    """Show one group of settings, and keep what was changed."""
    every = groups()
    group = next((known for known in every if known.slug == slug), None) if slug else every[0]
    if group is None:
        raise Http404
    form = group.form(request.POST, request.FILES) if request.method == "POST" else group.form()
    if request.method == "POST" and form.is_valid() and _kept(request, form):
        toast(request, _("Saved. It is in force now."))
        return redirect("console:settings_group", group.slug)
    items = [{"label": known.label, "url": _url(known), "active": known.slug == group.slug} for known in every]
    shown = {"form": form, "group": group, "tabs": items}
    return render(request, "kernel/console/settings.html", shown, status=422 if form.is_bound else 200)


@page(MANAGE, side="console")
def preview(request: Request) -> HttpResponse:
    """Return the style sheet link of the colour being chosen: the page itself is the preview."""
    return render(request, "kernel/console/_brand_preview.html", {"colour": request.GET.get("brand.colour", "")[:9]})


def _url(group: Group) -> str:
    return reverse("console:settings_group", args=[group.slug])


def _kept(request: Request, form: SettingsForm) -> bool:
    """Store what was given and say whether all of it was; a picture may still be refused."""
    now = timezone.now()
    for key, value in form.given().items():
        try:
            if settings_store.declared[key].kind == "image":
                services.change_picture(key=key, upload=value or None, by=request.actor, at=now)
            else:
                services.change_setting(key=key, value=value, by=request.actor, at=now)
        except Invalid as refused:
            form.add_error(key, str(refused))
    return not form.errors
