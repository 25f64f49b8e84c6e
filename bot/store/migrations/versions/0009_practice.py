"""Practice with invented persons, in tables of its own"""

from alembic import op
import sqlalchemy as sa
import bot.store.tables


revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('practice_rehearsals',
    sa.Column('id', sa.String(length=32), nullable=False),
    sa.Column('operator_id', sa.Integer(), nullable=False),
    sa.Column('person', sa.String(length=40), nullable=False),
    sa.Column('seed', sa.Integer(), nullable=False),
    sa.Column('begun_at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('replied_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('ended_at', bot.store.tables.UtcDateTime(), nullable=True),
    sa.Column('end', sa.String(length=16), nullable=True),
    sa.Column('shared', sa.Boolean(), nullable=False),
    sa.Column('moves', sa.Integer(), nullable=False),
    sa.Column('key_wrapped', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['operator_id'], ['operators.id'], name=op.f('fk_practice_rehearsals_operator_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_rehearsals'))
    )
    with op.batch_alter_table('practice_rehearsals', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practice_rehearsals_operator_id'), ['operator_id'], unique=False)

    op.create_table('practice_lines',
    sa.Column('id', sa.Integer(), autoincrement=True, nullable=False),
    sa.Column('rehearsal_id', sa.String(length=32), nullable=False),
    sa.Column('author', sa.String(length=16), nullable=False),
    sa.Column('at', bot.store.tables.UtcDateTime(), nullable=False),
    sa.Column('content_sealed', sa.LargeBinary(), nullable=False),
    sa.ForeignKeyConstraint(['rehearsal_id'], ['practice_rehearsals.id'], name=op.f('fk_practice_lines_rehearsal_id')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_practice_lines')),
    sqlite_autoincrement=True
    )
    with op.batch_alter_table('practice_lines', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_practice_lines_rehearsal_id'), ['rehearsal_id'], unique=False)

    op.create_table('practice_results',
    sa.Column('rehearsal_id', sa.String(length=32), nullable=False),
    sa.Column('rule', sa.String(length=40), nullable=False),
    sa.Column('outcome', sa.String(length=16), nullable=False),
    sa.Column('line_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['rehearsal_id'], ['practice_rehearsals.id'], name=op.f('fk_practice_results_rehearsal_id')),
    sa.PrimaryKeyConstraint('rehearsal_id', 'rule', name=op.f('pk_practice_results'))
    )


def downgrade() -> None:
    op.drop_table('practice_results')
    with op.batch_alter_table('practice_lines', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_practice_lines_rehearsal_id'))

    op.drop_table('practice_lines')
    with op.batch_alter_table('practice_rehearsals', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_practice_rehearsals_operator_id'))

    op.drop_table('practice_rehearsals')
