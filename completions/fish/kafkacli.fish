# Made by `python -m kafkacli.options.generate`: change the option tables instead.

function __kafkacli_names # KIND: names from the cluster
    set -l line (commandline -opc)
    set -l program (string replace -r '[^/]*$' kafkacli -- (command -s -- $line[1]))
    test -x "$program"; or set program kafkacli
    command $program __complete $argv[1] (string unescape -- (string replace -r '^-[^=]*=' '' -- (commandline -ct))) $line 2>/dev/null
end

function __kafkacli_words # WORD...: words, behind the last comma; a NAME= that is all there has its value still to come
    set -l typed (string replace -r '^-[^=]*=' '' -- (commandline -ct))
    set -l before (string match -r '.*,' -- $typed)
    set -q before[1]; or set before ''
    string match -q -- '*=' $typed; and contains -- $typed $before$argv; and return
    printf '%s\n' $before$argv
end

function __kafkacli_operand # FROM TO [FLAG...]: whether this word is an operand of these numbers; FLAGs have arguments
    set -l line (commandline -opc)
    set -l number 0
    set -l skip 0
    test (string replace -r '.*/' '' -- $line[1]) = kafkacli; and set -e line[1]
    for word in $line[2..]
        if test $skip = 1
            set skip 0
        else if string match -q -- '-*' $word
            contains -- (string replace -r -- '^-(?=[^-].)' -- $word) $argv[3..]; and set skip 1
        else
            set number (math $number + 1)
        end
    end
    test $skip = 0 -a $number -ge $argv[1] -a $number -le $argv[2]
end

