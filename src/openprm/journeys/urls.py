"""Where the pages of journeys are."""

from django.urls import path

from openprm.journeys.views import console as desk
from openprm.journeys.views import drawing, giving, lists
from openprm.journeys.views import portal as pages

portal = [
    path("checklist/", pages.checklist, name="journeys"),
    path("checklist/journeys/<uuid:pk>/", pages.journey, name="journey"),
    path("checklist/tasks/<uuid:pk>/", pages.task, name="task"),
    path("checklist/tasks/<uuid:pk>/hand-in/", pages.hand_in, name="task_hand_in"),
    path("checklist/tasks/<uuid:pk>/draft/", pages.draft, name="task_draft"),
    path("checklist/tasks/<uuid:pk>/files/", pages.attach, name="task_attach"),
    path("checklist/tasks/<uuid:pk>/files/remove/", pages.detach, name="task_detach"),
    path("checklist/tasks/<uuid:pk>/skip/", pages.skip, name="task_skip"),
]

console = [
    path("journeys/", desk.board, name="journeys"),
    path("journeys/all/", lists.every_journey, name="journey_list"),
    path("journey-tasks/", lists.every_task, name="journey_tasks"),
    path("journeys/time/<slug:reached>/", lists.figure, name="journey_figure"),
    path("journey-approvals/", desk.approvals, name="journey_approvals"),
    path("journeys/start/", giving.start, name="journey_start"),
    path("journeys/give-task/", giving.assign_task, name="journey_assign_task"),
    path("journeys/<uuid:pk>/", desk.journey, name="journey"),
    path("journeys/<uuid:pk>/cancel/", desk.cancel, name="journey_cancel"),
    path("journey-tasks/<uuid:pk>/", desk.task, name="journey_task"),
    path("journey-tasks/<uuid:pk>/hand-in/", desk.hand_in, name="journey_task_hand_in"),
    path("journey-tasks/<uuid:pk>/draft/", desk.draft, name="journey_task_draft"),
    path("journey-tasks/<uuid:pk>/approve/", desk.approve, name="journey_task_approve"),
    path("journey-tasks/<uuid:pk>/send-back/", desk.send_back, name="journey_task_send_back"),
    path("journey-tasks/<uuid:pk>/skip/", desk.skip, name="journey_task_skip"),
    path("journey-tasks/<uuid:pk>/resume/", desk.resume, name="journey_task_resume"),
    path("journey-templates/", drawing.listing, name="journey_templates"),
    path("journey-templates/new/", drawing.new, name="journey_template_new"),
    path("journey-templates/<uuid:pk>/", drawing.editor, name="journey_template"),
    path("journey-templates/<uuid:pk>/edit/", drawing.edit, name="journey_template_edit"),
    path("journey-templates/<uuid:pk>/stage/", drawing.stage, name="journey_template_stage"),
    path("journey-templates/<uuid:pk>/task/", drawing.task, name="journey_template_task"),
    path("journey-templates/<uuid:pk>/preview/", drawing.preview, name="journey_template_preview"),
    path("journey-templates/<uuid:pk>/arrange/", drawing.arrange, name="journey_template_arrange"),
    path("journey-templates/<uuid:pk>/remove/", drawing.remove, name="journey_template_remove"),
    path("journey-templates/<uuid:pk>/publish/", drawing.publish, name="journey_template_publish"),
    path("journey-templates/<uuid:pk>/archive/", drawing.archive, name="journey_template_archive"),
    path("journey-templates/<uuid:pk>/restore/", drawing.restore, name="journey_template_restore"),
]
