"""Stand-ins for packages that Rasa imports at start-up and a hotline never uses.

Rasa 3.6.21 loads every channel, broker and neural model it knows as soon as it is imported, so it asks for
TensorFlow, Slack or MongoDB even where none is configured. :func:`install` lets those imports succeed: the names can
be imported, subclassed and named in annotations, and whoever *uses* one gets :class:`NotInstalled` with its name.

What is really installed always wins: the stand-ins are asked last, after every other finder, and only for the names
in :data:`ABSENT`. ``google`` is shared by many packages, so only the two parts that Rasa wants are stood in for.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import os
import sys
import types
import warnings
from collections.abc import Sequence
from typing import Any

import numpy
import packaging.version

#: Package, or part of a shared one -> why Rasa imports it.
ABSENT = {
    "tensorflow": "neural models",
    "keras": "neural models",
    "matplotlib": "plots of a test run",
    "aiogram": "Rasa's Telegram channel; ours is channels/telegram",
    "fbmessenger": "Facebook channel",
    "slack_sdk": "Slack channel",
    "webexteamssdk": "Webex channel",
    "google.auth": "Hangouts channel",
    "google.oauth2": "Hangouts channel",
    "pymongo": "MongoDB tracker store",
    "boto3": "DynamoDB tracker store",
    "botocore": "DynamoDB tracker store",
    "aio_pika": "RabbitMQ broker",
}
_PARENTS = frozenset(name.partition(".")[0] for name in ABSENT if "." in name)

#: Module of Rasa, or one that only Rasa asks for -> the warning that importing it sets off, about old ways; nobody
#: here can act on them.
_KNOWN_WARNINGS = {
    "rasa.core.tracker_store": r"The ``declarative_base\(\)`` function",
    "rasa.engine.caching": r"The ``declarative_base\(\)`` function",
    "pkg_resources": r"(pkg_resources is deprecated|Deprecated call to `pkg_resources)",
}


class NotInstalled(ImportError):
    """A part of Rasa was used that this project does not install."""


class _AnyAttribute(type):
    """Attributes of a stand-in are the stand-in, however deep Rasa reaches: ``tf.keras.callbacks.Callback``."""

    def __getattr__(cls, name: str) -> type[Absent]:
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent


class Absent(metaclass=_AnyAttribute):
    """Stands where a class, function or constant of an absent package would. Can be subclassed, not called."""

    def __new__(cls, *args: object, **kwargs: object) -> Absent:
        raise NotInstalled(f"{cls.__module__}.{cls.__qualname__} needs a package that this project does not install")


class AbsentError(Absent, Exception):
    """Stands where an exception of an absent package would, so that Rasa can name it in an ``except``."""


class _AbsentModule(types.ModuleType):
    def __getattr__(self, name: str) -> type[Absent]:
        if name.startswith("__"):  # machinery probes for __file__, __wrapped__ and the like
            raise AttributeError(name)
        if self.__name__ in _PARENTS:
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        base = AbsentError if name.endswith(("Error", "Exception", "Failure")) else Absent
        return type(name, (base,), {"__module__": self.__name__})


class _StandIns(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        stands_in = name in _PARENTS or any(name == absent or name.startswith(absent + ".") for absent in ABSENT)
        return importlib.machinery.ModuleSpec(name, self, is_package=True) if stands_in else None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType:
        return _AbsentModule(spec.name)

    def exec_module(self, module: types.ModuleType) -> None:
        pass


class _Quietly(importlib.abc.Loader):
    """Runs a module under a filter for the one warning known of it."""

    def __init__(self, loader: importlib.abc.Loader, message: str) -> None:
        self._loader, self._message = loader, message

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> types.ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: types.ModuleType) -> None:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", message=self._message)
            self._loader.exec_module(module)

    def __getattr__(self, name: str) -> Any:  # get_source, get_code, ...: as the real loader has them
        return getattr(self._loader, name)


class _KnownWarnings(importlib.abc.MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: types.ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name not in _KNOWN_WARNINGS:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Quietly(spec.loader, _KNOWN_WARNINGS[name])
        return spec


def install() -> None:
    """Make ``import rasa`` safe in this process: call it before the first one. Calling it again changes nothing."""
    if any(isinstance(finder, _StandIns) for finder in sys.meta_path):
        return
    sys.meta_path.append(_StandIns())
    sys.meta_path.insert(0, _KnownWarnings())
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"  # Rasa reports its use to its makers unless told otherwise
    if not hasattr(numpy, "VisibleDeprecationWarning"):  # Rasa names it; numpy 2 has moved it
        numpy.VisibleDeprecationWarning = numpy.exceptions.VisibleDeprecationWarning  # type: ignore[attr-defined]
    if not hasattr(packaging.version, "LegacyVersion"):  # Rasa names it in an isinstance check; packaging 22 dropped it
        packaging.version.LegacyVersion = type("LegacyVersion", (), {})  # type: ignore[attr-defined]