set -g __kafkacli_list_0 'plain' 'json' 'yaml' 'table'
set -g __kafkacli_list_1 'add' 'list' 'remove' 'show' 'use'
set -g __kafkacli_list_2 'read' 'write' 'describe' 'create' 'delete' 'alter' 'describeconfigs' 'alterconfigs'
set -g __kafkacli_list_3 'bash' 'zsh' 'fish'
set -g __kafkacli_list_4 'bash' 'fish' 'install' 'zsh'
set -g __kafkacli_list_5 'bash' 'fish' 'zsh'
set -g __kafkacli_list_6 'cleanup.policy=compact' 'cleanup.policy=delete' 'compression.type=gzip' 'compression.type=lz4' 'compression.type=producer' 'compression.type=snappy' 'compression.type=uncompressed' 'compression.type=zstd' 'delete.retention.ms=' 'file.delete.delay.ms=' 'flush.messages=' 'flush.ms=' 'follower.replication.throttled.replicas=' 'index.interval.bytes=' 'leader.replication.throttled.replicas=' 'max.compaction.lag.ms=' 'max.message.bytes=' 'message.downconversion.enable=false' 'message.downconversion.enable=true' 'message.format.version=' 'message.timestamp.difference.max.ms=' 'message.timestamp.type=CreateTime' 'message.timestamp.type=LogAppendTime' 'min.cleanable.dirty.ratio=' 'min.compaction.lag.ms=' 'min.insync.replicas=' 'preallocate=false' 'preallocate=true' 'retention.bytes=' 'retention.ms=' 'segment.bytes=' 'segment.index.bytes=' 'segment.jitter.ms=' 'segment.ms=' 'unclean.leader.election.enable=false' 'unclean.leader.election.enable=true'
set -g __kafkacli_list_7 'kafka.tools.ConsoleProducer$LineMessageReader' 'org.apache.kafka.tools.LineMessageReader'
set -g __kafkacli_list_8 'acks=-1' 'acks=0' 'acks=1' 'acks=all' 'batch.size=' 'bootstrap.servers=' 'buffer.memory=' 'client.dns.lookup=default' 'client.dns.lookup=resolve_canonical_bootstrap_servers_only' 'client.dns.lookup=use_all_dns_ips' 'client.id=' 'compression.type=' 'connections.max.idle.ms=' 'delivery.timeout.ms=' 'enable.idempotence=false' 'enable.idempotence=true' 'interceptor.classes=' 'internal.auto.downgrade.txn.commit=false' 'internal.auto.downgrade.txn.commit=true' 'linger.ms=' 'max.block.ms=' 'max.in.flight.requests.per.connection=' 'max.request.size=' 'metadata.max.age.ms=' 'metadata.max.idle.ms=' 'metric.reporters=' 'metrics.num.samples=' 'metrics.recording.level=DEBUG' 'metrics.recording.level=INFO' 'metrics.sample.window.ms=' 'partitioner.class=' 'receive.buffer.bytes=' 'reconnect.backoff.max.ms=' 'reconnect.backoff.ms=' 'request.timeout.ms=' 'retries=' 'retry.backoff.ms=' 'sasl.client.callback.handler.class=' 'sasl.jaas.config=' 'sasl.kerberos.kinit.cmd=' 'sasl.kerberos.min.time.before.relogin=' 'sasl.kerberos.service.name=' 'sasl.kerberos.ticket.renew.jitter=' 'sasl.kerberos.ticket.renew.window.factor=' 'sasl.login.callback.handler.class=' 'sasl.login.class=' 'sasl.login.refresh.buffer.seconds=' 'sasl.login.refresh.min.period.seconds=' 'sasl.login.refresh.window.factor=' 'sasl.login.refresh.window.jitter=' 'sasl.mechanism=' 'security.protocol=' 'security.providers=' 'send.buffer.bytes=' 'ssl.cipher.suites=' 'ssl.enabled.protocols=' 'ssl.endpoint.identification.algorithm=' 'ssl.engine.factory.class=' 'ssl.key.password=' 'ssl.keymanager.algorithm=' 'ssl.keystore.location=' 'ssl.keystore.password=' 'ssl.keystore.type=' 'ssl.protocol=' 'ssl.provider=' 'ssl.secure.random.implementation=' 'ssl.trustmanager.algorithm=' 'ssl.truststore.location=' 'ssl.truststore.password=' 'ssl.truststore.type=' 'transaction.timeout.ms=' 'transactional.id='
set -g __kafkacli_list_9 'parse.key=true' 'key.separator=' 'ignore.error=true' 'null.marker='
set -g __kafkacli_list_10 '0' '1' '-1' 'all'
set -g __kafkacli_list_11 'json' 'lines'
set -g __kafkacli_list_12 '-1h' '-1d'
set -g __kafkacli_list_13 '10' '100' '1k' '10k'
set -g __kafkacli_list_14 '100k' '1M' '10M'
set -g __kafkacli_list_15 'allow.auto.create.topics=false' 'allow.auto.create.topics=true' 'auto.commit.interval.ms=' 'auto.offset.reset=earliest' 'auto.offset.reset=latest' 'auto.offset.reset=none' 'bootstrap.servers=' 'check.crcs=false' 'check.crcs=true' 'client.dns.lookup=default' 'client.dns.lookup=resolve_canonical_bootstrap_servers_only' 'client.dns.lookup=use_all_dns_ips' 'client.id=' 'client.rack=' 'connections.max.idle.ms=' 'default.api.timeout.ms=' 'enable.auto.commit=false' 'enable.auto.commit=true' 'exclude.internal.topics=false' 'exclude.internal.topics=true' 'fetch.max.bytes=' 'fetch.max.wait.ms=' 'fetch.min.bytes=' 'group.id=' 'group.instance.id=' 'heartbeat.interval.ms=' 'interceptor.classes=' 'internal.leave.group.on.close=false' 'internal.leave.group.on.close=true' 'internal.throw.on.fetch.stable.offset.unsupported=false' 'internal.throw.on.fetch.stable.offset.unsupported=true' 'isolation.level=read_committed' 'isolation.level=read_uncommitted' 'max.partition.fetch.bytes=' 'max.poll.interval.ms=' 'max.poll.records=' 'metadata.max.age.ms=' 'metric.reporters=' 'metrics.num.samples=' 'metrics.recording.level=DEBUG' 'metrics.recording.level=INFO' 'metrics.sample.window.ms=' 'partition.assignment.strategy=' 'receive.buffer.bytes=' 'reconnect.backoff.max.ms=' 'reconnect.backoff.ms=' 'request.timeout.ms=' 'retry.backoff.ms=' 'sasl.client.callback.handler.class=' 'sasl.jaas.config=' 'sasl.kerberos.kinit.cmd=' 'sasl.kerberos.min.time.before.relogin=' 'sasl.kerberos.service.name=' 'sasl.kerberos.ticket.renew.jitter=' 'sasl.kerberos.ticket.renew.window.factor=' 'sasl.login.callback.handler.class=' 'sasl.login.class=' 'sasl.login.refresh.buffer.seconds=' 'sasl.login.refresh.min.period.seconds=' 'sasl.login.refresh.window.factor=' 'sasl.login.refresh.window.jitter=' 'sasl.mechanism=' 'security.protocol=' 'security.providers=' 'send.buffer.bytes=' 'session.timeout.ms=' 'ssl.cipher.suites=' 'ssl.enabled.protocols=' 'ssl.endpoint.identification.algorithm=' 'ssl.engine.factory.class=' 'ssl.key.password=' 'ssl.keymanager.algorithm=' 'ssl.keystore.location=' 'ssl.keystore.password=' 'ssl.keystore.type=' 'ssl.protocol=' 'ssl.provider=' 'ssl.secure.random.implementation=' 'ssl.trustmanager.algorithm=' 'ssl.truststore.location=' 'ssl.truststore.password=' 'ssl.truststore.type='
set -g __kafkacli_list_16 'kafka.tools.DefaultMessageFormatter' 'kafka.tools.LoggingMessageFormatter' 'kafka.tools.NoOpMessageFormatter' 'kafka.tools.ChecksumMessageFormatter' 'kafka.coordinator.group.GroupMetadataManager$OffsetsMessageFormatter' 'kafka.coordinator.group.GroupMetadataManager$GroupMetadataMessageFormatter' 'kafka.coordinator.transaction.TransactionLog$TransactionLogMessageFormatter' 'org.apache.kafka.tools.consumer.DefaultMessageFormatter' 'org.apache.kafka.tools.consumer.LoggingMessageFormatter' 'org.apache.kafka.tools.consumer.NoOpMessageFormatter' 'org.apache.kafka.tools.consumer.OffsetsMessageFormatter' 'org.apache.kafka.tools.consumer.GroupMetadataMessageFormatter' 'org.apache.kafka.tools.consumer.TransactionLogMessageFormatter'
set -g __kafkacli_list_17 'read_committed' 'read_uncommitted'
set -g __kafkacli_list_18 'org.apache.kafka.common.serialization.ByteArrayDeserializer' 'org.apache.kafka.common.serialization.ByteBufferDeserializer' 'org.apache.kafka.common.serialization.BytesDeserializer' 'org.apache.kafka.common.serialization.DoubleDeserializer' 'org.apache.kafka.common.serialization.FloatDeserializer' 'org.apache.kafka.common.serialization.IntegerDeserializer' 'org.apache.kafka.common.serialization.LongDeserializer' 'org.apache.kafka.common.serialization.ShortDeserializer' 'org.apache.kafka.common.serialization.StringDeserializer' 'org.apache.kafka.common.serialization.UUIDDeserializer' 'org.apache.kafka.common.serialization.VoidDeserializer'
set -g __kafkacli_list_19 'earliest' 'latest'
set -g __kafkacli_list_20 'print.key=' 'print.value=' 'print.timestamp=' 'print.partition=' 'print.headers=' 'print.offset=' 'key.separator=' 'line.separator=' 'key.deserializer=' 'value.deserializer='
set -g __kafkacli_list_21 'earliest' 'latest' '-1h' '-1d'
set -g __kafkacli_list_22 'latest' '-1h' '-1d'
set -g __kafkacli_list_23 'key~' 'value~' 'header.'
set -g __kafkacli_list_24 'json' 'yaml' 'table' 'plain'
set -g __kafkacli_list_25 'SCRAM-SHA-256=' 'SCRAM-SHA-512=' 'advertised.listeners=' 'background.threads=' 'cleanup.policy=compact' 'cleanup.policy=delete' 'compression.type=' 'compression.type=gzip' 'compression.type=lz4' 'compression.type=producer' 'compression.type=snappy' 'compression.type=uncompressed' 'compression.type=zstd' 'consumer_byte_rate=' 'delete.retention.ms=' 'file.delete.delay.ms=' 'flush.messages=' 'flush.ms=' 'follower.replication.throttled.replicas=' 'index.interval.bytes=' 'leader.replication.throttled.replicas=' 'listener.security.protocol.map=' 'listeners=' 'log.cleaner.backoff.ms=' 'log.cleaner.dedupe.buffer.size=' 'log.cleaner.delete.retention.ms=' 'log.cleaner.io.buffer.load.factor=' 'log.cleaner.io.buffer.size=' 'log.cleaner.io.max.bytes.per.second=' 'log.cleaner.max.compaction.lag.ms=' 'log.cleaner.min.cleanable.ratio=' 'log.cleaner.min.compaction.lag.ms=' 'log.cleaner.threads=' 'log.cleanup.policy=compact' 'log.cleanup.policy=delete' 'log.flush.interval.messages=' 'log.flush.interval.ms=' 'log.index.interval.bytes=' 'log.index.size.max.bytes=' 'log.message.downconversion.enable=false' 'log.message.downconversion.enable=true' 'log.message.timestamp.difference.max.ms=' 'log.message.timestamp.type=CreateTime' 'log.message.timestamp.type=LogAppendTime' 'log.preallocate=false' 'log.preallocate=true' 'log.retention.bytes=' 'log.retention.ms=' 'log.roll.jitter.ms=' 'log.roll.ms=' 'log.segment.bytes=' 'log.segment.delete.delay.ms=' 'max.compaction.lag.ms=' 'max.connections.per.ip.overrides=' 'max.connections.per.ip=' 'max.connections=' 'max.message.bytes=' 'message.downconversion.enable=false' 'message.downconversion.enable=true' 'message.format.version=' 'message.max.bytes=' 'message.timestamp.difference.max.ms=' 'message.timestamp.type=CreateTime' 'message.timestamp.type=LogAppendTime' 'metric.reporters=' 'min.cleanable.dirty.ratio=' 'min.compaction.lag.ms=' 'min.insync.replicas=' 'num.io.threads=' 'num.network.threads=' 'num.recovery.threads.per.data.dir=' 'num.replica.fetchers=' 'preallocate=false' 'preallocate=true' 'principal.builder.class=' 'producer_byte_rate=' 'request_percentage=' 'retention.bytes=' 'retention.ms=' 'sasl.enabled.mechanisms=' 'sasl.jaas.config=' 'sasl.kerberos.kinit.cmd=' 'sasl.kerberos.min.time.before.relogin=' 'sasl.kerberos.principal.to.local.rules=' 'sasl.kerberos.service.name=' 'sasl.kerberos.ticket.renew.jitter=' 'sasl.kerberos.ticket.renew.window.factor=' 'sasl.login.refresh.buffer.seconds=' 'sasl.login.refresh.min.period.seconds=' 'sasl.login.refresh.window.factor=' 'sasl.login.refresh.window.jitter=' 'sasl.mechanism.inter.broker.protocol=' 'segment.bytes=' 'segment.index.bytes=' 'segment.jitter.ms=' 'segment.ms=' 'ssl.cipher.suites=' 'ssl.client.auth=none' 'ssl.client.auth=requested' 'ssl.client.auth=required' 'ssl.enabled.protocols=' 'ssl.endpoint.identification.algorithm=' 'ssl.engine.factory.class=' 'ssl.key.password=' 'ssl.keymanager.algorithm=' 'ssl.keystore.location=' 'ssl.keystore.password=' 'ssl.keystore.type=' 'ssl.protocol=' 'ssl.provider=' 'ssl.secure.random.implementation=' 'ssl.trustmanager.algorithm=' 'ssl.truststore.location=' 'ssl.truststore.password=' 'ssl.truststore.type=' 'unclean.leader.election.enable=false' 'unclean.leader.election.enable=true'
set -g __kafkacli_list_26 'topics' 'clients' 'users' 'brokers' 'broker-loggers'
set -g __kafkacli_list_27 'advertised.host.name=' 'advertised.listeners=' 'advertised.port=' 'alter.config.policy.class.name=' 'alter.log.dirs.replication.quota.window.num=' 'alter.log.dirs.replication.quota.window.size.seconds=' 'authorizer.class.name=' 'auto.create.topics.enable=false' 'auto.create.topics.enable=true' 'auto.leader.rebalance.enable=false' 'auto.leader.rebalance.enable=true' 'background.threads=' 'broker.id.generation.enable=false' 'broker.id.generation.enable=true' 'broker.id=' 'broker.rack=' 'client.quota.callback.class=' 'compression.type=' 'connection.failed.authentication.delay.ms=' 'connections.max.idle.ms=' 'connections.max.reauth.ms=' 'control.plane.listener.name=' 'controlled.shutdown.enable=false' 'controlled.shutdown.enable=true' 'controlled.shutdown.max.retries=' 'controlled.shutdown.retry.backoff.ms=' 'controller.socket.timeout.ms=' 'create.topic.policy.class.name=' 'default.replication.factor=' 'delegation.token.expiry.check.interval.ms=' 'delegation.token.expiry.time.ms=' 'delegation.token.master.key=' 'delegation.token.max.lifetime.ms=' 'delete.records.purgatory.purge.interval.requests=' 'delete.topic.enable=false' 'delete.topic.enable=true' 'fetch.max.bytes=' 'fetch.purgatory.purge.interval.requests=' 'group.initial.rebalance.delay.ms=' 'group.max.session.timeout.ms=' 'group.max.size=' 'group.min.session.timeout.ms=' 'host.name=' 'inter.broker.listener.name=' 'inter.broker.protocol.version=' 'kafka.metrics.polling.interval.secs=' 'kafka.metrics.reporters=' 'leader.imbalance.check.interval.seconds=' 'leader.imbalance.per.broker.percentage=' 'listener.security.protocol.map=' 'listeners=' 'log.cleaner.backoff.ms=' 'log.cleaner.dedupe.buffer.size=' 'log.cleaner.delete.retention.ms=' 'log.cleaner.enable=false' 'log.cleaner.enable=true' 'log.cleaner.io.buffer.load.factor=' 'log.cleaner.io.buffer.size=' 'log.cleaner.io.max.bytes.per.second=' 'log.cleaner.max.compaction.lag.ms=' 'log.cleaner.min.cleanable.ratio=' 'log.cleaner.min.compaction.lag.ms=' 'log.cleaner.threads=' 'log.cleanup.policy=compact' 'log.cleanup.policy=delete' 'log.dir=' 'log.dirs=' 'log.flush.interval.messages=' 'log.flush.interval.ms=' 'log.flush.offset.checkpoint.interval.ms=' 'log.flush.scheduler.interval.ms=' 'log.flush.start.offset.checkpoint.interval.ms=' 'log.index.interval.bytes=' 'log.index.size.max.bytes=' 'log.message.downconversion.enable=false' 'log.message.downconversion.enable=true' 'log.message.format.version=' 'log.message.timestamp.difference.max.ms=' 'log.message.timestamp.type=CreateTime' 'log.message.timestamp.type=LogAppendTime' 'log.preallocate=false' 'log.preallocate=true' 'log.retention.bytes=' 'log.retention.check.interval.ms=' 'log.retention.hours=' 'log.retention.minutes=' 'log.retention.ms=' 'log.roll.hours=' 'log.roll.jitter.hours=' 'log.roll.jitter.ms=' 'log.roll.ms=' 'log.segment.bytes=' 'log.segment.delete.delay.ms=' 'max.connections.per.ip.overrides=' 'max.connections.per.ip=' 'max.connections=' 'max.incremental.fetch.session.cache.slots=' 'message.max.bytes=' 'metric.reporters=' 'metrics.num.samples=' 'metrics.recording.level=' 'metrics.sample.window.ms=' 'min.insync.replicas=' 'num.io.threads=' 'num.network.threads=' 'num.partitions=' 'num.recovery.threads.per.data.dir=' 'num.replica.alter.log.dirs.threads=' 'num.replica.fetchers=' 'offset.metadata.max.bytes=' 'offsets.commit.required.acks=' 'offsets.commit.timeout.ms=' 'offsets.load.buffer.size=' 'offsets.retention.check.interval.ms=' 'offsets.retention.minutes=' 'offsets.topic.compression.codec=' 'offsets.topic.num.partitions=' 'offsets.topic.replication.factor=' 'offsets.topic.segment.bytes=' 'password.encoder.cipher.algorithm=' 'password.encoder.iterations=' 'password.encoder.key.length=' 'password.encoder.keyfactory.algorithm=' 'password.encoder.old.secret=' 'password.encoder.secret=' 'port=' 'principal.builder.class=' 'producer.purgatory.purge.interval.requests=' 'queued.max.request.bytes=' 'queued.max.requests=' 'quota.consumer.default=' 'quota.producer.default=' 'quota.window.num=' 'quota.window.size.seconds=' 'replica.fetch.backoff.ms=' 'replica.fetch.max.bytes=' 'replica.fetch.min.bytes=' 'replica.fetch.response.max.bytes=' 'replica.fetch.wait.max.ms=' 'replica.high.watermark.checkpoint.interval.ms=' 'replica.lag.time.max.ms=' 'replica.selector.class=' 'replica.socket.receive.buffer.bytes=' 'replica.socket.timeout.ms=' 'replication.quota.window.num=' 'replication.quota.window.size.seconds=' 'request.timeout.ms=' 'reserved.broker.max.id=' 'sasl.client.callback.handler.class=' 'sasl.enabled.mechanisms=' 'sasl.jaas.config=' 'sasl.kerberos.kinit.cmd=' 'sasl.kerberos.min.time.before.relogin=' 'sasl.kerberos.principal.to.local.rules=' 'sasl.kerberos.service.name=' 'sasl.kerberos.ticket.renew.jitter=' 'sasl.kerberos.ticket.renew.window.factor=' 'sasl.login.callback.handler.class=' 'sasl.login.class=' 'sasl.login.refresh.buffer.seconds=' 'sasl.login.refresh.min.period.seconds=' 'sasl.login.refresh.window.factor=' 'sasl.login.refresh.window.jitter=' 'sasl.mechanism.inter.broker.protocol=' 'sasl.server.callback.handler.class=' 'security.inter.broker.protocol=' 'security.providers=' 'socket.receive.buffer.bytes=' 'socket.request.max.bytes=' 'socket.send.buffer.bytes=' 'ssl.cipher.suites=' 'ssl.client.auth=none' 'ssl.client.auth=requested' 'ssl.client.auth=required' 'ssl.enabled.protocols=' 'ssl.endpoint.identification.algorithm=' 'ssl.engine.factory.class=' 'ssl.key.password=' 'ssl.keymanager.algorithm=' 'ssl.keystore.location=' 'ssl.keystore.password=' 'ssl.keystore.type=' 'ssl.principal.mapping.rules=' 'ssl.protocol=' 'ssl.provider=' 'ssl.secure.random.implementation=' 'ssl.trustmanager.algorithm=' 'ssl.truststore.location=' 'ssl.truststore.password=' 'ssl.truststore.type=' 'transaction.abort.timed.out.transaction.cleanup.interval.ms=' 'transaction.max.timeout.ms=' 'transaction.remove.expired.transaction.cleanup.interval.ms=' 'transaction.state.log.load.buffer.size=' 'transaction.state.log.min.isr=' 'transaction.state.log.num.partitions=' 'transaction.state.log.replication.factor=' 'transaction.state.log.segment.bytes=' 'transactional.id.expiration.ms=' 'unclean.leader.election.enable=false' 'unclean.leader.election.enable=true' 'zookeeper.clientCnxnSocket=' 'zookeeper.connect=' 'zookeeper.connection.timeout.ms=' 'zookeeper.max.in.flight.requests=' 'zookeeper.session.timeout.ms=' 'zookeeper.set.acl=false' 'zookeeper.set.acl=true' 'zookeeper.ssl.cipher.suites=' 'zookeeper.ssl.client.enable=false' 'zookeeper.ssl.client.enable=true' 'zookeeper.ssl.crl.enable=false' 'zookeeper.ssl.crl.enable=true' 'zookeeper.ssl.enabled.protocols=' 'zookeeper.ssl.endpoint.identification.algorithm=' 'zookeeper.ssl.keystore.location=' 'zookeeper.ssl.keystore.password=' 'zookeeper.ssl.keystore.type=' 'zookeeper.ssl.ocsp.enable=false' 'zookeeper.ssl.ocsp.enable=true' 'zookeeper.ssl.protocol=' 'zookeeper.ssl.truststore.location=' 'zookeeper.ssl.truststore.password=' 'zookeeper.ssl.truststore.type=' 'zookeeper.sync.time.ms='
set -g __kafkacli_list_28 'addauth' 'close' 'config' 'connect' 'cp' 'create' 'delete' 'deleteall' 'delquota' 'du' 'dump' 'export' 'find' 'get' 'getAcl' 'grep' 'help' 'history' 'import' 'listquota' 'ls' 'ls2' 'printwatches' 'quit' 'reconfig' 'redo' 'removewatches' 'rmr' 'set' 'setAcl' 'setquota' 'stat' 'sync' 'tree'
set -g __kafkacli_list_29 'kafka.Kafka' 'kafka.admin.AclCommand' 'kafka.admin.BrokerApiVersionsCommand' 'kafka.admin.ConfigCommand' 'kafka.admin.ConsumerGroupCommand' 'kafka.admin.DelegationTokenCommand' 'kafka.admin.DeleteRecordsCommand' 'kafka.admin.LeaderElectionCommand' 'kafka.admin.LogDirsCommand' 'kafka.admin.PreferredReplicaLeaderElectionCommand' 'kafka.admin.ReassignPartitionsCommand' 'kafka.admin.TopicCommand' 'kafka.admin.ZkSecurityMigrator' 'kafka.tools.ConsoleConsumer' 'kafka.tools.ConsoleProducer' 'kafka.tools.ConsumerPerformance' 'kafka.tools.DumpLogSegments' 'kafka.tools.EndToEndLatency' 'kafka.tools.GetOffsetShell' 'kafka.tools.MirrorMaker' 'kafka.tools.ReplicaVerificationTool' 'kafka.tools.StateChangeLogMerger' 'kafka.tools.StreamsResetter' 'org.apache.kafka.tools.AclCommand' 'org.apache.kafka.tools.BrokerApiVersionsCommand' 'org.apache.kafka.tools.ConsoleProducer' 'org.apache.kafka.tools.ConsumerPerformance' 'org.apache.kafka.tools.DelegationTokenCommand' 'org.apache.kafka.tools.DeleteRecordsCommand' 'org.apache.kafka.tools.EndToEndLatency' 'org.apache.kafka.tools.GetOffsetShell' 'org.apache.kafka.tools.LeaderElectionCommand' 'org.apache.kafka.tools.LogDirsCommand' 'org.apache.kafka.tools.ProducerPerformance' 'org.apache.kafka.tools.ReplicaVerificationTool' 'org.apache.kafka.tools.StreamsResetter' 'org.apache.kafka.tools.TopicCommand' 'org.apache.kafka.tools.VerifiableConsumer' 'org.apache.kafka.tools.VerifiableProducer' 'org.apache.kafka.tools.consumer.ConsoleConsumer' 'org.apache.kafka.tools.consumer.group.ConsumerGroupCommand' 'org.apache.kafka.tools.reassign.ReassignPartitionsCommand' 'org.apache.zookeeper.ZooKeeperMain' 'org.apache.zookeeper.ZooKeeperMainWithTlsSupportForKafka' 'org.apache.zookeeper.server.ZooKeeperServerMain' 'org.apache.zookeeper.server.quorum.QuorumPeerMain'
set -g __kafkacli_list_30 'kafka.security.authorizer.AclAuthorizer' 'kafka.security.auth.SimpleAclAuthorizer'
set -g __kafkacli_list_31 'Describe' 'DescribeConfigs' 'Alter' 'IdempotentWrite' 'Read' 'Delete' 'Create' 'ClusterAction' 'All' 'Write' 'AlterConfigs'
set -g __kafkacli_list_32 'any' 'match' 'literal' 'prefixed'
set -g __kafkacli_list_33 'preferred' 'unclean'
set -g __kafkacli_list_34 'true' 'false'
set -g __kafkacli_list_35 'earliest' 'latest' 'none'
set -g __kafkacli_list_36 '0' '1' '-1'
set -g __kafkacli_list_37 'secure' 'unsecure'

