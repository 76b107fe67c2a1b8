"""Synthetic code files in the columns of their owners' files; every code and name is made up."""

from pathlib import Path

from fhir.store import Store
from fhir.terminology.loading.code_file import CodeFile
from fhir.terminology.loading.kind import kinds
from fhir.terminology.loading.loader import Load, Report

_FOLDER = Path(__file__).parents[1] / "spec" / "code_files"


def _text(name: str) -> str:
    return (_FOLDER / name).read_text("utf-8")


ICD10, LOINC, ICD9 = _text("icd10.csv"), _text("loinc.csv"), _text("icd9.tsv")
ATC, DRUGS = _text("atc.csv"), _text("drugs.csv")


def written(folder: Path, text: str, encoding: str = "utf-8", name: str = "codes.csv") -> Path:
    """A file of this text."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


async def loaded(
    store: Store,
    folder: Path,
    kind: str,
    text: str,
    version: str = "1",
    *,
    dry: bool = False,
    skip: bool = False,
) -> Report:
    """Load the text as a file."""
    file = CodeFile(written(folder, text), kinds()[kind])
    return await Load(store, file.kind, file, version=version).run(lambda position: None, dry=dry, skip=skip)
