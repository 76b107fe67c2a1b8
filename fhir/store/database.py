"""The store of one platform: its database, its vault, its resources and its persons."""

from collections.abc import Sequence
from typing import Any, Self

from bson.codec_options import CodecOptions
from pymongo import AsyncMongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.write_concern import WriteConcern

from fhir.store.changes import Changes
from fhir.store.clerical_review import ClericalReview
from fhir.store.indexes import INDEXES, ensure_indexes
from fhir.store.key_ring import KeyRing
from fhir.store.linking import Linking
from fhir.store.linking_all import LinkingAll
from fhir.store.parameters import SiteParameters
from fhir.store.payload import sweep
from fhir.store.person_numbers import PersonNumbers
from fhir.store.persons import Persons
from fhir.store.possible_matches import PossibleMatches
from fhir.store.projection import Projection
from fhir.store.reindex_job import Reindexing
from fhir.store.repository import Repository
from fhir.store.upgrade import link_anew, list_professionals, rules, rules_changed, upgrade
from fhir.store.vault import Vault

DURABLE = WriteConcern(w="majority", j=True)


class Store:
    """Everything that the core keeps in MongoDB."""

    def __init__(
        self, client: AsyncMongoClient[dict[str, Any]], name: str, master_key: KeyRing | bytes
    ) -> None:
        self.client = client
        options: CodecOptions[dict[str, Any]] = CodecOptions(tz_aware=True)
        self.database: AsyncDatabase[dict[str, Any]] = client.get_database(
            name, codec_options=options, write_concern=DURABLE
        )
        self.changes = Changes(self.database)
        self.vault = Vault(self.database["keys"], master_key, self.changes)
        self.persons = Persons(self.database["persons"], self.changes)
        numbers = PersonNumbers(self.persons, self.vault)
        self.resources = Repository(self.database, self.vault, [numbers])
        self.possible_matches = PossibleMatches(self.database["possible_matches"])
        followed = self.resources, self.persons, numbers, self.possible_matches
        self.linking = Linking(self.database, self.vault, *followed)
        self.linking_all = LinkingAll(
            self.database, self.vault, self.resources, self.persons, self.possible_matches
        )
        self.clerical_review = ClericalReview(*followed, self.linking)
        self.parameters = SiteParameters(self.database, self.vault)
        self.reindexing = Reindexing(self.database, self.resources, self.parameters)

    @classmethod
    async def open(cls, uri: str, name: str, master_key: KeyRing | bytes) -> Self:
        """Connect to the replica set or cluster at `uri`, create and check the indexes.

        LostKeyError where its data keys are wrapped by another master key.
        """
        store = cls(
            AsyncMongoClient(uri, appname="furong", serverSelectionTimeoutMS=20_000), name, master_key
        )
        try:
            await store.vault.join()
            await ensure_indexes(store.database, INDEXES)
            await upgrade(store.database, store.vault)
            await store.parameters.refresh()
            await list_professionals(store.database, store.vault)
            await link_anew(store.database, store.vault)
            if await rules_changed(store.database):
                await store.reindexing.request(past=True, rules=rules())
        except BaseException:
            await store.client.close()
            raise
        store.changes.start()
        store.parameters.follow()
        return store

    def keyed(self, text: str) -> str:
        """The keyed hash that stands for a name, number or phone in the index."""
        return self.vault.keyed(text)

    def add_projections(self, projections: Sequence[Projection]) -> None:
        """Let `projections` follow the writes, each inside the write's own transaction."""
        self.resources.projections.extend(projections)

    async def sweep(self) -> int:
        """Remove payloads that no version names; how many chunks there were."""
        return await sweep(self.database)

    async def close(self) -> None:
        """Finish what is under way and disconnect."""
        await self.reindexing.close()
        await self.parameters.close()
        await self.resources.close()
        await self.changes.close()
        await self.client.close()
