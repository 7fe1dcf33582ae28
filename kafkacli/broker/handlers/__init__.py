"""One file per API, named after it; `broker/dispatch.py` imports them all and each registers itself."""
