"""Questions and details of a task, between the form that draws it and the task as it is kept."""

from typing import Any

from openprm.journeys import words
from openprm.journeys.content import Question, TaskDoc, free_key
from openprm.kernel import task_kinds
from openprm.kernel.actions import Parameter


def questions_of(formset: Any) -> list[dict[str, Any]]:
    """Return the questions that have a label, each with a lasting key."""
    found: list[dict[str, Any]] = []
    rows = [row for row in formset.cleaned_data if row and row.get("label", "").strip()]
    taken = {row["key"] for row in rows if row.get("key")}
    for row in rows:
        key = row.get("key") or free_key(row["label"], taken)
        taken.add(key)
        choices = [choice.strip() for choice in row.get("choices", "").split(";") if choice.strip()]
        kept = choices if row["kind"] == "choice" else []
        found.append(
            {"key": key, "label": row["label"], "kind": row["kind"], "required": row["required"], "choices": kept}
        )
    return found


def as_rows(questions: list[Question]) -> list[dict[str, Any]]:
    """Return questions as the form shows them."""
    return [
        {"label": q.label, "kind": q.kind, "choices": "; ".join(q.choices), "required": q.required, "key": q.key}
        for q in questions
    ]


def details_of(kind: str, data: Any) -> dict[str, Any]:
    """Return what was said for a declared kind: its parameters arrive as ``details_<name>``."""
    declared = task_kinds.find(kind)
    if declared is None:
        return {}
    given: dict[str, Any] = {}
    for known in declared.parameters:
        name = f"details_{kind}_{known.name}"
        value: Any = data.getlist(name) if known.kind == "choices" else data.get(name, "")
        if known.kind in ("number", "days") and str(value).isdecimal():
            value = int(value)
        elif known.kind == "boolean":
            value = bool(value)
        if value not in ("", None, []):
            given[known.name] = value
    return given


def declared_fields(task: TaskDoc | None, data: Any) -> list[dict[str, Any]]:
    """Return what the declared kinds ask for, with what is known."""
    return [
        {
            "kind": kind.key,
            "label": kind.label,
            "fields": [_asked(kind, known, task, data) for known in kind.parameters],
        }
        for kind in task_kinds.task_kinds()
    ]


def _asked(kind: task_kinds.TaskKind, known: Parameter, task: TaskDoc | None, data: Any) -> dict[str, Any]:
    name = f"details_{kind.key}_{known.name}"
    kept: Any = task.details.get(known.name, "") if task and task.kind == kind.key else known.default or ""
    if data:
        kept = data.getlist(name) if known.kind == "choices" else data.get(name, "")
    return {
        "name": name,
        "label": known.label,
        "kind": known.kind,
        "required": known.required,
        "help": known.help,
        "options": known.options() if known.kind in ("choice", "choices") else [],
        "value": "" if kept is None else kept,
        "chosen": [str(one) for one in (kept if isinstance(kept, list) else [kept])],
    }


def summary(task: TaskDoc) -> str:
    """Return a task's kind in words."""
    return str(words.kind(task.kind))
