from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from guardian.models import UserObjectPermissionBase

from accounts import roles
from accounts.statuses import Level


class RegionQuerySet(models.QuerySet["Region"]):
    def within(self, path: str) -> RegionQuerySet:
        """The region with this path and all below it."""
        return self.filter(Q(path=path) | Q(path__startswith=f"{path}/"))

    def within_any(self, paths: Iterable[str]) -> RegionQuerySet:
        """The regions with these paths and all below them; none without a path."""
        wanted = Q(pk__in=[])
        for path in paths:
            wanted |= Q(path=path) | Q(path__startswith=f"{path}/")
        return self.filter(wanted)

    def city_units(self) -> RegionQuerySet:
        """The units that get a quota: 14 cities and the zone."""
        return self.filter(level__in=[Level.CITY, Level.ZONE])

    def county_units(self) -> RegionQuerySet:
        """The units that receive applications: the counties and the zone."""
        return self.filter(level__in=[Level.COUNTY, Level.ZONE])

    def counties_of(self, city: Region) -> RegionQuerySet:
        """Those below a city, in the order of their codes; the zone has none."""
        return self.filter(parent=city, level=Level.COUNTY).order_by("code")

    def province(self) -> Region:
        """The province itself."""
        return self.get(parent=None)

    def for_role(self, role: roles.Role) -> RegionQuerySet:
        """The regions on which the role can be held, in the order of their codes."""
        return self.filter(level__in=role.levels).select_related("parent").order_by("code")


