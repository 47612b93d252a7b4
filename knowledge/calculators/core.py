"""What every calculator shares: inputs that refuse nonsense in plain Chinese, and a result that shows its arithmetic.

Pure functions over `Decimal`; no clock, no database. A calculator is `compute(inputs, rates, today) -> Result`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

if TYPE_CHECKING:
    from knowledge.calculators.rates import Rates

CENT = Decimal("0.01")
MOST_MONEY = Decimal(10) ** 12  # a trillion yuan: nobody's claim, and still far from losing cents in 28 digits
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}")
EARLIEST, LATEST = date(1949, 10, 1), date(2099, 12, 31)


class CalculationError(ValueError):
    """What was entered cannot be calculated with. `field` names the input to mend; the message is for people."""

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class RateMissingError(CalculationError):
    """A rate is unconfirmed or out of date; the person may look it up and enter it as `field`."""


def _no_float(value: Any) -> Any:
    """A float has lost its decimals before it came here; a bool is no amount."""
    if isinstance(value, float | bool):
        raise ValueError("请写成数字文本，不要用浮点数")
    return value


def _iso_day(value: Any) -> Any:
    """Pydantic would read a number as seconds since 1970; a day is a day."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and _ISO.fullmatch(value.strip()):
        return value.strip()
    raise PydanticCustomError("date_iso", "not a day")


_Number = Annotated[Decimal, BeforeValidator(_no_float)]
Money = Annotated[_Number, Field(ge=0, le=MOST_MONEY, max_digits=18, decimal_places=4)]
Percent = Annotated[_Number, Field(ge=0, le=1000, decimal_places=6)]
Count = Annotated[int, Field(ge=0, le=100, strict=False)]
Quantity = Annotated[_Number, Field(ge=0, le=100_000, decimal_places=4)]
Day = Annotated[date, BeforeValidator(_iso_day), Field(ge=EARLIEST, le=LATEST)]


class Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class Inputs(Frozen):
    """Inputs of a calculator. Each field's `title` is its Chinese name, `description` what to enter."""


class Figure(Frozen):
    """One amount with its arithmetic. `most` set: a range from `value` to `most`."""

    label: str
    value: Decimal
    most: Decimal | None = None
    unit: str = "元"
    steps: tuple[str, ...]

    @property
    def text(self) -> str:
        """ "33,000元" or "20,000元至30,000元"."""
        low = f"{plain(self.value)}{self.unit}"
        return low if self.most is None else f"{low}至{plain(self.most)}{self.unit}"


class Result(Frozen):
    """What a calculation says: the headline, amounts with steps, articles, and what it rests on.

    `articles` are citations in words, for the citation gate; `changes` say what would change the result; `warnings` what
    to mind; `deadline` is a day not to be missed, in words.
    """

    headline: Annotated[str, Field(min_length=4, max_length=120)]
    figures: tuple[Figure, ...] = ()
    articles: Annotated[tuple[str, ...], Field(min_length=1)]
    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    deadline: str | None = None

    def figure(self, label: str) -> Figure:
        return next(figure for figure in self.figures if figure.label == label)


I = TypeVar("I", bound=Inputs)  # noqa: E741


@dataclass(frozen=True)
class Calculator(Generic[I]):
    """One entry of the registry. `articles` are all it may cite; `rates` the keys of rates.yml it needs."""

    name: str
    title: str
    inputs: type[I]
    compute: Callable[[I, Rates, date], Result]
    articles: tuple[str, ...]
    rates: tuple[str, ...] = ()

    def read(self, values: Mapping[str, Any]) -> I:
        """The inputs, or CalculationError naming the first field that cannot be used."""
        try:
            return self.inputs.model_validate(dict(values))
        except ValidationError as error:
            first = error.errors()[0]
            field = str(first["loc"][0]) if first["loc"] else None
            raise CalculationError(
                _explain(self.inputs, field, first["type"], first.get("ctx") or {}), field
            ) from error

    def run(self, values: Mapping[str, Any], rates: Rates, today: date) -> Result:
        """Raises CalculationError (or RateMissingError) with a message for people."""
        return self.compute(self.read(values), rates, today)


def _explain(model: type[Inputs], field: str | None, kind: str, context: Mapping[str, Any]) -> str:
    known = model.model_fields.get(field or "")
    name = (known.title if known else None) or field or "输入"
    if kind == "missing":
        return f"还差“{name}”：{known.description if known and known.description else '请填写'}"
    if kind == "extra_forbidden":
        return f"没有“{name}”这一项，请检查"
    if kind in ("greater_than_equal", "greater_than", "less_than_equal", "less_than"):
        return _out_of_bounds(name, kind, _bound(next(iter(context.values()))))
    if kind.startswith("date"):
        return f"“{name}”要写成真实存在的日期，例如 2025-03-01"
    if kind == "literal_error":
        return f"“{name}”只能是：{context.get('expected', '')}"
    if kind in ("decimal_max_places", "decimal_max_digits", "decimal_whole_digits"):
        return f"“{name}”的位数太多，请写到分为止"
    return f"“{name}”要写成数字，例如 3500"


def _bound(value: object) -> str:
    """A bound as people write it; behind a function validator pydantic hands over its repr."""
    text = str(value)
    day = re.fullmatch(r"datetime\.date\((\d+), (\d+), (\d+)\)", text)
    if day:
        return date(*map(int, day.groups())).isoformat()
    return text.removeprefix("Decimal('").removesuffix("')")


def _out_of_bounds(name: str, kind: str, bound: str) -> str:
    is_day = "-" in bound[1:]
    if kind.startswith("greater"):
        words = "不能早于" if is_day else "不能小于" if kind.endswith("equal") else "要大于"
        return f"“{name}”{words} {bound}"
    return f"“{name}”不能晚于 {bound}" if is_day else f"“{name}”太大了，最多 {plain(Decimal(bound))}"


def cents(value: Decimal) -> Decimal:
    """Rounded to the cent, half up; rounding happens once, at the end of a figure."""
    return value.quantize(CENT, ROUND_HALF_UP)


def plain(value: Decimal) -> str:
    """1234567.50 as "1,234,567.5": no exponent, no trailing zeros."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def yuan(value: Decimal) -> str:
    return f"{plain(cents(value))}元"


def percent(value: Decimal) -> str:
    """0.05 as "5%"."""
    return f"{plain((value * 100).normalize())}%"
