// Writes one body of every version of every API, request and response, with Kafka's own schemas and types.
// A line each: api key, "request" or "response", version, the body in hex, its values as JSON (null, numbers, strings,
// "hex:..." for bytes, lists, objects). Run by `python -m tests.data.make_frames`.
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.apache.kafka.common.protocol.ApiKeys;
import org.apache.kafka.common.protocol.types.BoundField;
import org.apache.kafka.common.protocol.types.Schema;
import org.apache.kafka.common.protocol.types.Struct;
import org.apache.kafka.common.protocol.types.TaggedFields;
import org.apache.kafka.common.protocol.types.Type;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;

public class Frames {
    static int counter = 0;
    static StringBuilder json;

    public static void main(String[] arguments) {
        for (ApiKeys api : ApiKeys.values()) {
            write(api, "request", api.requestSchemas);
            write(api, "response", api.responseSchemas);
        }
    }

    static void write(ApiKeys api, String side, Schema[] schemas) {
        for (int version = 0; version < schemas.length; version++) {
            for (int variant = 0; variant < 2; variant++) {
                counter = 0;
                json = new StringBuilder();
                Struct value = fill(schemas[version], variant == 1);
                ByteBuffer buffer = ByteBuffer.allocate(schemas[version].sizeOf(value));
                schemas[version].write(buffer, value);
                System.out.println(api.id + "\t" + side + "\t" + version + "\t" + hex(buffer.array()) + "\t" + json);
            }
        }
    }

    static Struct fill(Schema schema, boolean sparse) {
        Struct struct = new Struct(schema);
        String comma = "";
        json.append('{');
        for (BoundField field : schema.fields()) {
            if (field.def.type instanceof TaggedFields) {
                tagged(struct, field, (TaggedFields) field.def.type, sparse, comma);
                continue;
            }
            json.append(comma).append('"').append(field.def.name).append("\":");
            comma = ",";
            struct.set(field, value(field.def.type, sparse));
        }
        json.append('}');
        return struct;
    }

    static void tagged(Struct struct, BoundField field, TaggedFields type, boolean sparse, String comma) {
        NavigableMap<Integer, Object> values = new TreeMap<>();
        if (!sparse) {
            for (var entry : tags(type).entrySet()) {
                json.append(comma).append('"').append(entry.getValue().name).append("\":");
                comma = ",";
                values.put(entry.getKey(), value(entry.getValue().type, false));
            }
        }
        struct.set(field, values);
    }

    @SuppressWarnings("unchecked")
    static java.util.Map<Integer, org.apache.kafka.common.protocol.types.Field> tags(TaggedFields type) {
        try {
            java.lang.reflect.Field fields = TaggedFields.class.getDeclaredField("fields");
            fields.setAccessible(true);
            return (java.util.Map<Integer, org.apache.kafka.common.protocol.types.Field>) fields.get(type);
        } catch (ReflectiveOperationException error) {
            throw new IllegalStateException(error);
        }
    }

    static Object value(Type type, boolean sparse) {
        if (sparse && type.isNullable()) {
            json.append("null");
            return null;
        }
        if (type instanceof Schema) return fill((Schema) type, sparse);
        if (type.isArray()) {
            Type element = type.arrayElementType().get();
            List<Object> values = new ArrayList<>();
            json.append('[');
            for (int i = 0; i < (sparse ? 0 : 2); i++) {
                if (i > 0) json.append(',');
                values.add(value(element, sparse));
            }
            json.append(']');
            return values.toArray();
        }
        counter++;
        switch (type.toString()) {
            case "BOOLEAN": json.append(!sparse); return !sparse;
            case "INT8": json.append(counter % 100); return (byte) (counter % 100);
            case "INT16": json.append(counter * 7); return (short) (counter * 7);
            case "INT32": json.append(-counter * 70001); return -counter * 70001;
            case "INT64": json.append(counter * 5000000007L); return counter * 5000000007L;
            case "FLOAT64": json.append(counter + 0.5); return counter + 0.5;
            case "STRING": case "NULLABLE_STRING": case "COMPACT_STRING": case "COMPACT_NULLABLE_STRING":
                String text = sparse ? "" : "text-\u00e9-" + counter;
                json.append('"').append(text).append('"');
                return text;
            case "BYTES": case "NULLABLE_BYTES": case "COMPACT_BYTES": case "COMPACT_NULLABLE_BYTES":
                byte[] bytes = sparse ? new byte[0] : new byte[] {0, (byte) counter, -1};
                json.append("\"hex:").append(hex(bytes)).append('"');
                return ByteBuffer.wrap(bytes);
            case "RECORDS":
                MemoryRecords records = MemoryRecords.withRecords(CompressionType.NONE, new SimpleRecord(counter, "v".getBytes()));
                byte[] raw = new byte[records.sizeInBytes()];
                records.buffer().duplicate().get(raw);
                json.append("\"hex:").append(hex(raw)).append('"');
                return records;
            default: throw new IllegalStateException(type.toString());
        }
    }

    static String hex(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte one : bytes) out.append(String.format("%02x", one));
        return out.toString();
    }
}
