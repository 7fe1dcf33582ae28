"""Group and transaction coordinators: state machines and their records, no IO, no clock."""
