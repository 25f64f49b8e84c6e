"""When a person may be written to"""

from alembic import op
import sqlalchemy as sa


revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None

HAS_HOURS = sa.text('safe_zone IS NOT NULL')


def upgrade() -> None:
    op.add_column('conversations', sa.Column('safe_begin', sa.Integer(), nullable=True))
    op.add_column('conversations', sa.Column('safe_end', sa.Integer(), nullable=True))
    op.add_column('conversations', sa.Column('safe_zone', sa.String(length=40), nullable=True))
    op.create_index(
        'ix_conversations_safe',
        'conversations',
        ['safe_zone'],
        unique=False,
        sqlite_where=HAS_HOURS,
        postgresql_where=HAS_HOURS,
    )


def downgrade() -> None:
    op.drop_index('ix_conversations_safe', table_name='conversations')
    op.drop_column('conversations', 'safe_zone')
    op.drop_column('conversations', 'safe_end')
    op.drop_column('conversations', 'safe_begin')
