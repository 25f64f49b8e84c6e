"""What came with a message besides its text, as the desk's pages get it."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel

from bot.core.message import Attached

#: What has content to open; the others are said by their kind, or by what stands in the message itself.
_FILES = frozenset(("photo", "voice", "audio", "video", "animation", "document", "sticker", "contact"))
_SHOWN_OF_NUMBER = 3  # last digits


class ContactView(BaseModel):
    name: str
    phone: str


class LocationView(BaseModel):
    latitude: float
    longitude: float
    name: str  # of the place, as the phone calls it; often empty


class AttachedView(BaseModel):
    """*kind*: photo, voice, location, edit ...; *opens*: it can be fetched. A contact is shown in part."""

    kind: str
    opens: bool = False
    size: int | None = None  # bytes, as claimed
    lasts: str | None = None
    location: LocationView | None = None
    contact: ContactView | None = None


def show_attached(attached: Sequence[Attached]) -> list[AttachedView]:
    """In the order of the message: a place in this list names one of them to the API."""
    return [
        AttachedView(
            kind=one.kind,
            opens=one.kind in _FILES and one.ref is not None,
            size=one.size,
            lasts=one.about.get("lasts"),
            location=_location(one),
            contact=_masked(contact_of(one)) if one.kind == "contact" and one.about.get("phone") else None,
        )
        for one in attached
    ]


def contact_of(attached: Attached) -> ContactView:
    return ContactView(name=str(attached.about.get("name") or ""), phone=str(attached.about.get("phone") or ""))


def _masked(contact: ContactView) -> ContactView:
    """Enough to tell two contacts apart, too little to call one."""
    return ContactView(
        name=f"{contact.name[0]}…" if contact.name else "",
        phone=f"…{contact.phone[-_SHOWN_OF_NUMBER:]}" if len(contact.phone) > 2 * _SHOWN_OF_NUMBER else "…",
    )


def _location(attached: Attached) -> LocationView | None:
    try:
        latitude, longitude = float(attached.about["latitude"]), float(attached.about["longitude"])
    except (KeyError, ValueError):
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    names = (str(attached.about.get(name) or "") for name in ("name", "address"))
    return LocationView(latitude=latitude, longitude=longitude, name=", ".join(filter(None, names)))