function __kafkacli_complete_init # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l force -d 'Write files again that are there already, over what is in them'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --context' -r -F
end
function __kafkacli_complete_quickstart # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l directory -x -a '(__fish_complete_directories)' -d 'The folder to work in, kept afterwards'
    complete -c $argv -l pykafka -r -F -d 'A Python that has PyKafka 2.8.0, for that part of the tutorial'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_context # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'With add: the brokers to ask first'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'With add: the ZooKeeper servers of the cluster, for commands that talk to ZooKeeper only'
    complete -c $argv -l command-config -r -F -d 'With add: a properties file of a Java client, used as it is'
    complete -c $argv -l property -x -d 'With add: a property of the Java clients'
    complete -c $argv -l secret -x -d 'With add: where a secret comes from when it is needed: env:VARIABLE, file:PATH, command:LINE or prompt'
    complete -c $argv -l force -d 'With add: put it in the place of one of that name'
    complete -c $argv -l none -d 'With use: let no context count'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 0 --bootstrap-server --zookeeper --command-config --property --secret --output --context' -x -a '(__kafkacli_words $__kafkacli_list_1)'
    complete -c $argv -n '__kafkacli_operand 1 999 --bootstrap-server --zookeeper --command-config --property --secret --output --context' -x -a '(__kafkacli_names context)'
end
function __kafkacli_complete_wait # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask: one has to answer'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l brokers -x -d 'So many brokers are up, or more'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic is there, and each of its partitions has a leader'
    complete -c $argv -l partitions -x -d 'Each --topic has so many partitions, or more'
    complete -c $argv -l in-sync -d 'All replicas of each --topic, or of every topic, are in sync'
    complete -c $argv -l group -x -a '(__kafkacli_names group)' -d 'A consumer group, for --empty and --lag'
    complete -c $argv -l empty -d 'The groups have no members'
    complete -c $argv -l lag -d 'The groups are behind by so many records at most, by none without a number: on each --topic, or on all that they have committed'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers: one has to answer'
    complete -c $argv -l zk-tls-config-file -r -F -d 'A properties file for TLS to ZooKeeper'
    complete -c $argv -l znode -x -a '(__kafkacli_names znode)' -d 'The znode is there'
    complete -c $argv -l timeout -x -d 'How long to wait at most: 90, 30s, 1m30s, 500ms, 2h'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --bootstrap-server --command-config --brokers --topic --partitions --group --lag --zookeeper --zk-tls-config-file --znode --timeout --context' -r -F
