from django.db import models


class Kind(models.TextChoices):
    """The papers that the portal makes."""

    APPLICATION_FORM = "application_form", "申报表"
    APPLICATION_DRAFT = "application_draft", "申报表（草稿）"
    SUMMARY_PDF = "summary_table_pdf", "汇总表（PDF）"
    SUMMARY_XLSX = "summary_table_xlsx", "汇总表（Excel）"


FORMS = (Kind.APPLICATION_FORM, Kind.APPLICATION_DRAFT)
SUMMARIES = (Kind.SUMMARY_PDF, Kind.SUMMARY_XLSX)
# How many copies of a paper one file may hold (S0, three (一): 一式三份).
COPIES = (1, 3)
