from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from accounts.access import regions_held
from accounts.models import User
from applications.models import Application, ApplicationUserObjectPermission
from documents.statuses import EACH_STANDS, FORMS, PUBLIC, SENT_BY_CITY, Kind
from files.models import StoredFile
from workflow.models import Event

SHA256 = r"^[0-9a-f]{64}$"
SORTABLE = ("title", "kind", "created_at")
# Who deals with what a city sends to the province: the city and the province.
SUMMARY_PERMISSIONS = ("accounts.review_city", "accounts.decide_city", "accounts.decide_province")
# Who finds which papers in the areas held; an expert finds those of the files given.
SEEN_IN_AREA = {
    (Kind.APPLICATION_FORM, Kind.SCORES_SELF, Kind.SCORES_COUNTY, Kind.COUNTY_LETTER): (
        "accounts.see_files",
    ),
    (
        Kind.CERTIFICATE,
        Kind.RECTIFICATION_ORDER,
        Kind.REVOCATION_NOTICE,
        Kind.REVOCATION_DECISION,
    ): ("accounts.see_files", "accounts.supervise"),
    (Kind.SCORES_CITY, *SENT_BY_CITY): SUMMARY_PERMISSIONS,
    (Kind.SCORES_PROVINCE, Kind.ARCHIVE): ("accounts.decide_province",),
}
SEEN_BY_EXPERTS = (Kind.APPLICATION_FORM, Kind.SCORES_SELF)
SEEN_BY_NURSERY = (
    *FORMS,
    Kind.SCORES_SELF,
    Kind.CERTIFICATE,
    Kind.RECTIFICATION_ORDER,
    Kind.REVOCATION_NOTICE,
    Kind.REVOCATION_DECISION,
)


def within(user: Any, *permissions: str) -> Q:
    """Rows in the areas on which the user holds one of the permissions."""
    paths = {region.path for p in permissions for region in regions_held(user, p)}
    area = Q(pk__in=[])
    for path in paths:
        area |= Q(region_path=path) | Q(region_path__startswith=f"{path}/")
    return area


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, user: Any) -> DocumentQuerySet:
        """A nursery its own, officials those of their areas, experts those of their files; what is
        public everybody who is signed in. Marks follow `applications.sight`.
        """
        if user is None or not user.is_authenticated or not user.is_active:
            return self.none()
        own = Application.objects.of_nurseries_acted_for_by(user).values("pk")
        given = ApplicationUserObjectPermission.objects.filter(
            user=user, permission__codename="review_as_expert"
        ).values("content_object")
        seen = (
            Q(kind__in=PUBLIC)
            | Q(kind__in=SEEN_BY_NURSERY, application__in=own)
            | Q(kind__in=SEEN_BY_EXPERTS, application__in=given)
        )
        for kinds, permissions in SEEN_IN_AREA.items():
            seen |= Q(kind__in=kinds) & within(user, *permissions)
        return self.filter(seen)

    def public(self) -> DocumentQuerySet:
        """What everybody may read."""
        return self.filter(kind__in=PUBLIC).current()

    def current(self) -> DocumentQuerySet:
        """Those that say what is so now."""
        return self.filter(superseded_at=None)

    def of(self, subject: models.Model) -> DocumentQuerySet:
        return self.filter(subject_type=subject._meta.label_lower, subject_id=subject.pk)

    def of_file(self, application: Application) -> DocumentQuerySet:
        """All that belongs to an application, its title and its orders."""
        return self.filter(application=application)

    def of_files(self, applications: Collection[int]) -> DocumentQuerySet:
        """Those of several applications, by their keys."""
        return self.filter(application__in=applications)

    def of_any(self, subjects: Sequence[models.Model]) -> DocumentQuerySet:
        """Those of several subjects at once."""
        wanted = Q(pk__in=[])
        for subject in subjects:
            wanted |= Q(subject_type=subject._meta.label_lower, subject_id=subject.pk)
        return self.filter(wanted)

    def of_kinds(self, *kinds: str) -> DocumentQuerySet:
        return self.filter(kind__in=kinds)

    def with_codes(self, codes: Collection[str]) -> DocumentQuerySet:
        return self.filter(code__in=codes)

    def with_digest(self, sha256: str) -> DocumentQuerySet:
        """Those whose file is this one to the last byte; files are found by their index."""
        return self.filter(file__digest=sha256)

    def newer_than(self, document: Document) -> DocumentQuerySet:
        """The papers that take its place now."""
        return self.current().filter(
            subject_type=document.subject_type,
            subject_id=document.subject_id,
            kind__in=FORMS if document.kind in FORMS else (document.kind,),
            event_id__gte=document.event_id,
        )

    def for_verification(self) -> DocumentQuerySet:
        """With whom they are about and when."""
        return self.select_related(
            "event", "application__nursery", "application__region__parent", "certificate__body"
        ).order_by("pk")

    def titled_like(self, text: str) -> DocumentQuerySet:
        """Those whose title holds every word of `text`."""
        found = self
        for word in text.split():
            found = found.filter(title__icontains=word)
        return found

    def narrowed(self, *, words: str, kind: str, older: bool) -> DocumentQuerySet:
        """What a list's filter asks for; superseded papers only when wanted."""
        found = self.titled_like(words)
        found = found.of_kinds(kind) if kind else found
        return found if older else found.current()

    def for_list(self) -> DocumentQuerySet:
        """With everything that a row shows."""
        return self.select_related("file", "requested_by", "certificate__body")

    def sorted_by(self, order: str) -> DocumentQuerySet:
        """In the order that a list's heading names; newest first for anything unknown."""
        if order.removeprefix("-") not in SORTABLE:
            return self.newest_first()
        return self.order_by(order, "-pk")

    def newest_first(self) -> DocumentQuerySet:
        return self.order_by("-created_at", "-pk")


