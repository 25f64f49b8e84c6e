"""Access to the desk: a second step, recovery codes, locks, languages spoken, reasons and the end of the audit log"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column('operators', sa.Column('speaks', sa.String(length=200), nullable=False, server_default=''))
    op.add_column('operators', sa.Column('totp_sealed', sa.LargeBinary(), nullable=True))
    op.add_column('operators', sa.Column('totp_step', sa.Integer(), nullable=True))
    op.add_column('operators', sa.Column('totp_offered_sealed', sa.LargeBinary(), nullable=True))
    op.create_table('recovery_codes',
    sa.Column('code_key', sa.String(length=64), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('used_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_recovery_codes_operator_id')),
    sa.PrimaryKeyConstraint('code_key', name=op.f('pk_recovery_codes'))
    )
    op.create_index(op.f('ix_recovery_codes_operator_id'), 'recovery_codes', ['operator_id'], unique=False)

    op.add_column('sessions', sa.Column('stage', sa.String(length=8), nullable=False, server_default='in'))
    op.add_column('sessions', sa.Column('device', sa.String(length=40), nullable=False, server_default=''))
    op.add_column('sessions', sa.Column('touched_at', bot.store.tables.UtcDateTime(), nullable=True))
    op.add_column('sessions', sa.Column('locked_at', bot.store.tables.UtcDateTime(), nullable=True))

    op.add_column('audit', sa.Column('detail', sa.String(length=120), nullable=True))
    op.create_index('ix_audit_conversation', 'audit', ['conversation_id', 'at'], unique=False)
    op.create_table('audit_words',
    sa.Column('audit_id', sa.Integer(), nullable=False),
    sa.Column('conversation_id', sa.String(length=32), nullable=False),
    sa.Column('words_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['audit_id'], ['audit.id'], name=op.f('fk_audit_words_audit_id')),
    sa.ForeignKeyConstraint(['conversation_id'], ['conversations.id'], name=op.f('fk_audit_words_conversation_id')),
    sa.PrimaryKeyConstraint('audit_id', name=op.f('pk_audit_words'))
    )
    op.create_index(op.f('ix_audit_words_conversation_id'), 'audit_words', ['conversation_id'], unique=False)
    head = op.create_table('audit_head',
    sa.Column('id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('count', sa.Integer(), nullable=False),
    sa.Column('hash', sa.String(length=64), nullable=False),
    sa.Column('signature', sa.String(length=64), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_audit_head'))
    )
    # one row from the start, so that writers have something to take turns at; signed with the first line
    op.bulk_insert(head, [{'id': 1, 'count': 0, 'hash': '', 'signature': ''}])


def downgrade() -> None:
    op.drop_table('audit_head')
    op.drop_index(op.f('ix_audit_words_conversation_id'), table_name='audit_words')
    op.drop_table('audit_words')
    op.drop_index('ix_audit_conversation', table_name='audit')
    with op.batch_alter_table('audit', schema=None) as batch_op:
        batch_op.drop_column('detail')
    with op.batch_alter_table('sessions', schema=None) as batch_op:
        batch_op.drop_column('locked_at')
        batch_op.drop_column('touched_at')
        batch_op.drop_column('device')
        batch_op.drop_column('stage')
    op.drop_index(op.f('ix_recovery_codes_operator_id'), table_name='recovery_codes')
    op.drop_table('recovery_codes')
    with op.batch_alter_table('operators', schema=None) as batch_op:
        batch_op.drop_column('totp_offered_sealed')
        batch_op.drop_column('totp_step')
        batch_op.drop_column('totp_sealed')
        batch_op.drop_column('speaks')
