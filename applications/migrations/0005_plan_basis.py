from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('applications', '0004_accepted'),
    ]

    operations = [
        migrations.AddField(
            model_name='assignmentplan',
            name='basis',
            field=models.JSONField(default=dict, verbose_name='计算依据'),
        ),
    ]