end
function __kafkacli_complete_doctor # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers'
    complete -c $argv -l command-config -r -F -d 'The properties file of the client that can\'t connect: security, logins'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'Is it there, and usable? May be repeated'
    complete -c $argv -l group -x -a '(__kafkacli_names group)' -d 'Does the consumer group have a coordinator, and may it be used? May be repeated'
    complete -c $argv -l operation -x -a '(__kafkacli_words $__kafkacli_list_2)' -d 'What has to be allowed on each --topic: read, write, describe, create, delete, alter, describeconfigs, alterconfigs'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers: do they answer, are they the brokers\' own? Looked at last'
    complete -c $argv -l timeout -x -d 'How long to wait for each server: 5, 500ms, 10s, 1m'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --bootstrap-server --command-config --topic --group --operation --zookeeper --timeout --output --context' -r -F
end
function __kafkacli_complete_completion # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l shell -x -a '(__kafkacli_words $__kafkacli_list_3)' -d 'With install: this shell instead of the one in SHELL'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 0 --shell --context' -x -a '(__kafkacli_words $__kafkacli_list_4)'
    complete -c $argv -n '__kafkacli_operand 1 999 --shell --context' -x -a '(__kafkacli_words $__kafkacli_list_5)'
end
function __kafkacli_complete_topics # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l alter -d 'Give a topic more partitions'
    complete -c $argv -l at-min-isr-partitions -d 'With --describe: only partitions with just min.insync.replicas in-sync replicas'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l config -x -a '(__kafkacli_words $__kafkacli_list_6)' -d 'A configuration of the topic to create'
    complete -c $argv -l create -d 'Create a topic'
    complete -c $argv -l delete -d 'Delete topics'
    complete -c $argv -l delete-config -x -a '(__kafkacli_names config)' -d 'A configuration to give up with --alter'
    complete -c $argv -l describe -d 'Show partitions, leaders, replicas and configuration of topics'
    complete -c $argv -l disable-rack-aware -d 'Place replicas without a look at the brokers\' racks'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l exclude-internal -d 'With --list and --describe: leave out Kafka\'s own topics'
    complete -c $argv -l force -d 'Ask nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l if-exists -d 'With --alter, --delete and --describe: a topic that isn\'t there is no error'
    complete -c $argv -l if-not-exists -d 'With --create: a topic that is there already is no error'
    complete -c $argv -l list -d 'List the names of topics'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l partitions -x -d 'How many partitions the topic shall have'
    complete -c $argv -l replica-assignment -x -d 'The broker ids of every partition\'s replicas, the preferred leader first'
    complete -c $argv -l replication-factor -x -d 'How many replicas each partition shall have'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic'
    complete -c $argv -l topics-with-overrides -d 'With --describe: only topics with a configuration of their own'
    complete -c $argv -l unavailable-partitions -d 'With --describe: only partitions without a living leader'
    complete -c $argv -l under-min-isr-partitions -d 'With --describe: only partitions with fewer in-sync replicas than min.insync.replicas'
    complete -c $argv -l under-replicated-partitions -d 'With --describe: only partitions with replicas out of sync'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers of the cluster, in place of a broker'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_console_producer # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l batch-size -x -d 'Kept for old scripts, without effect'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker-list -x -a '(__kafkacli_names servers)' -d 'The old name of --bootstrap-server, which wins over it'
    complete -c $argv -l compression-codec -d 'How batches are compressed'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l line-reader -x -a '(__kafkacli_words $__kafkacli_list_7)' -d 'The Java class whose way of reading standard input is followed'
    complete -c $argv -l max-block-ms -x -d 'How long sending may wait for the topic\'s metadata or for room to buffer'
    complete -c $argv -l max-memory-bytes -x -d 'How much may be buffered that is not sent yet'
    complete -c $argv -l max-partition-memory-bytes -x -d 'How large a batch of records for one partition grows'
    complete -c $argv -l message-send-max-retries -x -d 'How often a failed request is sent again before its records are given up'
    complete -c $argv -l metadata-expiry-ms -x -d 'After what time the topic\'s metadata is asked for again, changes or not'
    complete -c $argv -l producer-property -x -a '(__kafkacli_words $__kafkacli_list_8)' -d 'A property of the Java producer'
    complete -c $argv -l producer.config -r -F -d 'A properties file for the producer'
    complete -c $argv -l property -x -a '(__kafkacli_words $__kafkacli_list_9)' -d 'A property of the reader: parse.key=true|false, key.separator=TEXT, ignore.error=true|false, null.marker=TEXT'
    complete -c $argv -l request-required-acks -x -a '(__kafkacli_words $__kafkacli_list_10)' -d 'What the broker waits for before it answers: nothing, its own log, or all in-sync replicas'
    complete -c $argv -l request-timeout-ms -x -d 'How long an answer may take before the request is sent again'
    complete -c $argv -l retry-backoff-ms -x -d 'How long to wait before a request is sent again'
    complete -c $argv -l socket-buffer-size -x -d 'The size of the socket\'s send buffer'
    complete -c $argv -l sync -d 'Wait for the answer to each record before the next is read'
    complete -c $argv -l timeout -x -d 'How long records wait for others to fill their batch'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic to send to'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l command-config -r -F -d 'Later name of --producer.config'
    complete -c $argv -l command-property -x -a '(__kafkacli_words $__kafkacli_list_8)' -d 'Later name of --producer-property'
    complete -c $argv -l reader-config -r -F -d 'A properties file for the reader'
    complete -c $argv -l reader-property -x -a '(__kafkacli_words $__kafkacli_list_9)' -d 'Later name of --property'
    complete -c $argv -l input -x -a '(__kafkacli_words $__kafkacli_list_11)' -d 'json reads lines of JSON, as kafka-console-consumer.sh --output json writes them'
    complete -c $argv -l format -s f -x -d 'Read records by a format, with the fields that --format of kafka-console-consumer.sh has'
    complete -c $argv -l header -x -d 'A header of every record, behind those it has in JSON or by the format'
    complete -c $argv -l timestamp -x -a '(__kafkacli_words $__kafkacli_list_12)' -d 'The time of every record, in place of its own: milliseconds since 1970, a date (2026-11-24T12:30) or a duration before now (-1h30m)'
    complete -c $argv -l partition -x -a '(__kafkacli_names partition)' -d 'The partition of every record, whatever its key is, in place of its own'
    complete -c $argv -l null-marker -x -d 'What stands for null as a key, a value or the value of --header'
    complete -c $argv -l records-per-second -x -a '(__kafkacli_words $__kafkacli_list_13)' -d 'Send no more records than that a second, such as 500, 10k or 1.5M'
    complete -c $argv -l bytes-per-second -x -a '(__kafkacli_words $__kafkacli_list_14)' -d 'Send no more bytes of keys, values and headers than that a second, such as 500k or 10M'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_console_consumer # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l consumer-property -x -a '(__kafkacli_words $__kafkacli_list_15)' -d 'A property of the Java consumer'
    complete -c $argv -l consumer.config -r -F -d 'A properties file for the consumer'
    complete -c $argv -l enable-systest-events -d 'Also print what happens to the consumer, as Kafka\'s system tests want it: shutdown_complete at the end'
    complete -c $argv -l formatter -x -a '(__kafkacli_words $__kafkacli_list_16)' -d 'The Java class whose way of showing a record is followed'
    complete -c $argv -l from-beginning -d 'Start with the oldest records, not only with new ones, where the group has committed no offset yet'
    complete -c $argv -l group -x -a '(__kafkacli_names group)' -d 'The consumer group to be a member of'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l isolation-level -x -a '(__kafkacli_words $__kafkacli_list_17)' -d 'Whether records of transactions show before they are committed'
    complete -c $argv -l key-deserializer -x -a '(__kafkacli_words $__kafkacli_list_18)' -d 'The Java class that keys are read with'
    complete -c $argv -l max-messages -x -d 'End after so many records'
    complete -c $argv -l offset -x -a '(__kafkacli_words $__kafkacli_list_19)' -d 'Where to start in the partition of --partition: a number, earliest or latest'
    complete -c $argv -l partition -x -a '(__kafkacli_names partition)' -d 'Read only this partition, outside of any group'
    complete -c $argv -l property -x -a '(__kafkacli_words $__kafkacli_list_20)' -d 'A property of the formatter: print.timestamp, print.key, print.value, print.partition=true|false, key.separator, line.separator=TEXT, key.deserializer, value.deserializer=CLASS, and the deserializers\' own, which begin with key.deserializer'
    complete -c $argv -l skip-message-on-error -d 'Go on after a record that can\'t be shown'
    complete -c $argv -l timeout-ms -x -d 'End when no record has come for so long'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic to read'
    complete -c $argv -l value-deserializer -x -a '(__kafkacli_words $__kafkacli_list_18)' -d 'The Java class that values are read with'
    complete -c $argv -l connect-timeout-ms -x -d 'End with status 1 when no broker has answered for so long'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l whitelist -x -a '(__kafkacli_names topic)' -d 'Read every topic whose whole name this regular expression matches'
    complete -c $argv -l command-config -r -F -d 'Later name of --consumer.config'
    complete -c $argv -l command-property -x -a '(__kafkacli_words $__kafkacli_list_15)' -d 'Later name of --consumer-property'
    complete -c $argv -l formatter-config -r -F -d 'A properties file for the formatter'
    complete -c $argv -l formatter-property -x -a '(__kafkacli_words $__kafkacli_list_20)' -d 'Later name of --property'
    complete -c $argv -l include -x -a '(__kafkacli_names topic)' -d 'Later name of --whitelist'
    complete -c $argv -l from -x -a '(__kafkacli_words $__kafkacli_list_21)' -d 'Start here in every partition: an offset, a date (2026-11-24T12:30), a duration before now (-1h30m), @milliseconds, earliest or latest'
    complete -c $argv -l until -x -a '(__kafkacli_words $__kafkacli_list_22)' -d 'End before this place in every partition, written as for --from, or at the end as of --exit-at-end'
    complete -c $argv -l last -x -d 'Start so many records before the end of every partition'
    complete -c $argv -l exit-at-end -d 'End at the end that the partitions have at the start'
    complete -c $argv -l partitions -x -a '(__kafkacli_names partition)' -d 'Read only these partitions, such as 0,3,5-7, outside of any group'
    complete -c $argv -l filter -x -a '(__kafkacli_words $__kafkacli_list_23)' -d 'Show only records of which this is true: (key|value|header.NAME) then ~ (the regular expression is found), = (the text is equal), !~ or !=, then the text'
    complete -c $argv -l format -s f -x -d 'Show records so: %s value, %S its length, %k key, %K its length, %R length of the value in 4 bytes, %t topic, %p partition, %o offset, %T timestamp, %h headers, %% %'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_24)' -d 'json shows each record as a line of JSON, without loss'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_copy # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to read from'
    complete -c $argv -l command-config -r -F -d 'A properties file for reading'
    complete -c $argv -l to-bootstrap-server -x -d 'The brokers to write to'
    complete -c $argv -l to-command-config -r -F -d 'A properties file for writing'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'A topic to take'
    complete -c $argv -l include -x -a '(__kafkacli_names topic)' -d 'Take every topic whose whole name this regular expression matches, but none of Kafka\'s own'
    complete -c $argv -l to-topic -x -d 'The name that the copy of the one topic gets'
    complete -c $argv -l dry-run -d 'Say what would be done, and do nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_export # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to read from'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'A topic to take'
    complete -c $argv -l include -x -a '(__kafkacli_names topic)' -d 'Take every topic whose whole name this regular expression matches, but none of Kafka\'s own'
    complete -c $argv -l directory -x -a '(__fish_complete_directories)' -d 'A new or empty folder'
    complete -c $argv -l dry-run -d 'Say what would be done, and do nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_import # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to write to'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection'
    complete -c $argv -l directory -x -a '(__fish_complete_directories)' -d 'The exported folder'
    complete -c $argv -l topic -x -d 'A topic to take'
    complete -c $argv -l to-topic -x -d 'The name that the one topic gets'
    complete -c $argv -l dry-run -d 'Say what would be done, and do nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_consumer_groups # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l all-groups -d 'Every consumer group, in place of --group'
    complete -c $argv -l all-topics -d 'With --reset-offsets: every topic for which the group has offsets'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l by-duration -x -d 'Reset to the first record of the last PnDTnHnMnS, such as PT1H30M'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l delete -d 'Delete groups, with all their offsets'
    complete -c $argv -l delete-offsets -d 'Delete the offsets that a group has for topics'
    complete -c $argv -l describe -d 'Show the offsets and lag of groups, or their members or state'
    complete -c $argv -l dry-run -d 'With --reset-offsets: show the new offsets, change nothing'
    complete -c $argv -l execute -d 'With --reset-offsets: commit the new offsets'
    complete -c $argv -l export -d 'With --reset-offsets: print the new offsets as CSV, as --from-file reads them'
    complete -c $argv -l from-file -r -F -d 'Reset to the offsets of a CSV file: topic,partition,offset with one --group, or group,topic,partition,offset'
    complete -c $argv -l group -x -a '(__kafkacli_names group)' -d 'A consumer group'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l list -d 'List the names of consumer groups'
    complete -c $argv -l members -d 'With --describe: show the members of groups'
    complete -c $argv -l offsets -d 'With --describe: show offsets and lag'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l reset-offsets -d 'Change the offsets of groups without members: says how (--to-..., --shift-by, --by-duration, --from-file), for which topics (--topic or --all-topics), and --execute'
    complete -c $argv -l shift-by -x -d 'Reset to the current offset plus this number, which may be negative'
    complete -c $argv -l state -d 'With --describe: show the state of groups'
    complete -c $argv -l timeout -x -d 'Milliseconds that a request may take in all'
    complete -c $argv -l to-current -d 'Reset to the current offset'
    complete -c $argv -l to-datetime -x -d 'Reset to the first record from YYYY-MM-DDTHH:mm:SS.sss on (UTC unless a zone like +02:00 follows)'
    complete -c $argv -l to-earliest -d 'Reset to the first offset'
    complete -c $argv -l to-latest -d 'Reset to the end'
    complete -c $argv -l to-offset -x -d 'Reset to this offset, or the nearest there is'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'A topic to reset or delete offsets of, or some of its partitions'
    complete -c $argv -l verbose -d 'With --members: show the partitions of each member'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_configs # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l add-config -x -a '(__kafkacli_words $__kafkacli_list_25)' -d 'Values to set with --alter'
    complete -c $argv -l add-config-file -r -F -d 'A properties file with values to set with --alter'
    complete -c $argv -l all -d 'With --describe: every value, not only those that were set'
    complete -c $argv -l alter -d 'Change the configuration of an entity'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker -x -a '(__kafkacli_names broker)' -d 'The broker with this id'
    complete -c $argv -l broker-defaults -d 'The defaults of all brokers'
    complete -c $argv -l broker-logger -x -a '(__kafkacli_names broker)' -d 'The loggers of the broker with this id'
    complete -c $argv -l client -x -d 'The clients with this id'
    complete -c $argv -l client-defaults -d 'The defaults of all clients'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l delete-config -x -a '(__kafkacli_names config)' -d 'Values to give up with --alter'
    complete -c $argv -l describe -d 'Show the configuration of an entity, or of all of its type'
    complete -c $argv -l entity-default -d 'The defaults of the type that --entity-type names'
    complete -c $argv -l entity-name -x -a '(__kafkacli_names entity)' -d 'The entity: a topic, a client id, a user principal, a broker id'
    complete -c $argv -l entity-type -x -a '(__kafkacli_words $__kafkacli_list_26)' -d 'What kind of entity'
    complete -c $argv -l force -d 'Ask nothing'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic with this name'
    complete -c $argv -l user -x -d 'The user with this principal name'
    complete -c $argv -l user-defaults -d 'The defaults of all users'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zk-tls-config-file -r -F -d 'Properties for TLS to ZooKeeper'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers of the cluster'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_server_start # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l daemon -d 'As the first word: run in the background'
    complete -c $argv -l override -x -a '(__kafkacli_words $__kafkacli_list_27)' -d 'A property that counts instead of the one in server.properties'
    complete -c $argv -l zookeeper-data-dir -x -a '(__fish_complete_directories)' -d 'Where the embedded ZooKeeper keeps its data'
    complete -c $argv -l no-embedded-zookeeper -d 'Bring no ZooKeeper along: fail when none answers at zookeeper.connect'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --override --zookeeper-data-dir --context' -r -F
