import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import kafka.api.ApiVersion$;
import kafka.common.LongRef;
import kafka.common.RecordValidationException;
import kafka.log.AppendOrigin;
import kafka.log.LogValidator;
import kafka.log.LogValidator$;
import kafka.message.CompressionCodec;
import kafka.message.CompressionCodec$;
import kafka.server.BrokerTopicStats;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.protocol.Errors;
import org.apache.kafka.common.record.*;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.requests.ProduceResponse;
import org.apache.kafka.common.utils.Time;
import scala.collection.JavaConverters;

/**
 * Prints record batches as Kafka's own classes write, read, convert and validate them, one tab-separated line each:
 *
 *   batch   NAME HEX                                             what MemoryRecordsBuilder writes
 *   record  NAME OFFSET TIMESTAMP KEY VALUE HEADERS              what Kafka reads in it ("-": null; NAME=VALUE,...)
 *   down    NAME MAGIC FIRST_OFFSET HEX                          what a fetch of an older client gets
 *   append  NAME MAGIC CODEC TIMESTAMP_TYPE COMPACTED LIMIT OUT  what a leader appends at offset 500 in epoch 7 at time NOW
 *           OUT: HEX MAX_TIMESTAMP OFFSET_OF_MAX_TIMESTAMP, or "error" CODE MESSAGE (INDEX:MESSAGE)*
 */
public class Records {
    static final long NOW = 1600000000000L;
    static final Map<String, MemoryRecords> BATCHES = new LinkedHashMap<>();
    static final PrintStream OUT = new PrintStream(System.out, false, StandardCharsets.UTF_8);