class Region(models.Model):
    """A division of the province. `path` holds the codes from the province down: 21/2101/210102."""

    code = models.CharField("区划代码", max_length=6, unique=True)
    name = models.CharField("名称", max_length=40)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    parent = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="children"
    )
    path = models.CharField("路径", max_length=30, unique=True)
    commission = models.CharField("主管部门", max_length=60)

    FACTS: ClassVar = {"unlock": "解除登录锁定"}

    objects = RegionQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        verbose_name_plural = verbose_name
        ordering = ("code",)
        permissions = (
            ("see_files", "查看本辖区申报"),
            ("review_county", "县级初审评分"),
            ("decide_county", "签署县级意见"),
            ("review_city", "市级审核评分"),
            ("decide_city", "签署市级意见"),
            ("approve", "签批并管理印章"),
            ("run_cycle", "组织评选周期"),
            ("assign_experts", "分配评审专家"),
            ("decide_province", "作出评审结论"),
            ("publish_notice", "发布公示"),
            ("handle_objections", "处理异议"),
            ("supervise", "监督管理"),
            ("be_expert", "担任评审专家"),
            ("manage_accounts", "管理账号"),
            ("manage_security", "管理安全策略"),
            ("read_audit", "查询审计记录"),
        )
        constraints: ClassVar = [
            models.CheckConstraint(
                name="region_only_province_is_root",
                condition=Q(level=Level.PROVINCE, parent=None)
                | (~Q(level=Level.PROVINCE) & Q(parent__isnull=False)),
                violation_error_message="除省级外，每个区划都须有上级。",
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["path"], name="region_path", opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def region_path(self) -> str:
        return self.path

    @property
    def full_name(self) -> str:
        """With the city before a county, since 铁西区 lies in two cities."""
        if self.level == Level.COUNTY and self.parent:
            return f"{self.parent.name}{self.name}"
        return self.name

    @property
    def county_unit(self) -> Region:
        """The region whose body takes the county step for a nursery here."""
        return self

    @property
    def city_unit(self) -> Region:
        """The region whose body takes the city step: the city, or the zone itself."""
        return self.parent if self.level == Level.COUNTY and self.parent else self

    @property
    def province_path(self) -> str:
        return self.path.split("/", 1)[0]


class RegionUserObjectPermission(UserObjectPermissionBase):
    content_object = models.ForeignKey(Region, on_delete=models.CASCADE)

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False


class PeopleQuerySet(models.QuerySet["User"]):
    def visible_to(self, user: Any) -> PeopleQuerySet:
        """Accounts are the system administrator's alone."""
        # Guardian, which access asks, needs the user model of this module first.
        from accounts.access import holds_province  # noqa: PLC0415

        return self if holds_province(user, "accounts.manage_accounts") else self.none()

    def named(self, text: str) -> PeopleQuerySet:
        """Whose name, user name or employer contains every word of the text."""
        found = self
        for word in text.split():
            found = found.filter(
                Q(name__icontains=word) | Q(username__icontains=word) | Q(employer__icontains=word)
            )
        return found

    def holding_role(self, code: str) -> PeopleQuerySet:
        posts = Appointment.objects.standing().holding_role(code)
        return self.filter(pk__in=posts.order_by().values("user"))

    def in_area(self, path: str) -> PeopleQuerySet:
        """Who has a post on the region with this path or below it."""
        posts = Appointment.objects.standing().in_area(path)
        return self.filter(pk__in=posts.order_by().values("user"))

    def active(self, active: bool) -> PeopleQuerySet:
        return self.filter(is_active=active)

    def in_expert_pool(self) -> PeopleQuerySet:
        """Those who may be given reviews: current appointees to the pool."""
        pool = Appointment.objects.current().holding_role("expert")
        return self.filter(is_active=True, pk__in=pool.order_by().values("user")).order_by("name")

    def without_second_factor(self) -> PeopleQuerySet:
        """Officials who have still to set it up."""
        offices = Appointment.objects.current().holding_role(*roles.OFFICES)
        return self.filter(is_active=True, pk__in=offices.order_by().values("user")).exclude(
            totpdevice__confirmed=True
        )

    def with_posts(self) -> PeopleQuerySet:
        """With `posts`: the appointments that stand or are to begin, tasks of experts left out."""
        posts = Appointment.objects.standing().that_are_posts()
        return self.prefetch_related(models.Prefetch("appointments", posts, to_attr="posts"))

    def sorted_by(self, key: str) -> PeopleQuerySet:
        """By name, username or last login, with a minus for descending; else by username."""
        wanted = key.removeprefix("-")
        column = F(wanted if wanted in {"name", "username", "last_login"} else "username")
        down = key.startswith("-")
        order = column.desc(nulls_last=True) if down else column.asc(nulls_first=True)
        return self.order_by(order, "pk")


class PeopleManager(UserManager["User"]):
    """The queryset's questions, beside what Django's login asks of a manager."""

    def get_queryset(self) -> PeopleQuerySet:
        return PeopleQuerySet(self.model, using=self._db)

    def visible_to(self, user: Any) -> PeopleQuerySet:
        return self.get_queryset().visible_to(user)

    def named(self, text: str) -> PeopleQuerySet:
        return self.get_queryset().named(text)

    def in_expert_pool(self) -> PeopleQuerySet:
        return self.get_queryset().in_expert_pool()

    def without_second_factor(self) -> PeopleQuerySet:
        return self.get_queryset().without_second_factor()


class User(AbstractUser):
    """A person who signs in. What they may do comes from appointments alone."""

    name = models.CharField("姓名", max_length=40)
    phone = models.CharField("联系电话", max_length=20, blank=True)
    employer = models.CharField("工作单位", max_length=80, blank=True)
    must_change_password = models.BooleanField("首次登录须修改密码", default=True)
    former_passwords = models.JSONField("曾用密码摘要", default=list, blank=True)
    # Counts the changes of the second factor: a session begun before the last one is over.
    factor_changes = models.PositiveIntegerField("双因素认证变更次数", default=0)

    FACTS: ClassVar = {
        "create": "建立账号",
        "correct": "更正资料",
        "deactivate": "停用账号",
        "reactivate": "恢复账号",
        "reset_password": "重置密码",
        "change_password": "修改密码",
        "enrol_factor": "启用双因素认证",
        "reset_factor": "重置双因素认证",
        "remove_factor": "停用双因素认证",
        "use_recovery_code": "使用恢复码",
        "renew_recovery_codes": "更换恢复码",
    }

    objects: ClassVar = PeopleManager()

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = verbose_name

    def __str__(self) -> str:
        return self.name or self.username

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def get_session_auth_hash(self) -> str:
        """Sessions end when the password changes, and when the second factor does."""
        proven = f"{self.password}{self.factor_changes}"
        return salted_hmac("accounts.session", proven, algorithm="sha256").hexdigest()

    @property
    def region_path(self) -> str:
        """Accounts are kept for the whole province; before its regions are loaded, nowhere."""
        root = Region.objects.filter(parent=None).first()
        return root.path if root else ""

    def forget_grants(self) -> None:
        """Drop the answers that `accounts.access` keeps with this instance."""
        self.__dict__.pop("_grants", None)
        self.__dict__.pop("_regions", None)
        self.__dict__.pop("_posts", None)

    def post_for(self, subject: Any) -> Appointment | None:
        """The post in which this person acts on `subject`: on itself first, else the nearest area.

        `subject` has a `region_path`.
        """
        held = self._current_posts()
        own = [a for a in held if a.is_on(subject)]
        if own:
            return own[0]
        path = getattr(subject, "region_path", "")
        near = [a for a in held if f"{path}/".startswith(f"{a.region_path}/")]
        return max(near, key=lambda a: len(a.region_path), default=None)

    def _current_posts(self) -> list[Appointment]:
        """Kept with this instance, so that a record of many subjects asks once."""
        if "_posts" not in self.__dict__:
            self.__dict__["_posts"] = list(self.appointments.current())
        held: list[Appointment] = self.__dict__["_posts"]
        return held


def _grants_of(codename: str) -> Any:
    """What the appointment's person holds of one permission on the appointment's region."""
    return RegionUserObjectPermission.objects.filter(
        user=OuterRef("user"), content_object=OuterRef("on_id"), permission__codename=codename
    )


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def current(self) -> AppointmentQuerySet:
        """Those whose grants stand now."""
        return self.filter(granted=True).order_by("pk")

    def standing(self) -> AppointmentQuerySet:
        """Those that have not ended, the ones still to begin included."""
        return self.filter(ended_at=None).order_by("pk")

    def that_are_posts(self) -> AppointmentQuerySet:
        """Without tasks: to be given one file or one check is no post."""
        return self.exclude(role__in=roles.TASKS)

    def on_regions(self) -> AppointmentQuerySet:
        return self.filter(on_type=roles.REGION)

    def in_area(self, path: str) -> AppointmentQuerySet:
        return self.filter(Q(region_path=path) | Q(region_path__startswith=f"{path}/"))

    def newest_first(self) -> AppointmentQuerySet:
        return self.order_by("-pk")

    def beginning_by(self, day: date) -> AppointmentQuerySet:
        """Due to be granted on `day`: begun, not over, not ended."""
        return self.filter(
            Q(until=None) | Q(until__gte=day), granted=False, ended_at=None, starts__lte=day
        )

    def over_by(self, day: date) -> AppointmentQuerySet:
        return self.filter(granted=True, until__lt=day)

    def short_of_permissions(self) -> AppointmentQuerySet:
        """Current ones on a region that lack a grant that their role gives."""
        lacking: Any = Q(pk__in=[])
        for role in roles.ON_REGIONS:
            for codename in role.permissions:
                lacking |= Q(role=role.code) & ~Exists(_grants_of(codename))
        return self.current().on_regions().filter(lacking)

    def holding_role(self, *codes: str) -> AppointmentQuerySet:
        return self.filter(role__in=codes)

    def on(self, target: models.Model) -> AppointmentQuerySet:
        return self.filter(on_type=target._meta.label_lower, on_id=target.pk)


class Appointment(models.Model):
    """A person's post: a role on one object for a time. The paper behind every grant."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="appointments")
    role = models.CharField("角色", max_length=30, choices=roles.CHOICES)
    on_type = models.CharField("对象类型", max_length=80)
    on_id = models.BigIntegerField("对象编号")
    on_name = models.CharField("对象", max_length=120)
    region_path = models.CharField("辖区", max_length=30)
    starts = models.DateField("任职起")
    until = models.DateField("任职止", null=True, blank=True)
    appointed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="任命人"
    )
    granted = models.BooleanField("权限有效", default=False)
    ended_at = models.DateTimeField("终止时间", null=True, blank=True)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.CheckConstraint(
                name="appointment_period_ordered",
                condition=Q(until=None) | Q(until__gte=F("starts")),
                violation_error_message="任职止日不能早于起日。",
            ),
            models.UniqueConstraint(
                name="appointment_once",
                fields=["user", "role", "on_type", "on_id"],
                condition=Q(ended_at=None),
                violation_error_message="此人已有同一任职。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["on_type", "on_id"], name="appointment_on")]

    def __str__(self) -> str:
        return f"{self.on_name}{self.get_role_display()}"

    @property
    def is_on_region(self) -> bool:
        return self.on_type == roles.REGION

    def is_on(self, target: Any) -> bool:
        return bool(self.on_type == target._meta.label_lower and self.on_id == target.pk)
