"""Conversations of one person"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('links',
    sa.Column('one_id', sa.String(length=32), nullable=False),
    sa.Column('other_id', sa.String(length=32), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['one_id'], ['conversations.id'], name=op.f('fk_links_one_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_links_operator_id')),
    sa.ForeignKeyConstraint(['other_id'], ['conversations.id'], name=op.f('fk_links_other_id')),
    sa.PrimaryKeyConstraint('one_id', 'other_id', name=op.f('pk_links'))
    )
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_links_other_id'), ['other_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('links', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_links_other_id'))

    op.drop_table('links')
