"""How far a worker is with giving a book to its partners."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('pricing', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='pricebook',
            name='spread_done',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='pricebook',
            name='spread_total',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
