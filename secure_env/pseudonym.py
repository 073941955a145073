"""BSN in, person key out: the only module in which a BSN is a column.

A person in the key file gets the CBS key, `R` + RIN. Another gets `S` + the HMAC of
the BSN; whoever has the pseudonym key can try all BSNs, so it never leaves `keys/`. A
record without a number gets `N` + an HMAC of its file and line.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from secure_env.fingerprints import Fingerprints, content, halves
from secure_env.store import Folder


Mask = npt.NDArray[np.bool_]
_PERSON = b"gmsd/bsn/v1|"
_NOBODY = b"gmsd/record/v1|"
_TEXT = b"gmsd/text/v1|"
_BYTES = 16
_NO_HALVES = np.empty(0, np.uint64)
_NO_RINS = np.empty(0, np.uint32)
KEY_FILE_SCHEMA = pa.schema([("hash", pa.binary(_BYTES)), ("rin", pa.uint32())])


@dataclass(frozen=True, slots=True)
class KeyFile:
    """The key file in memory: HMAC of every BSN, sorted, and the RIN beside it."""

    hashes: Fingerprints
    rin: npt.NDArray[np.uint32]
    digest: str


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Gives person keys, with the key file where there is one."""

    key: bytes
    known: KeyFile | None = None

    def person_keys(
        self, numbers: pa.Array, withheld: Mask, delivery: str, lines: pa.Array
    ) -> tuple[pa.Array, Mask]:
        """A key for every record, and which records are of a known person.

        Where the number is withheld, nobody knows whether two records are of one
        person: each gets a key of its own.
        """
        encoded = pc.dictionary_encode(numbers)
        digests = self._hmacs(_PERSON, map(str.encode, encoded.dictionary.to_pylist()))
        keys, found = self._looked_up(digests)
        result = keys.take(encoded.indices)
        if withheld.any():
            result = pc.replace_with_mask(
                result,
                pa.array(withheld),
                self._nobodies(delivery, lines.filter(pa.array(withheld))),
            )
        return result, found[encoded.indices.to_numpy()] & ~withheld

    def references(self, texts: pa.Array) -> pa.Array:
        """Stands for a text that may have a BSN in it: equal texts stay equal."""
        return _own_keys(self._hmacs(_TEXT, map(str.encode, texts.to_pylist())))

    def key_file(
        self, tables: Iterator[pa.Table], number: str, rin: str
    ) -> pa.RecordBatchReader:
        """The columns BSN and RIN as (HMAC, RIN), sorted; 20 bytes a person."""
        highs, lows, rins = [_NO_HALVES], [_NO_HALVES], [_NO_RINS]
        for table in tables:
            given = map(str.encode, table[number].to_pylist())
            high, low = halves(self._hmacs(_PERSON, given))
            highs.append(high)
            lows.append(low)
            rins.append(table[rin].cast(pa.uint32()).to_numpy())
        high, low = np.concatenate(highs), np.concatenate(lows)
        del highs, lows
        return _sorted_reader(high, low, np.concatenate(rins))

    def _looked_up(self, digests: bytes) -> tuple[pa.Array, Mask]:
        """The key of each person, and who is in the key file."""
        if self.known is None:
            keys = _own_keys(digests)
            return keys, np.zeros(len(keys), bool)
        high, low = halves(digests)
        place = self.known.hashes.find(high, low)
        found = place >= 0
        rin = pa.array(self.known.rin[place[found]]).cast(pa.string())
        unknown = np.column_stack((high, low))[~found].astype(">u8").tobytes()
        keys = pa.concat_arrays(
            [rin_keys(pc.utf8_lpad(rin, 9, "0")), _own_keys(unknown)]
        )
        order = np.concatenate((np.flatnonzero(found), np.flatnonzero(~found)))
        return keys.take(pa.array(np.argsort(order))), found

    def _nobodies(self, delivery: str, lines: pa.Array) -> pa.Array:
        said = (f"{delivery}|{line}".encode() for line in lines.to_pylist())
        return _own_keys(self._hmacs(_NOBODY, said), "N")

    def _hmacs(self, purpose: bytes, values: Iterator[bytes]) -> bytes:
        """HMAC-SHA256 of purpose and value for each, cut to 128 bits, joined.

        RFC 2104 with both halves of the key worked in once: `hmac.digest` for every
        value takes more than twice as long, and there are millions.
        """
        inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in self._block) + purpose)
        outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in self._block))
        digests = []
        for value in values:
            inside = inner.copy()
            inside.update(value)
            outside = outer.copy()
            outside.update(inside.digest())
            digests.append(outside.digest()[:_BYTES])
        return b"".join(digests)

    @property
    def _block(self) -> bytes:
        """The key, filled up to a block of SHA-256."""
        return self.key.ljust(64, b"\0")


