"""Labels and saved views: the hotline's own words, sealed."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from bot.store import tables as t
from bot.store.labels import NameInUse
from bot.store.views import MOST_VIEWS, TooManyViews
from tests.conftest import Store
from tests.store.in_line import stands_in_line


def test_a_label_is_put_on_once_and_taken_off(store: Store) -> None:
    dara = store.operators.add("dara", "operator", store.now).id
    ana = stands_in_line(store, "ana")
    label = store.labels.add("คดีศาล", "blue")
    assert store.labels.put(label.id, ana, dara, store.now)
    assert not store.labels.put(label.id, ana, dara, store.now)
    assert store.labels.on(ana) == [label.id]
    assert store.labels.in_use() == {label.id: 1}
    assert store.labels.take_off(label.id, ana, store.now)
    assert not store.labels.take_off(label.id, ana, store.now)
    assert store.labels.on(ana) == []


def test_two_labels_never_have_one_name(store: Store) -> None:
    store.labels.add("Court", "blue")
    other = store.labels.add("Police", "red")
    with pytest.raises(NameInUse):
        store.labels.add("court", "red")
    with pytest.raises(NameInUse):
        store.labels.change(other.id, "COURT", "red", retired=False)


def test_a_retired_label_stays_where_it_was_and_is_put_on_no_more(store: Store) -> None:
    dara = store.operators.add("dara", "operator", store.now).id
    ana, ben = stands_in_line(store, "ana"), stands_in_line(store, "ben")
    label = store.labels.add("Court", "blue")
    store.labels.put(label.id, ana, dara, store.now)
    store.labels.change(label.id, "Court", "blue", retired=True)
    with pytest.raises(LookupError):
        store.labels.put(label.id, ben, dara, store.now)
    assert store.labels.on(ana) == [label.id]
    assert [one.retired for one in store.labels.all()] == [True]


def test_a_label_that_is_not_there_cannot_be_changed(store: Store) -> None:
    with pytest.raises(LookupError):
        store.labels.change(7, "Court", "blue", retired=False)


def test_the_names_of_labels_and_views_lie_sealed(store: Store, tmp_path: Path) -> None:
    dara = store.operators.add("dara", "operator", store.now).id
    store.labels.add("zanzibar", "blue")
    store.saved_views.save(dara, "zanzibar", {"risk": ["high"]}, shared=False)
    with store.database.read() as connection:
        for table in (t.labels, t.saved_views):
            assert b"zanzibar" not in str(connection.execute(select(table)).all()).encode()


def test_an_operator_has_their_own_views_and_those_that_are_shared(store: Store) -> None:
    dara, maya = (store.operators.add(name, "operator", store.now).id for name in ("dara", "maya"))
    own = store.saved_views.save(dara, "Burmese", {"language": ["my"]}, shared=False)
    shared = store.saved_views.save(maya, "Grave", {"risk": ["high", "emergency"]}, shared=True)
    assert [(one.name, one.mine) for one in store.saved_views.of(dara)] == [("Burmese", True), ("Grave", False)]
    assert [one.name for one in store.saved_views.of(maya)] == ["Grave"]
    assert not store.saved_views.remove(dara, shared.id, also_shared=False)
    assert not store.saved_views.remove(maya, own.id, also_shared=True)
    assert store.saved_views.remove(dara, shared.id, also_shared=True)


def test_views_have_an_end(store: Store) -> None:
    dara = store.operators.add("dara", "operator", store.now).id
    for number in range(MOST_VIEWS):
        store.saved_views.save(dara, str(number), {}, shared=False)
    with pytest.raises(TooManyViews):
        store.saved_views.save(dara, "one more", {}, shared=False)
