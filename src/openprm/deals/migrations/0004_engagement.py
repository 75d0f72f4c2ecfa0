import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deals', '0003_identity'),
        ('engagement', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='dealregistration',
            name='rules',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='engagement.ruleset'),
        ),
    ]
