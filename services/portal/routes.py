"""The addresses of the pages, each with the role that it is for (README: page × role)."""

from collections.abc import Awaitable, Callable, Iterator

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from auth.login.log_in import LogIn
from auth.login.passkeys import RelyingParty
from auth.login.passwords import Passwords
from auth.login.policy import Policy
from services.platform import Platform
from services.portal import csrf, front_page, notices
from services.portal.apps import launch_views as launches
from services.portal.apps import own_views as own_apps
from services.portal.apps import views as apps
from services.portal.assets import by_public_name
from services.portal.cases import views as cases
from services.portal.cases.complaint_views import desk as complaints
from services.portal.cases.correction_views import desk as rectifications
from services.portal.catalogue import LANGUAGES
from services.portal.clinician import emergency_views as emergency
from services.portal.clinician import views as clinician
from services.portal.clinician.notes import views as notes
from services.portal.clinician.referrals import views as referrals
from services.portal.clinician.series import views as series
from services.portal.clinician.timeline import views as timeline
from services.portal.codes import exact_views as exact
from services.portal.codes import views as codes
from services.portal.consents import views as consents
from services.portal.console import account_views as accounts
from services.portal.console import alarm_views as alarms
from services.portal.console import audit_views as audit
from services.portal.console import client_views as clients
from services.portal.console import closed_views as closed
from services.portal.console import consent_views as paper
from services.portal.console import correction_views as corrections
from services.portal.console import dead_letter_views as letters
from services.portal.console import directory_views as directories
from services.portal.console import emergency_views as emergencies
from services.portal.console import health_views as health
from services.portal.console import map_views as maps
from services.portal.console import message_views as messages
from services.portal.console import move_views as moves
from services.portal.console import proxy_views as guardians
from services.portal.console import review_views as reviews
from services.portal.console import roster_views as rosters
from services.portal.console import text_views as texts
from services.portal.console import views as console
from services.portal.console.persons import find_views as finding
from services.portal.console.persons import pair_views as pairs
from services.portal.console.persons import queue_views as queue
from services.portal.documents import views as documents
from services.portal.encounters import views as encounters
from services.portal.ended import give_back
from services.portal.errors import EXPIRED_FORM, error_page, failed
from services.portal.login import federated_views as federated
from services.portal.login import own_views as own
from services.portal.login import step_views as steps
from services.portal.login import views as login
from services.portal.login.federation import federated_log_in
from services.portal.management import reaches_console
from services.portal.page import over_tls, own_path, see_other
from services.portal.preferences import ELDER_COOKIE, LANGUAGE_COOKIE, remember
from services.portal.proxies import views as proxies
from services.portal.resident import access_views as access
from services.portal.resident import notice_views as telling
from services.portal.resident import own_views as records
from services.portal.resident import receipts
from services.portal.resident import views as resident
from services.portal.security import views as security
from services.portal.shares import endpoint as links
from services.portal.shares import paper_views as sheets
from services.portal.shares import viewer
from services.portal.shares import views as shares
from services.routing import PlainRoute

ANYONE, CLINICIAN, RESIDENT, FEEDS = "anyone", "clinician", "resident", "steward operator"
STEWARD, SECURITY, OPERATOR = "steward", "security", "operator"
EVERYONE, KEEPERS = "everyone", "security administrator"
AUDITOR, PRIVACY, ALARMED = "auditor", "privacy", "privacy operator security"
WATCHING = "security privacy auditor"

View = Callable[..., Awaitable[Response]]

