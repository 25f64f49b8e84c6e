"""Who held a conversation when; notes of operators, and what they ask of each other"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('holdings',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('holder', sa.String(length=16), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=True),
    sa.Column('begun_at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('ended_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('ended', sa.String(length=16), nullable=True),
    sa.Column('outcome', sa.String(length=40), nullable=True),
    sa.Column('risk', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_holdings_conversation_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_holdings_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holdings'))
    )
    op.create_index('ix_holdings_conversation', 'holdings', ['conversation_id', 'id'], unique=False)
    op.create_index(op.f('ix_holdings_begun_at'), 'holdings', ['begun_at'], unique=False)
    # of what is there already, only the present is known: one that waits is held since it waits
    op.execute(
        "INSERT INTO holdings (conversation_id, holder, operator_id, begun_at, risk)"
        " SELECT id, holder, operator_id,"
        " CASE WHEN holder = 'queue' THEN COALESCE(waiting_since, opened_at) ELSE opened_at END, risk"
        " FROM conversations"
    )
    op.create_table('notes',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_notes_conversation_id')),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_notes_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_notes'))
    )
    op.create_index('ix_notes_conversation', 'notes', ['conversation_id', 'id'], unique=False)
    op.create_table('requests',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('by_id', sa.Integer(), nullable=False),
    sa.Column('to_id', sa.Integer(), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('note_id', sa.Integer(), nullable=True),
    sa.Column('answer', sa.String(length=16), nullable=True),
    sa.Column('answered_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['by_id'], ['operators.id'], name=op.f('fk_requests_by_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_requests_conversation_id')),
    sa.ForeignKeyConstraint(['note_id'], ['notes.id'], name=op.f('fk_requests_note_id')),
    sa.ForeignKeyConstraint(['to_id'], ['operators.id'], name=op.f('fk_requests_to_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_requests'))
    )
    op.create_index(op.f('ix_requests_conversation_id'), 'requests', ['conversation_id'], unique=False)
    op.create_index(op.f('ix_requests_answer'), 'requests', ['answer'], unique=False)


def downgrade() -> None:
    op.drop_index(op.f('ix_requests_answer'), table_name='requests')
    op.drop_index(op.f('ix_requests_conversation_id'), table_name='requests')
    op.drop_table('requests')
    op.drop_index('ix_notes_conversation', table_name='notes')
    op.drop_table('notes')
    op.drop_index(op.f('ix_holdings_begun_at'), table_name='holdings')
    op.drop_index('ix_holdings_conversation', table_name='holdings')
    op.drop_table('holdings')
