"""deploy/compose.yaml and deploy/compose.mllp-tls.yaml."""

import re

import pytest

from services.config import Settings
from services.database.binary import SUPPORTED
from tests.unit.deploy.files import DEPLOY, compose, furong_services, services, text
from tests.unit.deploy.test_dockerfile import PROJECT

ALL = services()
MEMBERS = ("mongodb-1", "mongodb-2", "mongodb-3")
DEFAULTS = {f"FURONG_{name.upper()}": field.default for name, field in Settings.model_fields.items()}
SOURCES = ("compose.yaml", "compose.mllp-tls.yaml", ".env.example", "Dockerfile", "entrypoint", "README.md")
SOURCES += ("proxy/start", "proxy/nginx.conf", "mongodb/initiate.js", "sharding.md")


@pytest.mark.parametrize("name", SOURCES)
def test_every_furong_variable_is_a_setting(name):
    assert set(re.findall(r"\bFURONG_[A-Z_]+[A-Z]", text(name))) <= set(DEFAULTS)


def test_the_defaults_are_those_of_the_settings():
    given = re.findall(r"\$\{(FURONG_\w+):-([^}]*)\}", text("compose.yaml") + text("proxy/start"))
    given += re.findall(r"^#(FURONG_\w+)=(.*)$", text(".env.example"), re.MULTILINE)
    assert len(given) > 5
    assert [(name, value) for name, value in given if value and str(DEFAULTS[name]) != value] == []


@pytest.mark.parametrize("name", ALL)
def test_a_container_can_change_and_gain_nothing(name):
    each = ALL[name]
    assert each["read_only"] is True
    assert each["cap_drop"] == ["ALL"]
    assert "cap_add" not in each
    assert each["security_opt"] == ["no-new-privileges:true"]
    assert int(each["user"].split(":")[0]) > 0
    assert all("noexec" in mount for mount in each["tmpfs"])
    assert all(":ro" in mount or mount.startswith("mongodb-") for mount in each.get("volumes", ()))


@pytest.mark.parametrize("name", ALL)
def test_a_container_is_bounded(name):
    each = ALL[name]
    assert set(each["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert set(each["logging"]["options"]) == {"max-size", "max-file"}


def test_the_image_has_the_version_of_the_project():
    assert {each["image"] for each in furong_services().values()} == {f"furong:{PROJECT['version']}"}
    assert f"furong:{PROJECT['version']}" in text("Dockerfile")


def test_the_database_is_a_supported_mongodb_from_7_on():
    images = {ALL[name]["image"] for name in (*MEMBERS, "mongodb-init")}
    assert len(images) == 1
    version = images.pop().removeprefix("mongo:")
    assert version in SUPPORTED
    assert float(version) >= 7


def test_the_members_are_the_same_everywhere():
    addresses = ",".join(f"{name}:27017" for name in MEMBERS)
    assert ALL["mongodb-init"]["environment"]["MEMBERS"] == addresses
    assert addresses in text("secrets/create")
    assert ALL["mongodb-init"]["network_mode"] == f"service:{MEMBERS[0]}"
    volumes = [next(v for v in ALL[name]["volumes"] if v.endswith(":/data/db")) for name in MEMBERS]
    assert len(set(volumes)) == len(MEMBERS)


def test_the_database_is_reached_from_inside_alone():
    assert compose()["networks"]["database"]["internal"] is True
    for name in MEMBERS:
        assert ALL[name]["networks"] == ["database"]
        assert "ports" not in ALL[name]
    assert {name for name, each in ALL.items() if "ports" in each} == {"feed", "proxy"}
    assert "database" not in ALL["proxy"]["networks"]


def test_plain_mllp_is_published_on_loopback_unless_another_address_is_named():
    assert ALL["feed"]["ports"] == ["${MLLP_ADDRESS:-127.0.0.1}:2575:2575"]


def test_the_health_checks_name_real_addresses():
    port, mllp = DEFAULTS["FURONG_PORT"], DEFAULTS["FURONG_MLLP_PORT"]
    check = {
        name: " ".join(map(str, each.get("healthcheck", {}).get("test", ()))) for name, each in ALL.items()
    }
    assert f"http://127.0.0.1:{port}/readyz" in check["api"]
    assert f"('127.0.0.1', {mllp})" in check["feed"]
    assert "http://127.0.0.1:8081/healthz" in check["proxy"]
    assert "listen 127.0.0.1:8081;" in text("proxy/nginx.conf")
    assert all("127.0.0.1:27017/" in check[name] for name in MEMBERS)


def test_what_is_waited_for_can_become_healthy():
    for each in ALL.values():
        for other, wait in each.get("depends_on", {}).items():
            if wait["condition"] == "service_healthy":
                assert ALL[other].get("healthcheck", {}).get("test"), other


def test_furong_has_time_to_drain():
    for each in furong_services().values():
        drain = float(each["environment"]["FURONG_DRAIN_SECONDS"])
        assert float(each["stop_grace_period"].removesuffix("s")) > drain


def test_secrets_are_files_given_to_those_who_need_them():
    declared = compose()["secrets"]
    assert {name for each in ALL.values() for name in each.get("secrets", ())} == set(declared)
    assert all(each == {"file": f"secrets/{name}"} for name, each in declared.items())
    holders = {name for name, each in ALL.items() if "mongodb_admin_password" in each.get("secrets", ())}
    assert holders == {"mongodb-init"}
    assert not re.search(r"(?i)(password|_key|uri): (?!/run/secrets|\{file)\S", text("compose.yaml"))


def test_the_mounted_files_exist():
    mounts = [v for each in ALL.values() for v in each.get("volumes", ())]
    mounts += compose("compose.mllp-tls.yaml")["services"]["proxy"]["volumes"]
    files = {mount.split(":")[0] for mount in mounts if mount.startswith("./")}
    assert len(files) > 4
    assert [name for name in files if not (DEPLOY / name).is_file()] == []


def test_mllp_over_tls_publishes_the_port_that_the_proxy_listens_on():
    proxy = compose("compose.mllp-tls.yaml")["services"]["proxy"]
    assert proxy["ports"] == ["2576:2576"]
    listening = text("proxy/mllp.conf")
    assert "listen 2576 ssl;" in listening
    assert "ssl_verify_client on;" in listening
    assert f"feed:{DEFAULTS['FURONG_MLLP_PORT']};" in listening


def test_the_readme_names_the_settings_that_are_handed_on():
    handed = set(compose()["x-settings"]) - {"FURONG_MASTER_KEY_FILE", "FURONG_DRAIN_SECONDS"}
    assert handed <= set(re.findall(r"`(FURONG_\w+)`", text("README.md")))