PAGES: tuple[tuple[str, str, str, View], ...] = (
    ("GET", "/", ANYONE, login.home),
    ("GET", "/login", ANYONE, login.log_in_page),
    ("POST", "/login", ANYONE, login.log_in),
    *(
        (method, path, ANYONE, steps.step_page if method == "GET" else steps.step)
        for path in login.PATHS.values()
        for method in ("GET", "POST")
    ),
    ("GET", "/login/again", ANYONE, steps.again),
    ("GET", "/login/federated", ANYONE, federated.begin),
    ("POST", "/login/federated", EVERYONE, federated.connect),
    ("GET", "/login/federated/callback", ANYONE, federated.callback),
    ("GET", "/login/factors", EVERYONE, own.factors_page),
    ("POST", "/login/factors", EVERYONE, own.change_factors),
    ("GET", "/login/hats", EVERYONE, own.hats_page),
    ("POST", "/login/hats", EVERYONE, own.switch),
    ("POST", "/login/stay", EVERYONE, login.stay),
    ("POST", "/login/ended", ANYONE, give_back),
    ("POST", "/logout", ANYONE, login.log_out),
    ("GET", "/oauth/authorize", ANYONE, apps.authorize),
    ("POST", "/oauth/authorize", ANYONE, apps.authorize),
    ("GET", "/oauth/consent/{name}", ANYONE, apps.consent_page),
    ("POST", "/oauth/consent/{name}", ANYONE, apps.decide),
    ("POST", "/oauth/consent/{name}/patient", ANYONE, apps.pick),
    ("GET", "/clinician", CLINICIAN, clinician.search_page),
    ("POST", "/clinician", CLINICIAN, clinician.search),
    ("POST", "/clinician/arrivals", CLINICIAN, clinician.arrival),
    ("GET", "/clinician/patients/{id}", CLINICIAN, clinician.summary_page),
    ("GET", "/clinician/patients/{id}/timeline", CLINICIAN, timeline.timeline_page),
    ("POST", "/clinician/patients/{id}/timeline", CLINICIAN, timeline.narrow),
    ("GET", "/clinician/patients/{id}/visits/{encounter_id}", CLINICIAN, encounters.doctors_page),
    ("GET", "/clinician/patients/{id}/documents/{type}/{document_id}", CLINICIAN, documents.doctors_page),
    (
        "GET",
        "/clinician/patients/{id}/documents/{type}/{document_id}/files/{number}",
        CLINICIAN,
        documents.doctors_file,
    ),
    ("GET", "/clinician/patients/{id}/results/{key}", CLINICIAN, series.series_page),
    ("GET", "/clinician/patients/{id}/referrals/new", CLINICIAN, referrals.new_page),
    ("POST", "/clinician/patients/{id}/referrals", CLINICIAN, referrals.refer),
    ("GET", "/clinician/referrals/{id}", CLINICIAN, referrals.referral_page),
    ("POST", "/clinician/referrals/{id}", CLINICIAN, referrals.act),
    ("GET", "/clinician/patients/{id}/notes/new", CLINICIAN, notes.new_page),
    ("POST", "/clinician/patients/{id}/notes", CLINICIAN, notes.begin),
    ("GET", "/clinician/notes/{id}", CLINICIAN, notes.note_page),
    ("POST", "/clinician/notes/{id}", CLINICIAN, notes.act),
    ("POST", "/clinician/patients/{id}/number", CLINICIAN, clinician.number_page),
    ("POST", "/clinician/patients/{id}/print", CLINICIAN, clinician.print_page),
    ("POST", "/clinician/patients/{id}/ips.json", CLINICIAN, clinician.fhir_download),
    ("POST", "/clinician/patients/{id}/ips.pdf", CLINICIAN, clinician.pdf_download),
    ("GET", "/clinician/emergency", CLINICIAN, emergency.emergency_page),
    ("POST", "/clinician/emergency", CLINICIAN, emergency.open_page),
    ("POST", "/clinician/emergency/end", CLINICIAN, emergency.close),
    ("POST", "/clinician/launches", CLINICIAN, launches.launch),
    ("GET", "/clinician/apps", CLINICIAN, own_apps.apps_page),
    ("POST", "/clinician/apps/{id}", CLINICIAN, own_apps.withdraw),
    ("POST", "/clinician/notices/{id}", CLINICIAN, notices.acknowledge),
    ("POST", "/resident/notices/{id}", RESIDENT, notices.acknowledge),
    ("GET", "/resident/notices", RESIDENT, telling.notices_page),
    ("POST", "/resident/notices", RESIDENT, telling.act),
    ("GET", "/resident", RESIDENT, resident.first_page),
    ("GET", "/resident/front-page", RESIDENT, front_page.own),
    ("GET", "/clinician/patients/{id}/front-page", CLINICIAN, front_page.doctors),
    ("POST", "/resident/print", RESIDENT, resident.print_page),
    ("POST", "/resident/download", RESIDENT, resident.download),
    *(("GET", path, RESIDENT, view) for path, view in records.PAGES.items()),
    ("GET", "/resident/visits/{id}", RESIDENT, encounters.own_page),
    ("GET", "/resident/documents/{type}/{id}", RESIDENT, documents.own_page),
    ("GET", "/resident/documents/{type}/{id}/files/{number}", RESIDENT, documents.own_file),
    ("GET", "/resident/access", RESIDENT, access.access_page),
    ("POST", "/resident/access", RESIDENT, access.search),
    ("GET", "/resident/access/{id}/complaint", RESIDENT, cases.complaint_page),
    ("POST", "/resident/access/{id}/complaint", RESIDENT, cases.complain),
    ("GET", "/resident/corrections/new", RESIDENT, cases.correction_page),
    ("POST", "/resident/corrections", RESIDENT, cases.correct),
    ("GET", "/resident/cases", RESIDENT, cases.cases_page),
    ("GET", "/resident/access/{id}/receipt", RESIDENT, receipts.receipt_file),
    ("GET", "/resident/shares", RESIDENT, shares.shares_page),
    ("POST", "/resident/shares", RESIDENT, shares.make),
    ("GET", "/resident/shares/{id}", RESIDENT, shares.share_page),
    ("POST", "/resident/shares/{id}/end", RESIDENT, shares.revoke),
    ("GET", "/resident/paper", RESIDENT, sheets.form_page),
    ("POST", "/resident/paper", RESIDENT, sheets.make),
    ("GET", "/resident/paper/{id}", RESIDENT, sheets.sheet_page),
    ("GET", "/shl", ANYONE, viewer.viewer_page),
    ("POST", "/shl", ANYONE, viewer.open_link),
    ("POST", "/shl/{token}", ANYONE, links.manifest),
    ("GET", "/shl/{token}/{ticket}", ANYONE, links.file),
    ("GET", "/resident/apps", RESIDENT, own_apps.apps_page),
    ("POST", "/resident/apps/{id}", RESIDENT, own_apps.withdraw),
    ("GET", "/resident/consents", RESIDENT, consents.pages.listed),
    ("POST", "/resident/consents", RESIDENT, consents.pages.give),
    ("GET", "/resident/consents/new", RESIDENT, consents.pages.new),
    ("POST", "/resident/consents/preview", RESIDENT, consents.pages.preview),
    ("GET", "/resident/consents/{id}", RESIDENT, consents.pages.one),
    ("POST", "/resident/consents/{id}", RESIDENT, consents.pages.withdraw),
    ("GET", "/resident/proxies", RESIDENT, proxies.proxies_page),
    ("POST", "/resident/proxies", RESIDENT, proxies.act),
    ("GET", "/console", ANYONE, login.console),
    ("GET", "/console/consents", PRIVACY, paper.pages.listed),
    ("POST", "/console/consents", PRIVACY, paper.pages.give),
    ("POST", "/console/consents/number", PRIVACY, paper.search),
    ("GET", "/console/consents/new", PRIVACY, paper.pages.new),
    ("POST", "/console/consents/preview", PRIVACY, paper.pages.preview),
    ("GET", "/console/consents/{id}", PRIVACY, paper.pages.one),
    ("POST", "/console/consents/{id}", PRIVACY, paper.pages.withdraw),
    ("GET", "/console/proxies", PRIVACY, guardians.proxies_page),
    ("POST", "/console/proxies", PRIVACY, guardians.act),
    ("POST", "/console/proxies/number", PRIVACY, guardians.search),
    ("GET", "/console/closed", PRIVACY, closed.closed_page),
    ("POST", "/console/closed", PRIVACY, closed.act),
    ("POST", "/console/closed/number", PRIVACY, closed.search),
    ("GET", "/console/feeds", FEEDS, console.feeds_page),
    ("GET", "/console/feeds/{source}", FEEDS, messages.feed_page),
    ("GET", "/console/feeds/{source}/maps", FEEDS, maps.maps_page),
    ("GET", "/console/codes", STEWARD, codes.codes_page),
    ("GET", "/console/codes/exact", STEWARD, exact.exact_page),
    ("POST", "/console/codes/exact", STEWARD, exact.accept),
    ("GET", "/console/codes/{id}", STEWARD, codes.code_page),
    ("POST", "/console/codes/{id}", STEWARD, codes.act),
    ("GET", "/console/directory", OPERATOR, directories.directory_page),
    ("POST", "/console/directory", OPERATOR, directories.preview),
    ("POST", "/console/directory/load", OPERATOR, directories.load),
    ("GET", "/console/clients", SECURITY, clients.clients_page),
    ("POST", "/console/clients/invitations", SECURITY, clients.invite),
    ("POST", "/console/clients/{id}/approval", SECURITY, clients.approve),
    ("POST", "/console/clients/{id}/patients", SECURITY, clients.link),
    ("POST", "/console/clients/{id}/end", SECURITY, clients.disable),
    ("GET", "/console/messages", STEWARD, messages.search_page),
    ("POST", "/console/messages", STEWARD, messages.search),
    ("GET", "/console/messages/{id}", FEEDS, messages.message_page),
    ("GET", "/console/messages/{id}/text", STEWARD, texts.text_page),
    ("GET", "/console/dead-letters", FEEDS, letters.dead_letters_page),
    ("POST", "/console/dead-letters/{id}/retry", STEWARD, letters.retry),
    ("POST", "/console/dead-letters/{id}/field", STEWARD, corrections.field),
    ("POST", "/console/dead-letters/{id}/try", STEWARD, corrections.attempt),
    ("POST", "/console/dead-letters/{id}/edit", STEWARD, corrections.edit),
    ("POST", "/console/dead-letters/{id}/reply", STEWARD, letters.send_again),
    ("POST", "/console/dead-letters/{id}/discard", STEWARD, letters.discard),
    ("GET", "/console/persons", STEWARD, queue.queue_page),
    ("GET", "/console/persons/find", STEWARD, finding.find_page),
    ("POST", "/console/persons/find", STEWARD, finding.find),
    ("GET", "/console/persons/{id}", STEWARD, pairs.pair_page),
    ("POST", "/console/persons/{id}", STEWARD, pairs.decide),
    ("GET", "/console/moves", STEWARD, moves.moves_page),
    ("POST", "/console/moves", STEWARD, moves.preview_page),
    ("POST", "/console/moves/carried", STEWARD, moves.carry),
    ("GET", "/console/accounts", KEEPERS, accounts.accounts_page),
    ("POST", "/console/accounts", KEEPERS, accounts.search),
    ("GET", "/console/accounts/new", KEEPERS, accounts.new_page),
    ("POST", "/console/accounts/new", KEEPERS, accounts.create),
    ("GET", "/console/accounts/import", KEEPERS, rosters.roster_page),
    ("POST", "/console/accounts/import", KEEPERS, rosters.bring),
    ("GET", "/console/accounts/{id}", KEEPERS, accounts.account_page),
    ("POST", "/console/accounts/{id}", KEEPERS, accounts.act),
    ("GET", "/console/audit", AUDITOR, audit.audit_page),
    ("POST", "/console/audit", AUDITOR, audit.search),
    ("GET", "/console/alarms", ALARMED, alarms.alarms_page),
    ("GET", "/console/health", "operator security", health.health_page),
    ("GET", "/console/security", WATCHING, security.security_page),
    ("GET", "/console/emergencies", PRIVACY, emergencies.emergencies_page),
    ("POST", "/console/emergencies", PRIVACY, emergencies.review),
    ("GET", "/console/complaints", PRIVACY, complaints.listed),
    ("POST", "/console/complaints", PRIVACY, complaints.answer),
    ("GET", "/console/corrections", STEWARD, rectifications.listed),
    ("POST", "/console/corrections", STEWARD, rectifications.answer),
    ("GET", "/console/reviews", PRIVACY, reviews.reviews_page),
    ("POST", "/console/reviews/guarded", PRIVACY, reviews.guard),
    ("POST", "/console/reviews/{id}", PRIVACY, reviews.review),
)


