"""The addresses of news."""

from django.urls import path

from openprm.news.views import console as write
from openprm.news.views import portal as read

portal = [
    path("news/", read.listing, name="news"),
    path("news/<uuid:pk>/", read.post, name="news_post"),
]
console = [
    path("news/", write.listing, name="news"),
    path("news/new/", write.new, name="news_new"),
    path("news/<uuid:pk>/", write.post, name="news_post"),
    path("news/<uuid:pk>/publish/", write.publish, name="news_publish"),
    path("news/<uuid:pk>/archive/", write.archive, name="news_archive"),
]