end
function __kafkacli_complete_server_stop # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_zookeeper_server_start # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l daemon -d 'As the first word: run in the background'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --context' -r -F
end
function __kafkacli_complete_zookeeper_server_stop # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_zk_shell # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -s r -d 'Be content with a server that can only be read from'
    complete -c $argv -l timeout -x -d 'How long the session lives without a sign of life'
    complete -c $argv -l zk-tls-config-file -r -F -d 'A properties file for TLS: zookeeper.ssl.truststore.location and so on'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 0 --timeout --zk-tls-config-file --context' -x -a '(__kafkacli_names zookeeper)'
    complete -c $argv -n '__kafkacli_operand 1 1 --timeout --zk-tls-config-file --context' -x -a '(__kafkacli_words $__kafkacli_list_28)'
    complete -c $argv -n '__kafkacli_operand 2 999 --timeout --zk-tls-config-file --context' -x -a '(__kafkacli_names znode)'
end
function __kafkacli_complete_zk_cli # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -s r -d 'Be content with a server that can only be read from'
    complete -c $argv -l timeout -x -d 'How long the session lives without a sign of life'
    complete -c $argv -l server -x -d 'The servers, and the path that stands before every path'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 0 --timeout --server --context' -x -a '(__kafkacli_words $__kafkacli_list_28)'
    complete -c $argv -n '__kafkacli_operand 1 999 --timeout --server --context' -x -a '(__kafkacli_names znode)'
end
function __kafkacli_complete_zk_server # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l config -x -a '(__fish_complete_directories)' -d 'As the first word: where zoo.cfg lies'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --config --context' -r -F
end
function __kafkacli_complete_run_class # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l daemon -d 'Run a server in the background'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l loggc -d 'Taken for old scripts\' sake'
    complete -c $argv -l name -x -d 'Taken for old scripts\' sake'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 0 --name --context' -x -a '(__kafkacli_words $__kafkacli_list_29)'
    complete -c $argv -n '__kafkacli_operand 1 999 --name --context' -r -F
