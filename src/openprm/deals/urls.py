"""Where the pages of deals are."""

from django.urls import path

from openprm.deals.views import (
    checking,
    console_deal,
    console_queue,
    lists,
    pipeline,
    portal_deal,
    previews,
    registering,
    rules,
)

portal = [
    path("deals/", lists.portal_list, name="deals"),
    path("deals/board/", lists.portal_board, name="deal_board"),
    path("deals/register/", registering.register, name="deal_register"),
    path("deals/draft/", registering.save, name="deal_draft"),
    path("deals/verdict/", registering.verdict, name="deal_verdict"),
    path("deals/margin/", registering.margin, name="deal_margin"),
    path("deals/<uuid:pk>/", portal_deal.show, name="deal"),
    path("deals/<uuid:pk>/edit/", registering.edit, name="deal_edit"),
    path("deals/<uuid:pk>/answer/", portal_deal.answer, name="deal_answer"),
    path("deals/<uuid:pk>/comment/", portal_deal.comment, name="deal_comment"),
    path("deals/<uuid:pk>/withdraw/", portal_deal.withdraw, name="deal_withdraw"),
    path("deals/<uuid:pk>/win/", portal_deal.win, name="deal_win"),
    path("deals/<uuid:pk>/lose/", portal_deal.lose, name="deal_lose"),
    path("deals/<uuid:pk>/discard/", portal_deal.discard, name="deal_discard"),
    path("pipeline/", pipeline.portal, name="pipeline"),
    path("check/", checking.check, name="check"),
    path("check/register/", checking.check_register, name="check_register"),
    path("check/blind/", checking.check_blind, name="check_blind"),
]

console = [
    path("deals/", lists.console_list, name="deals"),
    path("deals/board/", lists.console_board, name="deal_board"),
    path("deals/<uuid:pk>/", console_deal.show, name="deal"),
    path("deals/<uuid:pk>/approve/", console_deal.approve, name="deal_approve"),
    path("deals/<uuid:pk>/review/", console_deal.start_review, name="deal_review"),
    path("deals/<uuid:pk>/reject/", console_deal.reject, name="deal_reject"),
    path("deals/<uuid:pk>/duplicate/", console_deal.mark_duplicate, name="deal_duplicate"),
    path("deals/<uuid:pk>/company/", console_deal.company, name="deal_company"),
    path("deals/<uuid:pk>/ask/", console_deal.ask, name="deal_ask"),
    path("deals/<uuid:pk>/win/", console_deal.win, name="deal_win"),
    path("deals/<uuid:pk>/lose/", console_deal.lose, name="deal_lose"),
    path("deals/<uuid:pk>/comment/", console_deal.comment, name="deal_comment"),
    path("deals/<uuid:pk>/note/", console_deal.note, name="deal_note"),
    path("review-queue/", console_queue.show, name="deal_queue"),
    path("review-queue/approve/", console_queue.approve, name="deal_bulk_approve"),
    path("review-queue/review/", console_queue.review, name="deal_bulk_review"),
    path("review-queue/reject/", console_queue.reject, name="deal_bulk_reject"),
    path("pipeline/", pipeline.console, name="pipeline"),
    path("rules-of-engagement/preview/", previews.show, name="engagement_preview"),
    path("rules-of-engagement/preview/<uuid:pk>/", previews.one, name="engagement_preview_result"),
    path("approval-rules/", rules.show, name="approval_rules"),
    path("approval-rules/new/", rules.create, name="approval_rule_new"),
    path("approval-rules/<uuid:pk>/", rules.edit, name="approval_rule"),
    path("approval-rules/<uuid:pk>/remove/", rules.remove, name="approval_rule_remove"),
]
