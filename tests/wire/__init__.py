"""Tests of kafkacli.wire."""
