"""This broker's part in partitions: who leads, who is in sync, how far the high watermark is."""
