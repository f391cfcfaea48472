"""Signed taps: only what we drew, only where we drew it, only for its time."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.platforms.taps import LONGEST, BadTap, SignedTap, TapSigner, TapTooLong

OLD, NEW, OTHER = b"o" * 32, b"n" * 32, b"x" * 32
SIGNER = TapSigner([NEW, OLD])


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=180), st.text(max_size=20))
def test_what_was_signed_is_read(packed: str, name: str) -> None:
    where = name.encode("utf-8", "ignore").decode()
    text = SIGNER.sign(packed, connection=where, expires=2_000)

    assert SIGNER.read(text, connection=where, now=1_999.9) == SignedTap(packed, False)
    assert SIGNER.read(text, connection=where, now=2_000.0) == SignedTap(packed, True)
    assert text.isascii()
    assert len(text) <= LONGEST


def test_an_old_key_still_reads_and_a_removed_one_does_not() -> None:
    text = TapSigner([OLD]).sign("a|1", connection="c", expires=9)

    assert SIGNER.read(text, connection="c", now=0).packed == "a|1"
    with pytest.raises(BadTap):
        TapSigner([NEW]).read(text, connection="c", now=0)


def test_a_new_tap_is_signed_with_the_first_key() -> None:
    text = SIGNER.sign("a|1", connection="c", expires=9)

    assert TapSigner([NEW]).read(text, connection="c", now=0).packed == "a|1"


@pytest.mark.parametrize(("connection", "keys"), [("d", [NEW]), ("", [NEW]), ("c", [OTHER])])
def test_a_tap_of_elsewhere_is_forged(connection: str, keys: list[bytes]) -> None:
    text = SIGNER.sign("a|1", connection="c", expires=9)

    with pytest.raises(BadTap):
        TapSigner(keys).read(text, connection=connection, now=0)


@given(st.data())
def test_no_altered_letter_passes(data: st.DataObject) -> None:
    text = SIGNER.sign("ticket.approve|17|3", connection="c", expires=9)
    place = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCabc019-_=+/ é"))
    changed = text[:place] + letter + text[place + 1 :]

    if changed != text:
        with pytest.raises(BadTap):
            SIGNER.read(changed, connection="c", now=0)


@given(st.text(max_size=1100))
def test_no_words_raise_anything_else(text: str) -> None:
    with pytest.raises(BadTap):
        SIGNER.read(text, connection="c", now=0)


def test_a_tap_too_long_for_a_button_is_said_to_be() -> None:
    assert len(SIGNER.sign("a" * 747, connection="c", expires=9)) == LONGEST
    with pytest.raises(TapTooLong):
        SIGNER.sign("a" * 748, connection="c", expires=9)


@pytest.mark.parametrize("keys", [[], [b""], [b"k" * 31], [NEW, b"short"]])
def test_short_keys_stop_the_start(keys: list[bytes]) -> None:
    with pytest.raises(ValueError):
        TapSigner(keys)
