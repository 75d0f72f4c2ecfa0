"""Programmes, standing and figures, for programs: the same verbs, rules and refusals as on the pages."""

from openprm.kernel.api import Router
from openprm.program.api import members, programmes, recording

router = Router(tags=["Programmes"])
for part in (programmes, members, recording):
    router.add_router("", part.router)
