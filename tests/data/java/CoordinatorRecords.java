import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import kafka.api.ApiVersion;
import kafka.api.ApiVersion$;
import kafka.common.OffsetAndMetadata;
import kafka.coordinator.group.Empty$;
import kafka.coordinator.group.GroupMetadata;
import kafka.coordinator.group.GroupMetadata$;
import kafka.coordinator.group.GroupMetadataManager;
import kafka.coordinator.group.GroupMetadataManager$;
import kafka.coordinator.group.MemberMetadata;
import kafka.coordinator.group.Stable$;
import kafka.coordinator.transaction.TransactionLog;
import kafka.coordinator.transaction.TransactionLog$;
import kafka.coordinator.transaction.TransactionMetadata$;
import kafka.coordinator.transaction.TransactionState;
import kafka.coordinator.transaction.TxnTransitMetadata;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Assignment;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.internals.ConsumerProtocol;
import kafka.common.MessageFormatter;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.common.utils.Utils;
import scala.Option;
import scala.Tuple2;
import scala.collection.JavaConverters;

/**
 * Prints records of the coordinators' topics as Kafka writes them, and the texts that its tools make of them, tab-separated:
 *
 *   KIND KEY VALUE FORMATTED DUMPED_KEY DUMPED_VALUE     KIND: offset, group or transaction; KEY, VALUE: hex, "-" for null
 *   FORMATTED: what the console consumer's formatter prints, line feeds as they are in "\n"
 */
public class CoordinatorRecords {
    static final long NOW = 1600000000000L;
    static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    static String hex(byte[] data) {
        if (data == null) return "-";
        StringBuilder text = new StringBuilder();
        for (byte one : data) text.append(String.format("%02x", one));
        return text.toString();
    }

