"""From where pages are fetched: every form in which an address can be written, and hide."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.attachments.web.addresses import refusal, refusal_of_host, unwrap

HERE = "an address of this machine"
PRIVATE = "an address of a private network"
LINK = "an address of this link alone"
CLOUD = "an address at which clouds tell their machines secrets"
FAKE = "an address that stands for names on this machine alone"
NAME = "a name of this machine or network"
NONE = "no proper address"


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("127.0.0.1", HERE),
        ("127.255.255.254", HERE),
        ("127.0.0.1.", HERE),
        ("127.1", HERE),
        ("2130706433", HERE),
        ("0x7f000001", HERE),
        ("0x7f.1", HERE),
        ("0177.0.0.1", HERE),
        ("0", HERE),
        ("000.0.0.0", HERE),
        ("0.1.2.3", HERE),
        ("10.0.0.1", PRIVATE),
        ("172.31.255.255", PRIVATE),
        ("172.32.0.0", None),
        ("192.168.1.1", PRIVATE),
        ("0xc0a80101", PRIVATE),
        ("100.64.0.1", PRIVATE),
        ("100.127.255.255", PRIVATE),
        ("100.128.0.1", None),
        ("169.254.169.254", CLOUD),
        ("0xa9fea9fe", CLOUD),
        ("168.63.129.16", CLOUD),
        ("100.100.100.200", CLOUD),
        ("169.254.1.1", LINK),
        ("192.0.0.192", "a reserved address"),
        ("192.0.2.1", "an address for examples"),
        ("203.0.113.1", "an address for examples"),
        ("198.18.0.1", FAKE),
        ("198.19.255.255", FAKE),
        ("198.20.0.0", None),
        ("224.0.0.1", "a multicast address"),
        ("255.255.255.255", "a reserved address"),
        ("1.1.1.1", None),
        ("8.8.8.8", None),
        ("16843009", None),
        ("::", HERE),
        ("::1", HERE),
        ("::127.0.0.1", HERE),
        ("::ffff:127.0.0.1", HERE),
        ("::ffff:7f00:1", HERE),
        ("::ffff:0:127.0.0.1", HERE),
        ("::ffff:8.8.8.8", None),
        ("64:ff9b::7f00:1", HERE),
        ("64:ff9b::a9fe:a9fe", CLOUD),
        ("64:ff9b::8.8.8.8", None),
        ("64:ff9b:1::8.8.8.8", PRIVATE),
        ("2002:7f00:1::", HERE),
        ("2002:a00:1::1", PRIVATE),
        ("2002:808:808::1", None),
        ("2001:0:808:808::1", "a reserved address"),
        ("2001:db8::1", "an address for examples"),
        ("3fff::1", "an address for examples"),
        ("2606:4700:0:0:0:5efe:10.0.0.1", PRIVATE),
        ("2606:4700:0:0:200:5efe:8.8.8.8", None),
        ("fe80::1", LINK),
        ("fe80::1%eth0", LINK),
        ("2606:4700::1%eth0", LINK),
        ("fec0::1", PRIVATE),
        ("fc00::1", PRIVATE),
        ("fd00:ec2::254", CLOUD),
        ("fdfe:dcba:9876::1", FAKE),
        ("ff02::1", "a multicast address"),
        ("100::1", "a reserved address"),
        ("5f00::1", "a reserved address"),
        ("2606:4700:4700::1111", None),
        ("localhost", NAME),
        ("LOCALHOST.", NAME),
        ("a.localhost", NAME),
        ("printer.local", NAME),
        ("metadata.google.internal", NAME),
        ("nas.home.arpa", NAME),
        ("router", NAME),
        ("router.", NAME),
        ("1.2.3.256", NONE),
        ("999.1", NONE),
        ("08.1.1.1", NONE),
        ("example.0x7f", NONE),
        ("example.org", None),
        ("local.example.org", None),
        ("1.example.org", None),
        ("EXAMPLE.org.", None),
    ],
)
def test_a_host_is_told_by_what_is_written(host: str, expected: str | None) -> None:
    assert refusal_of_host(host) == expected


@pytest.mark.parametrize("text", ["198.18.0.7", "fdfe:dcba:9876::7", "::ffff:198.19.0.1"])
def test_an_address_that_a_proxy_on_this_machine_made_up_passes_for_a_name(text: str) -> None:
    assert refusal(ipaddress.ip_address(text), is_literal=False) is None
    assert refusal(ipaddress.ip_address(text), is_literal=True) == FAKE


WRAPPERS = (
    ("::", 0),
    ("::ffff:0:0", 0),
    ("::ffff:0:0:0", 0),
    ("64:ff9b::", 0),
    ("2002::", 80),
)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.ip_addresses(v=4), st.sampled_from(WRAPPERS), st.booleans())
def test_an_address_within_another_is_judged_as_it_is_alone(
    inner: ipaddress.IPv4Address, wrapper: tuple[str, int], is_literal: bool
) -> None:
    begin, shift = wrapper
    outer = ipaddress.IPv6Address(int(ipaddress.IPv6Address(begin)) | int(inner) << shift)
    if int(outer) > 1:
        assert unwrap(outer) == inner
    assert refusal(outer, is_literal=is_literal) == refusal(inner, is_literal=is_literal)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.ip_addresses())
def test_nothing_passes_that_python_knows_to_be_of_no_internet(
    found: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    inner = unwrap(found)
    if inner.is_private or inner.is_loopback or inner.is_link_local or inner.is_multicast:
        assert refusal(found, is_literal=True) is not None
