"""Seals and certificates of the demo's bodies: drawn and issued here, and worth nothing outside.

The authority's key is forgotten as soon as it has signed; no key is ever written to a file.
"""

from __future__ import annotations

import io
import math
import subprocess
from datetime import datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from cryptography.x509.oid import NameOID
from PIL import Image, ImageDraw, ImageFont

from accounts.models import Appointment, Region
from accounts.roles import REGION
from accounts.statuses import Level
from documents import services, vault
from portal.demo.people import People

WORTHLESS = "演示用 不具法律效力"
SPECIMEN = "样章"
PASSWORD = "demo"  # noqa: S105 - opens a file that is never written
YEARS = timedelta(days=3650)
# 64 bytes is the most that a certificate takes.
LONGEST_NAME = 21
RED = (205, 24, 30)
SIDE, RING, STAR = 992, 26, 150
# One body has none yet, so that a paper shows what that looks like.
WITHOUT = Level.ZONE


class Authority:
    """A root certificate that vouches for the bodies of one demo."""

    def __init__(self, at: datetime) -> None:
        self.begins, self.ends = at - timedelta(days=1), at + YEARS
        self.key = ec.generate_private_key(ec.SECP256R1())
        name = _name("示例根证书")
        use = _use(signs_papers=False)
        self.root = self._issue(name, name, self.key, use, is_authority=True)

    def key_file(self, body: str) -> bytes:
        """The PKCS#12 file of a body, under PASSWORD."""
        key = ec.generate_private_key(ec.SECP256R1())
        own = self._issue(_name(body), self.root.subject, key, _use(signs_papers=True))
        lock = BestAvailableEncryption(PASSWORD.encode())
        return pkcs12.serialize_key_and_certificates(body.encode(), key, own, [self.root], lock)

    def _issue(
        self,
        subject: x509.Name,
        issuer: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        use: x509.KeyUsage,
        *,
        is_authority: bool = False,
    ) -> x509.Certificate:
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(self.begins)
            .not_valid_after(self.ends)
            .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
            .add_extension(use, critical=True)
            .add_extension(
                x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
            )
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key()),
                critical=False,
            )
        )
        return builder.sign(self.key, hashes.SHA256())


def make_seals(people: People, at: datetime) -> None:
    """A seal and a certificate for every body that decides in the demo, but for one."""
    if not vault.is_open():
        return
    authority = Authority(at)
    posts = Appointment.objects.current().on_regions().values_list("on_id", flat=True)
    bodies = Region.objects.filter(pk__in=posts).exclude(level=WITHOUT).order_by("code")
    approvers = _approvers()
    for body in bodies:
        user = approvers.get(body.pk) or people.official(
            f"approver-{body.code}", f"{body.level}_approver", body
        )
        services.use_seal(body, drawn(body.commission), reason="", by=user, at=at)
        services.use_certificate(
            body, authority.key_file(body.commission), PASSWORD, reason="", by=user, at=at
        )


@cache
def drawn(body: str) -> bytes:
    """A round seal as PNG: a ring, the name along it, a star, and 样章 across."""
    picture = Image.new("RGBA", (SIDE, SIDE), (*RED, 0))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((4, 4, SIDE - 5, SIDE - 5), outline=RED, width=RING)
    pen.polygon(_star(SIDE / 2, SIDE / 2 - 30, STAR), fill=RED)
    _write_along(picture, body)
    small, middle = font(112), SIDE // 2
    pen.text((middle, SIDE * 0.735), SPECIMEN, font=small, fill=RED, anchor="mm")
    pen.text((middle, SIDE * 0.845), WORTHLESS, font=font(46), fill=RED, anchor="mm")
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()


def _write_along(picture: Image.Image, words: str) -> None:
    """The characters along the upper ring, each upright to its middle."""
    size = min(118, 1500 // len(words))
    radius = SIDE / 2 - RING - size * 0.72
    spread = min(240.0, size * 1.22 * len(words) / radius * 180 / math.pi)
    step = spread / len(words)
    for place, letter in enumerate(words):
        angle = -spread / 2 + step * (place + 0.5)
        tile = Image.new("RGBA", (size * 2, size * 2), (*RED, 0))
        ImageDraw.Draw(tile).text((size, size), letter, font=font(size), fill=RED, anchor="mm")
        turned = tile.rotate(-angle, Image.Resampling.BICUBIC)
        left = SIDE / 2 + radius * math.sin(math.radians(angle)) - size
        top = SIDE / 2 - radius * math.cos(math.radians(angle)) - size
        picture.alpha_composite(turned, (round(left), round(top)))


def _star(x: float, y: float, radius: float) -> list[tuple[float, float]]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        turn = math.radians(36 * corner)
        points.append((x + reach * math.sin(turn), y - reach * math.cos(turn)))
    return points


@cache
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """The face of the papers, where fontconfig finds it."""
    wanted = ["fc-match", "--format=%{file}|%{index}", "Noto Serif CJK SC:bold"]
    try:
        found = subprocess.run(wanted, capture_output=True, text=True, check=True)  # noqa: S603
        path, index = found.stdout.split("|")
        return ImageFont.truetype(path, size, index=int(index))
    except (OSError, ValueError, subprocess.CalledProcessError):
        return ImageFont.load_default(size)


def _name(body: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "CN"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, body[:LONGEST_NAME]),
            x509.NameAttribute(NameOID.COMMON_NAME, WORTHLESS),
        ]
    )


def _use(*, signs_papers: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=signs_papers,
        content_commitment=signs_papers,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=not signs_papers,
        crl_sign=not signs_papers,
        encipher_only=False,
        decipher_only=False,
    )


def _approvers() -> dict[int, object]:
    """Who signs for which region already."""
    posts = Appointment.objects.current().on_regions().select_related("user")
    signing = posts.filter(role__in=("county_approver", "city_approver", "province_officer"))
    return {post.on_id: post.user for post in signing if post.on_type == REGION}
