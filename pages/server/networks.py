"""The networks that browsers read with: only those that pages have offered them."""

from pages.server.offers import Offers

PREFIX = "networks/"
KIND = "application/octet-stream"
# Kept at once; the tutorial's takes 6 MB.
MOST = 8

_offers = Offers(PREFIX, MOST)
offer, find = _offers.offer, _offers.find
