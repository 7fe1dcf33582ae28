"""What commands print besides Apache's text: the same facts as JSON, YAML or a table, by published schemas."""