_ONCE = frozenset(
    {"/shl/{token}/{ticket}", "/login/federated", "/login/federated/callback", "/oauth/authorize"}
)
"""What can be opened once, or keeps something: a HEAD would use it up."""


def routes(platform: Platform) -> Iterator[Route]:
    """All pages of one platform, which `app.state.platform` must be too."""
    party = RelyingParty.of(platform.settings.address)
    settings = platform.settings
    policy = Policy(settings.sessions_at_once, settings.password_days)
    log_in = LogIn(platform.database, platform.store.vault, Passwords(), party, policy)
    outside = federated_log_in(platform, log_in)

    def page(view: View) -> View:
        async def shown(request: Request) -> Response:
            request.state.log_in, request.state.federated = log_in, outside
            return await _answer(request, view)

        return shown

    for method, path, view in (*((method, path, view) for method, path, _, view in PAGES), *_BESIDE):
        route = PlainRoute(path, page(view), methods=[method])
        # A HEAD is answered and recorded like a GET: its status and length tell what the reader may see.
        route.methods = {method, "HEAD"} if method == "GET" and path not in _ONCE else {method}
        yield route


async def _answer(request: Request, view: View) -> Response:
    """What `view` answers; its failures are pages: a person must never be shown an OperationOutcome or a
    traceback."""
    if request.url.path.startswith("/console") and not reaches_console(request):
        return error_page(request, 404)
    try:
        return await view(request, **request.path_params)
    except HTTPException as error:
        return error_page(request, error.status_code)
    except Exception as error:
        return failed(request, error)


