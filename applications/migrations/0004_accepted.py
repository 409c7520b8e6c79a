from django.db import migrations

# Whoever had a task before tasks could be accepted goes on with it.
ACCEPT = """
    UPDATE applications_review SET accepted_at = assigned_at
    WHERE reviewer_id IS NOT NULL AND accepted_at IS NULL
"""


class Migration(migrations.Migration):
    dependencies = [("applications", "0003_experts")]

    operations = [migrations.RunSQL(ACCEPT, migrations.RunSQL.noop)]
