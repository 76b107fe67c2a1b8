"""deploy/mongodb: the members' configuration and the rights of the account."""

import re

import yaml

from services.database.embedded import EmbeddedMongo
from tests.unit.deploy.files import services, text

MEMBER = yaml.safe_load(text("mongodb/mongod.yaml"))


def test_a_member_asks_for_an_account():
    assert MEMBER["security"] == {"authorization": "enabled", "keyFile": "/tmp/mongodb.key"}
    assert MEMBER["security"]["keyFile"] in text("mongodb/member")


def test_a_member_is_set_as_the_embedded_database_is(tmp_path):
    mongo = EmbeddedMongo(tmp_path)
    mongo.folder.prepare()
    assert mongo.folder.key
    embedded = mongo._options(1)
    assert f"--slowms={MEMBER['operationProfiling']['slowOpThresholdMs']}" in embedded
    window = MEMBER["setParameter"]["minSnapshotHistoryWindowInSeconds"]
    assert f"--setParameter=minSnapshotHistoryWindowInSeconds={window}" in embedded


def test_the_cache_leaves_memory_to_the_rest():
    cache = MEMBER["storage"]["wiredTiger"]["engineConfig"]["cacheSizeGB"]
    limit = services()["mongodb-1"]["deploy"]["resources"]["limits"]["memory"]
    assert 2 * cache <= float(limit.removesuffix("g"))


def test_the_replica_set_has_one_name():
    name = MEMBER["replication"]["replSetName"]
    assert f'_id: "{name}"' in text("mongodb/initiate.js")
    assert f"replicaSet={name}" in text("secrets/create")


def test_furong_may_drop_nothing_and_see_no_other_database():
    rights = text("mongodb/initiate.js").partition("const PRIVILEGES")[2].partition("];")[0]
    assert re.findall(r"db: (\w+)", rights) == ["DATABASE"]
    actions = set(re.findall(r'"(\w+)"', rights))
    assert {"find", "insert", "update", "remove", "changeStream", "createIndex"} <= actions
    assert not [action for action in actions if action.startswith(("drop", "any", "collMod", "convert"))]


def test_no_one_has_every_right():
    roles = re.search(r"ADMIN_ROLES = \[(.*)\]", text("mongodb/initiate.js"))
    assert roles
    assert not {"root", "__system", "readWriteAnyDatabase"} & set(re.findall(r'"(\w+)"', roles[1]))
