// Writes the keys that Kafka's brokers and topics know, and what Kafka says to wrong values.
//   key    KIND  NAME  TYPE  DEFAULT  VALIDATOR  IMPORTANCE  UPDATE_MODE  SERVER_PROPERTY
//   wrong  KIND  PROPERTIES  EXCEPTION  MESSAGE
// KIND is broker, dynamic or topic; PROPERTIES as the line of the file of wrong values (the argument): KIND, then key=value
// words. Null is written as \N. Run by `python -m tests.data.make_configs`.
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.config.ConfigDef;

public class Configs {
    public static void main(String[] arguments) throws Exception {
        Map<String, String> modes = kafka.server.DynamicBrokerConfig$.MODULE$.dynamicConfigUpdateModes();
        keys("broker", definition(kafka.server.KafkaConfig$.MODULE$), modes);
        keys("dynamic", kafka.server.DynamicConfig.Broker$.MODULE$.brokerConfigDef(), modes);
        keys("topic", definition(kafka.log.LogConfig$.MODULE$), new HashMap<>());
        for (String line : Files.readAllLines(Path.of(arguments[0]))) {
            if (!line.isEmpty() && !line.startsWith("#")) {
                wrong(line);
            }
        }
    }

    static ConfigDef definition(Object owner) throws Exception {
        for (Field field : owner.getClass().getDeclaredFields()) {
            if (ConfigDef.class.isAssignableFrom(field.getType())) {
                field.setAccessible(true);
                return (ConfigDef) field.get(owner);
            }
        }
        throw new IllegalStateException("no ConfigDef in " + owner);
    }

    static void keys(String kind, ConfigDef definition, Map<String, String> modes) {
        for (ConfigDef.ConfigKey key : definition.configKeys().values()) {
            boolean required = key.defaultValue == ConfigDef.NO_DEFAULT_VALUE;
            String defaultValue = required ? "<required>" : ConfigDef.convertToString(key.defaultValue, key.type);
            String server = null;
            if (kind.equals("topic")) {
                server = kafka.log.LogConfig$.MODULE$.serverConfigName(key.name).getOrElse(() -> null);
            }
            print("key", kind, key.name, key.type, defaultValue, key.validator, key.importance, modes.get(key.name), server);
        }
    }

    static void wrong(String line) {
        String[] words = line.split(" ");
        Properties properties = new Properties();
        for (int index = 1; index < words.length; index++) {
            String[] pair = words[index].split("=", 2);
            properties.put(pair[0], pair[1].replace("%20", " "));
        }
        String exception = null;
        String message = null;
        try {
            if (words[0].equals("topic")) {
                kafka.log.LogConfig$.MODULE$.validate(properties);
            } else {
                kafka.server.KafkaConfig$.MODULE$.fromProps(properties, false);
            }
        } catch (Throwable error) {
            exception = error.getClass().getName();
            message = error.getMessage();
        }
        print("wrong", words[0], line, exception, message);
    }

    static void print(Object... columns) {
        StringBuilder line = new StringBuilder();
        for (Object column : columns) {
            line.append(line.length() == 0 ? "" : "\t").append(column == null ? "\\N" : column.toString());
        }
        System.out.println(line);
    }
}
