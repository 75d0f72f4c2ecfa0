"""Files of more than accounts and opportunities."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('customers', '0005_merges'),
    ]

    operations = [
        migrations.AlterField(
            model_name='import',
            name='kind',
            field=models.CharField(max_length=16),
        ),
    ]
