from tortoise import fields
from tortoise.models import Model
class Invoice(Model):
    id = fields.IntField(primary_key=True)
    total = fields.IntField()
