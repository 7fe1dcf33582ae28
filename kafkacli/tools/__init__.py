"""One file per script, named after it: options, one call into client, rows to the console."""
