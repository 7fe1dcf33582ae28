"""Kafka's error table: code, name, Java exception, whether a retry may help, and the text that Kafka prints for it.

Source: Apache `Errors.java` of 2.6.2; the texts are part of what the scripts print.
"""

from enum import IntEnum
from typing import NamedTuple


class ErrorCode(IntEnum):
    """The codes of the protocol, by Kafka's names."""

    UNKNOWN_SERVER_ERROR = -1
    NONE = 0
    OFFSET_OUT_OF_RANGE = 1
    CORRUPT_MESSAGE = 2
    UNKNOWN_TOPIC_OR_PARTITION = 3
    INVALID_FETCH_SIZE = 4
    LEADER_NOT_AVAILABLE = 5
    NOT_LEADER_OR_FOLLOWER = 6
    REQUEST_TIMED_OUT = 7
    BROKER_NOT_AVAILABLE = 8
    REPLICA_NOT_AVAILABLE = 9
    MESSAGE_TOO_LARGE = 10
    STALE_CONTROLLER_EPOCH = 11
    OFFSET_METADATA_TOO_LARGE = 12
    NETWORK_EXCEPTION = 13
    COORDINATOR_LOAD_IN_PROGRESS = 14
    COORDINATOR_NOT_AVAILABLE = 15
    NOT_COORDINATOR = 16
    INVALID_TOPIC_EXCEPTION = 17
    RECORD_LIST_TOO_LARGE = 18
    NOT_ENOUGH_REPLICAS = 19
    NOT_ENOUGH_REPLICAS_AFTER_APPEND = 20
    INVALID_REQUIRED_ACKS = 21
    ILLEGAL_GENERATION = 22
    INCONSISTENT_GROUP_PROTOCOL = 23
    INVALID_GROUP_ID = 24
    UNKNOWN_MEMBER_ID = 25
    INVALID_SESSION_TIMEOUT = 26
    REBALANCE_IN_PROGRESS = 27
    INVALID_COMMIT_OFFSET_SIZE = 28
    TOPIC_AUTHORIZATION_FAILED = 29
    GROUP_AUTHORIZATION_FAILED = 30
    CLUSTER_AUTHORIZATION_FAILED = 31
    INVALID_TIMESTAMP = 32
    UNSUPPORTED_SASL_MECHANISM = 33
    ILLEGAL_SASL_STATE = 34
    UNSUPPORTED_VERSION = 35
    TOPIC_ALREADY_EXISTS = 36
    INVALID_PARTITIONS = 37
    INVALID_REPLICATION_FACTOR = 38
    INVALID_REPLICA_ASSIGNMENT = 39
    INVALID_CONFIG = 40
    NOT_CONTROLLER = 41
    INVALID_REQUEST = 42
    UNSUPPORTED_FOR_MESSAGE_FORMAT = 43
    POLICY_VIOLATION = 44
    OUT_OF_ORDER_SEQUENCE_NUMBER = 45
    DUPLICATE_SEQUENCE_NUMBER = 46
    INVALID_PRODUCER_EPOCH = 47
    INVALID_TXN_STATE = 48
    INVALID_PRODUCER_ID_MAPPING = 49
    INVALID_TRANSACTION_TIMEOUT = 50
    CONCURRENT_TRANSACTIONS = 51
    TRANSACTION_COORDINATOR_FENCED = 52
    TRANSACTIONAL_ID_AUTHORIZATION_FAILED = 53
    SECURITY_DISABLED = 54
    OPERATION_NOT_ATTEMPTED = 55
    KAFKA_STORAGE_ERROR = 56
    LOG_DIR_NOT_FOUND = 57
    SASL_AUTHENTICATION_FAILED = 58
    UNKNOWN_PRODUCER_ID = 59
    REASSIGNMENT_IN_PROGRESS = 60
    DELEGATION_TOKEN_AUTH_DISABLED = 61
    DELEGATION_TOKEN_NOT_FOUND = 62
    DELEGATION_TOKEN_OWNER_MISMATCH = 63
    DELEGATION_TOKEN_REQUEST_NOT_ALLOWED = 64
    DELEGATION_TOKEN_AUTHORIZATION_FAILED = 65
    DELEGATION_TOKEN_EXPIRED = 66
    INVALID_PRINCIPAL_TYPE = 67
    NON_EMPTY_GROUP = 68
    GROUP_ID_NOT_FOUND = 69
    FETCH_SESSION_ID_NOT_FOUND = 70
    INVALID_FETCH_SESSION_EPOCH = 71
    LISTENER_NOT_FOUND = 72
    TOPIC_DELETION_DISABLED = 73
    FENCED_LEADER_EPOCH = 74
    UNKNOWN_LEADER_EPOCH = 75
    UNSUPPORTED_COMPRESSION_TYPE = 76
    STALE_BROKER_EPOCH = 77
    OFFSET_NOT_AVAILABLE = 78
    MEMBER_ID_REQUIRED = 79
    PREFERRED_LEADER_NOT_AVAILABLE = 80
    GROUP_MAX_SIZE_REACHED = 81
    FENCED_INSTANCE_ID = 82
    ELIGIBLE_LEADERS_NOT_AVAILABLE = 83
    ELECTION_NOT_NEEDED = 84
    NO_REASSIGNMENT_IN_PROGRESS = 85
    GROUP_SUBSCRIBED_TO_TOPIC = 86
    INVALID_RECORD = 87
    UNSTABLE_OFFSET_COMMIT = 88


