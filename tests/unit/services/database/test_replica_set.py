import pytest
from pymongo import MongoClient
from pymongo.errors import PyMongoError

from services.database import replica_set
from services.database.embedded import EmbeddedMongo
from services.database.folder import Folder
from services.database.port import free_port


@pytest.fixture(scope="module")
def mongo(tmp_path_factory):
    mongo = EmbeddedMongo(tmp_path_factory.mktemp("replica_set"))
    mongo.start()
    yield mongo
    mongo.stop()


@pytest.fixture
def port(mongo):
    return mongo.folder.running.port


def test_the_uri_names_set_account_and_loopback(mongo, port):
    uri = replica_set.uri(mongo.folder, port)
    assert uri.startswith(f"mongodb://furong:{mongo.folder.password}@127.0.0.1:{port}/?")
    assert "replicaSet=furong" in uri


def test_a_primary_with_our_keyfile_answers(mongo, port):
    assert replica_set.answers(mongo.folder, port, 10)


def test_nobody_answers_on_a_free_port(mongo):
    assert not replica_set.answers(mongo.folder, free_port(), 0.2)


def test_a_mongod_of_another_keyfile_does_not_answer(port, tmp_path):
    stranger = Folder(tmp_path / "stranger")
    stranger.prepare()
    assert not replica_set.answers(stranger, port, 10)


def test_configure_again_changes_nothing_but_the_version(mongo, port):
    replica_set.configure(mongo.folder, port, 10)
    assert replica_set.answers(mongo.folder, port, 10)


def test_a_lost_password_heals(mongo, port):
    (mongo.folder.path / "password").unlink()
    again = Folder(mongo.folder.path)
    replica_set.configure(again, port, 10)
    with MongoClient(replica_set.uri(again, port)) as client:
        assert client.admin.command("ping")["ok"] == 1
    mongo.folder.__dict__["password"] = again.password


def test_configure_gives_up_where_nobody_listens(mongo):
    with pytest.raises(PyMongoError):
        replica_set.configure(mongo.folder, free_port(), 0.2)