def load_key_file(folder: Folder, progress: Callable[[str], None]) -> KeyFile:
    """The stored key file; 20 bytes a person."""
    rows = folder.rows("records")
    progress(f"reading the key file: {rows} persons")
    high = np.empty(rows, np.uint64)
    low = np.empty(rows, np.uint64)
    rin = np.empty(rows, np.uint32)
    at = 0
    for batch in folder.batches("records"):
        place = slice(at, at + batch.num_rows)
        high[place], low[place] = halves(content(batch["hash"]))
        rin[place] = batch["rin"].to_numpy()
        at = place.stop
    return KeyFile(Fingerprints(high, low), rin, folder.digest)


def followed(unknown: pa.Array, key_file: Iterable[pa.RecordBatch]) -> dict[str, str]:
    """Key of a person who was not in the key file -> the key of one who is in this.

    The stored key file has the same HMAC of the BSN that the key was made of, so nobody
    needs the BSN again.
    """
    wanted = [bytes.fromhex(key[1:]) for key in unknown.to_pylist()]
    if not wanted:
        return {}
    hashes = pa.array(wanted, pa.binary(_BYTES))
    found: dict[str, str] = {}
    for batch in key_file:
        known = batch.filter(pc.is_in(batch["hash"], value_set=hashes))
        rins = pc.utf8_lpad(known["rin"].cast(pa.string()), 9, "0")
        for hashed, key in zip(known["hash"], rin_keys(rins), strict=True):
            found[f"S{hashed.as_py().hex()}"] = key.as_py()
    return found


def passes_eleven_test(numbers: pa.Array) -> Mask:
    """Which texts are nine digits that pass the eleven-test, as a BSN does.

    9a + 8b + 7c + 6d + 5e + 4f + 3g + 2h - i is a multiple of 11, and not nought.
    """
    nine = pc.match_substring_regex(numbers, r"\A[0-9]{9}\z")
    digits = pc.if_else(pc.fill_null(nine, fill_value=False), numbers, "0")
    number = digits.cast(pa.int32()).to_numpy()
    total = -(number % 10)
    for place in range(1, 9):
        total += (place + 1) * (number // 10**place % 10)
    passes: Mask = (total % 11 == 0) & (number > 0)
    return passes


def rin_keys(numbers: pa.Array) -> pa.Array:
    """The person keys of a register that has RINs already."""
    return pc.binary_join_element_wise("R", numbers, "")


def _sorted_reader(
    high: npt.NDArray[np.uint64],
    low: npt.NDArray[np.uint64],
    rin: npt.NDArray[np.uint32],
) -> pa.RecordBatchReader:
    order = Fingerprints.order(high, low)

    def batches(rows: int = 1 << 20) -> Iterator[pa.RecordBatch]:
        for start in range(0, len(order), rows):
            part = order[start : start + rows]
            pairs = np.column_stack((high[part], low[part])).astype(">u8")
            hashes = pa.Array.from_buffers(
                pa.binary(_BYTES), len(part), [None, pa.py_buffer(pairs.tobytes())]
            )
            yield pa.record_batch([hashes, rin[part]], schema=KEY_FILE_SCHEMA)

    return pa.RecordBatchReader.from_batches(KEY_FILE_SCHEMA, batches())


def _own_keys(digests: bytes, letter: str = "S") -> pa.Array:
    return pa.array(
        [
            f"{letter}{digests[start : start + _BYTES].hex()}"
            for start in range(0, len(digests), _BYTES)
        ],
        pa.string(),
    )