end
function __kafkacli_complete_acls # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l add -d 'Add ACLs'
    complete -c $argv -l allow-host -x -d 'An address from where the --allow-principal may do it'
    complete -c $argv -l allow-principal -x -d 'Who is allowed to do it, such as User:alice, or User:* for everybody'
    complete -c $argv -l authorizer -x -a '(__kafkacli_words $__kafkacli_list_30)' -d 'The authorizer that keeps the ACLs'
    complete -c $argv -l authorizer-properties -x -d 'A property of the authorizer'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l cluster -d 'ACLs of the cluster itself'
    complete -c $argv -l command-config -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l consumer -d 'What a consumer needs: to read and describe the --topic, to read the --group'
    complete -c $argv -l delegation-token -x -d 'ACLs of a delegation token, * for all'
    complete -c $argv -l deny-host -x -d 'An address from where the --deny-principal may not do it'
    complete -c $argv -l deny-principal -x -d 'Who is not allowed to do it, even where another ACL allows it'
    complete -c $argv -l force -d 'Ask nothing before ACLs are removed'
    complete -c $argv -l group -x -a '(__kafkacli_names group)' -d 'ACLs of a consumer group, * for all'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l idempotent -d 'With --producer: also what an idempotent producer needs'
    complete -c $argv -l list -d 'List the ACLs of the resources, or all ACLs'
    complete -c $argv -l operation -x -a '(__kafkacli_words $__kafkacli_list_31)' -d 'What is allowed or denied'
    complete -c $argv -l principal -d 'With --list: only the ACLs of this principal'
    complete -c $argv -l producer -d 'What a producer needs: to write, describe and create the --topic'
    complete -c $argv -l remove -d 'Remove ACLs'
    complete -c $argv -l resource-pattern-type -x -a '(__kafkacli_words $__kafkacli_list_32)' -d 'How names are meant: literal, or prefixed for all that begin so'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'ACLs of a topic, * for all'
    complete -c $argv -l transactional-id -x -a '(__kafkacli_names transactional-id)' -d 'ACLs of a transactional id, * for all'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zk-tls-config-file -r -F -d 'Properties for the authorizer\'s TLS to ZooKeeper'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_broker_api_versions # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_consumer_perf_test # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker-list -x -a '(__kafkacli_names servers)' -d 'The old name of --bootstrap-server, which wins over it'
    complete -c $argv -l consumer.config -r -F -d 'A properties file for the consumer'
    complete -c $argv -l date-format -x -d 'How times are written: a pattern of java.text.SimpleDateFormat'
    complete -c $argv -l fetch-size -x -d 'How much of a partition one request brings at most'
    complete -c $argv -l from-latest -d 'Where the group has no offset yet, begin with the newest records, not the oldest'
    complete -c $argv -l group -x -a '(__kafkacli_names group)' -d 'The consumer group'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l hide-header -d 'Leave the line with the names of the columns out'
    complete -c $argv -l messages -x -d 'How many records to read'
    complete -c $argv -l num-fetch-threads -x -d 'Kept for old scripts, without effect'
    complete -c $argv -l print-metrics -d 'Also print what the consumer counted'
    complete -c $argv -l reporting-interval -x -d 'How often --show-detailed-stats prints a line'
    complete -c $argv -l show-detailed-stats -d 'Print a line for each interval, in place of the totals'
    complete -c $argv -l socket-buffer-size -x -d 'The size of the socket\'s receive buffer'
    complete -c $argv -l threads -x -d 'Kept for old scripts, without effect'
    complete -c $argv -l timeout -d 'Give up when no record has come for so long'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic to read'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l command-config -r -F -d 'Later name of --consumer.config'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_delegation_tokens # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers, with a login: tokens are for those who have one'
    complete -c $argv -l create -d 'Create a token for the user who is logged in'
    complete -c $argv -l describe -d 'Show the tokens of the owners, or all that the user may see'
    complete -c $argv -l expire -d 'Have a token expire'
    complete -c $argv -l expiry-time-period -d 'With --expire: milliseconds until the token expires, -1 for at once'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l hmac -d 'The HMAC of the token to renew or expire, in Base64'
    complete -c $argv -l max-life-time-period -d 'With --create: milliseconds that the token may live at most, -1 for the brokers\' limit'
    complete -c $argv -l owner-principal -d 'With --describe: an owner of tokens'
    complete -c $argv -l renew -d 'Let a token live longer'
    complete -c $argv -l renew-time-period -d 'With --renew: milliseconds that the token lives from now on, -1 for the brokers\' period'
    complete -c $argv -l renewer-principal -d 'With --create: who may renew the token besides its owner'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_delete_records # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l offset-json-file -r -F -d 'The partitions and the first offset that each keeps, -1 to delete all: {"partitions": [{"topic": "orders", "partition": 0, "offset": 3}], "version": 1}'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_dump_log # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l deep-iteration -d 'Show each record, not only batches'
    complete -c $argv -l files -r -F -d 'The files to print'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l index-sanity-check -d 'Only say whether an index passes the check that a broker makes when it starts'
    complete -c $argv -l key-decoder-class -d 'The Java class that keys are read with'
    complete -c $argv -l max-message-size -x -d 'The largest batch that an entry of an offset index may point at'
    complete -c $argv -l offsets-decoder -d 'Show records of __consumer_offsets as what they say'
    complete -c $argv -l print-data-log -d 'Show keys and values'
    complete -c $argv -l transaction-log-decoder -d 'Show records of __transaction_state as what they say'
    complete -c $argv -l value-decoder-class -d 'The Java class that values are read with'
    complete -c $argv -l verify-index-only -d 'Compare indexes with their log, without printing their entries'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_get_offsets # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l broker-list -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l max-wait-ms -x -d 'Kept for old scripts, without effect'
    complete -c $argv -l offsets -x -d 'Kept for old scripts, without effect'
    complete -c $argv -l partitions -x -a '(__kafkacli_names partition)' -d 'Only these partitions'
    complete -c $argv -l time -x -d 'Which offset: -1 or latest, the end'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l exclude-internal-topics -d 'Leave out Kafka\'s own topics'
    complete -c $argv -l topic-partitions -x -d 'Topics and partitions: TOPIC, TOPIC:NUMBER, TOPIC:FROM-TO without TO itself, TOPIC:FROM-, TOPIC:-TO'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_leader_election # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l admin.config -r -F -d 'A properties file for the connection to the brokers: security'
    complete -c $argv -l all-topic-partitions -d 'Elect leaders for every partition that needs it'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l election-type -x -a '(__kafkacli_words $__kafkacli_list_33)' -d 'preferred: lead by the first replica where another one leads'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l partition -x -a '(__kafkacli_names partition)' -d 'The partition of --topic, and needed with it'
    complete -c $argv -l path-to-json-file -r -F -d 'The partitions to elect leaders for: {"partitions": [{"topic": "orders", "partition": 0}]}'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic of the one partition to elect a leader for'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_log_dirs # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker-list -x -a '(__kafkacli_names broker)' -d 'The brokers to describe'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l describe -d 'Describe the log directories'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l topic-list -x -a '(__kafkacli_names topic)' -d 'The topics to show partitions of'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_e2e_latency # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
    complete -c $argv -n '__kafkacli_operand 0 999 --output --context' -r -F
