"""Management address: the console is there for some networks alone (FURONG_CONSOLE_NETWORKS).

GB/T 22239-2019, 8.1.3.2 and 8.1.5.4: managers come by an address of their own. From elsewhere there is
nothing, as if the page did not exist; a proxy's word about the address counts where FURONG_TRUSTED_PROXIES
says so (uvicorn has put it in place by then).
"""

from starlette.requests import Request

from services.networks import within
from services.platform import Platform


def reaches_console(request: Request) -> bool:
    """May whoever asks be shown that there is a console?"""
    platform: Platform = request.app.state.platform
    peer = request.client.host if request.client else ""
    return within(peer, platform.settings.listed_console_networks)
