"""The tutorial and its mishaps, step by step: the real commands as processes, in a folder that `kafkacli init` made."""
