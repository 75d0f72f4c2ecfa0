"""The addresses of automations."""

from django.urls import path

from openprm.automation.views import builder, lists, running, templates

console = [
    path("automations/", lists.listing, name="automations"),
    path("automations/new/", lists.create, name="automation_new"),
    path("automations/gallery/", lists.ready, name="automation_gallery"),
    path("automations/runs/", running.runs, name="automation_runs"),
    path("automations/runs/<uuid:pk>/", running.run, name="automation_run"),
    path("automations/runs/<uuid:pk>/act/", running.run_act, name="automation_run_act"),
    path("automations/rehearsals/<uuid:pk>/", running.rehearsal, name="automation_rehearsal"),
    path("automations/<uuid:pk>/", builder.show, name="automation"),
    path("automations/<uuid:pk>/describe/", builder.describe, name="automation_describe"),
    path("automations/<uuid:pk>/trigger/", builder.trigger, name="automation_trigger"),
    path("automations/<uuid:pk>/condition/", builder.condition, name="automation_condition"),
    path("automations/<uuid:pk>/steps/", builder.choose, name="automation_choose"),
    path("automations/<uuid:pk>/steps/add/<str:action>/", builder.add, name="automation_add"),
    path("automations/<uuid:pk>/steps/<slug:step>/", builder.change_step, name="automation_step"),
    path("automations/<uuid:pk>/steps/<slug:step>/act/", builder.step_act, name="automation_step_act"),
    path("automations/<uuid:pk>/publish/", builder.publish, name="automation_publish"),
    path("automations/<uuid:pk>/act/", builder.act, name="automation_act"),
    path("automations/<uuid:pk>/versions/", builder.versions, name="automation_versions"),
    path("automations/<uuid:pk>/versions/<int:number>/restore/", builder.restore, name="automation_restore"),
    path("automations/<uuid:pk>/try/", running.attempt, name="automation_try"),
    path("automations/<uuid:pk>/rehearse/", running.rehearse, name="automation_rehearse"),
    path("email-templates/", templates.listing, name="email_templates"),
    path("email-templates/add/", templates.add, name="email_template_add"),
    path("email-templates/preview/", templates.preview, name="email_template_preview"),
    path("email-templates/<uuid:pk>/", templates.template, name="email_template"),
    path("email-templates/<uuid:pk>/remove/", templates.remove, name="email_template_remove"),
]
