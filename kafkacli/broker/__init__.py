"""The broker's asyncio edge: sockets, dispatch, handlers, delayed operations, and what the broker knows of its cluster."""
