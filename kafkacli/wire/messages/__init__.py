"""One file per API: its request and response with all their versions (2.6.2's message definitions)."""
