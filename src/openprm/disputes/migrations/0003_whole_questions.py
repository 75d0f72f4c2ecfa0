from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('disputes', '0002_extensions'),
    ]

    operations = [
        migrations.AlterField(
            model_name='dispute',
            name='asked_text',
            field=models.TextField(blank=True, max_length=4000),
        ),
    ]
