"""Stand-ins let Rasa load without what it never uses here, and shadow nothing else."""

from __future__ import annotations

import importlib
import importlib.util
import json
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from bot.nlu import absent

ROOT = Path(__file__).parents[2]


def in_a_fresh_python(code: str, *options: str) -> str:
    """Output of *code*, run by itself from the project's folder."""
    done = subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(code)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_rasa_and_its_commands_load_without_a_warning() -> None:
    in_a_fresh_python("import bot.nlu, rasa.__main__, rasa.model_training, rasa.core.run, rasa.nlu.test", "-W", "error")


def test_an_absent_name_can_be_imported_and_subclassed_however_deep_it_lies() -> None:
    callbacks = importlib.import_module("tensorflow.keras.callbacks")

    class Ours(callbacks.Callback):  # type: ignore[name-defined, misc]
        pass

    assert issubclass(Ours, absent.Absent)
    assert callbacks.Callback.of_a_class.of_a_class is absent.Absent


def test_using_an_absent_name_fails_and_says_which_one() -> None:
    client = importlib.import_module("slack_sdk.web.async_client").AsyncWebClient
    with pytest.raises(absent.NotInstalled, match=r"slack_sdk\.web\.async_client\.AsyncWebClient"):
        client("token")


def test_an_absent_exception_can_be_named_where_another_is_caught() -> None:
    absent_error = importlib.import_module("botocore.exceptions").BotoCoreError

    def fails() -> None:
        try:
            raise KeyError
        except absent_error:
            pass

    with pytest.raises(KeyError):
        fails()


def test_a_module_that_is_really_missing_is_still_missing() -> None:
    for name in ("mattermostwrapper", "googleapiclient", "tensorflow_text", "keras_tuner"):
        assert importlib.util.find_spec(name) is None


def test_an_installed_package_wins_over_its_stand_in(tmp_path: Path) -> None:
    (tmp_path / "matplotlib").mkdir()
    (tmp_path / "matplotlib" / "__init__.py").write_text("real = True")
    (tmp_path / "google" / "protobuf").mkdir(parents=True)  # a namespace package: no __init__.py in google
    (tmp_path / "google" / "protobuf" / "__init__.py").write_text("real = True")
    found = in_a_fresh_python(
        f"""
        import sys; sys.path.insert(0, {str(tmp_path)!r})
        import bot.nlu, json, matplotlib, google.protobuf, google.oauth2
        from bot.nlu.absent import Absent
        print(json.dumps([matplotlib.real, google.protobuf.real, issubclass(google.oauth2.service_account, Absent)]))
        """
    )
    assert json.loads(found) == [True, True, True]


def test_the_parent_of_a_shared_name_offers_nothing_of_its_own() -> None:
    google = importlib.import_module("google")
    assert not hasattr(google, "protobuf")


def test_installing_again_changes_nothing() -> None:
    before = list(sys.meta_path)
    absent.install()
    assert sys.meta_path == before


def test_rasa_never_reports_its_use() -> None:
    assert (
        in_a_fresh_python(
            """
        import os; os.environ["RASA_TELEMETRY_ENABLED"] = "true"
        import bot.nlu
        from rasa import telemetry
        print(telemetry.is_telemetry_enabled())
        """
        ).strip()
        == "False"
    )
