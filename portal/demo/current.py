"""The cycle under way: applications in every state, four notices in the four states."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from accounts.models import User
from applications.models import Application
from nurseries.models import Nursery
from portal.demo import experts
from portal.demo.days import Days
from portal.demo.notices import compose, decision
from portal.demo.opinions import give_back
from portal.demo.people import Offices, People
from portal.demo.places import staff_of
from portal.demo.stories import DECLINE, RETURN, Stories
from publicity import services as publicity
from publicity.models import Notice, NoticeEntry, Objection
from quotas.models import Cycle
from workflow import perform

GOOD = ("88", "89", "90", "90", "91", "91.5")
SPLIT = ("95", "82", "90", "90", "91", "91.5")


def tell(
    cycle: Cycle, nurseries: list[Nursery], people: People, offices: Offices, days: Days
) -> None:
    Telling(cycle, nurseries, people, offices, days).all()


class Telling:
    """Takes the nurseries in order; the first two are those of the logins."""

    def __init__(
        self,
        cycle: Cycle,
        nurseries: list[Nursery],
        people: People,
        offices: Offices,
        days: Days,
    ) -> None:
        self.stories = Stories(cycle, people, offices)
        self.cycle = cycle
        self.people = people
        self.offices = offices
        self.officer: User = offices.province
        self.days = days
        self.numbered: Iterator[tuple[int, Nursery]] = iter(enumerate(nurseries))

    def all(self) -> None:
        # `nursery` has a draft, `nursery2` a returned file, both in the home county.
        self._drafts(1)
        self._returned(1)
        self._at_county(3, begun=True)
        self._at_city(1, at_home=True)
        self._concluded_notice()
        self._closed_notice()
        self._open_notice()
        self._passed(2, in_draft=True)
        self._at_province()
        experts.tell(self.stories, self._to_province, self.offices, self.days)
        self._at_city(4)
        self._declined()
        self._at_county(6)
        self._returned(2)
        self._withdrawn()
        self._drafts(6)

    def _drafts(self, count: int) -> None:
        for n in range(count):
            number, nursery = next(self.numbered)
            total = ("90", "84.5", "86")[n % 3]
            self.stories.draft(nursery, number, self.days.back(9 - n), total, done=n % 2 == 1)

    def _submitted(self, back: int, total: str = "90") -> tuple[int, Application]:
        number, nursery = next(self.numbered)
        application = self.stories.draft(nursery, number, self.days.back(back), total)
        self.stories.submit(application, number, self.days.back(back - 2))
        return number, application

    def _returned(self, count: int) -> None:
        for _ in range(count):
            _, application = self._submitted(14)
            county = self.offices.county(application.region)
            give_back(application, RETURN, by=county, at=self.days.back(6))

    def _at_county(self, count: int, *, begun: bool = False) -> None:
        for n in range(count):
            _, application = self._submitted(12 - n, ("85", "88.5", "92", "95")[n % 4])
            if begun and n == 0:
                self.stories.begin_county(application, self.days.back(5), "84.5")

    def _at_city(self, count: int, *, at_home: bool = False) -> None:
        for n in range(count):
            _, application = self._submitted(20)
            self.stories.county(application, self.days.back(13 - n), ("86", "89")[n % 2])

    def _at_province(self) -> None:
        """Not yet assigned, half done, done, and done with the experts apart: nobody asked yet, a
        further expert asked, the moderated mark given.
        """
        self._to_province()
        for totals, sealed in ((GOOD, 2), (GOOD, 5), (GOOD, 6), (SPLIT, 6)):
            application = self._to_province()
            group = self.offices.experts if sealed == 2 else ()
            self.stories.panel(application, self.days.back(10), totals, sealed, group)
        for moderated in ("", "88.5"):
            application = self._to_province()
            self.stories.panel(application, self.days.back(10), SPLIT)
            self.stories.moderate(application, self.days.back(7), moderated)

    def _to_province(self, back: int = 30) -> Application:
        _, application = self._submitted(back)
        self.stories.county(application, self.days.back(back - 8))
        self.stories.city(application, self.days.back(back - 12))
        return application

    def _pass(self, count: int, back: int) -> list[Application]:
        found = []
        for _ in range(count):
            application = self._to_province(back)
            self.stories.panel(application, self.days.back(back - 16), GOOD)
            self._move(application, "pass_review", self.officer, back - 18)
            found.append(application)
        return found

    def _passed(self, count: int, *, in_draft: bool) -> None:
        """Passed and on no open notice; a notice over them is being drafted."""
        self._pass(count, 26)
        if in_draft:
            compose(self.cycle, "第四批", self.officer, self.days.back(1))

    def _published(self, count: int, batch: str, opened: object, back: int) -> Notice:
        self._pass(count, back)
        at = self.days.moment(opened, 9)  # type: ignore[arg-type]
        notice = compose(self.cycle, batch, self.officer, at)
        publicity.publish(notice, actor=self.officer, at=at)
        notice.refresh_from_db()
        return notice

    def _concluded_notice(self) -> None:
        """Two awarded, one held by an objection, one removed for an objection upheld.

        Long enough ago that the objection which holds is past its day.
        """
        opened = self.days.opening_that_ends_by(self.days.today - timedelta(days=14))
        notice = self._published(4, "第一批", opened, 58)
        filed = self.days.moment(opened + timedelta(days=1))
        removed, held = notice.entries.for_list()[2:4]
        first = self._object(removed, "赵示例", filed)
        self._handle(first, "uphold", "经核查，备案回执与实际办托地址不符，异议成立。", filed)
        second = self._object(held, "钱示例", filed)
        self._handle(second, "", "", filed)
        after = self.days.after(notice)
        publicity.settle(after)
        publicity.conclude(
            notice, actor=self.officer, at=after, decision_number=decision(self.cycle, "1")
        )

    def _closed_notice(self) -> None:
        """Over since yesterday, an objection overruled; the officer has to conclude it."""
        opened = self.days.opening_that_ends_by(self.days.today - timedelta(days=1))
        notice = self._published(2, "第二批", opened, 56)
        filed = self.days.moment(opened, 15)
        objection = self._object(notice.entries.for_list()[0], "孙示例", filed)
        self._handle(objection, "overrule", "经现场核查，人员配备符合要求，异议不成立。", filed)
        publicity.settle(self.days.now)

    def _open_notice(self) -> None:
        """Open today, with an objection just filed and one refused."""
        opened = self.days.latest_working_day()
        notice = self._published(4, "第三批", opened, 54)
        filed = self.days.moment(opened, 11)
        entries = notice.entries.for_list()
        self._object(entries[0], "李示例", filed)
        refused = self._object(entries[1], "周示例", filed)
        perform(
            refused, "refuse", actor=self.officer, at=filed, reason="未写明具体事实，且联系不上。"
        )

    def _object(self, entry: NoticeEntry, name: str, at: object) -> Objection:
        return publicity.file_objection(
            entry,
            name=name,
            contact="13700000000",
            content="该机构宣传的师资与实际不符，请予核查。（示例）",
            at=at,  # type: ignore[arg-type]
        )

    def _handle(self, objection: Objection, name: str, answer: str, at: object) -> None:
        perform(objection, "accept", actor=self.officer, at=at)  # type: ignore[arg-type]
        if name == "uphold":
            publicity.uphold(objection, actor=self.officer, at=at, reason=answer)  # type: ignore[arg-type]
        elif name:
            perform(objection, name, actor=self.officer, at=at, reason=answer)  # type: ignore[arg-type]

    def _declined(self) -> None:
        _, by_county = self._submitted(18)
        self._move(
            by_county, "decline_by_county", self.offices.county(by_county.region), 8, DECLINE
        )
        _, by_city = self._submitted(24)
        self.stories.county(by_city, self.days.back(16))
        city = self.offices.city(by_city.region.city_unit)
        self._move(by_city, "decline_by_city", city, 7, DECLINE)

    def _withdrawn(self) -> None:
        number, application = self._submitted(16)
        by = staff_of(application.nursery, number, self.people)
        self._move(application, "withdraw", by, 5, "机构将迁址，待重新备案后再申报。")

    def _move(
        self, application: Application, name: str, by: User, back: int, reason: str = ""
    ) -> None:
        perform(application, name, actor=by, at=self.days.back(back), reason=reason)
