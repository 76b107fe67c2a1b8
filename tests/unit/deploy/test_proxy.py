"""deploy/proxy: what `start` makes of nginx.conf."""

import shutil
import subprocess

import pytest

from tests.unit.deploy.files import DEPLOY

FROM_OUTSIDE = ("X-Forwarded-Host", "X-Forwarded-Port", "X-Forwarded-Prefix", "X-Original-URL", "Forwarded")


@pytest.fixture
def start(tmp_path):
    """Run `start` with an nginx that only shows the file that it is given."""
    nginx = tmp_path / "nginx"
    nginx.write_text('#!/bin/sh\ncat "$4"\n')
    nginx.chmod(0o755)

    def run(**environment):
        return subprocess.run(
            [shutil.which("sh") or "/bin/sh", DEPLOY / "proxy/start"],
            env={
                "PATH": f"{tmp_path}:/usr/bin:/bin",
                "FOLDER": str(tmp_path),
                "TEMPLATE": str(DEPLOY / "proxy/nginx.conf"),
                **environment,
            },
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_the_name_and_the_largest_body_are_those_of_furong(start):
    made = start(FURONG_BASE_URL="https://health.example.org:8443/", FURONG_MAX_BODY_BYTES="1234").stdout
    assert "client_max_body_size 1234;" in made
    assert "server_name health.example.org;" in made
    assert "proxy_set_header Host health.example.org:8443;" in made
    assert "return 301 https://health.example.org:8443$request_uri;" in made
    assert "@" not in made.replace("@too_large", "").replace("@away", "")


@pytest.mark.parametrize(
    "address",
    ["", "http://health.example.org", "https://", "https://a.org/path", "https://a.org;x", "https://[::1]"],
)
def test_another_address_is_refused_in_one_line(start, address):
    done = start(FURONG_BASE_URL=address)
    assert done.returncode == 2
    assert done.stderr.startswith("proxy: FURONG_BASE_URL")
    assert done.stderr.count("\n") == 1


def test_a_size_that_is_no_number_is_refused(start):
    assert start(FURONG_BASE_URL="https://a.org", FURONG_MAX_BODY_BYTES="50m").returncode == 2


@pytest.fixture
def made(start):
    return start(FURONG_BASE_URL="https://health.example.org").stdout


def test_what_a_caller_says_about_its_way_is_dropped(made):
    assert "proxy_set_header Host $" not in made
    assert "$proxy_add_x_forwarded_for" not in made
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in made
    for header in FROM_OUTSIDE:
        assert f'proxy_set_header {header} "";' in made


def test_no_header_is_set_in_a_place_that_would_unset_the_others(made):
    # nginx inherits proxy_set_header only where a level has none of its own.
    for place in made.split("server {")[1:]:
        assert "proxy_set_header" not in place


def test_nothing_that_may_name_a_person_is_logged(made):
    logged = made.partition("log_format")[2].partition("access_log")[0]
    for variable in ("$request ", "$request_uri", "$uri", "$args", "$query_string", "$http_referer"):
        assert variable not in logged
    assert "error_log stderr crit;" in made


def test_only_tls_of_today_and_hsts(made):
    assert "ssl_protocols TLSv1.2 TLSv1.3;" in made
    assert "Strict-Transport-Security" in made
    assert "proxy_cookie_flags ~ secure;" in made


def test_the_operators_addresses_are_closed(made):
    for path in ("/metrics", "/readyz"):
        closed = made.partition(f"location = {path} {{")[2].partition("}")[0]
        assert closed.strip() == "return 404;"
