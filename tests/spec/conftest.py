"""The forms of the specification, as fixtures."""

from collections.abc import Callable

import pytest

from tests.support import answering, following, forms, spending


@pytest.fixture
def spec() -> Callable[..., None]:
    return forms.counting


@pytest.fixture
def spec_inhabiting() -> Callable[..., None]:
    return forms.inhabiting


@pytest.fixture
def spec_merging() -> Callable[..., None]:
    return forms.merging


@pytest.fixture
def spec_showing() -> Callable[..., None]:
    return forms.showing


@pytest.fixture
def spec_reading() -> Callable[..., None]:
    return forms.reading


@pytest.fixture
def spec_spending() -> Callable[..., None]:
    return spending.spending


@pytest.fixture
def spec_lasting() -> Callable[..., None]:
    return spending.lasting


@pytest.fixture
def spec_answering() -> Callable[..., None]:
    return answering.answering


@pytest.fixture
def spec_sharing() -> Callable[..., None]:
    return answering.sharing


@pytest.fixture
def spec_following() -> Callable[..., None]:
    return following.following
