"""Conversations by the operator who holds them"""

from alembic import op


revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index('ix_conversations_operator', 'conversations', ['operator_id'], unique=False)


def downgrade() -> None:
    op.drop_index('ix_conversations_operator', table_name='conversations')
