"""The migrations give the tables that the code expects, and can be taken back."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from bot.store.database import Database, alembic_config
from bot.store.tables import metadata


def test_the_newest_migration_gives_the_tables_of_the_code(database: Database) -> None:
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection, opts={"compare_type": True}), metadata) == []


def test_every_step_goes_down_and_up_again(database: Database) -> None:
    config = alembic_config(database.url)
    with database.engine.connect().execution_options(hotline_write=True) as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "base")
        command.upgrade(config, "head")
        connection.commit()
    with database.read() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_a_migrated_database_changes_nothing(database: Database) -> None:
    database.migrate()
    assert database.is_empty()
