"""The shared core of the tools: connections, properties and one file per subject; prints nothing."""