def label_of(kind: str, copies: int) -> str:
    many = "（一式三份）" if copies > 1 else ""
    return f"{Kind(kind).label}{many}"


class Document(models.Model):
    """A paper that the portal has made: what it is about, the file, the event that caused it."""

    kind = models.CharField("种类", max_length=30, choices=Kind.choices)
    subject_type = models.CharField("对象类型", max_length=80)
    subject_id = models.BigIntegerField("对象编号")
    region_path = models.CharField("辖区", max_length=60)
    application = models.ForeignKey(
        Application,
        on_delete=models.PROTECT,
        null=True,
        related_name="documents",
        verbose_name="申报",
        help_text="文书所属的申报；汇总性文书没有",
    )
    title = models.CharField("名称", max_length=200)
    copies = models.PositiveSmallIntegerField("份数", default=1)
    file = models.ForeignKey(
        StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="文件"
    )
    sha256 = models.CharField("文件摘要", max_length=64)
    content_digest = models.CharField("内容摘要", max_length=64)
    code = models.CharField("查验码", max_length=12, unique=True)
    event = models.ForeignKey(
        Event, on_delete=models.PROTECT, related_name="+", verbose_name="事件"
    )
    created_at = models.DateTimeField("生成时间")
    requested_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", verbose_name="申请人"
    )
    superseded_at = models.DateTimeField("失效时间", null=True)
    sealed_by = models.CharField(
        "已用印单位", max_length=200, blank=True, help_text="名称以顿号分隔；逐处记录见用印记录"
    )
    unsealed_by = models.CharField(
        "未用印单位",
        max_length=200,
        blank=True,
        help_text="作出决定时尚无印章的单位，名称以顿号分隔",
    )
    certificate = models.ForeignKey(
        "documents.Certificate",
        on_delete=models.PROTECT,
        null=True,
        related_name="documents",
        verbose_name="签名证书",
    )
    signature_level = models.CharField("签名级别", max_length=5, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "文书"
        verbose_name_plural = verbose_name
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="document_one_current",
                fields=["subject_type", "subject_id", "kind", "copies"],
                condition=Q(superseded_at=None) & ~Q(kind__in=EACH_STANDS),
                violation_error_message="该文书已有现行的一份。",
            ),
            models.UniqueConstraint(
                name="document_once_per_content",
                fields=["event", "kind", "copies", "content_digest"],
                violation_error_message="内容相同的文书已经生成。",
            ),
            models.CheckConstraint(
                name="document_has_digests",
                condition=Q(sha256__regex=SHA256, content_digest__regex=SHA256),
                violation_error_message="摘要应为 64 位十六进制数。",
            ),
            models.CheckConstraint(
                name="document_times_ordered",
                condition=Q(superseded_at=None) | Q(superseded_at__gte=F("created_at")),
                violation_error_message="失效时间不能早于生成时间。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="document_newest"),
            models.Index(
                fields=["region_path"], name="document_area", opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:document", args=[self.pk])

    @property
    def is_current(self) -> bool:
        return self.superseded_at is None

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What a page says of the file beside its name."""
        return [
            ("名称", self.title),
            ("查验码", self.code),
            ("文件摘要（SHA-256）", self.sha256),
        ]

    @property
    def seal_words(self) -> str:
        """Whose seals are on it, whose are missing, who signed; empty where none belongs."""
        if self.kind == Kind.SUMMARY_XLSX:
            return "电子表格，不加盖印章、不作电子签名"
        said = []
        if self.sealed_by:
            said.append(f"已加盖{self.sealed_by}印章")
        if self.unsealed_by:
            said.append(f"{self.unsealed_by}尚未用印")
        if self.certificate:
            said.append(f"{self.certificate.body.commission}已电子签名")
        elif said:
            said.append("无电子签名")
        return "；".join(said)

    @property
    def label(self) -> str:
        """申报表（一式三份）"""
        return label_of(self.kind, self.copies)
