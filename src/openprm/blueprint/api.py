"""The programme as code, for programs: from staging to production in three requests."""

from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone

from openprm.blueprint import policies, services, starters, words, zipped
from openprm.kernel.api import Field, Query, Router, Schema, operation
from openprm.kernel.http import Request

router = Router(tags=["Programme as code"])

Files = dict[str, str]
EXAMPLE = {
    "programme.yaml": "format: 1\nsections: [product_lines]\n",
    "product_lines.yaml": "cloud:\n  name: Cloud\n",
}
DIGEST = Field(min_length=1, max_length=64, examples=["9f2c5e…"], description="The digest of the plan that was seen.")


class ExportQuery(Schema):
    """What is wanted of the programme."""

    section: list[str] = Field([], description="Only these sections.")
    format: Literal["json", "zip"] = "json"


class FolderOut(Schema):
    """A folder: its files by their paths. It can be sent to `plan_programme` of another server as it is."""

    files: Files = Field(examples=[EXAMPLE])


class FolderIn(FolderOut):
    """A folder to be applied."""

    files: Files = Field(examples=[EXAMPLE], description="YAML by path, as `export_programme` gives it.")
    keep: bool = Field(False, description="Leave what the folder does not have.")


class ApplyIn(FolderIn):
    """A folder to be applied, and the plan of it that was seen."""

    digest: str = DIGEST
    source: str = Field("", max_length=200, examples=["commit 4b2254a"], description="Where it came from, for the log.")


class StarterIn(Schema):
    """The plan of a starter that was seen."""

    digest: str = DIGEST


class AddedOut(Schema):
    """A document that is added or removed."""

    code: str = Field(examples=["small-clean-deals"])
    words: str


class PlanDifferenceOut(Schema):
    """A field that changes."""

    field: str = Field(examples=["value"])
    before: str = Field(examples=["60"])
    after: str = Field(examples=["90"])


class ChangedOut(Schema):
    """A document that changes."""

    code: str = Field(examples=["deals.protection_days"])
    differences: list[PlanDifferenceOut]


class SectionPlanOut(Schema):
    """What changes in one section; ``kept`` are not in the folder and stay."""

    key: str = Field(examples=["settings"])
    label: str = Field(examples=["Programme settings"])
    added: list[AddedOut]
    changed: list[ChangedOut]
    removed: list[AddedOut]
    kept: list[str]
    unchanged: int


class PlanOut(Schema):
    """What applying a folder changes."""

    digest: str
    summary: str
    changes: int
    added: int
    changed: int
    removed: int
    kept: int
    unchanged: int
    sections: list[SectionPlanOut]


class StarterOut(Schema):
    """A starter programme."""

    key: str = Field(examples=["reseller"])
    title: str
    about: str


@router.get(
    "/programme-as-code",
    response=FolderOut,
    operation_id="export_programme",
    openapi_extra={
        "responses": {200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}}}
    },
)
@operation(policies.READ)
def export_programme(request: Request, wanted: Query[ExportQuery]) -> Any:
    """Export how the programme is set up, as files; `format=zip` gives one ZIP."""
    files = services.export(by=request.actor, only=wanted.section)
    if wanted.format == "zip":
        headers = {"Content-Disposition": 'attachment; filename="programme.zip"'}
        return HttpResponse(zipped.pack(files), content_type="application/zip", headers=headers)
    return {"files": files}


@router.post("/programme-as-code/plan", response=PlanOut, operation_id="plan_programme")
@operation(policies.READ)
def plan_programme(request: Request, payload: FolderIn) -> Any:
    """Say what applying a folder would change. Nothing is changed; every mistake is told with its file and line."""
    files = zipped.checked((name, text.encode()) for name, text in payload.files.items())
    return words.outline(services.plan(files=files, keep=payload.keep, by=request.actor, at=timezone.now()))


@router.post("/programme-as-code/apply", response=PlanOut, operation_id="apply_programme")
@operation(policies.APPLY)
def apply_programme(request: Request, payload: ApplyIn) -> Any:
    """Make the programme what a folder says, all of it or nothing: refused unless the plan is still the one seen."""
    files = zipped.checked((name, text.encode()) for name, text in payload.files.items())
    done = services.apply(
        files=files, keep=payload.keep, source=payload.source or "API", by=request.actor, at=timezone.now(),
        digest=payload.digest,
    )  # fmt: skip
    return words.outline(done)


@router.get("/programme-as-code/starters", response=list[StarterOut], operation_id="list_starters")
@operation(policies.READ)
def list_starters(request: Request) -> Any:
    """List the starter programmes that ship with OpenPRM."""
    return starters.all_of_them()


@router.post("/programme-as-code/starters/{slug:key}/plan", response=PlanOut, operation_id="plan_starter")
@operation(policies.READ)
def plan_starter(request: Request, key: str) -> Any:
    """Say what a starter would set up; what is there stays."""
    return words.outline(starters.plan(key=key, by=request.actor, at=timezone.now()))


@router.post("/programme-as-code/starters/{slug:key}/apply", response=PlanOut, operation_id="apply_starter")
@operation(policies.APPLY)
def apply_starter(request: Request, key: str, payload: StarterIn) -> Any:
    """Set the programme up with a starter."""
    return words.outline(starters.start(key=key, by=request.actor, at=timezone.now(), digest=payload.digest))