    static byte[] bytes(String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    static String hex(ByteBuffer buffer) {
        if (buffer == null) return "-";
        StringBuilder text = new StringBuilder();
        ByteBuffer copy = buffer.duplicate();
        while (copy.hasRemaining()) text.append(String.format("%02x", copy.get()));
        return text.toString();
    }

    static String repeated(String text, int times) {
        return new String(new char[times]).replace("\0", text);
    }

    static List<SimpleRecord> ordinary(byte magic) {
        Header[] headers = magic < 2 ? Record.EMPTY_HEADERS : new Header[] {
            new RecordHeader("first", bytes("one")), new RecordHeader("", (byte[]) null), new RecordHeader("zwölf", new byte[0])};
        return Arrays.asList(
            new SimpleRecord(NOW - 5, bytes("key"), bytes("value"), headers),
            new SimpleRecord(NOW + 70, null, bytes("no key")),
            new SimpleRecord(NOW - 900, bytes("no value"), null),
            new SimpleRecord(NOW, new byte[0], new byte[0]),
            new SimpleRecord(NOW + 3, bytes("long"), bytes(repeated("abcdefgh ", 40))));
    }

    static MemoryRecords build(byte magic, CompressionType codec, TimestampType type, long baseOffset, long[] offsets,
                               long producerId, short epoch, int sequence, boolean transactional, int leaderEpoch,
                               List<SimpleRecord> records) {
        MemoryRecordsBuilder builder = MemoryRecords.builder(ByteBuffer.allocate(1024), magic, codec, type, baseOffset, NOW,
            producerId, epoch, sequence, transactional, leaderEpoch);
        for (int i = 0; i < records.size(); i++)
            builder.appendWithOffset(offsets == null ? baseOffset + i : offsets[i], records.get(i));
        return builder.build();
    }

    static MemoryRecords plain(byte magic, CompressionType codec, TimestampType type, long base, List<SimpleRecord> records) {
        return build(magic, codec, type, base, null, -1, (short) -1, -1, false, -1, records);
    }

    static void writeBatches() {
        for (byte magic = 0; magic <= 2; magic++)
            for (CompressionType codec : CompressionType.values()) {
                if (magic < 2 && codec == CompressionType.ZSTD) continue;
                String name = "v" + magic + "-" + codec.name;
                BATCHES.put(name, plain(magic, codec, TimestampType.CREATE_TIME, 1000, ordinary(magic)));
                if (magic > 0)
                    BATCHES.put(name + "-append-time", plain(magic, codec, TimestampType.LOG_APPEND_TIME, 1000, ordinary(magic)));
                BATCHES.put(name + "-produced", plain(magic, codec, TimestampType.CREATE_TIME, 0, ordinary((byte) 0)));
                BATCHES.put(name + "-big", plain(magic, codec, TimestampType.CREATE_TIME, 1000, Arrays.asList(
                    new SimpleRecord(NOW, bytes("big"), bytes(repeated("a longer text that comes again and again; ", 3000))),
                    new SimpleRecord(NOW, null, bytes("after it")))));
                BATCHES.put(name + "-gaps", build(magic, codec, TimestampType.CREATE_TIME, magic < 2 ? 1002 : 1000, new long[] {1002, 1003, 1010, 1011, 1040},
                    -1, (short) -1, -1, false, -1, ordinary(magic)));
            }
        for (byte magic = 1; magic <= 2; magic++)
            BATCHES.put("v" + magic + "-none-one-key", plain(magic, CompressionType.NONE, TimestampType.CREATE_TIME, 0,
                Arrays.asList(new SimpleRecord(NOW, bytes("key"), bytes("value")))));
        BATCHES.put("v2-idempotent", build((byte) 2, CompressionType.NONE, TimestampType.CREATE_TIME, 1000, null, 4000, (short) 3,
            Integer.MAX_VALUE - 2, false, 12, ordinary((byte) 2)));
        BATCHES.put("v2-transactional", build((byte) 2, CompressionType.LZ4, TimestampType.CREATE_TIME, 1000, null, 4000, (short) 3,
            17, true, 12, ordinary((byte) 2)));
        BATCHES.put("v2-transactional-produced", build((byte) 2, CompressionType.GZIP, TimestampType.CREATE_TIME, 0, null, 4000,
            (short) 3, 17, true, -1, ordinary((byte) 2)));
        for (ControlRecordType type : new ControlRecordType[] {ControlRecordType.COMMIT, ControlRecordType.ABORT})
            BATCHES.put("v2-" + type.name().toLowerCase(), MemoryRecords.withEndTransactionMarker(1000, NOW, 12, 4000, (short) 3,
                new EndTransactionMarker(type, 21)));
        BATCHES.put("v2-several", concatenated("v2-gzip", "v2-transactional", "v2-commit", "v2-none"));
        BATCHES.put("v2-append-time-produced", plain((byte) 2, CompressionType.NONE, TimestampType.LOG_APPEND_TIME, 0, ordinary((byte) 2)));
    }

    static MemoryRecords concatenated(String... names) {
        ByteBuffer all = ByteBuffer.allocate(100000);
        for (String name : names) all.put(BATCHES.get(name).buffer().duplicate());
        all.flip();
        return MemoryRecords.readableRecords(all);
    }

    static String headers(Record record) {
        List<String> parts = new ArrayList<>();
        for (Header header : record.headers())
            parts.add(header.key() + "=" + (header.value() == null ? "-" : hex(ByteBuffer.wrap(header.value()))));
        return String.join(",", parts);
    }

    static void print(Object... columns) {
        List<String> texts = new ArrayList<>();
        for (Object column : columns) texts.add(String.valueOf(column));
        OUT.println(String.join("\t", texts));
    }

    static void down(String name, MemoryRecords records, byte magic, long firstOffset) {
        try {
            ConvertedRecords<MemoryRecords> converted = records.downConvert(magic, firstOffset, Time.SYSTEM);
            print("down", name, magic, firstOffset, hex(converted.records().buffer()));
        } catch (RuntimeException error) {
            print("down", name, magic, firstOffset, "error", Errors.forException(error).code(), error.getMessage());
        }
    }

    static void append(String name, byte magic, String codec, TimestampType type, boolean compacted, long limit) {
        MemoryRecords given = BATCHES.get(name);
        ByteBuffer copy = ByteBuffer.allocate(given.sizeInBytes());
        copy.put(given.buffer().duplicate());
        copy.flip();
        MemoryRecords records = MemoryRecords.readableRecords(copy);
        CompressionCodec source = CompressionCodec$.MODULE$.getCompressionCodec(0);
        for (RecordBatch batch : records.batches())
            if (batch.isCompressed()) source = CompressionCodec$.MODULE$.getCompressionCodec(batch.compressionType().id);
        CompressionCodec target = codec.equals("producer") ? source : CompressionCodec$.MODULE$.getCompressionCodec(codec);
        List<Object> line = new ArrayList<>(Arrays.asList("append", name, magic, codec, type, compacted, limit));
        try {
            LogValidator.ValidationAndOffsetAssignResult result = LogValidator$.MODULE$.validateMessagesAndAssignOffsets(records,
                new TopicPartition("t", 0), new LongRef(500), Time.SYSTEM, NOW, source, target, compacted, magic, type, limit, 7,
                AppendOrigin.Client$.MODULE$, ApiVersion$.MODULE$.latestVersion(), STATS);
            line.addAll(Arrays.asList(hex(result.validatedRecords().buffer()), result.maxTimestamp(),
                result.shallowOffsetOfMaxTimestamp()));
        } catch (RecordValidationException error) {
            line.addAll(Arrays.asList("error", Errors.forException(error.invalidException()).code(), error.invalidException().getMessage()));
            for (ProduceResponse.RecordError one : JavaConverters.seqAsJavaList(error.recordErrors()))
                line.add(one.batchIndex + ":" + one.message);
        } catch (RuntimeException error) {
            line.addAll(Arrays.asList("error", Errors.forException(error).code(), error.getMessage()));
        }
        print(line.toArray());
    }

    static final BrokerTopicStats STATS = new BrokerTopicStats();

    public static void main(String[] arguments) {
        writeBatches();
        BATCHES.forEach((name, records) -> {
            print("batch", name, hex(records.buffer()));
            for (Record record : records.records())
                print("record", name, record.offset(), record.timestamp(), hex(record.key()), hex(record.value()), headers(record));
        });
        BATCHES.forEach((name, records) -> {
            if (name.endsWith("-produced") || name.endsWith("-big")) return;
            for (byte magic = 0; magic <= 1; magic++) down(name, records, magic, 1003);
        });
        long none = Long.MAX_VALUE;
        for (String name : BATCHES.keySet()) {
            if (!name.endsWith("-produced")) continue;
            for (byte magic = 0; magic <= 2; magic++)
                for (String codec : new String[] {"producer", "none", "gzip", "lz4"})
                    for (TimestampType type : new TimestampType[] {TimestampType.CREATE_TIME, TimestampType.LOG_APPEND_TIME})
                        append(name, magic, codec, type, false, none);
            append(name, (byte) 2, "producer", TimestampType.CREATE_TIME, true, none);
            append(name, (byte) 2, "producer", TimestampType.CREATE_TIME, false, 100);
            append(name, (byte) 2, "producer", TimestampType.CREATE_TIME, true, 4);
        }
        for (String name : new String[] {"v1-none-one-key", "v2-none-one-key"})
            for (byte magic = 0; magic <= 2; magic++) append(name, magic, "producer", TimestampType.CREATE_TIME, true, 4);
        OUT.flush();
    }
}
