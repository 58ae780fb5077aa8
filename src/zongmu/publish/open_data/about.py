"""What every file of the open data says of itself: whose it is, under which licence, where it stands, whether it is real."""

from __future__ import annotations

import re

from zongmu import __version__
from zongmu.model.immutable import immutable
from zongmu.publish.released.release import Release

_LICENCES = {
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/",
    "ODbL-1.0": "https://opendatacommons.org/licenses/odbl/1-0/",
    "ODC-By-1.0": "https://opendatacommons.org/licenses/by/1-0/",
    "PDDL-1.0": "https://opendatacommons.org/licenses/pddl/1-0/",
}
_SPDX = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]*-[0-9][A-Za-z0-9.+-]*")


@immutable
class About:
    """The head of every file."""

    registry: str
    registry_en: str
    address: str  # of the site, with a slash at its end
    publisher: str
    contact: str | None
    licence: str | None
    notice: str | None  # of a demonstration
    modified: str  # the latest public day that the data speak of; not the day of the build

    @property
    def licence_uri(self) -> str | None:
        """The licence as an address: well-known names by their canonical one, other SPDX names by SPDX's page."""
        licence = self.licence
        if licence is None or licence.startswith(("https://", "http://")):
            return licence
        return _LICENCES.get(licence) or (f"https://spdx.org/licenses/{licence}" if _SPDX.fullmatch(licence) else None)

    @property
    def named_licence(self) -> dict[str, str]:
        """The licence by its address, else by its name, as vocabularies of the web call it; nothing where there is none."""
        return {"license": self.licence_uri or self.licence} if self.licence is not None else {}

    @property
    def generator(self) -> str:
        """The program that made the file."""
        return f"zongmu {__version__}"

    def rows(self) -> list[tuple[str, str]]:
        """Key and value, for formats that carry a list of them."""
        pairs = (
            ("registry", self.registry),
            ("address", self.address),
            ("publisher", self.publisher),
            ("licence", self.licence),
            ("licence_uri", self.licence_uri),
            ("demonstration", self.notice),
            ("modified", self.modified),
            ("generator", self.generator),
        )
        return [(key, value) for key, value in pairs if value is not None]


def about(release: Release) -> About:
    """What the files of *release* say of themselves."""
    instance = release.instance
    return About(
        registry=instance.name,
        registry_en=instance.name_en or instance.name,
        address=release.address,
        publisher=instance.site.operator or instance.name,
        contact=instance.site.contact,
        licence=instance.site.licence,
        notice=instance.notice("zh"),
        modified=latest_day(release),
    )


def latest_day(release: Release) -> str:
    """The latest day of an act, a payment, a report or a review that is public; the as-of day where there is none.

    The day of the build would make the same data look new every day.
    """
    days = [day for p in release.projects for day in p.days()] + [t.date for t in release.tombstones]
    return max(days, default=release.asof).isoformat()
