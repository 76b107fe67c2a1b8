"""send: HL7 v2 files over MLLP to a running feed, with each acknowledgement.

A file holds one message or several, each beginning with MSH on a new line; batch envelopes (FHS, BHS, BTS,
FTS) are taken off. One message is in flight; an answer that was lost is followed by the same message again,
which its receiver knows (checklist 6). The answer to a query is shown with the people in it. The exit status
is 0 only when every message was accepted.
"""

import argparse
import json
import ssl
import sys
from pathlib import Path
from typing import Any

from tqdm import tqdm

from adapters.hl7v2.batch import split
from adapters.hl7v2.charset import CharsetError, decode
from adapters.hl7v2.message import Message, MessageError
from adapters.mllp.client import MllpError
from services.commands import Needs
from services.commands.found import found, lines
from services.failure import Failure, WrongArgument
from services.outbound import ACCEPTED, REJECTED, Outbound
from services.platform import Platform

NEEDS = Needs.NOTHING
_MANY = 20
_PATIENCE = 60.0


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Which files, and where to."""
    parser.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help="a file with one or more messages"
    )
    parser.add_argument("--host", help="address of the feed (default: this platform's)")
    parser.add_argument("--port", type=int, help="MLLP port of the feed (default: this platform's, 2575)")
    parser.add_argument("--tls", action="store_true", help="over TLS; the feed's name has to be --host")
    parser.add_argument("--ca", type=Path, metavar="FILE", help="whose certificates to trust (PEM)")
    parser.add_argument("--certificate", type=Path, metavar="FILE", help="our certificate and key (PEM)")
    parser.add_argument(
        "--attempts", type=int, default=1, metavar="N", help="send again where no answer came (default 1)"
    )
    parser.add_argument(
        "--on-reject",
        choices=("skip", "stop"),
        default="skip",
        help="after AR or CR go on with the next message (the default), or send nothing more",
    )
    parser.add_argument(
        "--dead-letters", type=Path, metavar="FILE", help="append what was not accepted to this file"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object for each message")


async def run(arguments: argparse.Namespace, platform: Platform | None) -> int:
    """Send all messages in order over one connection."""
    blocks = [(path, block) for path in arguments.files for block in split(_bytes(path)).messages]
    host = arguments.host or arguments.settings.host
    port = arguments.port or arguments.settings.mllp_port
    bar = tqdm(total=len(blocks), unit=" messages", disable=len(blocks) < _MANY or not sys.stderr.isatty())
    if arguments.attempts < 1:
        raise WrongArgument("--attempts is 1 or more")
    accepted = 0
    outbound = Outbound(host, port, ssl=_tls(arguments), seconds=_PATIENCE, attempts=arguments.attempts)
    try:
        async with outbound:
            for path, block in blocks:
                answer, code = await outbound.deliver(block)
                bar.update()
                if not answer:
                    print(f"{path}: sent; no answer is wanted", file=sys.stderr)
                    accepted += 1
                    continue
                if _show(path, answer, arguments.json):
                    accepted += 1
                    continue
                _bury(arguments.dead_letters, block)
                if code in REJECTED and arguments.on_reject == "stop":
                    break
    except MllpError as error:
        raise Failure(f"{host}:{port}: {error}. Is the platform running there (make run)?") from None
    finally:
        bar.close()
    return 0 if accepted == len(blocks) else 1


def _bury(file: Path | None, block: bytes) -> None:
    """Keep a message that was not accepted, for a person to correct and send again."""
    if file is None:
        return
    try:
        with file.open("ab") as letters:
            letters.write(block.strip(b"\r\n") + b"\r")
    except OSError as error:
        raise Failure(f"{file}: {error.strerror}") from None


def _tls(arguments: argparse.Namespace) -> ssl.SSLContext | None:
    if not (arguments.tls or arguments.ca or arguments.certificate):
        return None
    try:
        context = ssl.create_default_context(cafile=arguments.ca)
        if arguments.certificate:
            context.load_cert_chain(arguments.certificate)
    except (OSError, ssl.SSLError):
        raise WrongArgument("--ca and --certificate name PEM files that can be read") from None
    return context


def _bytes(path: Path) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongArgument(f"{path}: {error.strerror}") from None
    if not content.strip():
        raise WrongArgument(f"{path}: the file is empty")
    return content


def _show(path: Path, answer: bytes, as_json: bool) -> bool:
    """Print one acknowledgement; was the message accepted?"""
    read = acknowledgement(answer)
    if as_json:
        print(json.dumps({"file": str(path)} | read, ensure_ascii=False))
    else:
        print(f"{path}: {read['code']} {read['control_id']}")
        for error in read["errors"]:
            print(f"    {error['location']}: {error['code']} {error['text']}".rstrip())
        for line in lines(read["found"]) if "found" in read else ():
            print(line)
    return read["code"] in ACCEPTED


def acknowledgement(answer: bytes) -> dict[str, Any]:
    """MSA and ERR of an acknowledgement, and what a query has found."""
    try:
        message = Message.parse(decode(answer, "UTF-8").text)
    except (CharsetError, MessageError):
        return {
            "code": "?",
            "control_id": "",
            "errors": [{"location": "", "code": "", "text": "no HL7 came back"}],
        }
    msa = message["MSA"]
    code, control_id = (msa[1].value, msa[2].value) if msa else ("?", "")
    modern = [
        {"location": str(each[2]), "code": each[3][1].value, "text": each[7].value or each[8].value}
        for each in message.all("ERR")
        if each[3]
    ]
    old = [
        {
            "location": "^".join(repetition[part].value for part in (1, 2, 3)),
            "code": repetition[4][1].value,
            "text": msa[3].value if msa else "",
        }
        for each in message.all("ERR")
        if not each[3]
        for repetition in each[1].repetitions
    ]
    looked_up = found(message)
    told = {"found": looked_up} if looked_up and code in ACCEPTED else {}
    return {"code": code, "control_id": control_id, "errors": modern + old} | told
