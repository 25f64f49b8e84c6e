"""Speech from text, offline: espeak-ng's library through ctypes.

Its calls and numbers are those of ``speak_lib.h`` (espeak-ng 1.52).
"""

from __future__ import annotations

import ctypes
from functools import cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

#: Words a minute; 175 is its own. Slow enough for a second language and a bad loudspeaker.
RATE = 140
#: Of 100; the tones of Vietnamese and Chinese reach full scale, and MP3 adds a little.
VOLUME = 85

_SYNCHRONOUS, _KEEP_RUNNING, _UTF8, _BY_CHARACTER = 2, 0x8000, 1, 1
_RATE, _VOLUME = 1, 2
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


class CannotSpeak(Exception):
    """The program that speaks cannot be used; the text says why and what to do."""


def speak(text: str, voice: str) -> tuple[np.ndarray[Any, np.dtype[np.int16]], int]:
    """*text* in *voice*: samples of one channel, and how many make a second. Raises CannotSpeak."""
    import numpy as np

    library, rate = _library()
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise CannotSpeak(f"espeak-ng has no voice {voice}: correct bot/content/spoken.yml")
    library.espeak_SetParameter(_RATE, RATE, 0)
    library.espeak_SetParameter(_VOLUME, VOLUME, 0)
    pieces: list[np.ndarray[Any, np.dtype[np.int16]]] = []

    def take(samples: Any, count: int, _: Any) -> int:
        if samples and count > 0:
            pieces.append(np.ctypeslib.as_array(samples, shape=(count,)).copy())
        return 0

    callback = _CALLBACK(take)
    library.espeak_SetSynthCallback(callback)
    raw = text.encode("utf-8") + b"\0"
    failed = library.espeak_Synth(raw, len(raw), 0, _BY_CHARACTER, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    if failed or not pieces:
        raise CannotSpeak(f"espeak-ng said nothing in voice {voice} (error {failed})")
    return np.concatenate(pieces), rate


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    remedy = "`uv sync` installs it (espeakng-loader has wheels for Linux, macOS and Windows)"
    try:
        import espeakng_loader

        library = ctypes.CDLL(espeakng_loader.get_library_path())
        data = espeakng_loader.get_data_path()
    except (ImportError, OSError, RuntimeError) as error:
        raise CannotSpeak(f"espeak-ng is not here ({error}): {remedy}") from None
    library.espeak_Synth.argtypes = [
        ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint,
        ctypes.c_void_p, ctypes.c_void_p,
    ]  # fmt: skip
    rate: int = library.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), _KEEP_RUNNING)
    if rate <= 0:
        raise CannotSpeak(f"espeak-ng cannot read its data in {data}: {remedy}, in a folder with a shorter path")
    return library, rate
