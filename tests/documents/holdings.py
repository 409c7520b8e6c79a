"""Seals and certificates for the bodies of a scene."""

from __future__ import annotations

import subprocess
from datetime import datetime
from functools import cache
from pathlib import Path

from PIL import Image

from accounts.models import Region, User
from documents import services
from documents.models import Certificate, Seal
from portal.demo.seals import PASSWORD, Authority, drawn
from tests import scenes
from tests.scenes import JUNE, Province

MAY = scenes.at("2023-05-01 09:00")
POINTS_PER_INCH = 72


@cache
def authority() -> Authority:
    """One for all tests: nothing depends on its key."""
    return Authority(MAY)


def key_file(body: Region) -> bytes:
    return authority().key_file(body.commission)


def approver_of(scene: Province, body: Region) -> User:
    """Who signs for a body of the scene; made where the scene has none."""
    if body == scene.root:
        return scene.officer
    if body == scene.county:
        return scene.county_approver
    name = f"approver-{body.code}"
    role = "county_approver" if body.level == "county" else "city_approver"
    return User.objects.filter(username=name).first() or scenes.official(name, "钱审", role, body)


def give_seal(scene: Province, body: Region, when: datetime = JUNE) -> Seal:
    user = approver_of(scene, body)
    return services.use_seal(body, drawn(body.commission), reason="更换", by=user, at=when)


def give_certificate(scene: Province, body: Region, when: datetime = JUNE) -> Certificate:
    user = approver_of(scene, body)
    return services.use_certificate(body, key_file(body), PASSWORD, reason="更换", by=user, at=when)


def equip(scene: Province, *bodies: Region) -> None:
    """A seal and a certificate for each."""
    for body in bodies:
        give_seal(scene, body)
        give_certificate(scene, body)


def pictures_of(content: bytes, folder: Path, *, dpi: int = 60) -> list[Image.Image]:
    """The pages as a viewer draws them."""
    source = folder / "paper.pdf"
    source.write_bytes(content)
    subprocess.run(
        ["pdftoppm", "-png", "-r", str(dpi), str(source), str(folder / "page")], check=True
    )
    found = []
    for path in sorted(folder.glob("page-*.png")):
        with Image.open(path) as page:
            found.append(page.convert("RGB"))
        path.unlink()
    return found


def red_box(page: Image.Image, dpi: int = 60) -> tuple[float, float, float, float] | None:
    """The edges of everything red: left, bottom, right, top in points from the lower left."""
    red, green, blue = page.split()
    far = Image.eval(green, lambda level: 255 if level < 140 else 0)
    is_red = Image.eval(red, lambda level: 255 if level > 170 else 0)
    box = Image.composite(far, Image.new("L", page.size, 0), is_red).getbbox()
    if box is None:
        return None
    scale = POINTS_PER_INCH / dpi
    left, top, right, bottom = (edge * scale for edge in box)
    height = page.height * scale
    return left, height - bottom, right, height - top
