"""Where the pages of disputes are."""

from django.urls import path

from openprm.disputes.views import console as vendor
from openprm.disputes.views import portal as partner

portal = [
    path("disputes/", partner.listing, name="disputes"),
    path("disputes/<uuid:pk>/", partner.show, name="dispute"),
    path("disputes/<uuid:pk>/say/", partner.say, name="dispute_say"),
    path("disputes/<uuid:pk>/answer/", partner.answer, name="dispute_answer"),
    path("disputes/<uuid:pk>/appeal/", partner.appeal, name="dispute_appeal"),
    path("disputes/<uuid:pk>/withdraw/", partner.withdraw, name="dispute_withdraw"),
    path("disputes/<uuid:pk>/accept/", partner.accept, name="dispute_accept"),
    path("deals/<uuid:pk>/contest/", partner.contest, name="deal_contest"),
    path("registration-reviews/<uuid:pk>/", partner.review, name="registration_review"),
]

console = [
    path("disputes/", vendor.listing, name="disputes"),
    path("disputes/<uuid:pk>/", vendor.show, name="dispute"),
    path("disputes/<uuid:pk>/review/", vendor.start_review, name="dispute_review"),
    path("disputes/<uuid:pk>/ask/", vendor.ask, name="dispute_ask"),
    path("disputes/<uuid:pk>/say/", vendor.say, name="dispute_say"),
    path("disputes/<uuid:pk>/note/", vendor.note, name="dispute_note"),
    path("disputes/<uuid:pk>/hear/", vendor.hear, name="dispute_hear"),
    path("disputes/<uuid:pk>/decide/", vendor.decide, name="dispute_decide"),
    path("disputes/<uuid:pk>/decide-on-appeal/", vendor.decide_on_appeal, name="dispute_decide_on_appeal"),
    path("disputes/<uuid:pk>/carry-out/", vendor.carry_out, name="dispute_carry_out"),
]
