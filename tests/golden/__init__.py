"""What the real scripts said, recorded, and asked of ours."""
