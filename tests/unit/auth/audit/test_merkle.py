"""Merkle tree: RFC 6962's own roots, and proofs that hold for one leaf at one place only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auth.audit import merkle
from auth.audit.merkle import HASHES, Tree, leaf, path, proven, sha256

LEAVES = [
    bytes.fromhex(each)
    for each in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
"""The test vectors of Certificate Transparency (google/certificate-transparency, merkle tree tests)."""
ROOTS = {
    1: "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    2: "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    3: "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    5: "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    8: "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}


def tree(leaves: list[bytes], name: str = "sha256") -> Tree:
    grown = Tree(HASHES[name])
    for each in leaves:
        grown.add(each)
    return grown


@pytest.mark.parametrize(("size", "root"), ROOTS.items())
def test_the_published_roots(size: int, root: str) -> None:
    assert tree(LEAVES[:size]).close().hex() == root


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert tree([]).close() == sha256(b"")


@pytest.mark.parametrize("name", HASHES)
@given(leaves=st.lists(st.binary(max_size=4), min_size=1, max_size=40), data=st.data())
def test_a_proof_holds_for_its_leaf_and_no_other(name: str, leaves: list[bytes], data: st.DataObject) -> None:
    hash, index = HASHES[name], data.draw(st.integers(0, len(leaves) - 1))
    root = tree(leaves, name).close()
    way = path([leaf(each, hash) for each in leaves], index, hash)
    assert proven(leaves[index], index, len(leaves), way, hash) == root
    assert proven(leaves[index] + b"x", index, len(leaves), way, hash) != root
    assert proven(leaves[index], len(leaves), len(leaves), way, hash) is None
    for cut in ([*way, root], way[:-1]):
        assert cut == way or proven(leaves[index], index, len(leaves), cut, hash) != root


@pytest.mark.parametrize("size", [1, 3, 4, 5, 8, 11, 12, 13, 31])
def test_tiles_are_subtrees(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merkle, "TILE", 4)
    leaves = [bytes([number]) for number in range(size)]
    hashes, grown = [leaf(each, sha256) for each in leaves], tree(leaves)
    root = grown.close()
    assert root == merkle.root(hashes, sha256)
    for index in range(size):
        tile = hashes[index // 4 * 4 : index // 4 * 4 + 4]
        way = path(tile, index % 4, sha256) + path(grown.tiles, index // 4, sha256)
        assert way == path(hashes, index, sha256)
