"""How the originals read a command line, and what is made from the same tables: help, completions, man pages."""
