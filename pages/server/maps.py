"""The maps of digits that browsers show: only those that pages have offered them."""

from pages.server.offers import Offers

PREFIX = "maps/"
KIND = "application/octet-stream"
# Kept at once; one of 2,000 digits takes 1 MB.
MOST = 8

_offers = Offers(PREFIX, MOST)
offer, find = _offers.offer, _offers.find
