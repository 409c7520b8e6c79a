"""Files handed in before submissions were kept get theirs from what is known of them."""

from django.db import migrations

HAND_IN = ("submit", "resubmit")
EDITABLE = ("draft", "returned")
# Of the form of former days only the fields of the row are known, and only as they stand now.
FIELDS = (
    "contact_name",
    "contact_phone",
    "introduction",
    "practice",
    "declares_filed",
    "declares_no_dishonesty",
    "declares_no_mistreatment",
    "declares_no_accident",
    "declares_true",
)
EXAMPLES = (
    ("recommend", "经审核，该机构符合示范托育机构申报条件，评分依据充分，材料真实完整，同意推荐。"),
    ("recommend", "该机构办托规范，安全与卫生保健制度落实到位，照护服务质量较好，同意推荐。"),
    ("decline", "经审核，该机构未达到示范托育机构评分标准，本次不予推荐。"),
    ("decline", "经现场核查，所报内容与实际情况不符，本次不予推荐。"),
    ("return", "材料不全，请按下列各项补充后重新提交。"),
    ("return", "部分佐证材料已过有效期，请更换为现行有效的材料后重新提交。"),
    ("send_back", "评分依据不足，请核对相关指标后重新报送。"),
    ("send_back", "意见与评分结果不一致，请核实后重新报送。"),
)


def keep_submissions(apps, schema_editor):
    """Every handing-in whose sealed sheet can be told for certain, by moment and person."""
    Application = apps.get_model("applications", "Application")
    Submission = apps.get_model("applications", "Submission")
    Sheet = apps.get_model("scoring", "Sheet")
    Event = apps.get_model("workflow", "Event")
    handed_in = Application.objects.filter(submitted_at__isnull=False)
    for application in handed_in.select_related("self_sheet").iterator():
        events = Event.objects.filter(
            subject_type="applications.application", subject_id=application.pk, verb__in=HAND_IN
        ).order_by("pk")
        number = 0
        for event in events:
            sheet = _sealed_then(Sheet, application, event)
            if sheet is None:
                continue
            number += 1
            current = sheet.pk == application.self_sheet_id and application.state not in EDITABLE
            Submission.objects.create(
                application=application,
                number=number,
                at=event.at,
                by_id=event.actor_id,
                form={name: getattr(application, name) for name in FIELDS} if current else {},
                sheet=sheet,
            )


def _sealed_then(sheets, application, event):
    if application.self_sheet.sealed_at == event.at:
        return application.self_sheet
    found = sheets.objects.filter(
        purpose="applications.self",
        sealed_at=event.at,
        sealed_by_id=event.actor_id,
        application=None,
    )
    return found.get() if found.count() == 1 else None


def make_examples(apps, schema_editor):
    Phrase = apps.get_model("applications", "Phrase")
    Phrase.objects.bulk_create(
        Phrase(purpose=purpose, text=text, order=order)
        for order, (purpose, text) in enumerate(EXAMPLES)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("applications", "0009_opinions"),
        ("scoring", "0001_initial"),
        ("workflow", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(keep_submissions, migrations.RunPython.noop),
        migrations.RunPython(make_examples, migrations.RunPython.noop),
    ]
