"""Where the pages of price books are."""

from django.urls import path

from openprm.pricing.views import books, prices
from openprm.pricing.views import portal as own

portal = [
    path("prices/", own.show, name="prices"),
    path("prices/download/", own.export, name="prices_download"),
]

console = [
    path("price-books/", books.index, name="price_books"),
    path("price-books/new/", books.new, name="price_book_new"),
    path("price-books/<uuid:pk>/", books.show, name="price_book"),
    path("price-books/<uuid:pk>/change/", books.change, name="price_book_change"),
    path("price-books/<uuid:pk>/compare/", books.compare, name="price_book_compare"),
    path("price-books/<uuid:pk>/download/", books.export, name="price_book_download"),
    path("price-books/<uuid:pk>/retire/", books.retire, name="price_book_retire"),
    path("price-books/<uuid:pk>/restore/", books.restore, name="price_book_restore"),
    path("price-books/<uuid:pk>/delete/", books.delete, name="price_book_delete"),
    path("price-books/<uuid:pk>/assign/", books.assign, name="price_book_assign"),
    path("price-books/<uuid:pk>/unassign/<uuid:partner_pk>/", books.unassign, name="price_book_unassign"),
    path("price-books/<uuid:pk>/entries/", prices.entries, name="price_book_entries"),
    path("price-books/<uuid:pk>/terms/", prices.terms, name="price_book_terms"),
    path("price-books/<uuid:pk>/publish/", prices.publish, name="price_book_publish"),
    path("price-books/<uuid:pk>/discard/", prices.discard, name="price_book_discard"),
    path("price-books/<uuid:pk>/import/", prices.import_file, name="price_book_import"),
    path("price-editions/<uuid:pk>/take-back/", prices.take_back, name="price_edition_take_back"),
    path("price-imports/<uuid:pk>/", prices.preview, name="price_import"),
    path("price-imports/<uuid:pk>/apply/", prices.apply, name="price_import_apply"),
]
