"""The addresses of news."""

from django.urls import path

from openprm.news.views import console as write
from openprm.news.views import portal as read
from openprm.news.views import readers

portal = [
    path("news/", read.listing, name="news"),
    path("news/<uuid:pk>/", read.post, name="news_post"),
    path("news/<uuid:pk>/confirm/", read.confirm, name="news_confirm"),
]
console = [
    path("news/", write.listing, name="news"),
    path("news/new/", write.new, name="news_new"),
    path("news/preview/", write.preview, name="news_preview"),
    path("news/<uuid:pk>/", write.post, name="news_post"),
    path("news/<uuid:pk>/readers/", readers.partners, name="news_readers"),
    path("news/<uuid:pk>/readers/people/", readers.people, name="news_people"),
    path("news/<uuid:pk>/publish/", write.publish, name="news_publish"),
    path("news/<uuid:pk>/withdraw/", write.withdraw, name="news_withdraw"),
    path("news/<uuid:pk>/reopen/", write.reopen, name="news_reopen"),
    path("news/<uuid:pk>/discard/", write.discard, name="news_discard"),
]
