"""A stranger's client, which knows the service by its description alone, finds nothing wrong."""

import pytest
from hypothesis import settings
from schemathesis.openapi import from_dict
from schemathesis.specs.openapi.checks import positive_data_acceptance

from cnn.service.description import openapi
from cnn.service.service import Service
from tests.service import serving

schema = from_dict(openapi("", has_key=False))


@pytest.fixture(scope="module")
def server():
    with serving(Service()) as address:
        yield address


@schema.parametrize()
@settings(max_examples=30, deadline=None, derandomize=True)
def test_what_is_described_is_answered_and_all_else_refused(case, server):
    # That bytes are a picture, and show ink, is more than a description can ask.
    unfit = [positive_data_acceptance] if "picture" in str(case.body) else []
    case.call_and_validate(base_url=f"{server}/api", excluded_checks=unfit)
