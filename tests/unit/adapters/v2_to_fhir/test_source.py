"""adapters.v2_to_fhir.source: what a source's numbers and codes are called."""

from adapters.v2_to_fhir.source import Source


def test_systems_of_its_own() -> None:
    source = Source("H 1", "Organization/h")
    assert source.urn == "urn:furong:source:H%201"
    assert source.local("patient", "", "中") == "urn:furong:source:H%201:patient:%E4%B8%AD"


def test_an_authority_shared_by_the_systems_of_one_hospital() -> None:
    laboratory = Source("LIS", "Organization/h", authority="urn:oid:1.2")
    assert laboratory.local("patient") == "urn:oid:1.2:patient"
