"""What survives: servers killed while they are loaded."""