end
function __kafkacli_complete_mirror_maker # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l abort.on.send.failure -x -a '(__kafkacli_words $__kafkacli_list_34)' -d 'Whether to stop when a record can\'t be written, without committing'
    complete -c $argv -l consumer.config -r -F -d 'A properties file for reading: bootstrap.servers of the one cluster, group.id'
    complete -c $argv -l consumer.rebalance.listener -x -d 'A Java class, which can\'t be run here'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l message.handler -x -d 'A Java class, which can\'t be run here'
    complete -c $argv -l message.handler.args -x -d 'What --message.handler is made with'
    complete -c $argv -l new.consumer -d 'Kept for old scripts, without effect'
    complete -c $argv -l num.streams -x -d 'How many members the group gets'
    complete -c $argv -l offset.commit.interval.ms -x -d 'How often what was copied is committed'
    complete -c $argv -l producer.config -r -F -d 'A properties file for writing: bootstrap.servers of the other cluster'
    complete -c $argv -l rebalance.listener.args -x -d 'What --consumer.rebalance.listener is made with'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l whitelist -x -a '(__kafkacli_names topic)' -d 'The topics to copy: a regular expression, where a comma stands for `or`'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_preferred_replica_election # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l admin.config -r -F -d 'With --bootstrap-server: a properties file for the connection to the brokers: security'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l path-to-json-file -r -F -d 'The partitions: {"partitions": [{"topic": "orders", "partition": 0}]}'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers of the cluster'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_producer_perf_test # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -s h -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic to write to'
    complete -c $argv -l num-records -x -d 'How many records to write'
    complete -c $argv -l record-size -x -d 'The size of a record in bytes'
    complete -c $argv -l payload-file -r -F -d 'A file of records, UTF-8, of which one is chosen at random for each that is written'
    complete -c $argv -l payload-delimiter -x -d 'The regular expression between the records of --payload-file'
    complete -c $argv -l throughput -x -d 'About how many records to write in a second'
    complete -c $argv -l producer-props -x -a '(__kafkacli_words $__kafkacli_list_8)' -d 'Properties of the Java producer, bootstrap.servers among them'
    complete -c $argv -l producer.config -r -F -d 'A properties file for the producer'
    complete -c $argv -l print-metrics -d 'Also print what the producer counted'
    complete -c $argv -l transactional-id -x -a '(__kafkacli_names transactional-id)' -d 'The transactional id for --transaction-duration-ms'
    complete -c $argv -l transaction-duration-ms -x -d 'Write in transactions, committing each after so long'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_reassign_partitions # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l additional -d 'With --execute: start these moves beside others that are under way'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker-list -x -a '(__kafkacli_names broker)' -d 'With --generate: the brokers that the partitions shall be on'
    complete -c $argv -l cancel -d 'Cancel the moves of --reassignment-json-file that are under way'
    complete -c $argv -l command-config -r -F -d 'A properties file for the connection to the brokers: security, timeouts'
    complete -c $argv -l disable-rack-aware -d 'With --generate: place replicas without a look at the brokers\' racks'
    complete -c $argv -l execute -d 'Start the moves of --reassignment-json-file'
    complete -c $argv -l generate -d 'Print how topics might be spread over brokers'
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l list -d 'List the moves that are under way'
    complete -c $argv -l preserve-throttles -d 'With --verify and --cancel: leave the throttles as they are'
    complete -c $argv -l reassignment-json-file -r -F -d 'The replicas that partitions shall have: {"version": 1, "partitions": [{"topic": "orders", "partition": 0, "replicas": [1, 2], "log_dirs": ["any", "/data"]}]}'
    complete -c $argv -l replica-alter-log-dirs-throttle -x -d 'With --execute: bytes per second that move between the log directories of a broker'
    complete -c $argv -l throttle -x -d 'With --execute: bytes per second that move between brokers'
    complete -c $argv -l timeout -x -d 'Milliseconds until moves between log directories must have started'
    complete -c $argv -l topics-to-move-json-file -r -F -d 'With --generate: the topics: {"version": 1, "topics": [{"topic": "orders"}]}'
    complete -c $argv -l verify -d 'Show how far the moves of --reassignment-json-file are'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zookeeper -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers of the cluster'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_replica_verification # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l broker-list -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l fetch-size -x -d 'How much of a partition one request brings at most'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l max-wait-ms -x -d 'How long a broker may wait for new records before it answers'
    complete -c $argv -l report-interval-ms -x -d 'How often the largest lag is told'
    complete -c $argv -l time -x -d 'Where to begin: -1, the end'
    complete -c $argv -l topic-white-list -x -a '(__kafkacli_names topic)' -d 'The topics: a regular expression, where a comma stands for `or`'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_streams_application_reset # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l application-id -x -d 'The application.id'
    complete -c $argv -l bootstrap-servers -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l by-duration -x -d 'Reset to the time so long ago: PnDTnHnMnS'
    complete -c $argv -l config-file -r -F -d 'A properties file for the connection'
    complete -c $argv -l dry-run -d 'Only show what would be done'
    complete -c $argv -l execute -d 'Do it, as is done without --dry-run too'
    complete -c $argv -l force -d 'Remove members that the group still has'
    complete -c $argv -l from-file -r -F -d 'Reset to the offsets of a file: topic,partition,offset'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l input-topics -x -a '(__kafkacli_names topic)' -d 'The topics whose offsets are reset, to their beginning unless another option says where'
    complete -c $argv -l intermediate-topics -x -a '(__kafkacli_names topic)' -d 'Topics that the application writes and reads itself'
    complete -c $argv -l shift-by -x -d 'Reset to so many records after the present offset'
    complete -c $argv -l to-datetime -x -d 'Reset to a time: YYYY-MM-DDTHH:mm:SS.sss, UTC without a zone'
    complete -c $argv -l to-earliest -d 'Reset to the beginning'
    complete -c $argv -l to-latest -d 'Reset to the end'
    complete -c $argv -l to-offset -x -d 'Reset to this offset'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zookeeper -d 'Kept for old scripts, without effect'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'Later name of --bootstrap-servers'
    complete -c $argv -l internal-topics -x -d 'The topics to delete, in place of all that look like the application\'s own'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_state_change_log_merger # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l end-time -x -d 'Leave out lines that are younger: YYYY-MM-DD hh:mm:ss,SSS'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l logs -r -F -d 'The logs'
    complete -c $argv -l logs-regex -x -d 'The logs: a directory, and behind its last slash a regular expression that their names contain'
    complete -c $argv -l partitions -x -a '(__kafkacli_names partition)' -d 'Only lines about these partitions of --topic'
    complete -c $argv -l start-time -x -d 'Leave out lines that are older: YYYY-MM-DD hh:mm:ss,SSS'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'Only lines about this topic'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_verifiable_consumer # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -s h -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker-list -x -a '(__kafkacli_names servers)' -d 'The old name of --bootstrap-server'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic to read'
    complete -c $argv -l group-id -x -a '(__kafkacli_names group)' -d 'The consumer group'
    complete -c $argv -l group-instance-id -x -d 'The name of this member, which makes it a static one'
    complete -c $argv -l max-messages -x -d 'How many records to read'
    complete -c $argv -l session-timeout -x -d 'After what time without a heartbeat the group takes this member for dead'
    complete -c $argv -l verbose -d 'Also print a line for each record'
    complete -c $argv -l enable-autocommit -d 'Let the consumer commit by itself, not after each batch of records'
    complete -c $argv -l reset-policy -x -a '(__kafkacli_words $__kafkacli_list_35)' -d 'Where to begin when the group has no offset yet'
    complete -c $argv -l assignment-strategy -x -d 'The Java class whose way of sharing partitions out is followed'
    complete -c $argv -l consumer.config -r -F -d 'A properties file for the consumer'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_verifiable_producer # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -s h -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l topic -x -a '(__kafkacli_names topic)' -d 'The topic to send to'
    complete -c $argv -l max-messages -x -d 'How many records to send'
    complete -c $argv -l throughput -x -d 'About how many records to send in a second'
    complete -c $argv -l acks -x -a '(__kafkacli_words $__kafkacli_list_36)' -d 'What the broker waits for before it answers: nothing, its own log, or all in-sync replicas'
    complete -c $argv -l producer.config -r -F -d 'A properties file for the producer'
    complete -c $argv -l message-create-time -x -d 'The timestamp of the first record, ms since 1970'
    complete -c $argv -l value-prefix -x -d 'A number that each value begins with, and a dot'
    complete -c $argv -l repeating-keys -x -d 'Give records keys: numbers from 0 on, so many of them, again and again'
    complete -c $argv -l bootstrap-server -x -a '(__kafkacli_names servers)' -d 'The brokers to ask first'
    complete -c $argv -l broker-list -x -a '(__kafkacli_names servers)' -d 'The old name of --bootstrap-server'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_zookeeper_security_migration # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l dry-run -d 'Say what would be done, and change nothing'
    complete -c $argv -l enable.path.check -d 'End with an error when one of Kafka\'s root paths isn\'t there'
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l output -x -a '(__kafkacli_words $__kafkacli_list_0)' -d 'The form of what is printed: Apache\'s own text (plain, as by default), json, yaml or a table'
    complete -c $argv -l version -d 'Show the Kafka version whose behaviour this tool has, and end'
    complete -c $argv -l zk-tls-config-file -r -F -d 'Properties for TLS to ZooKeeper, such as zookeeper.ssl.keystore.location'
    complete -c $argv -l zookeeper.acl -x -a '(__kafkacli_words $__kafkacli_list_37)' -d 'secure: only who is logged in as the brokers may change the znodes'
    complete -c $argv -l zookeeper.connect -x -a '(__kafkacli_names zookeeper)' -d 'The ZooKeeper servers of the cluster'
    complete -c $argv -l zookeeper.connection.timeout -x -d 'Milliseconds to wait for a connection'
    complete -c $argv -l zookeeper.session.timeout -x -d 'Milliseconds that ZooKeeper keeps the session without a sign of life'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end
function __kafkacli_complete_elsewhere # COMMAND [-n CONDITION]
    complete -c $argv -f
    complete -c $argv -l help -d 'Show this help and end'
    complete -c $argv -l context -x -a '(__kafkacli_names context)' -d 'Take servers and properties from this context of `kafkacli context`, where the command line names none'
    complete -c $argv -l debug -d 'Show the traceback of an error'
    complete -c $argv -l quiet -d 'Write nothing to stdout'
end

complete -c kafkacli -f
complete -c kafkacli -n __fish_use_subcommand -a init -d 'Write a folder with the scripts and the configuration files to start from'
complete -c kafkacli -n __fish_use_subcommand -a quickstart -d 'Walk through a Kafka tutorial by itself, on servers of its own'
complete -c kafkacli -n __fish_use_subcommand -a context -d 'Keep clusters by name: servers, ZooKeeper, client properties'
complete -c kafkacli -n __fish_use_subcommand -a wait -d 'Wait until brokers, topics, groups or znodes are as they have to be'
complete -c kafkacli -n __fish_use_subcommand -a doctor -d 'Find out why a connection to a cluster fails, and what to change'
complete -c kafkacli -n __fish_use_subcommand -a completion -d 'Print or install the completions for bash, zsh and fish'
complete -c kafkacli -n __fish_use_subcommand -a topics -d 'Create, list, describe, alter and delete topics'
complete -c kafkacli -n __fish_use_subcommand -a console-producer -d 'Send lines of stdin to a topic'
complete -c kafkacli -n __fish_use_subcommand -a produce -d 'Send lines of stdin to a topic'
complete -c kafkacli -n __fish_use_subcommand -a console-consumer -d 'Print the records of topics'
complete -c kafkacli -n __fish_use_subcommand -a consume -d 'Print the records of topics'
complete -c kafkacli -n __fish_use_subcommand -a copy -d 'Copy topics from one cluster to another'
complete -c kafkacli -n __fish_use_subcommand -a export -d 'Write topics into a folder, without loss'
complete -c kafkacli -n __fish_use_subcommand -a import -d 'Write the topics of an exported folder to a cluster'
complete -c kafkacli -n __fish_use_subcommand -a consumer-groups -d 'List and describe consumer groups, reset and delete offsets'
complete -c kafkacli -n __fish_use_subcommand -a configs -d 'Show and change the configuration of topics, brokers, clients and users'
complete -c kafkacli -n __fish_use_subcommand -a server-start -d 'Run the broker, with ZooKeeper in the same process if needed'
complete -c kafkacli -n __fish_use_subcommand -a server-stop -d 'Stop the brokers of this user on this machine'
complete -c kafkacli -n __fish_use_subcommand -a zookeeper-server-start -d 'Run the ZooKeeper server'
complete -c kafkacli -n __fish_use_subcommand -a zookeeper-server-stop -d 'Stop the ZooKeeper servers of this user on this machine'
complete -c kafkacli -n __fish_use_subcommand -a zk-shell -d 'Look at and change znodes'
complete -c kafkacli -n __fish_use_subcommand -a zookeeper-shell -d 'Look at and change znodes'
complete -c kafkacli -n __fish_use_subcommand -a zk-cli -d 'Look at and change znodes'
complete -c kafkacli -n __fish_use_subcommand -a zk-server -d 'Start, stop and ask a ZooKeeper server in the background'
complete -c kafkacli -n __fish_use_subcommand -a run-class -d 'Run the tool that a Java class name stands for'
complete -c kafkacli -n __fish_use_subcommand -a acls -d 'Show and change access control lists'
complete -c kafkacli -n __fish_use_subcommand -a broker-api-versions -d 'Show the API versions that brokers speak'
complete -c kafkacli -n __fish_use_subcommand -a consumer-perf-test -d 'Measure how fast records are read'
complete -c kafkacli -n __fish_use_subcommand -a delegation-tokens -d 'Create, renew, expire and describe delegation tokens'
complete -c kafkacli -n __fish_use_subcommand -a delete-records -d 'Delete the records of partitions up to an offset'
complete -c kafkacli -n __fish_use_subcommand -a dump-log -d 'Print the content of log segments and indexes'
complete -c kafkacli -n __fish_use_subcommand -a get-offsets -d 'Print the first, last or timed offsets of partitions'
complete -c kafkacli -n __fish_use_subcommand -a leader-election -d 'Have leaders elected'
complete -c kafkacli -n __fish_use_subcommand -a log-dirs -d 'Show how the log directories of brokers are used'
complete -c kafkacli -n __fish_use_subcommand -a e2e-latency -d 'Measure how long records take from a producer to a consumer'
complete -c kafkacli -n __fish_use_subcommand -a mirror-maker -d 'Copy topics from one cluster to another'
complete -c kafkacli -n __fish_use_subcommand -a preferred-replica-election -d 'Give partitions back to their preferred leaders'
complete -c kafkacli -n __fish_use_subcommand -a producer-perf-test -d 'Measure how fast records are written'
complete -c kafkacli -n __fish_use_subcommand -a reassign-partitions -d 'Move partitions between brokers'
complete -c kafkacli -n __fish_use_subcommand -a replica-verification -d 'Compare the replicas of partitions'
complete -c kafkacli -n __fish_use_subcommand -a streams-application-reset -d 'Reset the topics and offsets of a Kafka Streams application'
complete -c kafkacli -n __fish_use_subcommand -a state-change-log-merger -d 'Merge the state change logs of several brokers by time'
complete -c kafkacli -n __fish_use_subcommand -a verifiable-consumer -d 'Consume, and report what was read as JSON lines'
complete -c kafkacli -n __fish_use_subcommand -a verifiable-producer -d 'Produce, and report what was acknowledged as JSON'
complete -c kafkacli -n __fish_use_subcommand -a zookeeper-security-migration -d 'Secure the znodes of a cluster, or undo it'
complete -c kafkacli -n __fish_use_subcommand -a elsewhere -d 'Say how to run with Apache Kafka what isn\'t here'
__kafkacli_complete_init kafkacli -n '__fish_seen_subcommand_from init'
__kafkacli_complete_quickstart kafkacli -n '__fish_seen_subcommand_from quickstart'
__kafkacli_complete_context kafkacli -n '__fish_seen_subcommand_from context'
__kafkacli_complete_wait kafkacli -n '__fish_seen_subcommand_from wait'
__kafkacli_complete_doctor kafkacli -n '__fish_seen_subcommand_from doctor'
__kafkacli_complete_completion kafkacli -n '__fish_seen_subcommand_from completion'
__kafkacli_complete_topics kafkacli -n '__fish_seen_subcommand_from topics'
for each in kafka-topics.sh kafka-topics
    __kafkacli_complete_topics $each
