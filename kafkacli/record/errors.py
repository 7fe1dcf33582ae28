"""What can be wrong with record bytes; each error names the Kafka error code that a client is told."""

from kafkacli.errors import ApiError, ErrorCode


class RecordError(ApiError):
    """Record bytes that can't be used; `code` is the error code for the client, the text is Kafka's."""

    error_code = ErrorCode.UNKNOWN_SERVER_ERROR

    def __init__(self, message: str) -> None:
        super().__init__(self.error_code, message)


class CorruptRecord(RecordError):
    """Bytes that are no record batch, or whose checksum is wrong."""

    error_code = ErrorCode.CORRUPT_MESSAGE


class UnreadableStream(CorruptRecord):
    """Compressed bytes that can't be decompressed: Kafka has no code of its own for these."""

    error_code = ErrorCode.UNKNOWN_SERVER_ERROR


class InvalidRecord(RecordError):
    """A well-formed batch whose content breaks a rule."""

    error_code = ErrorCode.INVALID_RECORD


class UnsupportedCompression(RecordError):
    """A codec that the message format or the protocol version doesn't have."""

    error_code = ErrorCode.UNSUPPORTED_COMPRESSION_TYPE


class UnknownCodec(UnsupportedCompression):
    """A number that is no codec's."""

    error_code = ErrorCode.UNKNOWN_SERVER_ERROR


class UnsupportedForMessageFormat(RecordError):
    """A feature of magic 2 asked of an older message format."""

    error_code = ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT


class RecordTooLarge(RecordError):
    """A batch above `max.message.bytes`."""

    error_code = ErrorCode.MESSAGE_TOO_LARGE


class RecordsRejected(RecordError):
    """Some records of a batch break a rule, so that the whole batch is refused.

    record_errors: (index in the batch, what is wrong with that record), as Produce v8 tells them (KIP-467).
    """

    def __init__(self, record_errors: tuple[tuple[int, str], ...], *, invalid_timestamp: bool) -> None:
        self.record_errors = record_errors
        if invalid_timestamp:
            self.error_code = ErrorCode.INVALID_TIMESTAMP
            super().__init__("One or more records have been rejected due to invalid timestamp")
        else:
            self.error_code = ErrorCode.INVALID_RECORD
            super().__init__("One or more records have been rejected")
