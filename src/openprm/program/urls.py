"""The addresses of programmes."""

from django.urls import path

from openprm.program.views import drawing, members, programmes, publishing, recording
from openprm.program.views import portal as own

portal = [
    path("programme/", own.progress, name="programme"),
    path("programme/<uuid:pk>/", own.progress, name="programme_of"),
    path("programme/<uuid:pk>/figures/<str:kpi>/", own.criterion, name="programme_figure"),
]
console = [
    path("programmes/", programmes.listing, name="programmes"),
    path("programmes/new/", programmes.create, name="programme_new"),
    path("programmes/<uuid:pk>/", programmes.show, name="programme"),
    path("programmes/<uuid:pk>/basics/", drawing.basics, name="programme_basics"),
    path("programmes/<uuid:pk>/tiers/new/", drawing.tier, name="programme_tier_new"),
    path("programmes/<uuid:pk>/tiers/<slug:code>/", drawing.tier, name="programme_tier"),
    path("programmes/<uuid:pk>/tiers/<slug:code>/criterion/", drawing.criterion, name="programme_criterion"),
    path("programmes/<uuid:pk>/tiers/<slug:code>/benefits/new/", drawing.benefit, name="programme_benefit_new"),
    path("programmes/<uuid:pk>/tiers/<slug:code>/benefits/<slug:benefit>/", drawing.benefit, name="programme_benefit"),
    path("programmes/<uuid:pk>/scorecard/", drawing.score_line, name="programme_score"),
    path("programmes/<uuid:pk>/act/", drawing.act, name="programme_act"),
    path("programmes/<uuid:pk>/preview/", publishing.preview, name="programme_preview"),
    path("programmes/<uuid:pk>/publish/", publishing.publish, name="programme_publish"),
    path("programmes/<uuid:pk>/discard/", publishing.discard, name="programme_discard"),
    path("programmes/<uuid:pk>/archive/", programmes.archive, name="programme_archive"),
    path("programmes/<uuid:pk>/versions/", programmes.history, name="programme_history"),
    path("programme-versions/<uuid:pk>/", programmes.version, name="programme_version"),
    path("programme-versions/<uuid:pk>/restore/", programmes.restore, name="programme_restore"),
    path("members/", members.member_list, name="members"),
    path("members/<uuid:pk>/", members.standing, name="standing"),
    path("members/<uuid:pk>/figures/<str:kpi>/", members.standing_figure, name="standing_figure"),
    path("members/<uuid:pk>/tier/", members.set_tier, name="standing_tier"),
    path("members/<uuid:pk>/release/", members.release, name="standing_release"),
    path("members/<uuid:pk>/leave/", members.leave, name="standing_leave"),
    path("members/<uuid:pk>/benefits/", members.grant, name="benefit_grant"),
    path("members/<uuid:pk>/withhold/", members.withhold, name="benefit_withhold"),
    path("benefit-grants/<uuid:pk>/end/", members.end_grant, name="benefit_end"),
    path("partners/<uuid:pk>/enroll/", members.enroll, name="partner_enroll"),
    path("tier-moves/", members.move_list, name="tier_moves"),
    path("tier-proposals/", members.proposal_list, name="tier_proposals"),
    path("tier-proposals/<uuid:pk>/decide/", members.decide, name="tier_proposal_decide"),
    path("recorded-figures/", recording.value_list, name="kpi_values"),
    path("recorded-figures/new/", recording.record, name="kpi_value_new"),
    path("recorded-figures/<uuid:pk>/remove/", recording.remove, name="kpi_value_remove"),
    path("recorded-figures/own/", recording.define, name="kpi_define"),
    path("exchange-rates/", recording.rates, name="exchange_rates"),
    path("exchange-rates/<uuid:pk>/remove/", recording.remove_rate, name="exchange_rate_remove"),
]
