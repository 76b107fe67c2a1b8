"""source: register the senders of HL7 v2 messages.

A source is known by MSH-4 (by MSH-3 where MSH-4 is empty); a running listener learns of it within seconds.
"""

import argparse
import asyncio
import ipaddress
import json
from dataclasses import asdict
from typing import Any
from zoneinfo import ZoneInfo

from adapters.hl7v2.charset import codec_of
from adapters.v2_to_fhir.source import Source
from auth.store import clients
from services import sources
from services.authorization.references import existing
from services.commands import Needs
from services.failure import WrongArgument
from services.platform import Platform

NEEDS = Needs.DATABASE


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`add` and `list`."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = actions.add_parser("add", help="register a source, or change how it is registered")
    add.add_argument("--code", required=True, help="MSH-4 of its messages (MSH-3 where MSH-4 is empty)")
    add.add_argument(
        "--organization", required=True, metavar="ID", help="the Organization that it speaks for"
    )
    add.add_argument("--charset", default="GB18030", help="where MSH-18 is silent (default GB18030)")
    add.add_argument("--timezone", default="Asia/Shanghai", help="where a time has no zone")
    add.add_argument(
        "--authority", default="", metavar="URI", help="who assigns its numbers (default: itself)"
    )
    add.add_argument(
        "--certificate",
        metavar="NAME",
        help="the name (CN or DNS) of the certificate that its sender proves under mutual TLS",
    )
    add.add_argument("--label", metavar="CODE", help="a security label for all that it sends, such as HTEST")
    _add_terms(add)
    actions.add_parser("list", help="the registered sources")


def _add_terms(add: argparse.ArgumentParser) -> None:
    add.add_argument(
        "--client", metavar="CLIENT_ID", help="the OAuth client that sends its messages over HTTP"
    )
    add.add_argument(
        "--network", action="append", default=[], metavar="NET", help="where it may send from (10.1.0.0/16)"
    )
    add.add_argument("--rate", type=float, metavar="N", help="messages a second; more are read more slowly")
    add.add_argument("--committed", action="store_true", help="AA only once a message has become FHIR")
    add.add_argument("--strict", action="store_true", help="what is otherwise a warning refuses the message")
    add.add_argument(
        "--standard",
        action="store_true",
        help="check its messages by the letter of the standard too; what is found is a warning, or with"
        " --strict refuses",
    )
    add.add_argument(
        "--known-patients",
        action="store_true",
        help="its results and orders wait as dead letters where no ADT has told of the patient",
    )
    add.add_argument(
        "--regional-queries",
        action="store_true",
        help="its PIX and PDQ queries are answered for the whole region, not only for the residents in the"
        " care of its organisation",
    )
    add.add_argument("--numbered", action="store_true", help="it counts its messages in MSH-13")
    add.add_argument(
        "--reply-to",
        metavar="HOST:PORT",
        help="where its application acknowledgements go (default: back on its own connection)",
    )
    add.add_argument(
        "--reply-tls",
        action="store_true",
        help="over TLS: the receiver's certificate has to be for HOST, and the feed shows its own",
    )


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Do it and print the result as JSON."""
    assert platform is not None
    if arguments.action == "add":
        source = await _source(arguments, platform)
        await _demand_client(arguments.client, platform)
        made = sources.Registration(source, arguments.label, arguments.certificate, _terms(arguments))
        await sources.register(platform.database, made.source, made.label, made.certificate, made.terms)
        print(json.dumps(_shown(made), ensure_ascii=False, indent=2))
        return 0
    known = await sources.registered(platform.database)
    print(json.dumps([_shown(each) for each in known.values()], ensure_ascii=False, indent=2))
    return 0


async def _source(arguments: argparse.Namespace, platform: Platform) -> Source:
    code = arguments.code.strip()
    if not code:
        raise WrongArgument("--code is empty")
    if not code.isprintable():
        raise WrongArgument("--code holds a control character")
    if codec_of(arguments.charset) is None:
        raise WrongArgument("--charset: use UTF-8, GB18030, BIG-5 or a part of ISO 8859")
    try:
        ZoneInfo(arguments.timezone)
    except (ValueError, LookupError, OSError):
        raise WrongArgument("--timezone: use a name such as Asia/Shanghai") from None
    organization = await existing(platform, "--organization", "Organization", arguments.organization)
    return Source(code, organization, arguments.timezone, arguments.charset, arguments.authority)


async def _demand_client(id: str | None, platform: Platform) -> None:
    """A WrongArgument where `--client` names none that may send."""
    client = None if id is None else await asyncio.to_thread(clients.find, platform.auth_database, id)
    if id is not None and (client is None or client.disabled):
        raise WrongArgument("--client: there is no such client; ./furong client add makes one")


def _terms(arguments: argparse.Namespace) -> sources.Terms:
    try:
        networks = tuple(str(ipaddress.ip_network(each)) for each in arguments.network)
    except ValueError:
        raise WrongArgument("--network: write 10.1.0.0/16 or 2001:db8::/32") from None
    if arguments.rate is not None and not 0.01 <= arguments.rate <= 100_000:
        raise WrongArgument("--rate: from 0.01 to 100000 messages a second")
    host, _, port = (arguments.reply_to or "none:1").rpartition(":")
    if not host or not port.isdigit() or not 1 <= int(port) <= 65_535:
        raise WrongArgument("--reply-to: write HOST:PORT")
    if arguments.reply_tls and arguments.reply_to is None:
        raise WrongArgument("--reply-tls needs --reply-to")
    return sources.Terms(
        client=arguments.client,
        networks=networks,
        rate=arguments.rate,
        committed=arguments.committed,
        strict=arguments.strict,
        numbered=arguments.numbered,
        reply_to=arguments.reply_to,
        standard=arguments.standard,
        reply_tls=arguments.reply_tls,
        known_patients=arguments.known_patients,
        regional_queries=arguments.regional_queries,
    )


def _shown(registration: sources.Registration) -> dict[str, Any]:
    source = registration.source
    return {
        "code": source.code,
        "organization": source.organization,
        "charset": source.charset,
        "timezone": source.timezone,
        "authority": source.urn,
        "label": registration.label,
        "certificate": registration.certificate,
    } | asdict(registration.terms)
