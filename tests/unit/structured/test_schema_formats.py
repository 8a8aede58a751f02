"""What is of a format, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mimo_cli.structured.formats import CHECKS


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        (
            "date-time",
            ["2026-01-31T00:00:00Z", "2024-02-29t23:59:59.123456z", "2016-12-31T23:59:60Z"],
            ["last week", "2026-02-29T00:00:00Z", "2026-01-01", "2026-01-01 00:00:00Z", "",
             "2026-01-01T00:00:00", "2026-W01-1T00:00:00Z", "2026-01-01T00:00:00Z\n",
             "٢٠٢٦-01-01T00:00:00Z"],
        ),
        (
            "time",
            ["10:00:00Z", "00:00:00.5+05:30", "23:59:60Z", "00:59:60+01:00", "15:59:60-08:00"],
            ["10:00", "10:00:00", "24:00:00Z", "10:60:00Z", "10:00:00+24:00", "10:00:60Z", "noon"],
        ),
        (
            "duration",
            ["P1D", "PT1.5S", "P1Y2M3DT4H5M6S", "P3W", "PT36H", "P1DT1S"],
            ["", "P", "PT", "P1DT", "1D", "P1S", "P1W2D", "PT1D", "p1d"],
        ),
        (
            "hostname",
            ["localhost", "a.example.org", "x-1.org", "1.2.3.4", "a" * 63],
            ["", "-a", "a-", "a..b", "a_b", "a b", "é.org", "a" * 64, "a.org\n", "a." * 127 + "aa"],
        ),
        (
            "uri",
            ["https://x.org/a?b=c#d", "mailto:a@x.org", "urn:a:b", "http://[::1]:80/", "file:///a",
             "https://x.org/%E5%A4%A9"],
            ["", "x.org", "/a", "https://x.org/a b", "http://", "https:x", "http://[::1", "天:a",
             "https://x.org:port/", "https://x.org/天", "http://x.org/%zz", "1a:b", "a:\n"],
        ),
        ("uri-reference", ["", "a/b", "/a?b#c", "#a", "//x.org", "a:b"], ["a b", "天", "\\"]),
        ("iri", ["https://x.org/天", "urn:ß"], ["天", "https://x.org/ 天"]),
        ("iri-reference", ["天", "a#ß"], ["天 天", "<a>"]),
    ],
)  # fmt: skip
def test_a_text_is_of_a_format(name: str, right: list[str], wrong: list[str]) -> None:
    assert [it for it in [*right, *wrong] if CHECKS[name](it)] == right


@settings(suppress_health_check=[HealthCheck.too_slow], max_examples=60, deadline=None)
@given(st.text() | st.lists(st.sampled_from([*"0159:-+TZP/.#[]@%a\ud800", "http://"])).map("".join))
def test_any_text_is_of_a_format_or_not(text: str) -> None:
    assert {check(text) for check in CHECKS.values()} <= {True, False}