class ErrorInfo(NamedTuple):
    """One row of the table. `exception` is the Java class's simple name."""

    code: int
    name: str
    exception: str
    retriable: bool
    message: str


# exception, retriable, message
_TABLE: dict[ErrorCode, tuple[str, bool, str]] = {
    ErrorCode.UNKNOWN_SERVER_ERROR: (
        "UnknownServerException",
        False,
        "The server experienced an unexpected error when processing the request.",
    ),
    ErrorCode.NONE: ("", False, ""),
    ErrorCode.OFFSET_OUT_OF_RANGE: (
        "OffsetOutOfRangeException",
        False,
        "The requested offset is not within the range of offsets maintained by the server.",
    ),
    ErrorCode.CORRUPT_MESSAGE: (
        "CorruptRecordException",
        True,
        "This message has failed its CRC checksum, exceeds the valid size, has a null key for a compacted topic, or is otherwise corrupt.",
    ),
    ErrorCode.UNKNOWN_TOPIC_OR_PARTITION: (
        "UnknownTopicOrPartitionException",
        True,
        "This server does not host this topic-partition.",
    ),
    ErrorCode.INVALID_FETCH_SIZE: ("InvalidFetchSizeException", False, "The requested fetch size is invalid."),
    ErrorCode.LEADER_NOT_AVAILABLE: (
        "LeaderNotAvailableException",
        True,
        "There is no leader for this topic-partition as we are in the middle of a leadership election.",
    ),
    ErrorCode.NOT_LEADER_OR_FOLLOWER: (
        "NotLeaderOrFollowerException",
        True,
        "For requests intended only for the leader, this error indicates that the broker is not the current leader. For requests intended for any replica, this error indicates that the broker is not a replica of the topic partition.",
    ),
    ErrorCode.REQUEST_TIMED_OUT: ("TimeoutException", True, "The request timed out."),
    ErrorCode.BROKER_NOT_AVAILABLE: ("BrokerNotAvailableException", False, "The broker is not available."),
    ErrorCode.REPLICA_NOT_AVAILABLE: (
        "ReplicaNotAvailableException",
        True,
        "The replica is not available for the requested topic-partition. Produce/Fetch requests and other requests intended only for the leader or follower return NOT_LEADER_OR_FOLLOWER if the broker is not a replica of the topic-partition.",
    ),
    ErrorCode.MESSAGE_TOO_LARGE: (
        "RecordTooLargeException",
        False,
        "The request included a message larger than the max message size the server will accept.",
    ),
    ErrorCode.STALE_CONTROLLER_EPOCH: ("ControllerMovedException", False, "The controller moved to another broker."),
    ErrorCode.OFFSET_METADATA_TOO_LARGE: (
        "OffsetMetadataTooLarge",
        False,
        "The metadata field of the offset request was too large.",
    ),
    ErrorCode.NETWORK_EXCEPTION: ("NetworkException", True, "The server disconnected before a response was received."),
    ErrorCode.COORDINATOR_LOAD_IN_PROGRESS: (
        "CoordinatorLoadInProgressException",
        True,
        "The coordinator is loading and hence can't process requests.",
    ),
    ErrorCode.COORDINATOR_NOT_AVAILABLE: (
        "CoordinatorNotAvailableException",
        True,
        "The coordinator is not available.",
    ),
    ErrorCode.NOT_COORDINATOR: ("NotCoordinatorException", True, "This is not the correct coordinator."),
    ErrorCode.INVALID_TOPIC_EXCEPTION: (
        "InvalidTopicException",
        False,
        "The request attempted to perform an operation on an invalid topic.",
    ),
    ErrorCode.RECORD_LIST_TOO_LARGE: (
        "RecordBatchTooLargeException",
        False,
        "The request included message batch larger than the configured segment size on the server.",
    ),
    ErrorCode.NOT_ENOUGH_REPLICAS: (
        "NotEnoughReplicasException",
        True,
        "Messages are rejected since there are fewer in-sync replicas than required.",
    ),
    ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND: (
        "NotEnoughReplicasAfterAppendException",
        True,
        "Messages are written to the log, but to fewer in-sync replicas than required.",
    ),
    ErrorCode.INVALID_REQUIRED_ACKS: (
        "InvalidRequiredAcksException",
        False,
        "Produce request specified an invalid value for required acks.",
    ),
    ErrorCode.ILLEGAL_GENERATION: ("IllegalGenerationException", False, "Specified group generation id is not valid."),
    ErrorCode.INCONSISTENT_GROUP_PROTOCOL: (
        "InconsistentGroupProtocolException",
        False,
        "The group member's supported protocols are incompatible with those of existing members or first group member tried to join with empty protocol type or empty protocol list.",
    ),
    ErrorCode.INVALID_GROUP_ID: ("InvalidGroupIdException", False, "The configured groupId is invalid."),
    ErrorCode.UNKNOWN_MEMBER_ID: ("UnknownMemberIdException", False, "The coordinator is not aware of this member."),
    ErrorCode.INVALID_SESSION_TIMEOUT: (
        "InvalidSessionTimeoutException",
        False,
        "The session timeout is not within the range allowed by the broker (as configured by group.min.session.timeout.ms and group.max.session.timeout.ms).",
    ),
    ErrorCode.REBALANCE_IN_PROGRESS: (
        "RebalanceInProgressException",
        False,
        "The group is rebalancing, so a rejoin is needed.",
    ),
    ErrorCode.INVALID_COMMIT_OFFSET_SIZE: (
        "InvalidCommitOffsetSizeException",
        False,
        "The committing offset data size is not valid.",
    ),
    ErrorCode.TOPIC_AUTHORIZATION_FAILED: ("TopicAuthorizationException", False, "Topic authorization failed."),
    ErrorCode.GROUP_AUTHORIZATION_FAILED: ("GroupAuthorizationException", False, "Group authorization failed."),
    ErrorCode.CLUSTER_AUTHORIZATION_FAILED: ("ClusterAuthorizationException", False, "Cluster authorization failed."),
    ErrorCode.INVALID_TIMESTAMP: (
        "InvalidTimestampException",
        False,
        "The timestamp of the message is out of acceptable range.",
    ),
    ErrorCode.UNSUPPORTED_SASL_MECHANISM: (
        "UnsupportedSaslMechanismException",
        False,
        "The broker does not support the requested SASL mechanism.",
    ),
    ErrorCode.ILLEGAL_SASL_STATE: (
        "IllegalSaslStateException",
        False,
        "Request is not valid given the current SASL state.",
    ),
    ErrorCode.UNSUPPORTED_VERSION: ("UnsupportedVersionException", False, "The version of API is not supported."),
    ErrorCode.TOPIC_ALREADY_EXISTS: ("TopicExistsException", False, "Topic with this name already exists."),
    ErrorCode.INVALID_PARTITIONS: ("InvalidPartitionsException", False, "Number of partitions is below 1."),
    ErrorCode.INVALID_REPLICATION_FACTOR: (
        "InvalidReplicationFactorException",
        False,
        "Replication factor is below 1 or larger than the number of available brokers.",
    ),
    ErrorCode.INVALID_REPLICA_ASSIGNMENT: (
        "InvalidReplicaAssignmentException",
        False,
        "Replica assignment is invalid.",
    ),
    ErrorCode.INVALID_CONFIG: ("InvalidConfigurationException", False, "Configuration is invalid."),
    ErrorCode.NOT_CONTROLLER: ("NotControllerException", True, "This is not the correct controller for this cluster."),
    ErrorCode.INVALID_REQUEST: (
        "InvalidRequestException",
        False,
        "This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.",
    ),
    ErrorCode.UNSUPPORTED_FOR_MESSAGE_FORMAT: (
        "UnsupportedForMessageFormatException",
        False,
        "The message format version on the broker does not support the request.",
    ),
    ErrorCode.POLICY_VIOLATION: (
        "PolicyViolationException",
        False,
        "Request parameters do not satisfy the configured policy.",
    ),
    ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER: (
        "OutOfOrderSequenceException",
        False,
        "The broker received an out of order sequence number.",
    ),
    ErrorCode.DUPLICATE_SEQUENCE_NUMBER: (
        "DuplicateSequenceException",
        False,
        "The broker received a duplicate sequence number.",
    ),
    ErrorCode.INVALID_PRODUCER_EPOCH: (
        "ProducerFencedException",
        False,
        "Producer attempted an operation with an old epoch. Either there is a newer producer with the same transactionalId, or the producer's transaction has been expired by the broker.",
    ),
    ErrorCode.INVALID_TXN_STATE: (
        "InvalidTxnStateException",
        False,
        "The producer attempted a transactional operation in an invalid state.",
    ),
    ErrorCode.INVALID_PRODUCER_ID_MAPPING: (
        "InvalidPidMappingException",
        False,
        "The producer attempted to use a producer id which is not currently assigned to its transactional id.",
    ),
    ErrorCode.INVALID_TRANSACTION_TIMEOUT: (
        "InvalidTxnTimeoutException",
        False,
        "The transaction timeout is larger than the maximum value allowed by the broker (as configured by transaction.max.timeout.ms).",
    ),
    ErrorCode.CONCURRENT_TRANSACTIONS: (
        "ConcurrentTransactionsException",
        False,
        "The producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing.",
    ),
    ErrorCode.TRANSACTION_COORDINATOR_FENCED: (
        "TransactionCoordinatorFencedException",
        False,
        "Indicates that the transaction coordinator sending a WriteTxnMarker is no longer the current coordinator for a given producer.",
    ),
    ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: (
        "TransactionalIdAuthorizationException",
        False,
        "Transactional Id authorization failed.",
    ),
    ErrorCode.SECURITY_DISABLED: ("SecurityDisabledException", False, "Security features are disabled."),
    ErrorCode.OPERATION_NOT_ATTEMPTED: (
        "OperationNotAttemptedException",
        False,
        "The broker did not attempt to execute this operation. This may happen for batched RPCs where some operations in the batch failed, causing the broker to respond without trying the rest.",
    ),
    ErrorCode.KAFKA_STORAGE_ERROR: (
        "KafkaStorageException",
        True,
        "Disk error when trying to access log file on the disk.",
    ),
    ErrorCode.LOG_DIR_NOT_FOUND: (
        "LogDirNotFoundException",
        False,
        "The user-specified log directory is not found in the broker config.",
    ),
    ErrorCode.SASL_AUTHENTICATION_FAILED: ("SaslAuthenticationException", False, "SASL Authentication failed."),
    ErrorCode.UNKNOWN_PRODUCER_ID: (
        "UnknownProducerIdException",
        False,
        "This exception is raised by the broker if it could not locate the producer metadata associated with the producerId in question. This could happen if, for instance, the producer's records were deleted because their retention time had elapsed. Once the last records of the producerId are removed, the producer's metadata is removed from the broker, and future appends by the producer will return this exception.",
    ),
    ErrorCode.REASSIGNMENT_IN_PROGRESS: (
        "ReassignmentInProgressException",
        False,
        "A partition reassignment is in progress.",
    ),
    ErrorCode.DELEGATION_TOKEN_AUTH_DISABLED: (
        "DelegationTokenDisabledException",
        False,
        "Delegation Token feature is not enabled.",
    ),
    ErrorCode.DELEGATION_TOKEN_NOT_FOUND: (
        "DelegationTokenNotFoundException",
        False,
        "Delegation Token is not found on server.",
    ),
    ErrorCode.DELEGATION_TOKEN_OWNER_MISMATCH: (
        "DelegationTokenOwnerMismatchException",
        False,
        "Specified Principal is not valid Owner/Renewer.",
    ),
    ErrorCode.DELEGATION_TOKEN_REQUEST_NOT_ALLOWED: (
        "UnsupportedByAuthenticationException",
        False,
        "Delegation Token requests are not allowed on PLAINTEXT/1-way SSL channels and on delegation token authenticated channels.",
    ),
    ErrorCode.DELEGATION_TOKEN_AUTHORIZATION_FAILED: (
        "DelegationTokenAuthorizationException",
        False,
        "Delegation Token authorization failed.",
    ),
    ErrorCode.DELEGATION_TOKEN_EXPIRED: ("DelegationTokenExpiredException", False, "Delegation Token is expired."),
    ErrorCode.INVALID_PRINCIPAL_TYPE: (
        "InvalidPrincipalTypeException",
        False,
        "Supplied principalType is not supported.",
    ),
    ErrorCode.NON_EMPTY_GROUP: ("GroupNotEmptyException", False, "The group is not empty."),
    ErrorCode.GROUP_ID_NOT_FOUND: ("GroupIdNotFoundException", False, "The group id does not exist."),
    ErrorCode.FETCH_SESSION_ID_NOT_FOUND: (
        "FetchSessionIdNotFoundException",
        True,
        "The fetch session ID was not found.",
    ),
    ErrorCode.INVALID_FETCH_SESSION_EPOCH: (
        "InvalidFetchSessionEpochException",
        True,
        "The fetch session epoch is invalid.",
    ),
    ErrorCode.LISTENER_NOT_FOUND: (
        "ListenerNotFoundException",
        True,
        "There is no listener on the leader broker that matches the listener on which metadata request was processed.",
    ),
    ErrorCode.TOPIC_DELETION_DISABLED: ("TopicDeletionDisabledException", False, "Topic deletion is disabled."),
    ErrorCode.FENCED_LEADER_EPOCH: (
        "FencedLeaderEpochException",
        True,
        "The leader epoch in the request is older than the epoch on the broker.",
    ),
    ErrorCode.UNKNOWN_LEADER_EPOCH: (
        "UnknownLeaderEpochException",
        True,
        "The leader epoch in the request is newer than the epoch on the broker.",
    ),
    ErrorCode.UNSUPPORTED_COMPRESSION_TYPE: (
        "UnsupportedCompressionTypeException",
        False,
        "The requesting client does not support the compression type of given partition.",
    ),
    ErrorCode.STALE_BROKER_EPOCH: ("StaleBrokerEpochException", False, "Broker epoch has changed."),
    ErrorCode.OFFSET_NOT_AVAILABLE: (
        "OffsetNotAvailableException",
        True,
        "The leader high watermark has not caught up from a recent leader election so the offsets cannot be guaranteed to be monotonically increasing.",
    ),
    ErrorCode.MEMBER_ID_REQUIRED: (
        "MemberIdRequiredException",
        False,
        "The group member needs to have a valid member id before actually entering a consumer group.",
    ),
    ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE: (
        "PreferredLeaderNotAvailableException",
        True,
        "The preferred leader was not available.",
    ),
    ErrorCode.GROUP_MAX_SIZE_REACHED: (
        "GroupMaxSizeReachedException",
        False,
        "The consumer group has reached its max size.",
    ),
    ErrorCode.FENCED_INSTANCE_ID: (
        "FencedInstanceIdException",
        False,
        "The broker rejected this static consumer since another consumer with the same group.instance.id has registered with a different member.id.",
    ),
    ErrorCode.ELIGIBLE_LEADERS_NOT_AVAILABLE: (
        "EligibleLeadersNotAvailableException",
        True,
        "Eligible topic partition leaders are not available.",
    ),
    ErrorCode.ELECTION_NOT_NEEDED: (
        "ElectionNotNeededException",
        True,
        "Leader election not needed for topic partition.",
    ),
    ErrorCode.NO_REASSIGNMENT_IN_PROGRESS: (
        "NoReassignmentInProgressException",
        False,
        "No partition reassignment is in progress.",
    ),
    ErrorCode.GROUP_SUBSCRIBED_TO_TOPIC: (
        "GroupSubscribedToTopicException",
        False,
        "Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.",
    ),
    ErrorCode.INVALID_RECORD: (
        "InvalidRecordException",
        False,
        "This record has failed the validation on broker and hence will be rejected.",
    ),
    ErrorCode.UNSTABLE_OFFSET_COMMIT: (
        "UnstableOffsetCommitException",
        True,
        "There are unstable offsets that need to be cleared.",
    ),
}


def error_info(code: int) -> ErrorInfo:
    """Return the row of `code`; an unknown code keeps its number and gets UNKNOWN_SERVER_ERROR's class and text."""
    known = ErrorCode(code) if code in ErrorCode._value2member_map_ else None
    exception, retriable, message = _TABLE[known if known is not None else ErrorCode.UNKNOWN_SERVER_ERROR]
    return ErrorInfo(code, known.name if known is not None else f"UNKNOWN_CODE_{code}", exception, retriable, message)


class ApiError(Exception):
    """A request failed with one of the protocol's errors. `str()` is the broker's own text, or the table's."""

    def __init__(self, code: int, message: str | None = None) -> None:
        self.info = error_info(code)
        self.code = code
        super().__init__(message if message is not None else self.info.message)
