"""What one visitor, and all together, may take of the server."""

import pytest

from pages.server.limits import (
    BURST,
    INTERVAL,
    MOST_OF_ALL,
    MOST_OF_ONE,
    SMALL,
    Guests,
    Pace,
    address_of,
    network_of,
)


@pytest.mark.parametrize(
    ("client", "address", "network"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7"),
        # A server that listens on "::" sees addresses of both kinds in the form of one.
        ("::ffff:192.0.2.7", "192.0.2.7", "192.0.2.7"),
        ("2001:db8:0:1::7", "2001:db8:0:1::7", "2001:db8:0:1::/64"),
        ("2001:DB8:0:1:0:0:0:8", "2001:db8:0:1::8", "2001:db8:0:1::/64"),
        ("fe80::7%eth0", "fe80::7%eth0", "fe80::/64"),
        (None, "", ""),
        ("testclient", "", ""),
    ],
)
def test_visitors_are_told_apart_by_address_and_by_network(client, address, network):
    assert (address_of(client), network_of(client)) == (address, network)


def test_one_network_cannot_take_all_places_and_those_who_leave_make_room():
    guests = Guests()
    for _ in range(MOST_OF_ONE):
        assert guests.may_come("one")
        guests.come("one")
    assert not guests.may_come("one")
    assert guests.may_come("another")
    guests.leave("one")
    assert guests.may_come("one")


def test_there_is_an_end_to_all_networks_together():
    guests = Guests()
    for i in range(MOST_OF_ALL):
        guests.come(f"network {i}")
    assert not guests.may_come("another")
    for i in range(MOST_OF_ALL):
        guests.leave(f"network {i}")
    assert not guests._here


def test_messages_are_slowed_down_only_when_they_never_end():
    now = 0.0
    pace = Pace(lambda: now)
    assert [pace.wait(SMALL) for _ in range(BURST)] == pytest.approx([0.0] * BURST)
    waits = [pace.wait(0) for _ in range(10)]
    assert waits == pytest.approx([INTERVAL * (i + 1) for i in range(10)])
    now = 3600.0
    assert [pace.wait(0) for _ in range(BURST)] == pytest.approx([0.0] * BURST)


def test_a_large_message_counts_as_many_small_ones():
    now = 0.0
    pace = Pace(lambda: now)
    assert pace.wait(BURST * SMALL) == pytest.approx(0.0)
    assert pace.wait(10 * SMALL) == pytest.approx(10 * INTERVAL)