async def preferences(request: Request) -> Response:
    """Language and type size, kept in cookies; then back to the page."""
    form = {name: str(value) for name, value in (await request.form()).items()}
    if not csrf.accepted(request, form.get("csrf", "")):
        return error_page(request, EXPIRED_FORM)
    response, secure = see_other(own_path(form.get("next"))), over_tls(request)
    if form.get("language") in LANGUAGES:
        remember(response, LANGUAGE_COOKIE, form["language"], secure=secure)
    if form.get("elder") in ("0", "1"):
        remember(response, ELDER_COOKIE, form["elder"], secure=secure)
    return response


async def static(request: Request, name: str) -> Response:
    """A file whose name holds its content's hash, to be kept for ever."""
    asset = by_public_name().get(name)
    if asset is None:
        return Response(status_code=404)
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(asset.gzipped, 200, headers | {"Content-Encoding": "gzip"}, asset.media_type)
    return Response(asset.content, 200, headers, asset.media_type)


async def nowhere(request: Request, rest: str) -> Response:
    """There is no such page."""
    return error_page(request, 404)


_BESIDE: tuple[tuple[str, str, View], ...] = (
    ("POST", "/preferences", preferences),
    ("GET", "/static/{name}", static),
    ("OPTIONS", "/shl/{token}", links.preflight),
    ("OPTIONS", "/shl/{token}/{ticket}", links.preflight),
    *(("GET", f"/{area}/{{rest:path}}", nowhere) for area in ("login", "clinician", "resident", "console")),
)
"""What is no page, and where there is none."""
