"""What supervisors see: figures that outlive conversations, reviews, notices; and care for operators"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('tallies',
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('subject', sa.String(length=16), nullable=False),
    sa.Column('grouping', sa.String(length=24), nullable=False),
    sa.Column('name', sa.String(length=40), nullable=False),
    sa.Column('time', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.PrimaryKeyConstraint('day', 'subject', 'grouping', 'name', 'time', name=op.f('pk_tallies'))
    )
    op.create_table('exposures',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_exposures_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_exposures'))
    )
    op.create_index('ix_exposures_operator', 'exposures', ['operator_id', 'at'], unique=False)
    op.create_table('pause_acts',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_pause_acts_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_pause_acts'))
    )
    op.create_index('ix_pause_acts_operator', 'pause_acts', ['operator_id', 'at'], unique=False)
    op.create_table('debriefs',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('talked_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('answers_sealed', sa.LargeBinary(), nullable=True),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_debriefs_conversation_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_debriefs_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_debriefs')),
    sa.UniqueConstraint('operator_id', 'conversation_id', name=op.f('uq_debriefs_operator_id'))
    )
    op.create_index(op.f('ix_debriefs_conversation_id'), 'debriefs', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_debriefs_operator_id'), 'debriefs', ['operator_id'], unique=False)
    op.create_table('notices',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=True),
    sa.Column('seen_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['operators.id'], name=op.f('fk_notices_by_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_notices_conversation_id')),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_notices_note_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_notices_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notices'))
    )
    op.create_index(op.f('ix_notices_conversation_id'), 'notices', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_notices_operator_id'), 'notices', ['operator_id'], unique=False)
    op.create_table('reviews',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('reviewer_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('scores', sa.Text(), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_reviews_conversation_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_reviews_operator_id')),
    sa.ForeignKeyConstraint(['reviewer_id'], ['operators.id'], name=op.f('fk_reviews_reviewer_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_reviews')),
    sa.UniqueConstraint('conversation_id', 'operator_id', 'reviewer_id', name=op.f('uq_reviews_conversation_id'))
    )
    op.create_index(op.f('ix_reviews_conversation_id'), 'reviews', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_reviews_operator_id'), 'reviews', ['operator_id'], unique=False)
    op.add_column('conversations', sa.Column('countries', sa.String(length=80), server_default='', nullable=False))
    op.add_column('messages', sa.Column('automatic', sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    op.drop_column('messages', 'automatic')
    op.drop_column('conversations', 'countries')
    op.drop_index(op.f('ix_reviews_operator_id'), table_name='reviews')
    op.drop_index(op.f('ix_reviews_conversation_id'), table_name='reviews')
    op.drop_table('reviews')
    op.drop_index(op.f('ix_notices_operator_id'), table_name='notices')
    op.drop_index(op.f('ix_notices_conversation_id'), table_name='notices')
    op.drop_table('notices')
    op.drop_index(op.f('ix_debriefs_operator_id'), table_name='debriefs')
    op.drop_index(op.f('ix_debriefs_conversation_id'), table_name='debriefs')
    op.drop_table('debriefs')
    op.drop_index('ix_pause_acts_operator', table_name='pause_acts')
    op.drop_table('pause_acts')
    op.drop_index('ix_exposures_operator', table_name='exposures')
    op.drop_table('exposures')
    op.drop_table('tallies')