end
__kafkacli_complete_console_producer kafkacli -n '__fish_seen_subcommand_from console-producer produce'
for each in kafka-console-producer.sh kafka-console-producer
    __kafkacli_complete_console_producer $each
end
__kafkacli_complete_console_consumer kafkacli -n '__fish_seen_subcommand_from console-consumer consume'
for each in kafka-console-consumer.sh kafka-console-consumer
    __kafkacli_complete_console_consumer $each
end
__kafkacli_complete_copy kafkacli -n '__fish_seen_subcommand_from copy'
__kafkacli_complete_export kafkacli -n '__fish_seen_subcommand_from export'
__kafkacli_complete_import kafkacli -n '__fish_seen_subcommand_from import'
__kafkacli_complete_consumer_groups kafkacli -n '__fish_seen_subcommand_from consumer-groups'
for each in kafka-consumer-groups.sh kafka-consumer-groups
    __kafkacli_complete_consumer_groups $each
end
__kafkacli_complete_configs kafkacli -n '__fish_seen_subcommand_from configs'
for each in kafka-configs.sh kafka-configs
    __kafkacli_complete_configs $each
end
__kafkacli_complete_server_start kafkacli -n '__fish_seen_subcommand_from server-start'
for each in kafka-server-start.sh kafka-server-start
    __kafkacli_complete_server_start $each
end
__kafkacli_complete_server_stop kafkacli -n '__fish_seen_subcommand_from server-stop'
for each in kafka-server-stop.sh kafka-server-stop
    __kafkacli_complete_server_stop $each
end
__kafkacli_complete_zookeeper_server_start kafkacli -n '__fish_seen_subcommand_from zookeeper-server-start'
for each in zookeeper-server-start.sh zookeeper-server-start
    __kafkacli_complete_zookeeper_server_start $each
end
__kafkacli_complete_zookeeper_server_stop kafkacli -n '__fish_seen_subcommand_from zookeeper-server-stop'
for each in zookeeper-server-stop.sh zookeeper-server-stop
    __kafkacli_complete_zookeeper_server_stop $each
end
__kafkacli_complete_zk_shell kafkacli -n '__fish_seen_subcommand_from zk-shell zookeeper-shell'
for each in zookeeper-shell.sh zookeeper-shell
    __kafkacli_complete_zk_shell $each
end
__kafkacli_complete_zk_cli kafkacli -n '__fish_seen_subcommand_from zk-cli'
for each in zkCli.sh zkCli
    __kafkacli_complete_zk_cli $each
end
__kafkacli_complete_zk_server kafkacli -n '__fish_seen_subcommand_from zk-server'
for each in zkServer.sh zkServer
    __kafkacli_complete_zk_server $each
end
__kafkacli_complete_run_class kafkacli -n '__fish_seen_subcommand_from run-class'
for each in kafka-run-class.sh kafka-run-class
    __kafkacli_complete_run_class $each
end
__kafkacli_complete_acls kafkacli -n '__fish_seen_subcommand_from acls'
for each in kafka-acls.sh kafka-acls
    __kafkacli_complete_acls $each
end
__kafkacli_complete_broker_api_versions kafkacli -n '__fish_seen_subcommand_from broker-api-versions'
for each in kafka-broker-api-versions.sh kafka-broker-api-versions
    __kafkacli_complete_broker_api_versions $each
end
__kafkacli_complete_consumer_perf_test kafkacli -n '__fish_seen_subcommand_from consumer-perf-test'
for each in kafka-consumer-perf-test.sh kafka-consumer-perf-test
    __kafkacli_complete_consumer_perf_test $each
end
__kafkacli_complete_delegation_tokens kafkacli -n '__fish_seen_subcommand_from delegation-tokens'
for each in kafka-delegation-tokens.sh kafka-delegation-tokens
    __kafkacli_complete_delegation_tokens $each
end
__kafkacli_complete_delete_records kafkacli -n '__fish_seen_subcommand_from delete-records'
for each in kafka-delete-records.sh kafka-delete-records
    __kafkacli_complete_delete_records $each
end
__kafkacli_complete_dump_log kafkacli -n '__fish_seen_subcommand_from dump-log'
for each in kafka-dump-log.sh kafka-dump-log
    __kafkacli_complete_dump_log $each
end
__kafkacli_complete_get_offsets kafkacli -n '__fish_seen_subcommand_from get-offsets'
for each in kafka-get-offsets.sh kafka-get-offsets
    __kafkacli_complete_get_offsets $each
end
__kafkacli_complete_leader_election kafkacli -n '__fish_seen_subcommand_from leader-election'
for each in kafka-leader-election.sh kafka-leader-election
    __kafkacli_complete_leader_election $each
end
__kafkacli_complete_log_dirs kafkacli -n '__fish_seen_subcommand_from log-dirs'
for each in kafka-log-dirs.sh kafka-log-dirs
    __kafkacli_complete_log_dirs $each
end
__kafkacli_complete_e2e_latency kafkacli -n '__fish_seen_subcommand_from e2e-latency'
for each in kafka-e2e-latency.sh kafka-e2e-latency
    __kafkacli_complete_e2e_latency $each
end
__kafkacli_complete_mirror_maker kafkacli -n '__fish_seen_subcommand_from mirror-maker'
for each in kafka-mirror-maker.sh kafka-mirror-maker
    __kafkacli_complete_mirror_maker $each
end
__kafkacli_complete_preferred_replica_election kafkacli -n '__fish_seen_subcommand_from preferred-replica-election'
for each in kafka-preferred-replica-election.sh kafka-preferred-replica-election
    __kafkacli_complete_preferred_replica_election $each
end
__kafkacli_complete_producer_perf_test kafkacli -n '__fish_seen_subcommand_from producer-perf-test'
for each in kafka-producer-perf-test.sh kafka-producer-perf-test
    __kafkacli_complete_producer_perf_test $each
end
__kafkacli_complete_reassign_partitions kafkacli -n '__fish_seen_subcommand_from reassign-partitions'
for each in kafka-reassign-partitions.sh kafka-reassign-partitions
    __kafkacli_complete_reassign_partitions $each
end
__kafkacli_complete_replica_verification kafkacli -n '__fish_seen_subcommand_from replica-verification'
for each in kafka-replica-verification.sh kafka-replica-verification
    __kafkacli_complete_replica_verification $each
end
__kafkacli_complete_streams_application_reset kafkacli -n '__fish_seen_subcommand_from streams-application-reset'
for each in kafka-streams-application-reset.sh kafka-streams-application-reset
    __kafkacli_complete_streams_application_reset $each
end
__kafkacli_complete_state_change_log_merger kafkacli -n '__fish_seen_subcommand_from state-change-log-merger'
__kafkacli_complete_verifiable_consumer kafkacli -n '__fish_seen_subcommand_from verifiable-consumer'
for each in kafka-verifiable-consumer.sh kafka-verifiable-consumer
    __kafkacli_complete_verifiable_consumer $each
end
__kafkacli_complete_verifiable_producer kafkacli -n '__fish_seen_subcommand_from verifiable-producer'
for each in kafka-verifiable-producer.sh kafka-verifiable-producer
    __kafkacli_complete_verifiable_producer $each
end
__kafkacli_complete_zookeeper_security_migration kafkacli -n '__fish_seen_subcommand_from zookeeper-security-migration'
for each in zookeeper-security-migration.sh zookeeper-security-migration
    __kafkacli_complete_zookeeper_security_migration $each
end
__kafkacli_complete_elsewhere kafkacli -n '__fish_seen_subcommand_from elsewhere'
for each in connect-distributed.sh connect-distributed connect-mirror-maker.sh connect-mirror-maker connect-plugin-path.sh connect-plugin-path connect-standalone.sh connect-standalone kafka-client-metrics.sh kafka-client-metrics kafka-cluster.sh kafka-cluster kafka-console-share-consumer.sh kafka-console-share-consumer kafka-features.sh kafka-features kafka-groups.sh kafka-groups kafka-jmx.sh kafka-jmx kafka-metadata-quorum.sh kafka-metadata-quorum kafka-metadata-shell.sh kafka-metadata-shell kafka-share-consumer-perf-test.sh kafka-share-consumer-perf-test kafka-share-groups.sh kafka-share-groups kafka-storage.sh kafka-storage kafka-streams-groups.sh kafka-streams-groups kafka-transactions.sh kafka-transactions kafka-verifiable-share-consumer.sh kafka-verifiable-share-consumer trogdor.sh trogdor
    __kafkacli_complete_elsewhere $each
end
