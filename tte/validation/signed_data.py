"""The CMS SignedData of a signature by anybody (RFC 5652 §5), read leniently: its parts, nothing judged."""

from __future__ import annotations

from dataclasses import dataclass

from tte.validation import ber
from tte.validation.ber import Node, NotBer

_SIGNED_DATA = "1.2.840.113549.1.7.2"
_MAX_CERTIFICATES = 3000
_SUBJECT_KEY_IDENTIFIER = bytes.fromhex("551d0e")
_EXTENSIONS = 0xA3
FIRST, SECOND, IMPLICIT_FIRST = 0xA0, 0xA1, 0x80


@dataclass(frozen=True, slots=True)
class Certificate:
    """The few fields that tell whether a certificate is the signer's, straight from its bytes."""

    der: bytes
    serial: bytes
    issuer: bytes
    key: Node
    key_identifier: bytes | None

    @classmethod
    def of(cls, node: Node) -> Certificate:
        """RFC 5280 §4.1."""
        fields = node.child(0).children()
        first = 1 if fields and fields[0].tag == FIRST else 0
        if len(fields) < first + 6:
            raise NotBer("no certificate")
        found = None
        for extensions in fields[first + 6 :]:
            if extensions.tag == _EXTENSIONS:
                for extension in extensions.child(0).children():
                    parts = extension.children()
                    if len(parts) >= 2 and parts[0].contents == _SUBJECT_KEY_IDENTIFIER:
                        found = ber.octets(ber.node_at(parts[-1].contents))
        return cls(node.whole, fields[first].contents, fields[first + 2].whole, fields[first + 5], found)


@dataclass(frozen=True, slots=True)
class SignedData:
    """A SignedData with one signer. `attributes` are the signed ones as they stand, or None; all OIDs are dotted."""

    content_type: str
    content: bytes | None
    certificates: tuple[Certificate, ...]
    signer_identifier: Node
    digest_algorithm: str
    attributes: Node | None
    algorithm: Node
    value: bytes
    unsigned: tuple[Node, ...]

    @classmethod
    def of(cls, cms: bytes) -> SignedData:
        """The SignedData that these bytes begin with. NotBer if there is none, or not one signer in it."""
        outer = ber.node_at(cms)
        if outer.tag != ber.SEQUENCE or ber.dotted(outer.child(0)) != _SIGNED_DATA:
            raise NotBer("no SignedData")
        parts = outer.child(1, FIRST).child(0, ber.SEQUENCE).children()
        if len(parts) < 4:
            raise NotBer("no SignedData")
        inside = parts[2].children()
        content_type = ber.dotted(parts[2].child(0))
        content = ber.octets(inside[1].child(0)) if len(inside) > 1 else None
        certificates: list[Certificate] = []
        signers: list[Node] = []
        for part in parts[3:]:
            if part.tag == FIRST:
                certificates += _certificates(part)
            elif part.tag == ber.SET:
                signers = part.children()
        if len(signers) != 1:
            raise NotBer("not one signer")
        return cls._of_signer(signers[0].children(), content_type, content, tuple(certificates))

    @classmethod
    def _of_signer(
        cls, fields: list[Node], content_type: str, content: bytes | None, certificates: tuple[Certificate, ...]
    ) -> SignedData:
        signed = fields[3] if len(fields) > 3 and fields[3].tag == FIRST else None
        rest = fields[4 if signed else 3 :]
        if len(fields) < 5 or len(rest) < 2:
            raise NotBer("no SignerInfo")
        return cls(
            content_type,
            content,
            certificates,
            fields[1],
            ber.dotted(fields[2].child(0)),
            signed,
            rest[0],
            ber.octets(rest[1]),
            tuple(rest[2].children()) if len(rest) > 2 and rest[2].tag == SECOND else (),
        )

    def signed_values(self, oid: str) -> list[list[Node]]:
        """The values of each signed attribute of this type: one list an attribute."""
        attributes = self.attributes.children() if self.attributes else []
        return [one.child(1).children() for one in attributes if ber.dotted(one.child(0)) == oid]

    def signed_forms(self) -> list[bytes]:
        """The signed attributes as they may have been signed: as they stand, and in the order of DER (§5.4)."""
        if self.attributes is None:
            return []
        contents = self.attributes.contents
        ordered = ber.in_order([one.whole for one in self.attributes.children()])
        return [ber.encoded(ber.SET, one) for one in dict.fromkeys((contents, ordered))]

    def time_stamps(self) -> list[bytes]:
        """The signature time-stamps (RFC 3161 appendix A)."""
        return [
            token.whole
            for attribute in self.unsigned
            if ber.dotted(attribute.child(0)) == "1.2.840.113549.1.9.16.2.14"
            for token in attribute.child(1).children()
        ]


def _certificates(part: Node) -> list[Certificate]:
    """Those that can be read: a broken one may not be the signer's."""
    found = []
    for node in part.children()[:_MAX_CERTIFICATES]:
        try:
            found.append(Certificate.of(node))
        except NotBer:
            continue
    return found
