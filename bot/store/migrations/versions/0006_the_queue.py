"""Labels, saved views, the ladder of calls, and the country of a conversation beside its language"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('labels',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('name_key', sa.String(length=64), nullable=False),
    sa.Column('colour', sa.String(length=16), nullable=False),
    sa.Column('retired', sa.Boolean(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_labels')),
    sa.UniqueConstraint('name_key', name=op.f('uq_labels_name_key'))
    )
    op.create_table('saved_views',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('name_sealed', sa.LargeBinary(), nullable=False),
    sa.Column('chosen', sa.Text(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_saved_views_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_saved_views'))
    )
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_saved_views_operator_id'), ['operator_id'], unique=False)

    op.create_table('calls',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('target_key', sa.String(length=64), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('due_at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('reason', sa.String(length=40), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_calls_conversation_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_calls'))
    )
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_calls_conversation_id'), ['conversation_id'], unique=False)
        batch_op.create_index('ix_calls_due', ['state', 'due_at'], unique=False)

    op.create_table('conversation_labels',
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('label_id', sa.Integer(), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_conversation_labels_conversation_id')),
    sa.ForeignKeyConstraint(['label_id'], ['labels.id'], name=op.f('fk_conversation_labels_label_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_conversation_labels_operator_id')),
    sa.PrimaryKeyConstraint('conversation_id', 'label_id', name=op.f('pk_conversation_labels'))
    )
    with op.batch_alter_table('conversation_labels', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_conversation_labels_label_id'), ['label_id'], unique=False)

    op.create_table('ladders',
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('waiting_since', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('risk', sa.Integer(), nullable=False),
    sa.Column('since', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('rung', sa.Integer(), nullable=False),
    sa.Column('acknowledged_by', sa.Integer(), nullable=True),
    sa.Column('acknowledged_until', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('told_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('next_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['acknowledged_by'], ['operators.id'], name=op.f('fk_ladders_acknowledged_by')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_ladders_conversation_id')),
    sa.PrimaryKeyConstraint('conversation_id', name=op.f('pk_ladders'))
    )
    with op.batch_alter_table('ladders', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_ladders_next_at'), ['next_at'], unique=False)

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.create_index('ix_audit_operator', ['operator_id', 'at'], unique=False)

    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('country', sa.String(length=8), nullable=True))



def downgrade() -> None:
    with op.batch_alter_table('conversations', schema=None) as batch_op:
        batch_op.drop_column('country')

    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_index('ix_audit_operator')

    with op.batch_alter_table('ladders', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_ladders_next_at'))

    op.drop_table('ladders')
    with op.batch_alter_table('conversation_labels', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_conversation_labels_label_id'))

    op.drop_table('conversation_labels')
    with op.batch_alter_table('calls', schema=None) as batch_op:
        batch_op.drop_index('ix_calls_due')
        batch_op.drop_index(batch_op.f('ix_calls_conversation_id'))

    op.drop_table('calls')
    with op.batch_alter_table('saved_views', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_saved_views_operator_id'))

    op.drop_table('saved_views')
    op.drop_table('labels')
