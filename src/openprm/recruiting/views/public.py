"""The public's pages: begin, go on, send, confirm, see where it stands. A secret link is the key; nobody signs in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from openprm.kernel.access import as_system
from openprm.kernel.errors import Invalid, Missing, Problem
from openprm.kernel.files.models import StoredFile
from openprm.kernel.http import Request
from openprm.kernel.ui.toasts import toast
from openprm.recruiting import fields, limits, public_forms, rules, sentences, services, words
from openprm.recruiting.models import Application, ApplicationForm, ApplicationLink
from openprm.recruiting.services import applying

BOTH = ("GET", "HEAD", "POST")
ORIGIN = "recruiting_origin"
FOR_NOW = gettext_lazy("We sent you letters a moment ago. Look into your mailbox, or try again in an hour.")
View = Callable[..., HttpResponseBase]


def public(*methods: str) -> Callable[[View], View]:
    """Let anybody come, never cached, in the scope of the system: guests see no table otherwise."""

    def wrap(view: View) -> View:
        @wraps(view)
        def open_to_all(request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
            with as_system():
                return view(request, *args, **kwargs)

        open_to_all.guard = ((), "anybody", methods)  # type: ignore[attr-defined]
        return never_cache(require_http_methods(list(methods))(open_to_all))

    return wrap


@public("GET", "HEAD")
def index(request: Request) -> HttpResponse:
    """List the forms that are open; lead on where there is one."""
    _remember(request)
    forms = list(ApplicationForm.objects.filter(state="published"))
    if len(forms) == 1:
        return redirect("apply", forms[0].code)
    return render(request, "recruiting/public/index.html", {"forms": forms})


@public(*BOTH)
def begin(request: Request, form: str) -> HttpResponse:
    """Ask who applies; from then on everything is kept."""
    row = get_object_or_404(ApplicationForm.objects.exclude(state="draft"), code=form)
    _remember(request)
    if row.state != ApplicationForm.State.PUBLISHED:
        return render(request, "recruiting/public/closed.html", {"form": row})
    asked = public_forms.StartForm(request.POST or None)
    status = 200
    if request.method == "POST":
        application, secret, status = _begin(request, row, asked)
        if application is not None:
            return redirect(_first_step(application, secret))
    stamp = request.POST.get("shown") or limits.stamp()
    context = {"form": row, "asked": asked, "trap": limits.TRAP, "shown": stamp, "steps": _labels(row)}
    response = render(request, "recruiting/public/begin.html", context, status=status)
    if status == 429:
        response["Retry-After"] = "600"
    return response


def _begin(
    request: Request, form: ApplicationForm, asked: public_forms.StartForm
) -> tuple[Application | None, str, int]:
    """Try to begin; where it is refused, the form says why and keeps what was typed."""
    asked.full_clean()
    given = {name: request.POST.get(name, "") for name in asked.fields}
    try:
        applying.checked_start(given)
    except Invalid as problem:
        for name, text in problem.fields.items():
            asked.add_error(name, text)
        return None, "", 422
    if asked.is_trapped:
        asked.add_error(None, _("A field was filled in that only programs see. Send the form once more."))
        return None, "", 422
    if limits.is_too_quick(request.POST.get("shown", "")):
        asked.add_error(None, _("That was very quick. Check what you typed and send it once more."))
        return None, "", 422
    if not limits.begins(request, given["email"]).allowed:
        asked.add_error(None, _("Many applications were begun from here. Try again in an hour; keep this page open."))
        return None, "", 429
    try:
        application, secret = services.start(
            form=form, given=given, at=timezone.now(), origin=request.session.get(ORIGIN)
        )
    except Problem as problem:
        asked.add_error(None, str(problem))
        return None, "", problem.status
    return application, secret, 302


@public(*BOTH)
def step(request: Request, secret: str, number: int) -> HttpResponse:
    """Ask the questions of a step, and keep the answers whatever they are."""
    link = _open(secret)
    application = link.application
    steps = application.form.steps
    if not application.is_editable:
        return redirect("applicant", secret)
    if not 1 <= number <= len(steps):
        raise Http404
    if request.method != "POST":
        return _step(request, link, secret, number)
    if not limits.writes(request).allowed:
        return _step(request, link, secret, number, {"": _("Wait a minute and send it once more.")}, status=429)
    every, answers = application.form.questions, application.answers
    questions = public_forms.on_page(steps[number - 1][1], every, answers)
    asked = public_forms.StepForm(application, questions, request.POST)
    wrong = services.save(
        application=application, questions=questions, given=asked.given(), step=number, at=timezone.now()
    )
    wrong |= _files(request, application, questions)
    application.refresh_from_db()
    if request.POST.get("remove"):
        services.detach(application=application, file_id=_uuid(request.POST["remove"]), at=timezone.now())
        return redirect("applicant_step", secret, number)
    if "back" in request.POST:
        return redirect("applicant_step", secret, number - 1) if number > 1 else redirect("applicant", secret)
    if "later" in request.POST:
        toast(request, _("Everything is kept. The link in our letter brings you back here."))
        return redirect("applicant", secret)
    if wrong:
        return _step(request, _open(secret), secret, number, wrong, status=422)
    return redirect(_after(application, secret, number))


@public("POST")
def autosave(request: Request, secret: str, number: int) -> HttpResponse:
    """Keep what is typed while it is typed."""
    application = _open(secret).application
    steps = application.form.steps
    if application.is_editable and 1 <= number <= len(steps) and limits.writes(request).allowed:
        questions = public_forms.on_page(steps[number - 1][1], application.form.questions, application.answers)
        given = public_forms.StepForm(application, questions, request.POST).given()
        services.save(application=application, questions=questions, given=given, step=number, at=timezone.now())
    return HttpResponse(status=204)


@public(*BOTH)
def review(request: Request, secret: str) -> HttpResponse:
    """Show everything once more, ask for the consents, and send it."""
    link = _open(secret)
    application = link.application
    if not application.is_editable:
        return redirect("applicant", secret)
    wrong: dict[str, str] = {}
    proven = link.by_mail or application.verified_at is not None
    too_often = False
    if request.method == "POST":
        try:
            with transaction.atomic():
                services.send(
                    application=application,
                    consents=request.POST.getlist("consent"),
                    at=timezone.now(),
                    proven=link.by_mail,
                )
                too_often = not (proven or limits.sends(application.email).allowed)
                transaction.set_rollback(too_often)
        except Invalid as problem:
            wrong = dict(problem.fields)
        if not (wrong or too_often):
            return redirect("applicant", secret)
    found = wrong or applying.problems(application)
    consents = [
        (one, one.key in request.POST.getlist("consent"), wrong.get(f"consent_{one.key}", ""))
        for one in application.form.asks.consents
    ]
    context = {
        "application": application,
        "form": application.form,
        "secret": secret,
        "steps": _labels(application.form),
        "current": len(application.form.steps) + 2,
        "answers": _said(application, secret, found),
        "missing": [key for key in found if not key.startswith("consent_")],
        "consents": consents,
        "back": _last_step(application, secret),
        "proven": proven,
        "problem": str(FOR_NOW) if too_often else "",
    }
    status = 429 if too_often else 422 if wrong else 200
    response = render(request, "recruiting/public/review.html", context, status=status)
    if too_often:
        response["Retry-After"] = "3600"
    return response


@public(*BOTH)
def application(request: Request, secret: str) -> HttpResponse:
    """Show where the application stands, and what the applicant can do now."""
    link = _open(secret)
    row = link.application
    problem = ""
    text = request.POST.get("text", "")
    if request.method == "POST":
        try:
            with transaction.atomic():
                _act(request, link)
        except Problem as refused:
            problem = str(refused)
        else:
            return redirect("applicant", secret)
    context = {
        "application": row,
        "form": row.form,
        "secret": secret,
        "link": link,
        "status": words.status(row.state, row.state_since, applicant=True),
        "messages_said": row.messages.exclude(kind="note"),
        "next": _last_step(row, secret) if row.is_editable else "",
        "answers": _told(row),
        "problem": problem,
        "typed": text if problem else "",
        "hours": row.form.target_hours,
    }
    return render(request, "recruiting/public/application.html", context, status=422 if problem else 200)


def _act(request: Request, link: ApplicationLink) -> None:
    row, at = link.application, timezone.now()
    match request.POST.get("act"):
        case "confirm" if link.by_mail:
            services.confirm(application=row, at=at)
        case "reopen":
            services.reopen(application=row, at=at)
        case "withdraw":
            services.withdraw(application=row, at=at)
        case "answer":
            services.answer(application=row, text=request.POST.get("text", ""), at=at)
        case "again" if limits.asks_for_link(request, row.email).allowed:
            services.resend_links(email=row.email, at=at)
            toast(request, _("A new letter is on its way to %(email)s.") % {"email": row.email})


@public(*BOTH)
def find(request: Request) -> HttpResponse:
    """Send a new link to whoever has lost theirs; the answer is the same whether there is an application or not."""
    email = request.POST.get("email", "").strip()
    sent, problem = False, ""
    if request.method == "POST":
        if "@" not in email or len(email) > 254 or "\x00" in email:
            problem = _("Give the e-mail address you applied with.")
        elif not limits.asks_for_link(request, email).allowed:
            problem = str(FOR_NOW)
        else:
            services.resend_links(email=email, at=timezone.now())
            sent = True
    context = {"email": email, "sent": sent, "problem": problem}
    return render(request, "recruiting/public/find.html", context, status=422 if problem else 200)


def _open(secret: str, at: datetime | None = None) -> ApplicationLink:
    try:
        return services.open_link(secret, at=at or timezone.now())
    except Missing:
        raise Http404 from None


def _step(
    request: Request,
    link: ApplicationLink,
    secret: str,
    number: int,
    wrong: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    row = link.application
    form = row.form
    every = form.questions
    questions = public_forms.on_page(form.steps[number - 1][1], every, row.answers)
    asked = public_forms.StepForm(row, questions, request.POST if wrong else None)
    if wrong:
        asked.explain(wrong)
    hints = {one.key: sentences.condition(form, one) for one in questions}
    stored = {str(one.pk): one for one in StoredFile.objects.filter(owner_id=row.pk)}
    kept = {
        one.key: [stored[pk] for pk in rules.listed(row.answers.get(one.key)) if pk in stored]
        for one in questions
        if one.kind == "file"
    }
    context = {
        "application": row,
        "form": form,
        "secret": secret,
        "number": number,
        "current": number + 1,
        "steps": _labels(form),
        "title": form.steps[number - 1][0] or _("A few questions"),
        "step_form": asked,
        "asked": asked.asked(hints, kept),
        "has_files": bool(kept),
    }
    return render(request, "recruiting/public/step.html", context, status=status)


def _files(request: Request, application: Application, questions: list[Any]) -> dict[str, str]:
    wrong: dict[str, str] = {}
    for one in questions:
        uploads = request.FILES.getlist(f"q_{one.key}") if one.kind == "file" else []
        if uploads:
            try:
                services.attach(application=application, question=one, uploads=uploads, at=timezone.now())
            except Invalid as problem:
                wrong |= problem.fields
            application.refresh_from_db()
            if one.key not in wrong:
                continue
    return wrong


def _said(application: Application, secret: str, wrong: dict[str, str]) -> list[dict[str, Any]]:
    """Return the answers step by step, each with the address where it can be changed."""
    asked = {one.key for one in rules.asked(application.form.questions, application.answers)}
    names = {str(one.pk): one.name for one in StoredFile.objects.filter(owner_id=application.pk)}
    found = []
    for number, (name, questions) in enumerate(application.form.steps, 1):
        lines = []
        for one in questions:
            if one.key in asked:
                value = application.answers.get(one.key) or ""
                files = ", ".join(names.get(pk, "") for pk in rules.listed(value)) if one.kind == "file" else ""
                lines.append((one, files or fields.words(one, value), wrong.get(one.key, "")))
        url = reverse("applicant_step", args=[secret, number])
        found.append({"name": name or _("Your answers"), "url": url, "lines": lines})
    return found


def _told(application: Application) -> list[tuple[str, str]]:
    return [(one["label"], one["words"]) for one in application.asked if one["words"]]


def _labels(form: ApplicationForm) -> list[str]:
    named = [name or _("A few questions") for name, _questions in form.steps]
    return [str(words.STEP_ONE), *named, _("Check and send")]


def _first_step(application: Application, secret: str) -> str:
    name, args = ("applicant_step", [secret, 1]) if application.form.steps else ("applicant_review", [secret])
    return reverse(name, args=args)


def _after(application: Application, secret: str, number: int) -> str:
    """Return the next step that asks something, or the review."""
    every = application.form.questions
    for at, (_name, questions) in enumerate(application.form.steps, 1):
        if at > number and public_forms.on_page(questions, every, application.answers):
            return reverse("applicant_step", args=[secret, at])
    return reverse("applicant_review", args=[secret])


def _last_step(application: Application, secret: str) -> str:
    """Return where the applicant goes on: the furthest step saved, or the first."""
    steps = application.form.steps
    if not steps:
        return reverse("applicant_review", args=[secret])
    return reverse("applicant_step", args=[secret, min(max(application.step, 1), len(steps))])


def _remember(request: Request) -> None:
    """Keep the words of the first visit's address: by which way this visitor came."""
    asked = {name: request.GET.get(name, "").replace("\x00", "")[:200] for name in applying.ORIGIN}
    given = {name: value for name, value in asked.items() if value}
    if given and ORIGIN not in request.session:
        request.session[ORIGIN] = given


def _uuid(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        raise Http404 from None
