"""Tests of kafkacli/interchange."""
