"""The addresses of partners, audiences and the two home pages."""

from django.urls import URLPattern, path

from openprm.partners import home
from openprm.partners.views import audiences, company, listing, partner, territories

root: list[URLPattern] = [path("home/", home.home, name="home")]

portal: list[URLPattern] = [
    path("", home.portal, name="home"),
    path("company/", company.company, name="company"),
    path("company/edit/", company.edit, name="company_edit"),
    path("company/logo/", company.logo, name="company_logo"),
    path("company/resellers/<uuid:pk>/", company.reseller, name="reseller"),
]

console: list[URLPattern] = [
    path("", home.console, name="home"),
    path("partners/", listing.partners, name="partners"),
    path("partners/add/", partner.create, name="partner_create"),
    path("partners/assign/", listing.assign, name="partners_assign"),
    path("partners/<uuid:pk>/", partner.partner, name="partner"),
    path("partners/<uuid:pk>/edit/", partner.edit, name="partner_edit"),
    path("partners/<uuid:pk>/logo/", partner.logo, name="partner_logo"),
    path("partners/<uuid:pk>/status/<slug:to>/", partner.status, name="partner_status"),
    path("partners/<uuid:pk>/distributor/", partner.parent, name="partner_parent"),
    path("partners/<uuid:pk>/ids/", partner.external_ids, name="partner_external_ids"),
    path("partners/<uuid:pk>/team/", partner.team, name="partner_team"),
    path("partners/<uuid:pk>/team/<slug:role>/remove/", partner.leave_team, name="partner_team_remove"),
    path("territories/", territories.territories, name="territories"),
    path("audiences/", audiences.audiences, name="audiences"),
    path("audiences/add/", audiences.create, name="audience_create"),
    path("audiences/preview/", audiences.preview, name="audience_preview"),
    path("audiences/<uuid:pk>/", audiences.audience, name="audience"),
    path("audiences/<uuid:pk>/delete/", audiences.delete, name="audience_delete"),
]