    static String formatted(MessageFormatter formatter, byte[] key, byte[] value) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream stream = new PrintStream(bytes);
        formatter.writeTo(new ConsumerRecord<>("t", 0, 0, key, value), stream);
        stream.flush();
        return new String(bytes.toByteArray(), StandardCharsets.UTF_8).replace("\n", "\\n");
    }

    static Record record(byte[] key, byte[] value) {
        return MemoryRecords.withRecords(CompressionType.NONE, new SimpleRecord(NOW, key, value)).records().iterator().next();
    }

    static void print(String kind, byte[] key, byte[] value) {
        boolean transaction = kind.equals("transaction");
        MessageFormatter formatter = transaction ? new TransactionLog.TransactionLogMessageFormatter()
            : kind.equals("offset") ? new GroupMetadataManager.OffsetsMessageFormatter()
            : new GroupMetadataManager.GroupMetadataMessageFormatter();
        Tuple2<Option<String>, Option<String>> dumped = transaction
            ? TransactionLog$.MODULE$.formatRecordKeyAndValue(record(key, value))
            : GroupMetadataManager$.MODULE$.formatRecordKeyAndValue(record(key, value));
        OUT.println(String.join("\t", kind, hex(key), hex(value), formatted(formatter, key, value), dumped._1().get(), dumped._2().get()));
    }

    static ApiVersion version(String text) {
        return ApiVersion$.MODULE$.apply(text);
    }

    static void offsets() {
        byte[] key = GroupMetadataManager$.MODULE$.offsetCommitKey("gruppe-ä", new TopicPartition("topic", 3));
        print("offset", key, null);
        OffsetAndMetadata plain = new OffsetAndMetadata(42, Optional.of(7), "", NOW, Option.empty());
        OffsetAndMetadata rich = new OffsetAndMetadata(43, Optional.empty(), "some metadata", NOW, Option.empty());
        OffsetAndMetadata expiring = new OffsetAndMetadata(44, Optional.of(7), "x", NOW, Option.apply((Object) (NOW + 5)));
        for (OffsetAndMetadata value : Arrays.asList(plain, rich, expiring))
            for (String release : new String[] {"2.0", "2.1-IV0", "2.6"})
                print("offset", key, GroupMetadataManager$.MODULE$.offsetCommitValue(value, version(release)));
    }

    static byte[] assignment(int version, byte[] userData, TopicPartition... partitions) {
        ByteBuffer data = userData == null ? null : ByteBuffer.wrap(userData);
        return Utils.toArray(ConsumerProtocol.serializeAssignment(new Assignment(Arrays.asList(partitions), data), (short) version));
    }

    static GroupMetadata group(String id, String type, String protocol, int members, Option<String> instance, byte[] userData) {
        List<MemberMetadata> list = new ArrayList<>();
        byte[] subscription = Utils.toArray(ConsumerProtocol.serializeSubscription(new Subscription(Collections.singletonList("topic"))));
        for (int i = 0; i < members; i++) {
            String name = "consumer-" + id + "-" + (i + 1) + "-" + Integer.toHexString(i * 7919 + 13);
            MemberMetadata member = new MemberMetadata(name, id, instance, "client-" + i, "/127.0.0.1", 300000, 10000, type,
                JavaConverters.asScalaBuffer(Collections.singletonList(new Tuple2<>(protocol, subscription))).toList());
            member.assignment_$eq(type.equals("consumer")
                ? assignment(i % 2, userData, new TopicPartition("topic", i), new TopicPartition("other", i)) : new byte[] {0, (byte) i, -1});
            list.add(member);
        }
        return GroupMetadata$.MODULE$.loadGroup(id, members == 0 ? Empty$.MODULE$ : Stable$.MODULE$, 5, type,
            members == 0 ? null : protocol, members == 0 ? null : list.get(0).memberId(), Option.apply((Object) NOW),
            JavaConverters.asScalaBuffer(list), Time.SYSTEM);
    }

    static void groups() {
        print("group", GroupMetadataManager$.MODULE$.groupMetadataKey("g"), null);
        List<GroupMetadata> all = new ArrayList<>();
        for (int members : new int[] {0, 1, 2, 3, 12, 13, 30})
            all.add(group("g" + members, "consumer", "range", members, Option.empty(), null));
        all.add(group("static", "consumer", "roundrobin", 1, Option.apply("instance-1"), new byte[] {0, 10, -1}));
        all.add(group("connect", "connect", "sessioned", 2, Option.empty(), null));
        for (GroupMetadata group : all) {
            scala.collection.immutable.Map<String, byte[]> assignments = scala.collection.immutable.Map$.MODULE$.empty();
            for (MemberMetadata member : JavaConverters.seqAsJavaList(group.allMemberMetadata()))
                assignments = assignments.$plus(new Tuple2<>(member.memberId(), member.assignment()));
            for (String release : new String[] {"0.10.0", "0.11.0", "2.1", "2.6"})
                print("group", GroupMetadataManager$.MODULE$.groupMetadataKey(group.groupId()),
                    GroupMetadataManager$.MODULE$.groupMetadataValue(group, assignments, version(release)));
        }
    }

    static void transactions() {
        byte[] key = TransactionLog$.MODULE$.keyToBytes("transaktion-ö");
        print("transaction", key, null);
        for (int state = 0; state <= 7; state++)
            for (int partitions : state == 1 ? new int[] {0, 1, 2, 5, 40} : new int[] {state == 0 ? 0 : 2}) {
                Set<TopicPartition> set = new HashSet<>();
                for (int i = 0; i < partitions; i++) set.add(new TopicPartition(i % 3 == 0 ? "topic" : "other", i));
                TransactionState status = TransactionMetadata$.MODULE$.byteToState((byte) state);
                print("transaction", key, TransactionLog$.MODULE$.valueToBytes(new TxnTransitMetadata(4000, -1, (short) 3, (short) -1,
                    60000, status, JavaConverters.asScalaSet(set).toSet(), state == 0 ? -1 : NOW - 7, NOW)));
            }
    }

    public static void main(String[] arguments) {
        offsets();
        groups();
        transactions();
        OUT.flush();
    }
}
