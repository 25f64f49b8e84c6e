"""Leases without a clock: a lease beats, and is watched; a wait knows when it began"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0003'
down_revision = '0002'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('outboxes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lease_beat', sa.Integer(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('waits_since', bot.store.tables.UtcDateTime(), nullable=True))
        batch_op.drop_column('lease_until')


def downgrade() -> None:
    with op.batch_alter_table('outboxes', schema=None) as batch_op:
        batch_op.add_column(sa.Column('lease_until', bot.store.tables.UtcDateTime(), nullable=True))
        batch_op.drop_column('waits_since')
        batch_op.drop_column('lease_beat')
