"""The outbox of channels that are written to"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('dispatches',
    sa.Column('message_id', sa.Integer(), nullable=False),
    sa.Column('part', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('channel_id', sa.String(length=64), nullable=True),
    sa.Column('segments', sa.Integer(), nullable=True),
    sa.Column('begun_at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_dispatches_conversation_id')),
    sa.ForeignKeyConstraint(['message_id'], ['messages.id'], name=op.f('fk_dispatches_message_id')),
    sa.PrimaryKeyConstraint('message_id', 'part', name=op.f('pk_dispatches'))
    )
    with op.batch_alter_table('dispatches', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_dispatches_conversation_id'), ['conversation_id'], unique=False)

    op.create_table('outboxes',
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('due_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('lease_by', sa.String(length=32), nullable=True),
    sa.Column('lease_until', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('shut', sa.String(length=16), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_outboxes_conversation_id')),
    sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_outboxes'))
    )
    op.add_column('messages', sa.Column('reason', sa.String(length=40), nullable=True))
    op.drop_index('ix_messages_delivery', table_name='messages')
    op.create_index('ix_messages_outbox', 'messages', ['delivery', 'channel', 'conversation_id', 'id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_messages_outbox', table_name='messages')
    op.create_index('ix_messages_delivery', 'messages', ['delivery'], unique=False)
    op.drop_column('messages', 'reason')
    op.drop_table('outboxes')
    with op.batch_alter_table('dispatches', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_dispatches_conversation_id'))

    op.drop_table('dispatches')
