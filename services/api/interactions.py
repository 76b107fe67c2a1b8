"""RestfulInteractions as addresses: one row for each, for the OpenAPI description and the page of it.

FHIR R4 http.html#summary. Which rows are offered is what `fhir.rest` says.
"""

from dataclasses import dataclass

from fhir import rest

FHIR_JSON = "application/fhir+json"
FORM = "application/x-www-form-urlencoded"
_ALWAYS = (400, 401, 403, 404, 406)
_READ = (*_ALWAYS, 410)
_WRITE = (*_ALWAYS, 405, 409, 410, 412, 413, 415, 422)
_PARTS = ("_summary", "_elements")


@dataclass(frozen=True, slots=True)
class Row:
    """One interaction at one address; `summary` in Chinese and English."""

    name: str
    method: str
    path: str
    summary: str
    done: tuple[int, ...]
    refused: tuple[int, ...] = _ALWAYS
    schema: str = ""
    takes: str = "Resource"
    body: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    searches: bool = False
    condition: str | None = None
    interaction: str | None = None
    open: bool = False
    compartments: bool = False

    def claimed(self, type: str | None) -> bool:
        """Is it offered (for `type`)? A condition is a member of `rest.CONDITIONAL`."""
        whole = "{type}" not in self.path
        if whole:
            return type is None and (self.interaction is None or self.interaction in rest.SYSTEM_INTERACTIONS)
        codes = rest.INTERACTIONS if type is None else rest.interactions(type)
        condition = self.condition is None or rest.CONDITIONAL[self.condition] not in (
            False,
            "not-supported",
        )
        written = type not in rest.READ_ONLY or self.condition is None
        within = bool(rest.COMPARTMENTS) or not self.compartments
        return self.interaction in codes and condition and written and within


ROWS = (
    Row("capabilities", "GET", "/metadata", "能力声明 What this server does", (200, 304), (400, 406),
        "Resource", headers=("If-None-Match",), query=("mode", *_PARTS), open=True),
    Row("transaction", "POST", "/", "批处理与事务 Batch and transaction", (200,), _WRITE, "Bundle", "Bundle",
        (FHIR_JSON,), ("Prefer",), interaction="transaction"),
    Row("search-system", "GET", "/", "检索所有类型 Search all types", (200,), _READ, "Bundle", searches=True,
        headers=("Prefer",), query=("_type", "_id", "_lastUpdated"), interaction="search-system"),
    Row("history-system", "GET", "/_history", "全部历史 History of everything", (200,), _READ, "Bundle",
        query=("_since", "_at", "_count"), interaction="history-system"),
    Row("search-type", "GET", "/{type}", "检索 Search", (200,), _READ, "Bundle", searches=True,
        headers=("Prefer",), query=("_id", "_lastUpdated"), interaction="search-type"),
    Row("search-compartment", "GET", "/{compartment}/{id}/{type}", "在分区内检索 Search in a compartment",
        (200,), _READ, "Bundle", searches=True, headers=("Prefer",), query=("_lastUpdated",),
        interaction="search-type", compartments=True),
    Row("search-post", "POST", "/{type}/_search", "检索（表单） Search by form", (200,), (*_READ, 413, 415),
        "Bundle", body=(FORM,), interaction="search-type"),
    Row("create", "POST", "/{type}", "新建 Create", (200, 201), _WRITE, "Resource", body=(FHIR_JSON,),
        headers=("Prefer", "If-None-Exist"), interaction="create"),
    Row("conditional-update", "PUT", "/{type}", "按条件更新 Update by criteria", (200, 201), _WRITE,
        "Resource", body=(FHIR_JSON,), headers=("Prefer", "If-Match"), query=("_id", "identifier"),
        condition="conditionalUpdate", interaction="update"),
    Row("conditional-delete", "DELETE", "/{type}", "按条件删除 Delete by criteria", (200, 204), _WRITE,
        query=("_id", "identifier"), condition="conditionalDelete", interaction="delete"),
    Row("conditional-patch", "PATCH", "/{type}", "按条件修补 Patch by criteria", (200,), _WRITE, "Resource",
        body=rest.PATCH_FORMATS, headers=("Prefer", "If-Match"), query=("_id", "identifier"),
        condition="conditionalUpdate", interaction="patch"),
    Row("history-type", "GET", "/{type}/_history", "此类历史 History of a type", (200,), _READ, "Bundle",
        query=("_since", "_at", "_count"), interaction="history-type"),
    Row("read", "GET", "/{type}/{id}", "读取 Read", (200, 304), _READ, "Resource",
        headers=("If-None-Match", "If-Modified-Since"), query=_PARTS, interaction="read"),
    Row("update", "PUT", "/{type}/{id}", "更新 Update", (200, 201), _WRITE, "Resource", body=(FHIR_JSON,),
        headers=("Prefer", "If-Match"), interaction="update"),
    Row("patch", "PATCH", "/{type}/{id}", "修补 Patch", (200,), _WRITE, "Resource", body=rest.PATCH_FORMATS,
        headers=("Prefer", "If-Match"), interaction="patch"),
    Row("delete", "DELETE", "/{type}/{id}", "删除 Delete", (200, 204), _WRITE, headers=("If-Match",),
        interaction="delete"),
    Row("history-instance", "GET", "/{type}/{id}/_history", "历史 History", (200,), _READ, "Bundle",
        query=("_since", "_at", "_count"), interaction="history-instance"),
    Row("vread", "GET", "/{type}/{id}/_history/{version}", "读取旧版 Read a version", (200, 304), _READ,
        "Resource", query=_PARTS, interaction="vread"),
)  # fmt: skip
