"""Our fault: an exception that is none of the caller's, logged with a reference and never shown.

FHIR R4 3.1.0.1.3 (http.html#Status-Codes): 500, or 503 where to ask again may help.
"""

import logging
import uuid

from pymongo.errors import ConnectionFailure, PyMongoError

from fhir.outcome import Fault, Refusal

logger = logging.getLogger("furong.api")


def our_fault(error: Exception) -> Refusal:
    """What the caller is told of `error`: a reference to the log, and no word about the inside."""
    reference = str(uuid.uuid4())
    logger.error("request failed; reference %s", reference, exc_info=error)
    if _passing(error):
        return Refusal(Fault.UNAVAILABLE, f"the store does not answer; reference {reference}")
    return Refusal(Fault.INTERNAL, f"this failed on our side; reference {reference}")


def _passing(error: Exception) -> bool:
    """Does the store not answer, or did a transaction always lose against others?"""
    if isinstance(error, PyMongoError):
        return isinstance(error, ConnectionFailure) or error.has_error_label("TransientTransactionError")
    return False
