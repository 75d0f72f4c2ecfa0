"""The addresses of recruiting: the public's, the console's, and the partner's own entry in the directory."""

from django.urls import URLPattern, path

from openprm.recruiting.views import applications, directory, forms, funnel, imports, public

root: list[URLPattern] = [
    path("apply/", public.index, name="apply_index"),
    path("apply/<slug:form>/", public.begin, name="apply"),
    path("application/", public.find, name="application_find"),
    path("application/<str:secret>/", public.application, name="applicant"),
    path("application/<str:secret>/step/<int:number>/", public.step, name="applicant_step"),
    path("application/<str:secret>/step/<int:number>/save/", public.autosave, name="applicant_save"),
    path("application/<str:secret>/send/", public.review, name="applicant_review"),
    path("directory/", directory.listing, name="partner_directory"),
    path("directory/<uuid:pk>/", directory.entry, name="directory_entry"),
    path("directory/<uuid:pk>/logo/", directory.logo, name="directory_logo"),
]

portal: list[URLPattern] = [path("company/directory/", directory.edit, name="listing")]

console: list[URLPattern] = [
    path("applications/", applications.listing, name="applications"),
    path("applications/<uuid:pk>/", applications.show, name="application"),
    path("applications/<uuid:pk>/review/", applications.start_review, name="application_start_review"),
    path("applications/<uuid:pk>/ask/", applications.ask, name="application_ask"),
    path("applications/<uuid:pk>/note/", applications.note, name="application_note"),
    path("applications/<uuid:pk>/approve/", applications.approve, name="application_approve"),
    path("applications/<uuid:pk>/reject/", applications.reject, name="application_reject"),
    path("applications/<uuid:pk>/assess/", applications.assess, name="application_assess"),
    path("recruiting/funnel/", funnel.funnel, name="recruiting_funnel"),
    path("recruiting/forms/", forms.listing, name="application_forms"),
    path("recruiting/forms/add/", forms.create, name="application_form_add"),
    path("recruiting/forms/<uuid:pk>/", forms.show, name="application_form"),
    path("recruiting/forms/<uuid:pk>/edit/", forms.edit, name="application_form_edit"),
    path("recruiting/forms/<uuid:pk>/question/", forms.question, name="application_form_question_add"),
    path("recruiting/forms/<uuid:pk>/question/<int:index>/", forms.question, name="application_form_question"),
    path("recruiting/forms/<uuid:pk>/consent/", forms.consent, name="application_form_consent_add"),
    path("recruiting/forms/<uuid:pk>/consent/<int:index>/", forms.consent, name="application_form_consent"),
    path("recruiting/forms/<uuid:pk>/points/", forms.score, name="application_form_score_add"),
    path("recruiting/forms/<uuid:pk>/points/<int:index>/", forms.score, name="application_form_score"),
    path("recruiting/forms/<uuid:pk>/approval/", forms.approval, name="application_form_approval"),
    path("recruiting/forms/<uuid:pk>/arrange/", forms.arrange, name="application_form_arrange"),
    path("recruiting/forms/<uuid:pk>/move/<slug:to>/", forms.move, name="application_form_move"),
    path("recruiting/imports/", imports.listing, name="partner_imports"),
    path("recruiting/imports/upload/", imports.upload, name="partner_import_upload"),
    path("recruiting/imports/<uuid:pk>/", imports.show, name="partner_import"),
    path("recruiting/imports/<uuid:pk>/problems.csv", imports.problems, name="partner_import_problems"),
    path("recruiting/imports/<uuid:pk>/<slug:verb>/", imports.act, name="partner_import_act"),
]
