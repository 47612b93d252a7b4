"""What leaves the house in counts tells of no group smaller than five people: not by itself, and not by subtraction."""

from hypothesis import given
from hypothesis import strategies as st

from service.small_counts import FEWEST, OTHERS, Counted, Shown, fold

PEOPLE = [f"p{n}" for n in range(14)]
TABLES = st.dictionaries(
    st.sampled_from("甲乙丙丁戊己庚"), st.lists(st.sampled_from(PEOPLE), max_size=30), min_size=1, max_size=7
)


def counted(table: dict[str, list[str]]) -> list[Counted]:
    return [Counted(name, len(asked), set(asked)) for name, asked in table.items()]


def table(**sizes: int) -> dict[str, list[str]]:
    """So many different people each, nobody twice."""
    return {name: [f"{name}{n}" for n in range(size)] for name, size in sizes.items()}


def test_large_ones_are_exact_and_small_ones_go_together():
    shown = fold(counted(table(a=40, b=9, c=4, d=2)))
    assert shown == Shown([("a", 40), ("b", 9), (OTHERS, 6)], 55)


def test_one_small_one_takes_the_next_with_it():
    """Else the difference to the total were it."""
    assert fold(counted(table(a=40, b=9, c=3))) == Shown([("a", 40), (OTHERS, 12)], 52)


def test_two_that_are_too_few_together_take_another_with_them():
    assert fold(counted(table(a=40, b=9, c=1, d=1))) == Shown([("a", 40), (OTHERS, 11)], 51)


def test_where_nothing_can_stand_apart_the_total_stands_alone():
    assert fold(counted(table(a=8, b=2))) == Shown([], 10)
    assert fold(counted(table(a=2, b=2))) == Shown([], None)
    assert fold(counted({"a": ["one"] * 50})) == Shown([], None)  # fifty questions of one person are one person
    assert fold([]) == Shown([], None)


def test_one_name_alone_is_its_total():
    assert fold(counted(table(a=7))) == Shown([("a", 7)], 7)


@given(TABLES)
def test_no_group_shown_or_left_over_is_smaller_than_five(table):
    shown = fold(counted(table))
    everybody = {person for asked in table.values() for person in asked}
    if shown.total is None:
        assert len(everybody) < FEWEST
        assert shown.rows == []
        return
    assert shown.total == sum(map(len, table.values()))
    named = [name for name, _ in shown.rows if name != OTHERS]
    for name in named:
        assert len(set(table[name])) >= FEWEST
        assert shown.count(name) == len(table[name])
    # What a reader can subtract: the total less any lines shown is a sum of whole lines, or all that is not named.
    left = {name: asked for name, asked in table.items() if name not in named and asked}
    if left:
        assert len(left) >= 2
        assert len({person for asked in left.values() for person in asked}) >= FEWEST
        assert shown.count(OTHERS) == (sum(map(len, left.values())) if shown.rows else None)
    if shown.rows:
        assert sum(count for _, count in shown.rows) == shown.total
