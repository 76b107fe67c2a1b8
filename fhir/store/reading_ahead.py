"""Reading ahead: MongoDB gathers the next rows of a long answer while those before are decrypted."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from pymongo.asynchronous.cursor import AsyncCursor

Document = dict[str, Any]
AT_ONCE = 500
"""Rows; a file that is not long comes whole with the first reply."""


async def ahead(cursor: AsyncCursor[Document], size: int = AT_ONCE) -> AsyncGenerator[list[Document]]:
    """The rows of a cursor of this batch size, so many at once; whoever stops early closes it."""
    next_rows = asyncio.ensure_future(cursor.to_list(size))
    try:
        while rows := await next_rows:
            next_rows = asyncio.ensure_future(cursor.to_list(size))
            await asyncio.sleep(0)  # the request for them goes out before the caller works
            yield rows
    finally:
        if not next_rows.done():
            next_rows.cancel()
            await asyncio.wait([next_rows])
        await cursor.close()
