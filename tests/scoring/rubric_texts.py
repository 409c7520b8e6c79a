"""Whatever may stand in a rubric, for property tests."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from scoring.layout import IndicatorSpec, Layout, OptionSpec, SectionSpec
from scoring.reading import cleaned
from scoring.statuses import Kind

CHARACTERS = st.characters(exclude_categories=("Cs",))
LINES = st.sampled_from(
    ("=1+1", "+2", "-3", "@x", "a\tb", "第一行\n第二行", "_x0041_", "'5", "1.10")
)


def texts(limit: int, *, least: int = 1) -> st.SearchStrategy[str]:
    """Texts as a rubric keeps them."""
    some = st.one_of(LINES, st.text(CHARACTERS, max_size=limit)).map(cleaned)
    return some.filter(lambda text: least <= len(text) <= limit)


marks = st.decimals(0, 1000, places=2, allow_nan=False)
options = st.lists(st.tuples(texts(200), marks), max_size=4).map(
    lambda rows: tuple(OptionSpec(n, label, value) for n, (label, value) in enumerate(rows, 1))
)


@st.composite
def indicators(draw: st.DrawFn, code: str) -> IndicatorSpec:
    """An indicator of any kind, sound or not."""
    return IndicatorSpec(
        code=code,
        title=draw(texts(200)),
        kind=draw(st.sampled_from(list(Kind))),
        mark=draw(marks),
        options=draw(options),
        guidance=draw(texts(2000, least=0)),
        evidence_wanted=draw(texts(200, least=0)),
        evidence_required=draw(st.booleans()),
    )


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    """A rubric with codes that occur once, as the database holds them; sound or not."""
    codes = iter(draw(st.lists(texts(20), min_size=12, max_size=12, unique=True)))
    sections = tuple(
        SectionSpec(
            next(codes),
            draw(texts(60)),
            tuple(draw(indicators(next(codes))) for _ in range(draw(st.integers(0, 3)))),
        )
        for _ in range(draw(st.integers(0, 3)))
    )
    return Layout(
        draw(texts(40)), draw(texts(120)), draw(marks), sections, draw(texts(500, least=0))
    )


HALF = Decimal("0.5")
ODD = Layout(
    "odd",
    "小而怪的表",
    Decimal("2.75"),
    (
        SectionSpec("甲", "底线", (IndicatorSpec("甲-1", "=没有事故", Kind.VETO, Decimal(0)),)),
        SectionSpec(
            "乙",
            "零头",
            (
                IndicatorSpec(
                    "1.10",
                    "-加分",
                    Kind.AWARD,
                    Decimal("2.25"),
                    (OptionSpec(1, "@一项", Decimal("0.75")),),
                    guidance="第一行\n\t第二行",
                ),
                IndicatorSpec("1.1", "达标", Kind.ALL_OR_NOTHING, HALF, evidence_wanted="+证明"),
            ),
        ),
    ),
)
